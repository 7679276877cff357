import type { OutboxTask } from '../contract/outbox.ts';
import type { WorkFacet } from '../contract/work.ts';
import type { Scheduler } from '../platform/scheduler.ts';
import type { RetrySettings } from './failed-try.ts';
import type { Draft } from './kinds/handlers.ts';
import type { TaskLife } from './task-lives.ts';
import type { WorkerSlotsContext } from './worker-slots.ts';

export interface BackgroundSettings extends RetrySettings {
  readonly workers: number;
  readonly queue_size: number;
  readonly lease: number;
}

/** The one that files the results of Workers. */
export interface Filer {
  /** Called when a task was taken from the outbox. */
  begun(task: OutboxTask): void;
  /** Takes the result of a Worker; the task is in the state `made` when it resolves. When it fails, the try has failed. */
  deliver(life: TaskLife, draft: Draft): Promise<void>;
}

export interface BackgroundContext extends WorkerSlotsContext {
  readonly work: WorkFacet;
  readonly settings: () => BackgroundSettings;
  /** How notices are tried again, which wait for somebody outside; null while nobody is told. */
  readonly noticeRetries?: () => RetrySettings | null;
  readonly scheduler: Scheduler;
  /** From 0 to 1, for the jitter of retries. */
  readonly random: () => number;
  /** Names this process in leases. */
  readonly owner: string;
  readonly filer: Filer;
  /** Called with each try of a task, from its start until its result was delivered. */
  readonly around?: (task: OutboxTask, run: () => Promise<void>) => Promise<void>;
  /** Called when there are tasks that are due and no Worker here is free for them, or that this process has put back as it ends. */
  readonly onBacklog?: () => void;
}
