/** One turn of a conversation, as it is posted. */
export interface Turn {
  readonly id: string;
  readonly role: 'user' | 'assistant';
  /** Sent as the message's `name`; null leaves it to the role. */
  readonly name: string | null;
  readonly text: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface Question {
  readonly text: string;
  readonly category: string;
  /** Ids of the turns that answer it. */
  readonly evidence: readonly string[];
  /** Ids of older turns that the evidence contradicts: it has to stand above them. */
  readonly stale: readonly string[];
  /** False for what the conversation does not hold. */
  readonly answerable: boolean;
  /** When it is asked, in epoch milliseconds; null for after the last turn. */
  readonly asOf: number | null;
  /** Whether only what was said by `asOf` may be found. */
  readonly cut: boolean;
}

/** What somebody noted of a conversation. */
export interface Noted {
  readonly text: string;
  /** Ids of the turns that say it. */
  readonly turns: readonly string[];
}

export interface Session {
  readonly id: string;
  readonly turns: readonly Turn[];
  /** What somebody wrote of it; absent when nobody did. */
  readonly summary?: string;
}

/** A conversation with its questions: one user's memory. */
export interface Conversation {
  readonly id: string;
  /** What it is like, such as `friends` or `assistant`; figures are told by kind. */
  readonly kind: string;
  /** Of the user and the agent as they are created: who speaks when a turn names nobody. */
  readonly usualSpeakers: { readonly user: string; readonly assistant: string };
  /** In order of time, as are the turns of each. */
  readonly sessions: readonly Session[];
  readonly questions: readonly Question[];
  /** The facts that people, or a large model, noted of it; empty when nobody did. */
  readonly facts: readonly Noted[];
}

/** What a file says of a conversation. */
export type ReadConversation = Omit<Conversation, 'usualSpeakers'>;

/** Between two turns of a session that have one date. */
export const TURN_MS = 30_000;

/** When a question is asked, in epoch milliseconds. */
export const askedAt = ({ sessions }: Conversation, { asOf }: Question): number =>
  asOf ?? Math.max(...sessions.flatMap(({ turns }) => turns.map(({ at }) => at))) + TURN_MS;

/** The turns that may answer a question: the first so many of the conversation's, which are in order of time. */
export const turnsFor = ({ sessions }: Conversation, { asOf, cut }: Question): Turn[] => {
  const turns = sessions.flatMap((session) => session.turns);
  const later = cut && asOf !== null ? turns.findIndex(({ at }) => at > asOf) : -1;
  return later < 0 ? turns : turns.slice(0, later);
};
