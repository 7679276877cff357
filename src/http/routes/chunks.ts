import { chunks } from '../../api/chunks.ts';
import { formatInstant } from '../../api/scalars.ts';
import type { ChunkListOptions, ChunkRecord } from '../../contract/chunks.ts';
import { notFound } from '../../contract/errors.ts';
import type { HttpDependencies } from '../context.ts';
import { ok } from '../envelope.ts';
import { refuse } from '../errors.ts';
import { parseChoice, parseLimit } from '../list-parameters.ts';
import type { Router } from '../route.ts';

const STORE_TYPES = ['vector', 'keyword', 'graph', 'hybrid'] as const;
type StoreType = (typeof STORE_TYPES)[number];

type ListQuery = {
  limit?: string | undefined;
  sort_by?: string | undefined;
  order?: string | undefined;
  store_type?: string | undefined;
};

const storeTypeOf = (text: string | undefined): StoreType | null =>
  text === undefined ? null : parseChoice('store_type', text, STORE_TYPES, 'hybrid');

/** Every chunk can be found by its words, those with an embedding by that too, and none by a graph. */
const filterFor = (storeType: StoreType | null): { embeddedOnly: boolean; none: boolean } => ({
  embeddedOnly: storeType === 'vector',
  none: storeType === 'graph',
});

const present = ({ id, content, ...chunk }: ChunkRecord) => ({
  chunk_id: id,
  content,
  metadata: {
    session_id: chunk.sessionId,
    strategy: chunk.strategy,
    token_count: chunk.tokenCount,
    message_ids: chunk.messageIds,
    embedded: chunk.embedded,
    created_at: formatInstant(chunk.createdAt),
  },
});

export const registerChunks = (route: Router, { services }: HttpDependencies): void => {
  const { store } = services;

  const parse = (query: ListQuery): { options: ChunkListOptions; storeType: StoreType | null; none: boolean } => {
    const limit = parseLimit(query.limit);
    const sortBy = parseChoice('sort_by', query.sort_by, ['created_at', 'chunk_id', 'strategy'], 'created_at');
    const order = parseChoice('order', query.order, ['asc', 'desc'], 'desc');
    const storeType = storeTypeOf(query.store_type);
    const { embeddedOnly, none } = filterFor(storeType);
    return { options: { limit, sortBy, order, embeddedOnly }, storeType, none };
  };
  const list = (found: { chunks: ChunkRecord[]; total: number }, sessionId: string, storeType: StoreType | null) => ({
    chunks: found.chunks.map(present),
    total_count: found.total,
    session_id: sessionId,
    store_type: storeType ?? 'all',
  });
  const NOTHING = { chunks: [], total: 0 };

  route(chunks.ofSession, async ({ caller: { scope }, param, query }) => {
    const { options, storeType, none } = parse(query);
    const id = param('session_id');
    const found = await store.chunks.ofSession(scope, id, options);
    const data = list(none ? NOTHING : found, id, storeType);
    return ok(`Retrieved ${data.chunks.length} chunks for session ${id}`, data);
  });

  route(chunks.ofRound, async ({ caller: { scope }, param, query }) => {
    const { options, storeType, none } = parse(query);
    const id = param('round_id');
    const found = await store.chunks.ofRound(scope, id, options);
    const data = { ...list(none ? NOTHING : found, found.sessionId, storeType), round_id: id };
    return ok(`Retrieved ${data.chunks.length} chunks for round ${id}`, data);
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
    const { total, embedded } = await store.chunks.count(scope, userId, sessionId);
    const byStore = { vector: embedded, keyword: total, graph: 0 };
    const counted = storeType === null || storeType === 'hybrid' ? total : byStore[storeType];
    const filters = { user_id: userId, session_id: sessionId ?? null, store_type: storeType };
    return ok('Chunk statistics retrieved successfully', { total_chunks: counted, by_store: byStore, filters });
  });
};
