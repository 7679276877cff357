import { apiKeyWrites } from './api-keys.ts';
import { openClaims } from './claims.ts';
import type { Connection } from './connection.ts';
import { openGenerations } from './generations.ts';
import { identityWrites } from './identities.ts';
import { knowledgeWrites } from './knowledge.ts';
import { messageWrites } from './messages.ts';
import { sessionWrites } from './sessions.ts';
import { tenantWrites } from './tenants.ts';

/** Everything that changes the database, by facet. Runs where the writing connection is, inside a group's transaction. */
export const openWrites = (db: Connection) => {
  const claims = openClaims(db);
  const generations = openGenerations(db);
  return {
    tenants: tenantWrites(db),
    users: identityWrites(db, 'user', claims, generations),
    agents: identityWrites(db, 'agent', claims, generations),
    sessions: sessionWrites(db, claims, generations),
    messages: messageWrites(db, claims, generations),
    knowledge: knowledgeWrites(db, claims, generations),
    apiKeys: apiKeyWrites(db, claims),
  };
};

export type Writes = ReturnType<typeof openWrites>;
