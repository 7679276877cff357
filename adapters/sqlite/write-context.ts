import type { KindRules, TaskKind } from '../../src/contract/kinds.ts';
import type { OutboxTask, SequenceRange } from '../../src/contract/outbox.ts';
import type { Outcome } from '../../src/contract/work.ts';
import type { Ids } from '../../src/platform/ids.ts';
import type { Claims } from './claims.ts';
import type { Connection } from './connection.ts';
import type { Generations } from './generations.ts';
import type { Removals } from './removals.ts';

/** What the writes of several facets share, all within the transaction of the moment. */
export interface WriteContext {
  readonly claims: Claims;
  readonly generations: Generations;
  readonly removals: Removals;
  readonly tasks: Tasks;
  readonly derived: Derived;
  readonly ids: Ids;
}

export type MessagePlace = { readonly tenantKey: number; readonly sessionKey: number; readonly sequence: number };

/** A range of a session that a kind of work has to go over. `generation` is that of the change that gives the work. */
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

/** Whose sessions: a user's, or those of the user with an agent. */
export interface SessionsOf {
  readonly tenantKey: number;
  readonly userKey: number;
  readonly agentKey: number | null;
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
  /** The same for all messages of some sessions, a task for each. */
  addSessions(kind: TaskKind, whose: SessionsOf): void;
  /** A message that changed: what was given up of it is tried again, from its first try. */
  revive(place: MessagePlace, at: number): void;
  /** Whether a message is about to be gone over by a kind anyway. */
  covers(place: MessagePlace & { readonly kind: TaskKind }): boolean;
}

/** What is kept of one kind of background work. */
export interface KindFiling {
  /** Files what was made, in place of what an earlier try made of the same range. */
  file(outcome: Outcome): void;
  /** Takes away what was made of a message, with what was made together with it. Answers the ranges that these covered. */
  void(place: MessagePlace): SequenceRange[];
}

/** A kind of background work as this engine has it. */
export interface SqliteKind {
  readonly rules: KindRules;
  readonly open: (db: Connection, context: { readonly generations: Generations }) => KindFiling;
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
  /** The user, or the agent of the sessions, has another name. */
  renamed(whose: SessionsOf): void;
}
