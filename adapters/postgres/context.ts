import type { KindRules } from '../../src/contract/kinds.ts';
import type { OutboxTask, SequenceRange, TaskKind } from '../../src/contract/outbox.ts';
import type { Outcome } from '../../src/contract/work.ts';
import type { Ids } from '../../src/platform/ids.ts';
import type { Pool } from './pool.ts';
import type { Transaction } from './transaction.ts';

/** What the facets share. */
export interface Context {
  /** For requests. */
  readonly pool: Pool;
  /** For work that no request waits for, so that neither waits for the other's connections. */
  readonly background: Pool;
  readonly ids: Ids;
  readonly kinds: Readonly<Record<string, OpenKind>>;
  readonly tasks: Tasks;
  readonly derived: Derived;
}

export type MessagePlace = {
  readonly tenantKey: number;
  readonly userKey: number;
  readonly sessionKey: number;
  readonly sequence: number;
};

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

/** Whose rows are removed, when a session or a user is gone. */
export type Gone = { readonly of: 'session' | 'user'; readonly userKey: number; readonly key: number };

/** What is kept of one kind of background work, all in the transaction of the moment. */
export interface KindFiling<O extends Outcome = Outcome> {
  /** Whether something else than messages that an outcome was made from has changed since; absent when there is nothing else. */
  isOutdated?(tx: Transaction, outcome: O): Promise<boolean>;
  /** Files what was made, in place of what an earlier try made of the same range. */
  file(tx: Transaction, outcome: O): Promise<void>;
  /**
   * Takes away what was made of a message that was edited or deleted, with what was made together with it. Answers the ranges that
   * these covered.
   */
  void(tx: Transaction, message: ChangedMessage, change: 'edited' | 'deleted'): Promise<SequenceRange[]>;
  /**
   * Deletes rows of a session, or of a user, that is gone, as many as there is room for, in rows of a page each
   * (`row-removal.ts`). Answers what that took; 0 when none are left.
   */
  remove(tx: Transaction, gone: Gone, room: number): Promise<number>;
}

/** A kind of background work as this engine has it. */
export interface PostgresKind {
  readonly rules: KindRules;
  readonly open: (ids: Ids) => KindFiling;
}

/** The same in a store. */
export interface OpenKind {
  readonly rules: KindRules;
  readonly filing: KindFiling;
}

/** A message that changed, with the generation of that change. */
export interface ChangedMessage extends MessagePlace {
  readonly generation: number;
  readonly at: number;
}

/** The tasks that other writes file in their own transaction, which has locked the memory of their user. */
export interface Tasks {
  /** Newly added messages: grows the range that is open. */
  extend(tx: Transaction, task: NewTask): Promise<OutboxTask>;
  /** Messages that are nobody's work: the open ranges may not grow over them. */
  close(tx: Transaction, session: Omit<MessagePlace, 'sequence'>): Promise<void>;
  /** Messages that changed: a range of its own, beside the open one. */
  add(tx: Transaction, task: NewTask): Promise<void>;
  /** A message that changed: what was given up of it is tried again, from its first try. */
  revive(tx: Transaction, place: MessagePlace, at: number): Promise<void>;
  /** Whether a task of this kind covers the message. */
  covers(tx: Transaction, place: MessagePlace & { readonly kind: string }): Promise<boolean>;
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

/** What becomes of what was made of messages when these change, by the rules of each kind. */
export interface Derived {
  edited(tx: Transaction, message: ChangedMessage): Promise<void>;
  deleted(tx: Transaction, message: ChangedMessage): Promise<void>;
  /** Whether any kind derives its results again when a user, or an agent, has another name. */
  goesOverRenamed(whose: 'user' | 'agent'): boolean;
  /** The user or the agent of a session has another name. */
  renamed(tx: Transaction, session: RenamedSession, whose: 'user' | 'agent'): Promise<void>;
}
