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
  /** What the client sent beside the text, such as tool calls: a JSON object; absent for text alone. */
  readonly source?: JsonText | null | undefined;
  /** Words of `source` by which search finds the message too. */
  readonly foundBy?: string | null | undefined;
  readonly createdAt: number;
}

/**
 * The background work that new messages need. The store writes a task of each kind in the transaction of the messages, or
 * extends the task of that kind that gathers the session's messages while it waits.
 */
export interface FollowingWork {
  readonly kinds: readonly TaskKind[];
  readonly priority: Priority;
  readonly at: number;
  /** When the task is due at the earliest. A task that is extended keeps its own time when that is earlier. */
  readonly dueAt: number;
}

/** The range of a round, and whose it is. */
export interface Round {
  readonly userKey: number;
  readonly sessionKey: number;
  readonly firstSequence: number;
  readonly lastSequence: number;
}

/** Which session a message belongs to, and its sequence there. */
export interface MessageLocation {
  readonly id: string;
  readonly sessionId: string;
  readonly sequence: number;
  /** When the chunk of the message was filed. While there is none, when the message was last written. */
  readonly updatedAt: number;
}

export interface Appended extends Created {
  /** Null when nothing was added: the list was empty, or an earlier request with the same claim added the messages. */
  readonly round: Round | null;
  /** The tasks that cover the round: new ones, and those that it extended. */
  readonly tasks: readonly OutboxTask[];
}

/** What `append` answers: also the user whose session it is. */
export interface AppendedToSession extends Appended {
  readonly userKey: number;
}

/**
 * Whose messages they are, by names. A user, agent or session of this name is used when it exists, and created under the id
 * beside the name when not. `isGiven` is false for a name that the client did not send and the server made up.
 */
export interface NamedConversation {
  readonly user: { readonly id: string; readonly name: string };
  /** An agent that is not given is used for a new session only: a session that exists keeps its agent. */
  readonly agent: { readonly id: string; readonly name: string; readonly isGiven: boolean };
  /** A session that is not given is always a new one. */
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
  /** The new source, as in `NewMessage`. Absent for text alone: the old source is then removed. */
  readonly source?: JsonText | null | undefined;
  readonly foundBy?: string | null | undefined;
  /** `name` and `metadata` stay as they are when absent. */
  readonly name?: string | null | undefined;
  readonly metadata?: JsonText | null | undefined;
}

export interface MessageOrder {
  /** `timestamp`: by creation time, and by sequence where times are equal. */
  readonly sortBy: 'timestamp' | 'id';
  readonly order: 'asc' | 'desc';
  /**
   * True: only messages whose `index` task no processor has taken, which are the newest of the session. False: only the
   * others. The first page decides it for all pages.
   */
  readonly buffered?: boolean | undefined;
}

/** A message that was stored before some time. */
export interface StoredBefore {
  readonly id: string;
  readonly tenantKey: number;
  readonly sessionId: string;
}

/**
 * The raw messages (M0). A verb fails with `not_found` for a session that the scope cannot see, and treats an id of another
 * session as missing. A batch takes effect as a whole or not at all. Every change increments the user's generation.
 */
