import { LRUCache } from 'lru-cache';
import { sha256Hex } from '../platform/digest.ts';
import type { Dialect, Reply } from './dialect.ts';
import type { Who } from './recall.ts';
import { type Fields, gistOf, type Turn } from './turn.ts';

/** Replies whose conversation is remembered, for requests that go on from one. */
const MAX_REPLIES = 10_000;
const DIGITS = 16;

/**
 * A name for a conversation by how it began, up to the first reply: each later request repeats that. Null while there is no
 * reply.
 */
const nameByBeginning = (turns: readonly Turn[], agent: string | null): string | null => {
  const first = turns.findIndex(({ role }) => role === 'assistant');
  if (first < 0) return null;
  const gists = turns.slice(0, first + 1).map(gistOf);
  return `chat ${sha256Hex(JSON.stringify([agent, ...gists])).slice(0, DIGITS)}`;
};

/**
 * The sessions of conversations whose requests name none: by what the endpoint calls the conversation, by the reply that the
 * request goes on from, or by how the conversation began.
 */
export const createSessionNames = () => {
  const byReply = new LRUCache<string, string>({ max: MAX_REPLIES });
  const keyOf = (user: string, id: string): string => JSON.stringify([user, id]);
  return {
    /** The name of the conversation that a request goes on with; null for one that begins. */
    before: (dialect: Dialect, body: Fields, turns: readonly Turn[], { user, agent }: Who): string | null => {
      const conversation = dialect.conversationIn(body);
      if (conversation !== null) return `conversation ${sha256Hex(conversation).slice(0, DIGITS)}`;
      const id = dialect.previousReplyIn(body);
      if (id !== null) return byReply.get(keyOf(user, id)) ?? `reply ${sha256Hex(id).slice(0, DIGITS)}`;
      return nameByBeginning(turns, agent);
    },
    /** The name under which turns and the reply to them are remembered; it is kept for what goes on from the reply. */
    after: (turns: readonly Turn[], { turn, id }: Reply, { user, agent, session }: Who): string => {
      const name = session ?? (nameByBeginning([...turns, turn], agent) as string);
      if (id !== null) byReply.set(keyOf(user, id), name);
      return name;
    },
  };
};

export type SessionNames = ReturnType<typeof createSessionNames>;
