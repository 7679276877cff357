import { z } from 'zod';
import { limitParameter, orderParameter } from './lists.ts';
import { operation } from './operation.ts';
import { EXAMPLE_ID, Id } from './scalars.ts';

const Chunk = z
  .object({ chunk_id: Id, content: z.string(), metadata: z.record(z.string(), z.unknown()) })
  .meta({ id: 'Chunk' });

const StoreTypeParameter = z
  .string()
  .optional()
  .meta({ description: '`vector`, `keyword`, `graph` or `hybrid`.', example: 'vector' });

const ChunkListQuery = z.object({
  limit: limitParameter,
  sort_by: z.string().optional().meta({ description: '`created_at` (default), `chunk_id` or `strategy`.' }),
  order: orderParameter,
  store_type: StoreTypeParameter,
});

const ChunkList = z.object({
  chunks: z.array(Chunk),
  total_count: z.int(),
  session_id: Id,
  store_type: z.string(),
});

export const chunks = {
  ofSession: operation({
    id: 'listSessionChunks',
    method: 'get',
    path: '/sessions/{session_id}/chunks',
    tag: 'chunks',
    summary: 'List the chunks made of a session',
    access: 'read',
    query: ChunkListQuery,
    success: { status: 200, data: ChunkList },
    refusals: [400, 404],
  }),
  ofRound: operation({
    id: 'listRoundChunks',
    method: 'get',
    path: '/rounds/{round_id}/chunks',
    tag: 'chunks',
    summary: 'List the chunks made of the messages of one POST',
    access: 'read',
    query: ChunkListQuery,
    success: { status: 200, data: ChunkList.extend({ round_id: Id }) },
    refusals: [400, 404],
  }),
  stats: operation({
    id: 'chunkStats',
    method: 'get',
    path: '/chunks/stats',
    tag: 'chunks',
    summary: 'Count the chunks of a user',
    access: 'read',
    query: z.object({
      user_id: z.string().optional().meta({ description: 'Required.', example: EXAMPLE_ID }),
      session_id: z.string().optional(),
      store_type: StoreTypeParameter,
    }),
    success: {
      status: 200,
      data: z.object({
        total_chunks: z.int(),
        by_store: z.record(z.string(), z.int()),
        filters: z.object({
          user_id: Id,
          session_id: Id.nullable(),
          store_type: z.string().nullable(),
        }),
      }),
    },
    refusals: [400, 404],
  }),
};
