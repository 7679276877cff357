import type { Created, Once } from './once.ts';
import type { MessageRecord, Role, Scope } from './records.ts';

export interface NewMessage {
  readonly id: string;
  readonly role: Role;
  readonly content: string;
  readonly name: string | null;
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly createdAt: number;
}

export interface MessageChange {
  readonly id: string;
  readonly role: Role;
  readonly content: string;
  /** Absent keeps what is there. */
  readonly name?: string | null | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | null | undefined;
}

export interface MessageListOptions {
  readonly limit: number;
  /** `timestamp`: creation time, then the order of arrival. */
  readonly sortBy: 'timestamp' | 'id';
  readonly order: 'asc' | 'desc';
}

/**
 * The raw messages (M0). Every verb names the session and answers `not_found` for one that the scope cannot see; an id
 * of another session counts as missing. Batches are all or nothing.
 */
export interface MessageFacet {
  /** On disk when it resolves. The messages of a call are one round, numbered on from the session's last. */
  append(scope: Scope, sessionId: string, messages: readonly NewMessage[], once?: Once): Promise<Created>;
  list(scope: Scope, sessionId: string, options: MessageListOptions): Promise<MessageRecord[]>;
  /** In the order asked for. Errors: `not_found` of `message` with the missing ids. */
  read(scope: Scope, sessionId: string, ids: readonly string[]): Promise<MessageRecord[]>;
  /** Errors: as `read`. */
  update(scope: Scope, sessionId: string, changes: readonly MessageChange[], at: number): Promise<void>;
  /** Errors: as `read`. */
  delete(scope: Scope, sessionId: string, ids: readonly string[]): Promise<void>;
  /** The id of the session that holds a round, null when there is no such round: it goes by the id of its first message. */
  sessionOfRound(scope: Scope, roundId: string): Promise<string | null>;
}
