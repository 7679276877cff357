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
  /** Ids of the turns that answer it; none for what the conversation does not hold. */
  readonly evidence: readonly string[];
}

/** A conversation with its questions: one user's memory. */
export interface Conversation {
  readonly name: string;
  readonly kind: 'friends' | 'assistant';
  /** Of the user and the agent as they are created: who speaks when a turn names nobody. */
  readonly usualSpeakers: { readonly user: string; readonly assistant: string };
  readonly sessions: readonly { readonly id: string; readonly turns: readonly Turn[] }[];
  readonly questions: readonly Question[];
}

/** Between two turns of a session that have one date. */
export const TURN_MS = 30_000;

/** When the questions are asked, in epoch milliseconds: after the last turn. */
export const askedAt = ({ sessions }: Conversation): number =>
  Math.max(...sessions.flatMap(({ turns }) => turns.map(({ at }) => at))) + TURN_MS;
