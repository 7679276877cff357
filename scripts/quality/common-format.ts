import { z } from 'zod';
import { type ReadConversation, TURN_MS } from './conversation.ts';

const time = z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'no time');

const turn = z.object({
  id: z.string(),
  role: z.enum(['user', 'assistant']),
  name: z.string().nullish(),
  text: z.string(),
  at: time.nullish(),
});

const question = z.object({
  id: z.string(),
  question: z.string(),
  as_of: time.nullish(),
  cut: z.boolean().optional(),
  category: z.string(),
  evidence_turns: z.array(z.string()),
  evidence_sessions: z.array(z.string()),
  stale_turns: z.array(z.string()).optional(),
  answer: z.string(),
  answerable: z.boolean(),
});

const fact = z.object({
  text: z.string(),
  evidence_turns: z.array(z.string()),
  evidence_sessions: z.array(z.string()).optional(),
  at: time.nullable(),
  kind: z.enum(['new', 'update']),
  supersedes: z.array(z.number()),
});

const conversation = z.object({
  id: z.string(),
  sessions: z.array(z.object({ id: z.string(), at: time.nullable(), turns: z.array(turn) })),
  questions: z.array(question),
  facts: z.array(fact),
});

/** A file of conversations of one kind; test/quality/conversations/README.md says what the fields mean. */
export const commonFile = z.object({ conversations: z.array(conversation) });

/** A turn without a time of its own follows the one before it; without its session's time it has none, NaN. */
const readTurns = ({ at, turns }: z.output<typeof conversation>['sessions'][number]) =>
  turns.map(({ name, ...said }, i) => ({
    ...said,
    name: name ?? null,
    at: Date.parse(said.at ?? at ?? '') + (said.at ? 0 : i * TURN_MS),
  }));

/** A heading that some sets put before a fact. */
const TOPIC = /^【[^】]*】\s*/;

/** The conversations of a file in the common format, all of one kind. */
export const readCommon = (kind: string, { conversations }: z.output<typeof commonFile>): ReadConversation[] =>
  conversations.map(({ id, sessions, questions, facts }) => ({
    id,
    kind,
    sessions: sessions.map((session) => ({ id: session.id, turns: readTurns(session) })),
    questions: questions.map(({ question: text, category, evidence_turns, stale_turns, answerable, as_of, cut }) => ({
      text,
      category,
      evidence: evidence_turns,
      stale: stale_turns ?? [],
      answerable,
      asOf: as_of ? Date.parse(as_of) : null,
      cut: cut ?? false,
    })),
    facts: facts.map(({ text, evidence_turns }) => ({ text: text.replace(TOPIC, ''), turns: evidence_turns })),
  }));
