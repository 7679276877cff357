import type { KindRules, TaskKind } from '../../../src/contract/kinds.ts';
import type { OutboxTask, SequenceRange } from '../../../src/contract/outbox.ts';
import type { Outcome } from '../../../src/contract/work.ts';
import type { Ids } from '../../../src/platform/ids.ts';
import type { Claims } from '../claims.ts';
import type { Connection } from '../connection.ts';
import type { Generations } from '../generations.ts';

/** What the writes of several facets share, all within the transaction of the moment. */
export interface WriteContext {
  readonly claims: Claims;
  readonly generations: Generations;
  readonly removals: Removals;
  readonly renamings: Renamings;
  readonly tasks: Tasks;
  readonly derived: Derived;
  readonly ids: Ids;
}

export type MessagePlace = { readonly tenantKey: number; readonly sessionKey: number; readonly sequence: number };

/** A task to be written. `generation` is that of the change that causes it. */
export interface NewTask extends SequenceRange {
  readonly tenantKey: number;
  readonly userKey: number;
  readonly sessionKey: number;
  readonly kind: TaskKind;
  readonly generation: number;
  readonly id: string;
  readonly priority: number;
  /** Tries so far that failed; none when absent. */
  readonly attempts?: number;
  readonly dueAt: number;
  readonly at: number;
}

/** How far a deletion has come. */
export interface RemovalState {
  readonly key: number;
  /** Nothing of it can be seen any more. */
  readonly isHidden: boolean;
  /** Rows of it are left. */
  readonly isPending: boolean;
}

/** The deletion of users, agents and sessions, in the transactions of the moment. */
export interface Removals {
  user(tenantKey: number, userKey: number): RemovalState;
  agent(tenantKey: number, agentKey: number): RemovalState;
  session(tenantKey: number, session: { readonly key: number; readonly userKey: number }): RemovalState;
}

/** How far a new name has come. */
export interface RenamingState {
  readonly key: number;
  /** The tasks of every session have been written. */
  readonly isDone: boolean;
}

/** New names, in the transactions of the moment. */
export interface Renamings {
  user(tenantKey: number, userKey: number, at: number): RenamingState;
  agent(tenantKey: number, agentKey: number, at: number): RenamingState;
}

/** A session whose user or agent has another name, with the generation of the user at that moment. */
export interface RenamedSession {
  readonly tenantKey: number;
  readonly userKey: number;
  readonly sessionKey: number;
  readonly lastSequence: number;
  readonly generation: number;
  readonly at: number;
}

/** The tasks that other writes file in their own transaction. */
export interface Tasks {
  /** Newly added messages: grows the range that is open. */
  extend(task: NewTask): OutboxTask;
  /** Messages that are nobody's work: the open ranges may not grow over them. */
  close(session: { readonly sessionKey: number }, tenantKey: number): void;
  /** Messages that changed: a range of its own, beside the open one. */
  add(task: NewTask): void;
  /** A message that changed: what was given up of it is tried again, from its first try. */
  revive(place: MessagePlace, at: number): void;
  /** Whether an open task of this kind covers the message. */
  covers(place: MessagePlace & { readonly kind: TaskKind }): boolean;
}

/** What is kept of one kind of background work. */
export interface KindFiling<O extends Outcome = Outcome> {
  /** Whether something else than messages that an outcome was made from has changed since; absent when there is nothing else. */
  isOutdated?(outcome: O): boolean;
  /** Files what was made, in place of what an earlier try made of the same range. */
  file(outcome: O): void;
  /**
   * Takes away what was made of a message that was edited or deleted, with what was made together with it. Answers the ranges that
   * these covered.
   */
  void(message: ChangedMessage, change: 'edited' | 'deleted'): SequenceRange[];
  /**
   * Deletes rows of a session, or of a user, that is gone, as many as there is room for, in rows of a page each
   * (`row-removal.ts`). Answers what that took; 0 when none are left.
   */
  remove(owner: { readonly of: 'session' | 'user'; readonly key: number }, room: number): number;
}

/** A kind of background work as this engine has it. */
export interface SqliteKind<O extends Outcome = Outcome> {
  readonly rules: KindRules;
  readonly open: (db: Connection, context: { readonly generations: Generations; readonly ids: Ids }) => KindFiling<O>;
}
export type SqliteKinds = Readonly<Record<string, SqliteKind>>;

/** A message that changed, with the generation of that change. */
export interface ChangedMessage extends MessagePlace {
  readonly userKey: number;
  readonly generation: number;
  readonly at: number;
}

/** What becomes of what was made of messages when these change, by the rules of each kind. */
export interface Derived {
  edited(message: ChangedMessage): void;
  deleted(message: ChangedMessage): void;
  /** Whether any kind derives its results again when a user, or an agent, has another name. */
  goesOverRenamed(whose: 'user' | 'agent'): boolean;
  /** The user or the agent of a session has another name. */
  renamed(session: RenamedSession, whose: 'user' | 'agent'): void;
}
