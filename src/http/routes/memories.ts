import { memories } from '../../api/memories.ts';
import { MemfuseError } from '../../contract/errors.ts';
import type { SessionRecord } from '../../contract/records.ts';
import { awaitsWork } from '../../memory/stages.ts';
import { type Added, createAdding } from '../adding.ts';
import type { HttpDependencies } from '../context.ts';
import { created, ok } from '../envelope.ts';
import { parseWaitFor } from '../list-parameters.ts';
import type { Router } from '../route.ts';
import { type Asking, createSubjects } from '../subjects.ts';
import { createContexts } from './context.ts';
import { createQuerying } from './query.ts';

const idsOf = ({ user, agent, session }: Asking) => ({
  user_id: user.id,
  agent_id: agent?.id ?? null,
  session_id: session?.id ?? null,
});

/** Adding and asking by names. */
export const registerMemories = (route: Router, dependencies: HttpDependencies): void => {
  const { services } = dependencies;
  const { store, memory, config } = services;
  const adding = createAdding(() => config.current.server);
  const find = createSubjects(store);
  const answer = createQuerying(dependencies);
  const contextFor = createContexts(dependencies);

  route(memories.add, async ({ caller: { scope }, query, body, once }) => {
    adding.assertSizes('messages', body.messages);
    const waitFor = parseWaitFor(query.wait_for, query.timeout_ms, services.kinds());
    const incoming = adding.incoming(body.messages);
    const names = { user: body.user, agent: body.agent ?? null, session: body.session ?? null };
    const { userId, agentId, sessionId, ...appended } = await memory.processNamed(
      scope,
      names,
      incoming,
      once,
      awaitsWork(waitFor),
    );
    // All of it may be gone: what an earlier request had made, or what this one has.
    const session = await store.sessions.get(scope, sessionId);
    const { ids, replayed } = appended;
    const gone = { ids, replayed, transferTriggered: false, backgroundQueued: true, reached: false };
    const follow = async ({ userKey }: SessionRecord): Promise<Added> => {
      const service = services.getBufferService({ tenantKey: scope.tenantKey, userKey });
      try {
        return await service.follow(scope, sessionId, appended, incoming, once, waitFor);
      } catch (error) {
        if (error instanceof MemfuseError && error.code === 'not_found') return gone;
        throw error;
      }
    };
    const added = session ? await follow(session) : gone;
    const place = { user_id: userId, agent_id: agentId, session_id: sessionId, session_name: session?.name ?? null };
    return created('Memories added successfully', { ...place, ...adding.present(added, waitFor) }, replayed);
  });

  route(memories.search, async ({ caller: { scope }, deadlines, body }) => {
    const detail = body.fields === 'all' ? 'all' : 'new';
    const asked = await answer(deadlines, () => find.byName(scope, body), body, detail);
    const { message, results, degraded, tookMs, headers } = asked;
    return ok(message, { ...idsOf(asked), results, total: results.length, degraded, took_ms: tookMs }, headers);
  });

  route(memories.context, async ({ caller: { scope }, deadlines, body }) => {
    const { asking, message, data, headers } = await contextFor(deadlines, () => find.byName(scope, body), body);
    return ok(message, { ...idsOf(asking), ...data }, headers);
  });
};