export interface MessageFacet {
  /**
   * Adds messages to a session; they are on disk when it resolves. The messages of one call are one round, and their sequences
   * follow the last one of the session. Without `work` no task covers them, and tasks that gather earlier messages of the
   * session gather no more.
   * @example
   * const work = { kinds: ['index'], priority: PRIORITY.normal, at: now, dueAt: now + 5_000 } as const;
   * await store.messages.append(scope, 's1', [{ id: 'm1', role: 'user', content: 'Hello', ... }], undefined, work);
   * // { ids: ['m1'], replayed: false, userKey: 7, round: { userKey: 7, sessionKey: 12, firstSequence: 1, lastSequence: 1 },
   * //   tasks: [{ key: 1, kind: 'index', queueKey: 'session:12', firstSequence: 1, lastSequence: 1, ... }] }
   */
  append(
    scope: Scope,
    sessionId: string,
    messages: readonly NewMessage[],
    once?: Once,
    work?: FollowingWork,
  ): Promise<AppendedToSession>;
  /**
   * Adds messages to the session of these names, and creates the user, the agent and the session that do not exist, in one
   * transaction. Of several calls at once that name the same new user, one creates it and the others use it. Errors:
   * `forbidden` when a scope of one user names another user or a new agent; `invalid` when the agent is given and the session
   * has another; `name_taken` when a name that the server made up exists already.
   * @example
   * const conversation = {
   *   user: { id: 'u9', name: 'ann' }, // ann exists as u1, so u9 is not used
   *   agent: { id: 'a9', name: 'helper', isGiven: true },
   *   session: { id: 's9', name: 'ann-helper-1', isGiven: false },
   *   at: now,
   * };
   * await store.messages.appendByName(scope, conversation, messages); // { userId: 'u1', agentId: 'a1', sessionId: 's9', ids: ['m1'], ... }
   */
  appendByName(
    scope: Scope,
    conversation: NamedConversation,
    messages: readonly NewMessage[],
    once?: Once,
    work?: FollowingWork,
  ): Promise<AppendedByName>;
  /**
   * Lists the messages of a session.
   * @example await store.messages.list(scope, 's1', { sortBy: 'timestamp', order: 'desc' }, { after: null, limit: 10 });
   * // { rows: [{ id: 'm2', ... }, { id: 'm1', ... }], next: null }
   */
  list(scope: Scope, sessionId: string, order: MessageOrder, page: Page): Promise<PageOf<MessageRecord>>;
  /**
   * Reads messages in the order of `ids`. Errors: `not_found` of `message` with the ids that are missing.
   * @example await store.messages.read(scope, 's1', ['m2', 'm1']); // [{ id: 'm2', ... }, { id: 'm1', ... }]
   */
  read(scope: Scope, sessionId: string, ids: readonly string[]): Promise<MessageRecord[]>;
  /**
   * Changes messages. What was derived from them, such as chunks and vectors, is deleted in the same transaction, and tasks
   * that derive it again are written, due `at` once (`KindRules.derived`). Errors: those of `read`; `invalid` when a message
   * gets a `source` while its metadata has a key `source`, because answers show the one under the name of the other.
   * @example await store.messages.update(scope, 's1', [{ id: 'm1', role: 'user', content: 'Good morning' }], now);
   */
  update(scope: Scope, sessionId: string, changes: readonly MessageChange[], at: number): Promise<void>;
  /**
   * Deletes messages and what was derived from them. What was derived from them together with other messages, such as a chunk,
   * is derived again from the others. Errors: those of `read`.
   * @example await store.messages.delete(scope, 's1', ['m1'], now);
   */
  delete(scope: Scope, sessionId: string, ids: readonly string[], at: number): Promise<void>;
  /**
   * Lists the sequences of a session's messages, in order.
   * @example await store.messages.locations(scope, 's1', { after: null, limit: 10 });
   * // { rows: [{ id: 'm1', sessionId: 's1', sequence: 1, updatedAt: now }, ...], next: null }
   */
  locations(scope: Scope, sessionId: string, page: Page): Promise<PageOf<MessageLocation>>;
  /**
   * Lists the messages of all tenants that were stored before a time, the oldest first. An imported message counts from when it was
   * stored first.
   * @example await store.messages.storedBefore(Date.UTC(2026, 0, 1), { after: null, limit: 50 });
   * // { rows: [{ id: 'm1', tenantKey: 1, sessionId: 's1' }], next: null }
   */
  storedBefore(before: number, page: Page): Promise<PageOf<StoredBefore>>;
  /**
   * Finds the session and the sequence of a message; null when the scope sees no such message.
   * @example await store.messages.location(scope, 'm1'); // { id: 'm1', sessionId: 's1', sequence: 1, updatedAt: now }
   */
  location(scope: Scope, id: string): Promise<MessageLocation | null>;
}
