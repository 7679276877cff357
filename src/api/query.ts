import { z } from 'zod';
import { AnyObject } from './kept-json.ts';
import { Metadata, Role } from './messages.ts';
import { operation } from './operation.ts';
import {
  DocumentType,
  Id,
  Instant,
  LaxBoolean,
  LaxInteger,
  LaxNumber,
  LocalInstant,
  maybe,
  Timestamp,
} from './scalars.ts';

export const MAX_TOP_K = 1_000;
/** What one filter may name: sessions, agents, roles, types. */
const MAX_FILTER_VALUES = 100;
const MAX_DEADLINE_MS = 600_000;

export const DeadlineMs = maybe(LaxNumber.pipe(z.number().positive().max(MAX_DEADLINE_MS))).meta({
  description: 'Longest time that the answer may take; `degraded` says what was left out to keep it.',
});

export const MinScore = maybe(LaxNumber.pipe(z.number().min(0).max(1))).meta({
  description:
    'Leave out results whose score is lower. A score is the chance that a result answers the question, so that one bound holds for all questions and memories.',
  example: 0.5,
});

export const QueryResult = z
  .object({
    id: Id,
    content: z.string(),
    score: z.number().min(0).max(1),
    type: DocumentType,
    role: z.string().nullable(),
    created_at: Timestamp.nullable(),
    updated_at: Timestamp.nullable(),
    metadata: z.object({
      user_id: Id,
      agent_id: Id.nullable(),
      session_id: Id.nullable(),
      session_name: z.string().nullable(),
      scope: z.literal(['in_session', 'cross_session']).nullable(),
      level: z
        .int()
        .meta({ description: '0: as it was said or stated. 1: an episode, 2: a fact, which were made from messages.' }),
      message_ids: z
        .array(Id)
        .optional()
        .meta({ description: 'Of a fact or an episode: the messages that it was made from, the newest first.' }),
      valid_from: Timestamp.nullable().optional(),
      valid_to: Timestamp.nullable().optional(),
      state: z.literal(['active', 'superseded', 'retracted']).optional(),
      retrieval: z.object({
        source: z.string(),
        duplicates: z
          .int()
          .optional()
          .meta({ description: 'How many results were left out because they say the same as this one.' }),
      }),
    }),
    name: z.string().nullable().optional().meta({ description: 'With `fields: "all"`: who spoke.' }),
    message_metadata: AnyObject.nullable().optional().meta({
      description: 'With `fields: "all"`: the metadata that was sent with the message.',
    }),
    explain: z
      .array(z.object({ step: z.string(), score: z.number(), note: z.string() }))
      .optional()
      .meta({
        description: 'With `explain: true`: what each step of the ranking added to the score, the largest first.',
      }),
  })
  .meta({ id: 'QueryResult' });

const keysOf = (what: string) => maybe(z.array(z.string()).min(1).max(MAX_FILTER_VALUES)).meta({ description: what });

export const QueryFilters = z
  .strictObject({
    session_ids: keysOf('Only messages of these sessions.'),
    agent_ids: keysOf('Only messages of sessions with these agents.'),
    roles: maybe(z.array(Role).min(1).max(MAX_FILTER_VALUES)).meta({
      description: 'Tool results have the role `tool`, also those that were sent as parts of a message of the user.',
    }),
    types: maybe(z.array(DocumentType).min(1).max(MAX_FILTER_VALUES)),
    levels: maybe(
      z
        .array(z.literal([0, 1, 2]))
        .min(1)
        .max(MAX_FILTER_VALUES),
    ).meta({
      description:
        '0: messages and knowledge. 1: episodes, 2: facts, both found by their own words. Absent: messages and knowledge, and a fact where it holds in place of what a message says.',
    }),
    created_from: maybe(Instant).meta({ description: 'This moment or later.' }),
    created_to: maybe(Instant).meta({ description: 'This moment or earlier.' }),
    metadata: maybe(Metadata).meta({ description: 'What the metadata sent with a message must hold, value by value.' }),
  })
  .meta({ id: 'QueryFilters' });

/** What the answers of query and context say in headers. */
export const ReportHeaders = z.object({
  'Server-Timing': z
    .string()
    .meta({ description: 'How long the request and its steps took.', example: 'search;dur=3.201, total;dur=3.912' }),
  'X-Memfuse-Degraded': z.string().meta({
    description:
      'What of the request could not be done: quoted texts with commas between them; empty when everything was done.',
  }),
});

/** Fields that clients of the old server do not know. */
const NEW_FIELDS = ['explain', 'fields', 'filters', 'as_of', 'deadline_ms', 'min_score'] as const;

/** Whether a request asks for more than the old server knew, so that its answer may say more. Null is as good as absent. */
export const usesNewFields = (body: { readonly [F in (typeof NEW_FIELDS)[number]]?: unknown }): boolean =>
  NEW_FIELDS.some((field) => body[field] !== undefined && body[field] !== null);

export const EXAMPLE_QUESTION = 'What is Rex afraid of?';

/** A question to calls that the old server did not have. */
export const Question = z.string().refine((text) => text.trim() !== '', {
  error: 'Input should be a question in words; this one is empty',
});

/** What a question may say beside whose memory it is about. */
export const queryFields = {
  top_k: LaxInteger.pipe(z.int().max(MAX_TOP_K))
    .default(5)
    .meta({
      description: 'Most results; none for zero and less.',
      override: { maximum: MAX_TOP_K, default: 5 },
    }),
  store_type: maybe(z.enum(['vector', 'graph', 'keyword', 'hybrid'])).meta({
    description:
      '`vector`: by meaning alone. `keyword`: by words alone. `graph`: the facts that name what the question names, or are connected with it over something else, and the messages that say them. Absent or `hybrid`: by words and meaning.',
  }),
  include_messages: LaxBoolean.default(true),
  include_knowledge: LaxBoolean.default(true),
  filters: maybe(QueryFilters),
  as_of: maybe(LocalInstant).meta({
    description:
      'Only what was said by then; "yesterday" and "last spring" are told from it, and all days by its offset. Absent: now, by UTC.',
    example: '2026-05-01T09:30:00+02:00',
  }),
  deadline_ms: DeadlineMs,
  min_score: MinScore,
  explain: maybe(LaxBoolean).meta({
    description: 'Each result lists what each step of the ranking added to its score.',
  }),
  fields: maybe(z.literal('all')).meta({ description: '`all` adds `name` and `message_metadata` to each result.' }),
};

export const QueryData = z.object({
  results: z.array(QueryResult),
  total: z.int(),
  degraded: z.array(z.string()).optional().meta({
    description:
      'With any of `explain`, `fields`, `filters`, `as_of`, `deadline_ms`, `min_score`: what could not be done.',
  }),
  took_ms: z.number().optional().meta({ description: 'With any of the same fields.' }),
});

export const queryUser = operation({
  id: 'queryUser',
  example: { query: EXAMPLE_QUESTION },
  method: 'post',
  path: '/users/{user_id}/query',
  tag: 'query',
  summary: 'Search the memory of a user with a question in plain words',
  access: 'read',
  body: z.object({
    query: z.string(),
    session_id: maybe(z.string()).meta({ description: '`scope` of each result says whether it is of this session.' }),
    agent_id: maybe(z.string()).meta({ description: 'Only messages of sessions with this agent.' }),
    ...queryFields,
  }),
  success: {
    status: 200,
    data: QueryData,
    headers: ReportHeaders,
  },
  refusals: [404],
});
