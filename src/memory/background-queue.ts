import type { OutboxTask, Priority } from '../contract/outbox.ts';

/** A task in memory: the durable task, and when and how urgently it is to run, which may have moved since. */
export interface BackgroundTask extends OutboxTask {
  readonly priority: Priority;
  readonly dueAt: number;
}

/** What the queue does not hand out for now, such as a session whose earlier task still runs. */
export type IsBlocked = (task: BackgroundTask) => boolean;

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

  /** Takes out the most urgent tasks that are due, at most `limit` and at most one of each session and kind. */
  take(now: number, limit: number, isBlocked: IsBlocked): BackgroundTask[] {
    const due = [...this.#tasks.values()].filter((task) => task.dueAt <= now && !isBlocked(task));
    const taken = new Map<string, BackgroundTask>();
    for (const task of due.sort(moreUrgent)) {
      const lane = `${task.kind}:${task.sessionKey}`;
      if (taken.size === limit && !taken.has(lane)) break;
      // Within a session what was said first comes first, however urgent what follows.
      const earlier = taken.get(lane);
      if (!earlier || task.firstSequence < earlier.firstSequence) taken.set(lane, task);
    }
    for (const { key } of taken.values()) this.#tasks.delete(key);
    return [...taken.values()];
  }

  /** When the next task is due, null when the queue is empty. May lie in the past. */
  nextDueAt(): number | null {
    let next: number | null = null;
    for (const { dueAt } of this.#tasks.values()) if (next === null || dueAt < next) next = dueAt;
    return next;
  }

  /** Takes tasks out unrun, for instance because their session is gone. */
  drop(keys: readonly number[]): void {
    for (const key of keys) this.#tasks.delete(key);
  }

  clear(): void {
    this.#tasks.clear();
  }
}
