import { z } from 'zod';
import { operation } from './operation.ts';
import { DeadlineMs, EXAMPLE_QUESTION, MinScore, Question, ReportHeaders } from './query.ts';
import { DocumentType, Id, LaxInteger, LocalInstant, maybe, Timestamp } from './scalars.ts';

export const MAX_CONTEXT_TOKENS = 200_000;

/** What the request for a block may say beside whose memory it is about. */
export const contextFields = {
  max_tokens: LaxInteger.pipe(z.int().min(1).max(MAX_CONTEXT_TOKENS))
    .default(2_000)
    .meta({
      description: 'Most tokens (o200k) of the block.',
      override: { minimum: 1, maximum: MAX_CONTEXT_TOKENS, default: 2_000 },
    }),
  format: z.literal(['text', 'messages']).default('text').meta({
    description: '`text`: one block with numbered sources. `messages`: chat messages, in the same order.',
  }),
  as_of: maybe(LocalInstant).meta({
    description:
      'Only what was said by then; "yesterday" is told from it, and all days by its offset. Absent: now, by UTC.',
    example: '2026-05-01T09:30:00+02:00',
  }),
  deadline_ms: DeadlineMs,
  min_score: MinScore.meta({
    description:
      'Make the block of results with this score or a higher one; when there is none, it says that nothing is known. Absent: of all results, and an empty block for none.',
  }),
};

export const ContextData = z.object({
  context: z.union([
    z.string(),
    z.array(z.object({ role: z.string(), content: z.string(), name: z.string().optional() })),
  ]),
  tokens: z.int(),
  citations: z
    .array(
      z.object({
        id: Id,
        type: DocumentType,
        session_id: Id.nullable(),
        created_at: Timestamp,
      }),
    )
    .meta({ description: 'The results that the block holds; the first is [1] in the text.' }),
  truncated: z.boolean().meta({ description: 'Whether results are left out or cut.' }),
  degraded: z.array(z.string()).meta({ description: 'What of the request could not be done.' }),
});

export const contextOfUser = operation({
  id: 'contextOfUser',
  example: { query: EXAMPLE_QUESTION, max_tokens: 200 },
  method: 'post',
  path: '/users/{user_id}/context',
  tag: 'query',
  summary: 'Search the memory of a user and answer a block of text for a prompt',
  access: 'read',
  body: z.strictObject({
    query: Question,
    session_id: maybe(z.string()).meta({ description: 'The conversation that the block is for; its turns say so.' }),
    agent_id: maybe(z.string()).meta({ description: 'Only messages of sessions with this agent.' }),
    ...contextFields,
  }),
  success: {
    status: 200,
    data: ContextData,
    headers: ReportHeaders,
  },
  refusals: [404],
});
