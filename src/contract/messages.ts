import type { Created, Once } from './once.ts';
import type { OutboxTask, Priority, TaskKind } from './outbox.ts';
import type { Page, PageOf } from './pages.ts';
import type { JsonText, MessageRecord, Role, Scope } from './records.ts';

export interface NewMessage {
  readonly id: string;
  readonly role: Role;
  readonly content: string;
  readonly name: string | null;
  readonly metadata: JsonText | null;
  /** What it came with beside its text: a JSON object; absent for text alone. */
  readonly source?: JsonText | null | undefined;
  /** What search finds it by beside its content: words of what it came with. */
  readonly foundBy?: string | null | undefined;
  readonly createdAt: number;
}

/** The background work that newly added messages give, filed in their transaction. */
export interface FollowingWork {
  readonly kinds: readonly TaskKind[];
  readonly priority: Priority;
  readonly at: number;
  /** When it is due. An open task that takes the messages in is due then as well, or when it was, whichever is earlier. */
  readonly dueAt: number;
}

/** Where a round was put. */
export interface Round {
  readonly userKey: number;
  readonly sessionKey: number;
  readonly firstSequence: number;
  readonly lastSequence: number;
}

/** Where a message stands in its session. */
export interface Place {
  readonly id: string;
  readonly sessionId: string;
  readonly sequence: number;
  /** When its chunk was filed; while it has none, when it was itself written last. */
  readonly updatedAt: number;
}

export interface Appended extends Created {
  /** Null when nothing was added: the list was empty, or an earlier request had added it. */
  readonly round: Round | null;
  /** The tasks that cover the round now. */
  readonly tasks: readonly OutboxTask[];
}

/** What was added to a session by its id, and whose it is. */
export interface AppendedToSession extends Appended {
  readonly userKey: number;
}

/** Whose messages they are, by names. What has no such name yet is made, under the id beside it. */
export interface NamedConversation {
  readonly user: { readonly id: string; readonly name: string };
  /** One that was not asked for is made for a new session only: a session that is there keeps its agent. */
  readonly agent: { readonly id: string; readonly name: string; readonly isGiven: boolean };
  /** One whose name was made up is new. */
  readonly session: { readonly id: string; readonly name: string; readonly isGiven: boolean };
  readonly at: number;
}

export interface AppendedByName extends Appended {
  readonly userId: string;
  readonly agentId: string;
  readonly sessionId: string;
}

export interface MessageChange {
  readonly id: string;
  readonly role: Role;
  readonly content: string;
  /** What the new content came with; absent for text alone, which takes away what the old one came with. */
  readonly source?: JsonText | null | undefined;
  readonly foundBy?: string | null | undefined;
  /** Absent keeps what is there. */
  readonly name?: string | null | undefined;
  readonly metadata?: JsonText | null | undefined;
}

export interface MessageOrder {
  /** `timestamp`: creation time, then the order of arrival. */
  readonly sortBy: 'timestamp' | 'id';
  readonly order: 'asc' | 'desc';
  /**
   * True: only messages that nobody had taken to work on when the first page was asked for, always the newest of the
   * session. False: only the others.
   */
  readonly buffered?: boolean | undefined;
}

/**
 * The raw messages (M0). Every verb names the session and answers `not_found` for one that the scope cannot see; an id
 * of another session counts as missing. Batches are all or nothing.
 */
export interface MessageFacet {
  /** On disk when it resolves. The messages of a call are one round, numbered on from the session's last. */
  append(
    scope: Scope,
    sessionId: string,
    messages: readonly NewMessage[],
    once?: Once,
    work?: FollowingWork,
  ): Promise<AppendedToSession>;
  /**
   * The same for a user, an agent and a session by their names, all in one transaction: of many calls at once that name
   * what is not there one makes it. Errors: `forbidden` for a scope of one user that names another, or a new agent;
   * `invalid` when an agent is asked for and the session is with another; `name_taken` by a made-up name.
   */
  appendByName(
    scope: Scope,
    conversation: NamedConversation,
    messages: readonly NewMessage[],
    once?: Once,
    work?: FollowingWork,
  ): Promise<AppendedByName>;
  list(scope: Scope, sessionId: string, order: MessageOrder, page: Page): Promise<PageOf<MessageRecord>>;
  /** In the order asked for. Errors: `not_found` of `message` with the missing ids. */
  read(scope: Scope, sessionId: string, ids: readonly string[]): Promise<MessageRecord[]>;
  /**
   * What was made of the messages is void, and making it anew is background work due `at` once. Errors: as `read`; `invalid`
   * when a message would get a `source` and keeps metadata with a key of that name, under which it is shown.
   */
  update(scope: Scope, sessionId: string, changes: readonly MessageChange[], at: number): Promise<void>;
  /** As `update`, for what was made of them and their neighbours together. Errors: as `read`. */
  delete(scope: Scope, sessionId: string, ids: readonly string[], at: number): Promise<void>;
  /** The places of a session's messages, in order of sequence. */
  places(scope: Scope, sessionId: string, page: Page): Promise<PageOf<Place>>;
  /** Null when there is no such message. */
  place(scope: Scope, id: string): Promise<Place | null>;
}
