import { describe } from 'bun:test';
import { describeApiKeys } from './api-keys.ts';
import { describeCascades } from './cascades.ts';
import { describeCatchUp } from './catch-up.ts';
import { describeChunkLists } from './chunk-lists.ts';
import { describeChunks } from './chunks.ts';
import { describeCopies } from './copies.ts';
import { describeCorpus } from './corpus.ts';
import { describeDeletions } from './deletions.ts';
import { describeEpisodes } from './episodes.ts';
import { describeFactLifecycle } from './fact-lifecycle.ts';
import { describeFacts } from './facts.ts';
import { describePersonsHand } from './facts-by-hand.ts';
import { describeGenerations } from './generations.ts';
import { describeIdempotency } from './idempotency.ts';
import { describeIdentities } from './identities.ts';
import { describeIsolation } from './isolation.ts';
import { describeKnowledge } from './knowledge.ts';
import { describeLifecycle } from './lifecycle.ts';
import { describeLocations } from './locations.ts';
import { describeMessageOrder } from './message-order.ts';
import { describeMessages } from './messages.ts';
import { describeNamedAppends } from './named-appends.ts';
import { describeOutbox } from './outbox.ts';
import { describeOutboxFiling } from './outbox-filing.ts';
import { describeOutboxLeases, describeOutboxSplits } from './outbox-leases.ts';
import { describeOutboxRecords } from './outbox-records.ts';
import { describePages } from './pages.ts';
import { describePipeline } from './pipeline.ts';
import { describeRelated } from './related.ts';
import { describeReports } from './reports.ts';
import { describeRetention } from './retention.ts';
import { describeSegments } from './segments.ts';
import { describeSessions } from './sessions.ts';
import type { OpenStore } from './store-under-test.ts';
import { describeSubjects } from './subjects.ts';
import { describeTenants } from './tenants.ts';
import { describeTwoStores } from './two-stores.ts';
import { describeVectors } from './vectors.ts';
import { describeVoidedChunks } from './voided-chunks.ts';
import { describeWhatHolds } from './what-holds.ts';

const PARTS = [
  describeLifecycle,
  describeTwoStores,
  describeTenants,
  describeIdentities,
  describeRetention,
  describeSessions,
  describeMessages,
  describeMessageOrder,
  describeNamedAppends,
  describeLocations,
  describePages,
  describeKnowledge,
  describeApiKeys,
  describeIdempotency,
  describeCorpus,
  describeSubjects,
  describeGenerations,
  describeCatchUp,
  describeSegments,
  describeOutboxFiling,
  describeOutbox,
  describeOutboxLeases,
  describeOutboxSplits,
  describeOutboxRecords,
  describeChunks,
  describeChunkLists,
  describeVoidedChunks,
  describeEpisodes,
  describeVectors,
  describePipeline,
  describeCascades,
  describeDeletions,
  describeFacts,
  describeRelated,
  describeFactLifecycle,
  describeReports,
  describePersonsHand,
  describeWhatHolds,
  describeCopies,
  describeIsolation,
];

/** All that `src/contract` promises, put to one adapter. It runs unmodified on every engine. */
export const describeStoreContract = (name: string, open: OpenStore): void =>
  describe(name, () => {
    for (const describePart of PARTS) describePart(open);
  });
