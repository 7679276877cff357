import { notFound } from '../contract/errors.ts';
import type { IdentityRecord, Scope, SessionRecord } from '../contract/records.ts';
import type { Store } from '../contract/store.ts';
import { refuse } from './errors.ts';

/** Whose memory a question is about, from which conversation it is asked, and whose sessions alone count. */
export interface Asking {
  readonly scope: Scope;
  readonly user: IdentityRecord;
  readonly session: SessionRecord | null;
  readonly agent: IdentityRecord | null;
}

interface AskedById {
  readonly session_id?: string | null | undefined;
  readonly agent_id?: string | null | undefined;
}

interface AskedByName {
  readonly user: string;
  readonly session?: string | null | undefined;
  readonly agent?: string | null | undefined;
}

/** Finds those whom a question is about, and refuses by the field that named what is not there. */
export const createSubjects = (store: Store) => {
  const user = async (scope: Scope, id: string): Promise<IdentityRecord> => {
    const found = await store.users.get(scope, id);
    if (!found) throw notFound('user', id);
    return found;
  };
  const session = async (scope: Scope, userId: string, id: string, field: string): Promise<SessionRecord> => {
    const found = await store.sessions.get(scope, id);
    if (found?.userId !== userId) throw refuse(404, field, `Session '${id}' not found for user '${userId}'`);
    return found;
  };
  const agent = async (scope: Scope, id: string, field: string): Promise<IdentityRecord> => {
    const found = await store.agents.get(scope, id);
    if (!found) throw refuse(404, field, `Agent '${id}' not found`);
    return found;
  };
  const sessionNamed = async (scope: Scope, { id, name: of }: IdentityRecord, name: string): Promise<SessionRecord> => {
    const found = await store.sessions.findByName(scope, name, id);
    if (!found) throw refuse(404, 'session', `Session with name '${name}' not found for user '${of}'`);
    return found;
  };
  const agentNamed = async (scope: Scope, name: string): Promise<IdentityRecord> => {
    const found = await store.agents.findByName(scope, name);
    if (!found) throw refuse(404, 'agent', `Agent with name '${name}' not found`);
    return found;
  };
  return {
    session,
    agent,
    byId: async (scope: Scope, userId: string, { session_id, agent_id }: AskedById): Promise<Asking> => ({
      scope,
      user: await user(scope, userId),
      session: typeof session_id === 'string' ? await session(scope, userId, session_id, 'session_id') : null,
      agent: typeof agent_id === 'string' ? await agent(scope, agent_id, 'agent_id') : null,
    }),
    byName: async (scope: Scope, asked: AskedByName): Promise<Asking> => {
      const named = await store.users.findByName(scope, asked.user);
      if (!named) throw refuse(404, 'user', `User with name '${asked.user}' not found`);
      return {
        scope,
        user: named,
        session: typeof asked.session === 'string' ? await sessionNamed(scope, named, asked.session) : null,
        agent: typeof asked.agent === 'string' ? await agentNamed(scope, asked.agent) : null,
      };
    },
  };
};
