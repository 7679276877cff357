import type { Clause } from '../../../text/clauses/clause.ts';
import type { Tagger } from '../../../text/clauses/tagger.ts';

/** A message as extraction reads it. */
export interface ExtractTurn {
  /** The key of the message. */
  readonly key: number;
  readonly role: string;
  /** Whether the message came with a name of its own: then a person speaks, whatever the role. */
  readonly isNamed: boolean;
  /** Who speaks: the message's own name, or that of the user or the agent. */
  readonly speaker: string;
  readonly content: string;
  readonly createdAtMs: number;
  /** Whether it stands before the messages to be read, and only helps to understand them. */
  readonly isContext: boolean;
}

/** What extraction reads sentences with. */
export interface Reader {
  readonly tagger: Tagger;
}

export interface Sentence {
  readonly clauses: readonly Clause[];
  readonly isQuestion: boolean;
  /** Whether it ends with a sign. */
  readonly isEnded: boolean;
}

/** A turn with what its words tell, as the models see it. */
export interface ReadTurn {
  readonly turn: ExtractTurn;
  /** Who is spoken to, as far as the turns before tell. */
  readonly other: string;
  readonly sentences: readonly Sentence[];
  /** The turn before it of somebody else; null for none. */
  readonly before: ExtractTurn | null;
  /** Whether that turn ends with a question. */
  readonly isAsked: boolean;
  /** The stems of that turn. */
  readonly askedStems: ReadonlySet<string>;
  /** Whether the first sentence is put together of that question and its answer. */
  readonly isJoined: boolean;
  /** Whether a stem was said before in the session. */
  readonly isKnown: (stem: string) => boolean;
}
