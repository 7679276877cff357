import { apiKeyReads } from './api-keys.ts';
import { changeReads } from './changes.ts';
import { chunkReads } from './chunks.ts';
import type { Connection } from './connection.ts';
import { copyReads } from './copies.ts';
import { corpusReads } from './corpus.ts';
import { episodeReads } from './episodes.ts';
import { factReads } from './facts.ts';
import { identityReads } from './identities.ts';
import { knowledgeReads } from './knowledge.ts';
import { messageReads } from './messages.ts';
import { outboxReads } from './outbox.ts';
import { relatedReads } from './related.ts';
import { removalReads } from './removals.ts';
import { renamingReads } from './renamings.ts';
import { reportReads } from './reports.ts';
import { retentionReads } from './retention.ts';
import { sessionReads } from './sessions.ts';
import { subjectReads } from './subjects.ts';
import { takingReads } from './taking.ts';
import { tenantReads } from './tenants.ts';
import { upkeepReads } from './upkeep.ts';
import { vectorReads } from './vectors.ts';
import { workReads } from './work.ts';

/** Everything that only looks, by facet, on one connection. */
export const openReads = (db: Connection) => {
  const [corpus, vectors] = [corpusReads(db), vectorReads(db)];
  const { nominate, ...facts } = factReads(db);
  const { episodeBefore, ...episodes } = episodeReads(db);
  return {
    tenants: tenantReads(db),
    users: identityReads(db, 'user'),
    agents: identityReads(db, 'agent'),
    retention: retentionReads(db),
    sessions: sessionReads(db),
    messages: messageReads(db),
    knowledge: knowledgeReads(db),
    facts,
    apiKeys: apiKeyReads(db),
    outbox: outboxReads(db),
    work: { ...takingReads(db), ...workReads(db), ...reportReads(db), nominate, episodeBefore },
    chunks: chunkReads(db),
    episodes,
    copies: copyReads(db),
    corpus: { ...corpus, ...changeReads(db, corpus, vectors), ...subjectReads(db), ...relatedReads(db) },
    vectors,
    removals: removalReads(db),
    renamings: renamingReads(db),
    upkeep: upkeepReads(db),
  };
};

export type Reads = ReturnType<typeof openReads>;
