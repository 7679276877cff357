import type { Ids } from '../../src/platform/ids.ts';
import { apiKeyWrites } from './api-keys.ts';
import { chunkWrites, openVoidedChunks } from './chunks.ts';
import { openClaims } from './claims.ts';
import type { Connection } from './connection.ts';
import { corpusWrites } from './corpus.ts';
import { openGenerations } from './generations.ts';
import { identityWrites } from './identities.ts';
import { knowledgeWrites } from './knowledge.ts';
import { messageWrites } from './messages.ts';
import { namedAppends } from './named-appends.ts';
import { openStretches, outboxWrites } from './outbox.ts';
import { outlineWrites } from './outlines.ts';
import { openRemovals } from './removals.ts';
import { sessionWrites } from './sessions.ts';
import { tenantWrites } from './tenants.ts';
import { upkeepWrites } from './upkeep.ts';
import { vectorWrites } from './vectors.ts';
import type { WriteContext } from './write-context.ts';

/** Everything that changes the database, by facet. Runs where the writing connection is, inside a group's transaction. */
export const openWrites = (db: Connection, ids: Ids) => {
  const generations = openGenerations(db);
  const { removals, writes: removalWrites } = openRemovals(db, generations);
  const context: WriteContext = {
    claims: openClaims(db),
    generations,
    removals,
    stretches: openStretches(db),
    voidedChunks: openVoidedChunks(db),
    ids,
  };
  const users = identityWrites(db, 'user', context);
  const agents = identityWrites(db, 'agent', context);
  const sessions = sessionWrites(db, context);
  const messages = messageWrites(db, context);
  return {
    tenants: tenantWrites(db),
    users,
    agents,
    sessions,
    messages: { ...messages, ...namedAppends(db, context, { users, agents, sessions, messages }) },
    knowledge: knowledgeWrites(db, context),
    apiKeys: apiKeyWrites(db, context),
    outbox: outboxWrites(db, context),
    chunks: chunkWrites(db, context),
    corpus: corpusWrites(db),
    vectors: vectorWrites(db, context),
    outlines: outlineWrites(db),
    removals: removalWrites,
    upkeep: upkeepWrites(db),
  };
};

export type Writes = ReturnType<typeof openWrites>;
