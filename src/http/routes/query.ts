import { queryUser } from '../../api/query.ts';
import { formatInstant } from '../../api/scalars.ts';
import { notFound } from '../../contract/errors.ts';
import type { Found } from '../../retrieval/search.ts';
import type { HttpDependencies } from '../context.ts';
import { ok } from '../envelope.ts';
import { refuse } from '../errors.ts';
import { createLimits } from '../limits.ts';
import type { Router } from '../route.ts';

/** Which of the old server's stores a result would have come from. */
const SOURCE = 'keyword_store';
/** Messages and knowledge are raw memory. */
const LEVEL = 0;

/** Ways of searching that do not exist yet; the answer says that it went without them. */
const MISSING_STORES = new Set(['vector', 'graph', 'hybrid']);

const present = (found: Found, userId: string, sessionId: string | null, full: boolean) => {
  const { session } = found;
  const scope =
    sessionId === null || session === null ? null : session.id === sessionId ? 'in_session' : 'cross_session';
  return {
    id: found.id,
    content: found.content,
    score: found.score,
    type: found.kind,
    role: found.role,
    created_at: formatInstant(found.createdAt),
    updated_at: formatInstant(found.updatedAt),
    metadata: {
      user_id: userId,
      agent_id: session?.agentId ?? null,
      session_id: session?.id ?? null,
      session_name: session?.name ?? null,
      scope,
      level: LEVEL,
      retrieval: { source: SOURCE },
    },
    ...(full && { name: found.name, message_metadata: found.metadata }),
  };
};

export const registerQuery = (route: Router, { services }: HttpDependencies): void => {
  const { store, config } = services;
  const limits = createLimits(() => config.current.server);

  route(queryUser, async ({ caller: { scope }, param, body }) => {
    const startedMs = performance.now();
    limits.text(['query'], body.query);
    const userId = param('user_id');
    const user = await store.users.get(scope, userId);
    if (!user) throw notFound('user', userId);
    const sessionId = body.session_id ?? null;
    if (sessionId !== null && (await store.sessions.get(scope, sessionId))?.userId !== userId) {
      throw refuse(404, 'session_id', `Session '${sessionId}' not found for user '${userId}'`);
    }
    const agentId = body.agent_id ?? null;
    const agent = agentId === null ? null : await store.agents.get(scope, agentId);
    if (agentId !== null && !agent) throw refuse(404, 'agent_id', `Agent '${agentId}' not found`);

    const owner = { tenantKey: scope.tenantKey, userKey: user.key };
    const found = await services.getBufferService(owner).query({
      ...owner,
      question: body.query,
      topK: body.top_k,
      agentKey: agent?.key ?? null,
      kinds: [
        ...(body.include_messages ? ['message' as const] : []),
        ...(body.include_knowledge ? ['knowledge' as const] : []),
      ],
    });
    const results = found.map((item) => present(item, userId, sessionId, body.fields === 'all'));
    const degraded = MISSING_STORES.has(body.store_type ?? '')
      ? [`store_type ${body.store_type}: searched by words`]
      : [];
    const took_ms = Math.round((performance.now() - startedMs) * 1_000) / 1_000;
    const data = { results, total: results.length, degraded, took_ms };
    if (results.length > 0) return ok(`Found ${results.length} results`, data);
    const sessions = await store.sessions.list(scope, { userId, agentId: agentId ?? undefined });
    return ok(sessions.length > 0 ? 'No results found from BufferService' : 'No sessions found for query', data);
  });
};
