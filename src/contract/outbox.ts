import type { QueuePlace, TaskKind } from './kinds.ts';
import type { Page, PageOf } from './pages.ts';
import type { Scope } from './records.ts';

export { TASK_KINDS, type TaskKind } from './kinds.ts';

/** Higher is served first. */
export const PRIORITY = { low: 1, normal: 2, high: 3, critical: 4 } as const;
export type Priority = (typeof PRIORITY)[keyof typeof PRIORITY];

/** A task that is done is no longer there. */
export const TASK_STATES = ['waiting', 'running', 'failed'] as const;
export type TaskState = (typeof TASK_STATES)[number];

/** A range of a session that a kind of background work still has to go over: what a processor needs to know. */
export interface OutboxTask extends QueuePlace {
  readonly key: number;
  readonly id: string;
  readonly kind: TaskKind;
  readonly tenantKey: number;
  readonly userKey: number;
  readonly sessionKey: number;
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly priority: Priority;
  /** Tries so far that failed. */
  readonly attempts: number;
  /** When it may run at the earliest. */
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
  /** Why it failed last; null when it never did, or when the messages have changed since. */
  readonly reason: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Null unless it waits. */
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
  /** Tasks that were done through this store since it was opened: a task goes with its outcome, and is counted only. */
  readonly done: number;
  /** Creation of the task that was filed first of those that wait; null when none does. */
  readonly oldestWaitingAt: number | null;
}

/** Messages of a session from one sequence to another, both included. */
export interface SequenceRange {
  readonly firstSequence: number;
  readonly lastSequence: number;
}

/** A stretch of a session whose work of one kind is not done. */
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
 * The durable list of background work, as people ask about it; `WorkFacet` has what a processor does. A task is written in
 * the transaction of the messages that it is about; messages that follow while it waits extend it.
 */
export interface OutboxFacet {
  /** The newest first. */
  list(scope: Scope, filter: TaskFilter, page: Page): Promise<PageOf<TaskRecord>>;
  get(scope: Scope, id: string): Promise<TaskRecord | null>;
  /** Lets a failed task run again from its first try. Answers it as it waits; null when there is no such failed task. */
  redrive(scope: Scope, id: string, at: number): Promise<TaskRecord | null>;
  /**
   * The same for failed tasks of a kind, or of every kind: those with the lowest keys, at most `limit`. Answers how many;
   * fewer than `limit` were all that there are.
   */
  redriveAll(
    scope: Scope,
    which: { readonly kind?: TaskKind | undefined; readonly limit: number },
    at: number,
  ): Promise<number>;
  counts(scope: Scope): Promise<TaskCounts>;
  /** What is not done of some messages of a session, in order of sequence. Errors: `not_found` of the session. */
  outstanding(scope: Scope, sessionId: string, range: SequenceRange): Promise<Outstanding[]>;
}
