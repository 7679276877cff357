import { chunks } from '../../api/chunks.ts';
import { notFound } from '../../contract/errors.ts';
import type { HttpDependencies } from '../context.ts';
import { ok } from '../envelope.ts';
import { refuse } from '../errors.ts';
import { parseChoice, parseLimit } from '../list-parameters.ts';
import type { Router } from '../route.ts';

const STORE_TYPES = ['vector', 'keyword', 'graph', 'hybrid'] as const;

type ListQuery = {
  limit?: string | undefined;
  sort_by?: string | undefined;
  order?: string | undefined;
  store_type?: string | undefined;
};

const storeTypeOf = (text: string | undefined) =>
  text === undefined ? null : parseChoice('store_type', text, STORE_TYPES, 'hybrid');

/** Nothing is chunked yet, so the lists are empty; what is asked for is checked as it will be. */
export const registerChunks = (route: Router, { services }: HttpDependencies): void => {
  const { store } = services;

  const checkList = (query: ListQuery): { storeType: string | null } => {
    parseLimit(query.limit);
    parseChoice('sort_by', query.sort_by, ['created_at', 'chunk_id', 'strategy'], 'created_at');
    parseChoice('order', query.order, ['asc', 'desc'], 'desc');
    return { storeType: storeTypeOf(query.store_type) };
  };
  const empty = (storeType: string | null, sessionId: string) => ({
    chunks: [],
    total_count: 0,
    session_id: sessionId,
    store_type: storeType ?? 'all',
  });

  route(chunks.ofSession, async ({ caller: { scope }, param, query }) => {
    const { storeType } = checkList(query);
    const id = param('session_id');
    if (!(await store.sessions.get(scope, id))) throw notFound('session', id);
    return ok(`Retrieved 0 chunks for session ${id}`, empty(storeType, id));
  });

  route(chunks.ofRound, async ({ caller: { scope }, param, query }) => {
    const { storeType } = checkList(query);
    const id = param('round_id');
    const sessionId = await store.messages.sessionOfRound(scope, id);
    if (sessionId === null) throw notFound('round', id);
    return ok(`Retrieved 0 chunks for round ${id}`, { ...empty(storeType, sessionId), round_id: id });
  });

  route(chunks.stats, async ({ caller: { scope }, query }) => {
    const { user_id: userId, session_id: sessionId } = query;
    if (!userId) {
      throw refuse(400, 'user_id', 'user_id is required for chunks stats', 'user_id parameter is required');
    }
    const storeType = storeTypeOf(query.store_type);
    if (!(await store.users.get(scope, userId))) throw notFound('user', userId);
    const session = sessionId === undefined ? null : await store.sessions.get(scope, sessionId);
    if (sessionId !== undefined && session?.userId !== userId) throw notFound('session', sessionId);
    const filters = { user_id: userId, session_id: sessionId ?? null, store_type: storeType };
    return ok('Chunk statistics retrieved successfully', { total_chunks: 0, by_store: {}, filters });
  });
};
