import { z } from 'zod';
import type { CalledData } from '../api/call.ts';
import { FACT_CATEGORY_NAMES, facts } from '../api/facts.ts';
import { MAX_LIST_LIMIT } from '../api/lists.ts';
import { Id } from '../api/scalars.ts';
import { asRecalled } from '../text/recalled.ts';
import { knownUserId, userIdOf } from './subject.ts';
import { CHANGES, READS, type ToolContext, tool } from './tool.ts';

const USUAL_FACTS = 50;

/** A fact as models need it: what it says, since when, and what it rests on. */
export const Fact = z.object({
  id: Id,
  text: z.string(),
  subject: z.string().describe('Whom or what it is about.'),
  category: z.string(),
  confidence: z.number().describe('From 0 to 1.'),
  valid_from: z.string().nullable(),
  valid_to: z.string().nullable(),
  state: z
    .string()
    .describe('`active`: it holds. `superseded`: a later one took its place. `retracted`: it was wrong.'),
  message_ids: z.array(Id).describe('The messages that say it.'),
});

type WireFact = CalledData<typeof facts.list>['facts'][number];

export const factOf = (fact: WireFact): z.output<typeof Fact> => {
  const { id, text, subject, category, confidence, valid_from, valid_to, state, message_ids } = fact;
  return { id, text, subject, category, confidence, valid_from, valid_to, state, message_ids };
};

export const factLine = ({ id, text, state }: Pick<WireFact, 'id' | 'text' | 'state'>): string =>
  `- ${text}${state === 'active' ? '' : ` (${state})`} [id ${id}]`;

const Listed = z.object({
  facts: z.array(Fact),
  next_cursor: z.string().nullable().describe('Send it as `cursor` for the next ones; null at the end.'),
});

type Filter = Readonly<Record<string, string>>;

const list = async (context: ToolContext, filter: Filter) => {
  const userId = await userIdOf(context);
  const { facts: found, next_cursor } =
    userId === null
      ? { facts: [], next_cursor: null }
      : await context.call(facts.list, { params: { user_id: userId }, query: filter });
  const more = next_cursor === null ? '' : '\nThere are more.';
  const text =
    found.length === 0
      ? 'No such facts are known. `recall` finds what was said.'
      : `${asRecalled(found.map(factLine).join('\n'))}${more}`;
  return { data: { facts: found.map(factOf), next_cursor }, text };
};

export const listFacts = tool({
  name: 'list_facts',
  title: 'List facts',
  description:
    'List the facts that are known about the user and the people and things they speak of, each with its id and since when it holds. Use it to show what is known, or to find the fact that is to be corrected or forgotten.',
  annotations: READS,
  input: z.object({
    category: z.enum(FACT_CATEGORY_NAMES).optional(),
    subject: z.string().min(1).optional().describe('Only facts about this person or thing.'),
    state: z.enum(['active', 'superseded', 'retracted', 'all']).optional().describe('Facts that hold when absent.'),
    as_of: z.string().optional().describe('Only what held at this time, ISO 8601.'),
    limit: z.int().min(1).max(MAX_LIST_LIMIT).default(USUAL_FACTS),
    cursor: z.string().optional().describe('The `next_cursor` of the page before.'),
  }),
  output: Listed,
  run: (context, { limit, ...filter }) => {
    const given = Object.entries(filter).filter(([, value]) => value !== undefined);
    return list(context, { ...(Object.fromEntries(given) as Record<string, string>), limit: String(limit) });
  },
});

/** The tool of this name in OpenMemory. */
export const listMemories = tool({
  name: 'list_memories',
  title: 'List memories',
  description: 'The same as `list_facts` without a filter, by its name in OpenMemory.',
  annotations: READS,
  input: z.object({}),
  output: Listed,
  run: (context) => list(context, { limit: String(MAX_LIST_LIMIT) }),
});

export const correct = tool({
  name: 'correct',
  title: 'Correct a fact',
  description:
    'Say how a fact truly is. Name the fact by its id, or by a question that it answers. What it said before stays in its history. Use it when the user says that something known is wrong, or has changed.',
  annotations: CHANGES,
  input: z.object({
    text: z.string().min(1).describe('The fact as it is, in a sentence that can be understood by itself.'),
    fact_id: z.string().min(1).optional(),
    query: z.string().min(1).optional().describe('A question that the wrong fact answers, instead of its id.'),
  }),
  output: z.object({ fact: Fact, replaced: z.string().describe('What it said before.') }),
  run: async (context, { text, fact_id, query }) => {
    const params = { user_id: await knownUserId(context) };
    const { fact, replaced } = await context.call(facts.correct, { params, body: { text, fact_id, query } });
    return { data: { fact: factOf(fact), replaced }, text: `It was: ${replaced}\nIt is now: ${fact.text}` };
  },
});
