import { notFound } from '../contract/errors.ts';
import type { Scope } from '../contract/records.ts';
import type { Store } from '../contract/store.ts';
import type { Reference, ResolvedSubjects, Subject } from '../contract/subjects.ts';
import { refuse } from './errors.ts';

/** Whose memory a question is about, from which conversation it is asked, and whose sessions alone count. */
export interface Asking {
  readonly scope: Scope;
  readonly user: ResolvedSubjects['user'];
  /** That of the user's memory when all of them were looked up. */
  readonly generation: number;
  readonly session: Subject | null;
  readonly agent: Subject | null;
  /** Those that filters name; null without such a filter. */
  readonly sessions: readonly Subject[] | null;
  readonly agents: readonly Subject[] | null;
}

interface Filtered {
  readonly filters?:
    | {
        readonly session_ids?: readonly string[] | null | undefined;
        readonly agent_ids?: readonly string[] | null | undefined;
      }
    | null
    | undefined;
}

interface AskedById extends Filtered {
  readonly session_id?: string | null | undefined;
  readonly agent_id?: string | null | undefined;
}

interface AskedByName extends Filtered {
  readonly user: string;
  readonly session?: string | null | undefined;
  readonly agent?: string | null | undefined;
}

type Refusing = (one: Reference, user: ResolvedSubjects['user']) => Error;

const noUser = (one: Reference): Error =>
  'id' in one ? notFound('user', one.id) : refuse(404, 'user', `User with name '${one.name}' not found`);

const noSession =
  (field: string): Refusing =>
  (one, { id, name }) =>
    'id' in one
      ? refuse(404, field, `Session '${one.id}' not found for user '${id}'`)
      : refuse(404, field, `Session with name '${one.name}' not found for user '${name}'`);

const noAgent =
  (field: string): Refusing =>
  (one) =>
    refuse(404, field, 'id' in one ? `Agent '${one.id}' not found` : `Agent with name '${one.name}' not found`);

const byIds = (ids: readonly string[] | null | undefined): Reference[] => (ids ?? []).map((id) => ({ id }));

/** Finds those whom a question is about in one look, and refuses by the field that named what is not there. */
export const createSubjects = (store: Store) => {
  const find = async (
    scope: Scope,
    named: Readonly<Record<'user' | 'session' | 'agent', Reference | null>> & { readonly user: Reference },
    fields: { readonly session: string; readonly agent: string },
    filters: Filtered['filters'],
  ): Promise<Asking> => {
    const [session, agent] = [named.session ? [named.session] : [], named.agent ? [named.agent] : []];
    const [sessions, agents] = [byIds(filters?.session_ids), byIds(filters?.agent_ids)];
    const asked = { user: named.user, sessions: [...session, ...sessions], agents: [...agent, ...agents] };
    const found = await store.corpus.resolve(scope, asked);
    if (!found) throw noUser(named.user);
    const { user, generation } = found;
    const present = (
      ones: readonly Reference[],
      subjects: readonly (Subject | null)[],
      refusing: Refusing,
    ): Subject[] =>
      ones.map((one, i) => {
        const subject = subjects[i];
        if (!subject) throw refusing(one, user);
        return subject;
      });
    const [itself = null] = present(session, found.sessions, noSession(fields.session));
    const [partner = null] = present(agent, found.agents, noAgent(fields.agent));
    const ofFilter = present(sessions, found.sessions.slice(session.length), noSession('filters.session_ids'));
    const ofAgents = present(agents, found.agents.slice(agent.length), noAgent('filters.agent_ids'));
    return {
      scope,
      user,
      generation,
      session: itself,
      agent: partner,
      sessions: filters?.session_ids ? ofFilter : null,
      agents: filters?.agent_ids ? ofAgents : null,
    };
  };
  const named = (name: string | null | undefined): Reference | null => (typeof name === 'string' ? { name } : null);
  const numbered = (id: string | null | undefined): Reference | null => (typeof id === 'string' ? { id } : null);
  return {
    byId: (scope: Scope, userId: string, { session_id, agent_id, filters }: AskedById): Promise<Asking> =>
      find(
        scope,
        { user: { id: userId }, session: numbered(session_id), agent: numbered(agent_id) },
        { session: 'session_id', agent: 'agent_id' },
        filters,
      ),
    byName: (scope: Scope, { user, session, agent, filters }: AskedByName): Promise<Asking> =>
      find(
        scope,
        { user: { name: user }, session: named(session), agent: named(agent) },
        { session: 'session', agent: 'agent' },
        filters,
      ),
  };
};
