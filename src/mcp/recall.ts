import { z } from 'zod';
import type { CalledData } from '../api/call.ts';
import { memories } from '../api/memories.ts';
import { DocumentType, Id } from '../api/scalars.ts';
import { asRecalled } from '../text/recalled.ts';
import { READS, type ToolContext, tool, unlessUnknown } from './tool.ts';

const MAX_RESULTS = 50;
const USUAL_RESULTS = 8;
const MAX_TOKENS = 20_000;
const USUAL_TOKENS = 1_000;

const query = z.string().min(1).describe('A question in plain words, such as "Where does she work?".');
const asOf = z
  .string()
  .optional()
  .describe('Only what was said by then, ISO 8601; "last week" is counted back from it. Now when absent.');

const Results = z.object({
  results: z.array(
    z.object({
      id: Id,
      text: z.string(),
      score: z.number().describe('The chance that it answers the question, from 0 to 1.'),
      type: DocumentType,
      role: z.string().nullable().describe('Who said it; null for what nobody said in a conversation.'),
      said_at: z.string().nullable(),
      session_id: Id.nullable(),
      session: z.string().nullable(),
    }),
  ),
  degraded: z.array(z.string()).describe('What of the search could not be done.'),
});

type Result = z.output<typeof Results>['results'][number];

const NONE: CalledData<typeof memories.search> = {
  ...{ user_id: '', agent_id: null, session_id: null },
  ...{ results: [], total: 0, degraded: [], took_ms: 0 },
};

const lineOf = ({ id, text, role, said_at }: Result): string =>
  `- ${said_at === null ? '' : `${said_at.slice(0, 10)} `}${role === null ? '' : `${role}: `}${text} [id ${id}]`;

const search = async (
  { call, user }: ToolContext,
  {
    asked,
    limit,
    minScore,
    as_of,
  }: { asked: string; limit: number; minScore?: number | undefined; as_of?: string | undefined },
) => {
  const body = { user, query: asked, top_k: limit, as_of, min_score: minScore, fields: 'all' as const };
  const found = await unlessUnknown(call(memories.search, { body }), NONE);
  const results = found.results.map(
    ({ id, content, score, type, role, created_at, metadata }): Result => ({
      ...{ id, text: content, score, type, role, said_at: created_at },
      ...{ session_id: metadata.session_id, session: metadata.session_name },
    }),
  );
  const words = results.length === 0 ? 'Nothing is remembered about that.' : results.map(lineOf).join('\n');
  return { data: { results, degraded: found.degraded ?? [] }, text: results.length === 0 ? words : asRecalled(words) };
};

export const recall = tool({
  name: 'recall',
  title: 'Recall',
  description:
    'Search what is remembered of the user with a question in plain words, and get the messages and facts that answer it, the best first, each with its id. Use it before you say that you do not know, and whenever an earlier conversation may matter.',
  annotations: READS,
  input: z.object({
    query,
    limit: z.int().min(1).max(MAX_RESULTS).default(USUAL_RESULTS).describe('Most results.'),
    min_score: z.number().min(0).max(1).optional().describe('Leave out what answers with a lower chance than this.'),
    as_of: asOf,
  }),
  output: Results,
  run: (context, { query: asked, limit, min_score: minScore, as_of }) =>
    search(context, { asked, limit, minScore, as_of }),
});

/** The tool of this name in OpenMemory. */
export const searchMemory = tool({
  name: 'search_memory',
  title: 'Search memory',
  description: 'The same as `recall`, by its name in OpenMemory.',
  annotations: READS,
  input: z.object({ query }),
  output: Results,
  run: (context, { query: asked }) => search(context, { asked, limit: USUAL_RESULTS }),
});

export const getContext = tool({
  name: 'get_context',
  title: 'Get context',
  description:
    'Get one block of text with what is remembered that bears on a question or a task, within a number of tokens, with dates and sources. Use it at the beginning of a conversation, or when many things may matter at once.',
  annotations: READS,
  input: z.object({
    query,
    max_tokens: z.int().min(1).max(MAX_TOKENS).default(USUAL_TOKENS).describe('Most tokens of the block.'),
    as_of: asOf,
  }),
  output: z.object({
    context: z.string().describe('Empty when nothing is remembered that bears on it.'),
    tokens: z.int(),
    citations: z
      .array(z.object({ id: Id, type: DocumentType, session_id: Id.nullable(), said_at: z.string() }))
      .describe('What the block is made of; the first is [1] in it.'),
    degraded: z.array(z.string()).describe('What of the search could not be done.'),
  }),
  run: async ({ call, user }, { query: asked, max_tokens, as_of }) => {
    const nothing = { context: '', tokens: 0, citations: [], truncated: false, degraded: [] };
    const ask = () => call(memories.context, { body: { user, query: asked, max_tokens, as_of, format: 'text' } });
    const { context, tokens, citations, degraded } = await unlessUnknown<
      typeof nothing | Awaited<ReturnType<typeof ask>>
    >(ask(), nothing);
    const block = typeof context === 'string' && context !== '' ? asRecalled(context) : '';
    const data = {
      ...{ context: block, tokens, degraded },
      citations: citations.map(({ id, type, session_id, created_at }) => ({
        id,
        type,
        session_id,
        said_at: created_at,
      })),
    };
    return { data, text: block === '' ? 'Nothing is remembered that bears on it.' : block };
  },
});
