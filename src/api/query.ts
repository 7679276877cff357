import { z } from 'zod';
import { operation } from './operation.ts';
import { Id, LaxBoolean, LaxInteger, maybe, Timestamp } from './scalars.ts';

export const MAX_TOP_K = 1_000;

export const QueryResult = z
  .object({
    id: Id,
    content: z.string(),
    score: z.number().min(0).max(1),
    type: z.literal(['message', 'knowledge']),
    role: z.string().nullable(),
    created_at: Timestamp.nullable(),
    updated_at: Timestamp.nullable(),
    metadata: z.object({
      user_id: Id,
      agent_id: Id.nullable(),
      session_id: Id.nullable(),
      session_name: z.string().nullable(),
      scope: z.literal(['in_session', 'cross_session']).nullable(),
      level: z.int(),
      retrieval: z.object({ source: z.string(), similarity: z.number().optional() }),
    }),
    name: z.string().nullable().optional().meta({ description: 'With `fields: "all"`: who spoke.' }),
    message_metadata: z
      .record(z.string(), z.unknown())
      .nullable()
      .optional()
      .meta({ description: 'With `fields: "all"`: the metadata that was sent with the message.' }),
  })
  .meta({ id: 'QueryResult' });

export const queryUser = operation({
  id: 'queryUser',
  method: 'post',
  path: '/users/{user_id}/query',
  tag: 'query',
  summary: 'Ask in plain words what is known',
  access: 'read',
  body: z.object({
    query: z.string(),
    session_id: maybe(z.string()).meta({ description: 'Tags each result as in or across this session.' }),
    agent_id: maybe(z.string()).meta({ description: 'Only messages of sessions with this agent.' }),
    top_k: LaxInteger.pipe(z.int().max(MAX_TOP_K))
      .default(5)
      .meta({
        description: 'Most results; none for zero and less.',
        override: ({ jsonSchema }) => {
          delete jsonSchema.minimum;
          Object.assign(jsonSchema, { maximum: MAX_TOP_K, default: 5 });
        },
      }),
    store_type: maybe(z.enum(['vector', 'graph', 'keyword', 'hybrid'])),
    include_messages: LaxBoolean.default(true),
    include_knowledge: LaxBoolean.default(true),
    fields: maybe(z.literal('all')).meta({ description: '`all` adds `name` and `message_metadata` to each result.' }),
  }),
  success: {
    status: 200,
    data: z.object({
      results: z.array(QueryResult),
      total: z.int(),
      degraded: z.array(z.string()).meta({ description: 'What was asked for and could not be done.' }),
      took_ms: z.number(),
    }),
  },
  refusals: [404],
});
