import type { OutboxTask, Priority } from '../contract/outbox.ts';

/** A task in memory: the durable task, and when and how urgently it is to run, which may have moved since. */
export interface BackgroundTask extends OutboxTask {
  readonly priority: Priority;
  readonly dueAt: number;
}

/** What the queue does not hand out for now, such as a session whose earlier task still runs. */
export type IsBlocked = (task: BackgroundTask) => boolean;

/** Tasks of one lane run one after the other. */
export const laneOf = ({ kind, sessionKey }: OutboxTask): string => `${kind}:${sessionKey}`;

const moreUrgent = (a: BackgroundTask, b: BackgroundTask): number =>
  b.priority - a.priority || a.dueAt - b.dueAt || a.key - b.key;

/**
 * The bounded queue before the Workers. It holds references to tasks of the outbox, so a full queue loses nothing: what
 * it does not take waits on disk and is fed to it later. A task that is offered again is the same task grown.
 */
export class BackgroundQueue {
  readonly capacity: number;
  readonly #tasks = new Map<number, BackgroundTask>();

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get size(): number {
    return this.#tasks.size;
  }

  has(key: number): boolean {
    return this.#tasks.has(key);
  }

  /** False when it is full and the task is not in it. A task keeps the more urgent of its old and new priority and time. */
  offer(task: BackgroundTask): boolean {
    const held = this.#tasks.get(task.key);
    if (!held && this.#tasks.size >= this.capacity) return false;
    const priority = held && held.priority > task.priority ? held.priority : task.priority;
    const dueAt = held ? Math.min(held.dueAt, task.dueAt) : task.dueAt;
    this.#tasks.set(task.key, { ...task, priority, dueAt });
    return true;
  }

  /** Makes the tasks of a session due now, at this priority at the least. */
  expedite(sessionKey: number, priority: Priority, now: number): void {
    for (const task of this.#tasks.values()) {
      if (task.sessionKey === sessionKey) this.offer({ ...task, priority, dueAt: Math.min(task.dueAt, now) });
    }
  }

  /** Takes out the most urgent tasks that are due, at most `limit`, of each session and kind what was said first. */
  take(now: number, limit: number, isBlocked: IsBlocked): BackgroundTask[] {
    const ready = this.#heads(isBlocked).filter(({ dueAt }) => dueAt <= now);
    const taken = ready.sort(moreUrgent).slice(0, Math.max(0, limit));
    for (const { key } of taken) this.#tasks.delete(key);
    return taken;
  }

  /** When the next task can be taken, null when none can. May lie in the past. */
  nextDueAt(isBlocked: IsBlocked): number | null {
    let next: number | null = null;
    for (const { dueAt } of this.#heads(isBlocked)) if (next === null || dueAt < next) next = dueAt;
    return next;
  }

  /** The first task of each session and kind: what follows it waits for it, also while it waits for a retry. */
  #heads(isBlocked: IsBlocked): BackgroundTask[] {
    const heads = new Map<string, BackgroundTask>();
    for (const task of this.#tasks.values()) {
      if (isBlocked(task)) continue;
      const lane = laneOf(task);
      const head = heads.get(lane);
      if (!head || task.firstSequence < head.firstSequence) heads.set(lane, task);
    }
    return [...heads.values()];
  }

  /** Takes tasks out unrun, for instance because their session is gone. */
  drop(keys: readonly number[]): void {
    for (const key of keys) this.#tasks.delete(key);
  }

  clear(): void {
    this.#tasks.clear();
  }
}
