import { notFound } from '../contract/errors.ts';
import type { IdentityRecord, Scope, SessionRecord } from '../contract/records.ts';
import type { Store } from '../contract/store.ts';
import { refuse } from './errors.ts';

/** Finds those whom a question is about, and refuses by the field that named what is not there. */
export const createSubjects = (store: Store) => ({
  user: async (scope: Scope, id: string): Promise<IdentityRecord> => {
    const user = await store.users.get(scope, id);
    if (!user) throw notFound('user', id);
    return user;
  },
  session: async (scope: Scope, userId: string, id: string, field: string): Promise<SessionRecord> => {
    const session = await store.sessions.get(scope, id);
    if (session?.userId !== userId) throw refuse(404, field, `Session '${id}' not found for user '${userId}'`);
    return session;
  },
  agent: async (scope: Scope, id: string, field: string): Promise<IdentityRecord> => {
    const agent = await store.agents.get(scope, id);
    if (!agent) throw refuse(404, field, `Agent '${id}' not found`);
    return agent;
  },
});
