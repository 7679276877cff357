import { askedAt, type Conversation, type Question } from './conversation.ts';
import type { Outcome } from './figures.ts';

/** Sends a request to an API, its path without the prefix, and returns the `data` of its answer; errors on a refusal. */
// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
export type Call = (method: string, path: string, body?: unknown) => Promise<any>;

/** A conversation that a server holds as one user's memory. */
export interface Told {
  readonly conversation: Conversation;
  readonly userId: string;
  /** By the message's id. */
  readonly turnIds: ReadonlyMap<string, string>;
}

/** What a server found for a question. */
export interface Answer {
  readonly conversation: Conversation;
  readonly question: Question;
  /** Ids of turns, the best first. */
  readonly found: readonly string[];
  /** Of the first result; 0 when there is none. */
  readonly bestScore: number;
}

/** Questions are asked when the facts are there, which take a second of a long session. */
const WHEN_EXTRACTED = '?wait_for=extracted&timeout_ms=30000';
type Result = { readonly id: string; readonly metadata: { readonly message_ids?: readonly string[] } };

/** Messages that one request adds. */
const BATCH = 50;
/** As many results as the deepest figure looks at. */
export const TOP_K = 20;

/** Creates the one agent that all users talk to. */
export const createAgent = async (call: Call): Promise<string> =>
  (await call('POST', '/agents', { name: 'assistant' })).agent.id;

/** Creates the conversation's user, and adds all sessions and messages, each said when it was said. */
export const tell = async (call: Call, conversation: Conversation, agentId: string): Promise<Told> => {
  const { user } = await call('POST', '/users', { name: conversation.usualSpeakers.user });
  const turnIds = new Map<string, string>();
  for (const { id, turns } of conversation.sessions) {
    const body = { user_id: user.id, agent_id: agentId, name: `${conversation.id} ${id}` };
    const { session } = await call('POST', '/sessions', body);
    for (let from = 0; from < turns.length; from += BATCH) {
      const batch = turns.slice(from, from + BATCH);
      const messages = batch.map(({ role, name, text, at }) => ({
        role,
        content: text,
        created_at: new Date(at).toISOString(),
        ...(name !== null && { name }),
      }));
      const wait = from + BATCH >= turns.length ? WHEN_EXTRACTED : '';
      const { message_ids } = await call('POST', `/sessions/${session.id}/messages${wait}`, { messages });
      batch.forEach((turn, i) => {
        turnIds.set(message_ids[i], turn.id);
      });
    }
  }
  return { conversation, userId: user.id, turnIds };
};

/** Asks all questions of a conversation, one after the other. */
export const ask = async (call: Call, { conversation, userId, turnIds }: Told): Promise<Answer[]> => {
  const answers: Answer[] = [];
  for (const question of conversation.questions) {
    // What is asked as of a time finds nothing later, so a cut question needs no filter.
    const as_of = new Date(askedAt(conversation, question)).toISOString();
    const { results } = await call('POST', `/users/${userId}/query`, { query: question.text, top_k: TOP_K, as_of });
    // What was made from messages counts as the newest of them.
    const found = results.map(({ id, metadata }: Result) => {
      const said = metadata.message_ids?.[0] ?? id;
      return turnIds.get(said) ?? said;
    });
    answers.push({ conversation, question, found, bestScore: results[0]?.score ?? 0 });
  }
  return answers;
};

/** Where the evidence of each question was found; without questions that have none. */
export const outcomesOf = (answers: readonly Answer[]): Map<Question, Outcome> => {
  const outcomes = new Map<Question, Outcome>();
  for (const { conversation, question, found } of answers) {
    const { category, evidence } = question;
    if (evidence.length === 0) continue;
    const places = evidence.map((id) => found.indexOf(id)).filter((place) => place >= 0);
    outcomes.set(question, { category, group: conversation.kind, evidence: evidence.length, places });
  }
  return outcomes;
};
