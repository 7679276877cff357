import { sessions } from '../../api/sessions.ts';
import { notFound } from '../../contract/errors.ts';
import type { Once } from '../../contract/once.ts';
import type { Scope, SessionRecord } from '../../contract/records.ts';
import { withMadeUpName } from '../../memory/session-name.ts';
import type { HttpDependencies } from '../context.ts';
import { created, ok } from '../envelope.ts';
import { refuse } from '../errors.ts';
import { getOrCreate } from '../get-or-create.ts';
import { parseChoice, parseFlag } from '../list-parameters.ts';
import { listAnswer } from '../lists.ts';
import { presentSession } from '../present.ts';
import { removalHeaders } from '../removal.ts';
import type { Router } from '../route.ts';

export const registerSessions = (route: Router, { services, clock, ids }: HttpDependencies): void => {
  const { store } = services;

  const find = async (scope: Scope, id: string): Promise<SessionRecord> => {
    const session = await store.sessions.get(scope, id);
    if (!session) throw notFound('session', id);
    return session;
  };

  const createWithName = (scope: Scope, userId: string, agentId: string, name: string, once: Once | undefined) =>
    store.sessions.create(scope, { id: ids.uuid(), userId, agentId, name, at: clock.now() }, once);

  const createWithMadeUpName = async (scope: Scope, userId: string, agentId: string, once: Once | undefined) => {
    const user = await store.users.get(scope, userId);
    if (!user) throw notFound('user', userId);
    const agent = await store.agents.get(scope, agentId);
    if (!agent) throw notFound('agent', agentId);
    const names = { user: user.name, agent: agent.name };
    return withMadeUpName(ids, names, (name) => createWithName(scope, userId, agentId, name, once));
  };

  route(sessions.list, async ({ caller: { scope }, query, url }) => {
    const { user_id: userId, agent_id: agentId, name } = query;
    if (name) {
      const session = await store.sessions.findByName(scope, name, userId);
      const owner = userId === undefined ? '' : ` for user '${userId}'`;
      if (!session) throw refuse(404, 'name', `Session with name '${name}' not found${owner}`);
      return ok('Session retrieved successfully', { sessions: [presentSession(session)] });
    }
    if (userId !== undefined && !(await store.users.get(scope, userId))) throw notFound('user', userId);
    if (agentId !== undefined && !(await store.agents.get(scope, agentId))) throw notFound('agent', agentId);
    const newestFirst = parseChoice('order', query.order, ['asc', 'desc'], 'asc') === 'desc';
    const shown = { name: 'sessions', message: 'Sessions retrieved successfully', present: presentSession } as const;
    const filter = { userId, agentId, newestFirst };
    return listAnswer({ query, url }, shown, (page) => store.sessions.list(scope, filter, page));
  });

  route(sessions.create, ({ caller: { scope }, query, body, once }) => {
    const { user_id: userId, agent_id: agentId, name } = body;
    const create = async () => {
      const { ids: made, replayed } = name
        ? await createWithName(scope, userId, agentId, name, once)
        : await createWithMadeUpName(scope, userId, agentId, once);
      const session = await find(scope, made[0] ?? '');
      return created('Session created successfully', { session: presentSession(session) }, replayed);
    };
    // A name that was made up is nobody's to have already.
    const orGet = (parseFlag('get_or_create', query.get_or_create) ?? false) && Boolean(name);
    return getOrCreate({ orGet, message: 'Session retrieved successfully' }, create, async (id) => {
      const session = await store.sessions.get(scope, id);
      return session && { session: presentSession(session) };
    });
  });

  route(sessions.get, async ({ caller, param }) => {
    const session = await find(caller.scope, param('session_id'));
    return ok('Session retrieved successfully', { session: presentSession(session) });
  });

  route(sessions.update, async ({ caller: { scope }, param, body }) => {
    const id = param('session_id');
    await store.sessions.update(scope, id, { name: body.name ?? null, at: clock.now() });
    return ok('Session updated successfully', { session: presentSession(await find(scope, id)) });
  });

  route(sessions.delete, async ({ caller, param }) => {
    const id = param('session_id');
    const deletion = await store.sessions.delete(caller.scope, id);
    return ok('Session deleted successfully', { session_id: id }, removalHeaders(deletion));
  });
};
