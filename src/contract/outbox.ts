import type { QueuePosition, TaskKind } from './kinds.ts';
import type { Page, PageOf } from './pages.ts';
import type { Scope } from './records.ts';

export { TASK_KINDS, type TaskKind } from './kinds.ts';

/** Tasks of a higher priority run first. */
export const PRIORITY = { low: 1, normal: 2, high: 3, critical: 4 } as const;
export type Priority = (typeof PRIORITY)[keyof typeof PRIORITY];

/** The states of a task. A task that is done is deleted in the transaction of its outcome. */
export const TASK_STATES = ['waiting', 'running', 'failed'] as const;
export type TaskState = (typeof TASK_STATES)[number];

/** Background work of one kind that is left to do on a range of a session, as a processor sees it. */
export interface OutboxTask extends QueuePosition {
  readonly key: number;
  readonly id: string;
  readonly kind: TaskKind;
  readonly tenantKey: number;
  readonly userKey: number;
  readonly sessionKey: number;
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly priority: Priority;
  /** How many tries have failed. */
  readonly attempts: number;
  /** The earliest time at which it may run. */
  readonly dueAt: number;
}

/** A task as a person sees it. */
export interface TaskRecord {
  readonly key: number;
  readonly id: string;
  readonly kind: TaskKind;
  readonly userId: string;
  readonly sessionId: string;
  readonly state: TaskState;
  readonly attempts: number;
  /** Why the last try failed; null when none has, or when the messages have changed since. */
  readonly reason: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** When the next try is due; null unless the task is waiting. */
  readonly nextAttemptAt: number | null;
}

export interface TaskFilter {
  readonly state?: TaskState | undefined;
  readonly kind?: TaskKind | undefined;
}

export interface TaskCounts {
  readonly waiting: number;
  readonly running: number;
  readonly failed: number;
  /** Tasks that were done through this store since it was opened. They are counted in memory, because their rows are deleted. */
  readonly done: number;
  /** When the oldest of the waiting tasks was created; null when none is waiting. */
  readonly oldestWaitingAt: number | null;
}

/** Messages of a session from one sequence to another, both included. */
export interface SequenceRange {
  readonly firstSequence: number;
  readonly lastSequence: number;
}

/** A range of a session whose work of one kind is not done. */
export interface Outstanding {
  readonly kind: TaskKind;
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly state: TaskState;
  readonly attempts: number;
  readonly reason: string | null;
  readonly updatedAt: number;
}

/**
 * The outbox, the durable list of background work, as people ask about it; `WorkFacet` has the verbs of a processor. The store
 * writes a task in the transaction of its messages, and extends it by the messages that follow while it waits to be taken.
 */
export interface OutboxFacet {
  /**
   * Lists tasks, the newest first. The filter keeps those of a state, of a kind, or of both.
   * @example await store.outbox.list(scope, { state: 'failed' }, { after: null, limit: 10 }); // { rows: [{ id: 't1', reason: '...', ... }], next: null }
   */
  list(scope: Scope, filter: TaskFilter, page: Page): Promise<PageOf<TaskRecord>>;
  /**
   * Reads a task; null when the scope sees none.
   * @example await store.outbox.get(scope, 't1'); // { id: 't1', state: 'failed', attempts: 4, ... }
   */
  get(scope: Scope, id: string): Promise<TaskRecord | null>;
  /**
   * Sets a failed task to waiting, with no failed tries. Answers the task; null when there is no failed task of this id.
   * @example await store.outbox.redrive(scope, 't1', now); // { id: 't1', state: 'waiting', attempts: 0, ... }
   */
  redrive(scope: Scope, id: string, at: number): Promise<TaskRecord | null>;
  /**
   * Sets up to `limit` failed tasks of a kind, or of every kind, to waiting, those with the lowest keys first. Answers how many
   * it set: fewer than `limit` means that no failed task is left.
   * @example while ((await store.outbox.redriveAll(scope, { kind: 'index', limit: 100 }, now)) === 100);
   */
  redriveAll(
    scope: Scope,
    which: { readonly kind?: TaskKind | undefined; readonly limit: number },
    at: number,
  ): Promise<number>;
  /**
   * Writes tasks of a kind for everything that is stored in all tenants, unless that has been done with this version of the kind, for
   * some sessions at a time. True when nothing is left to write. With version 0, for a kind that is turned off, it only forgets with
   * which version that was done.
   * @example while (!(await store.outbox.derive('extract', 2, now)));
   */
  derive(kind: TaskKind, version: number, at: number): Promise<boolean>;
  /**
   * Counts tasks by state.
   * @example await store.outbox.counts(scope); // { waiting: 2, running: 1, failed: 0, done: 40, oldestWaitingAt: 1790000000000 }
   */
  counts(scope: Scope): Promise<TaskCounts>;
  /**
   * Lists the work that is not done on a range of a session, in order of sequence: one entry for each task that overlaps the
   * range. Errors: `not_found` of the session.
   * @example await store.outbox.outstanding(scope, 's1', { firstSequence: 1, lastSequence: 9 });
   * // [{ kind: 'index', firstSequence: 7, lastSequence: 12, state: 'waiting', ... }]: messages 1 to 6 are indexed
   */
  outstanding(scope: Scope, sessionId: string, range: SequenceRange): Promise<Outstanding[]>;
}
