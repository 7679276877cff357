import { LRUCache } from 'lru-cache';
import { NOTICES } from '../contract/kinds.ts';
import type { OutboxTask, Priority } from '../contract/outbox.ts';
import type { Scope } from '../contract/records.ts';

/** A task in memory: the durable task, and when and how urgently it is to run, which may have moved since. */
export interface BackgroundTask extends OutboxTask {
  readonly priority: Priority;
  readonly dueAt: number;
}

/** Whether a task must wait, for instance because another task of its queue still runs. */
export type IsBlocked = (task: BackgroundTask) => boolean;

/** The queue of a task: tasks of one kind and queue key, which run one after the other. */
export const queueOf = ({ kind, queueKey }: OutboxTask): string => `${kind} ${queueKey}`;

/** A task that is offered again, as urgent as it was or is by now. */
export const asUrgent = (task: BackgroundTask, before: OutboxTask): BackgroundTask => ({
  ...task,
  priority: Math.max(before.priority, task.priority) as Priority,
  dueAt: Math.min(before.dueAt, task.dueAt),
});

/** Users whose last turn is remembered. Others count as if they had had none. */
const MOST_USERS = 10_000;

/**
 * The bounded queue before the Workers. It holds references to tasks of the outbox, so a full queue loses nothing: what
 * it does not take waits on disk and is fed to it later. A task that is offered again is the same task grown.
 */
export class BackgroundQueue {
  readonly capacity: number;
  readonly #tasks = new Map<number, BackgroundTask>();
  /**
   * The tasks by queue, each queue in order of position. `take` and `nextDueAt` run with every task that ends: with 1,000 tasks
   * they took 290 us when they sorted tasks into queues each time, and 30 us with this map.
   */
  readonly #queues = new Map<string, BackgroundTask[]>();
  /** How many tasks each user has in it. */
  readonly #ofUsers = new Map<number, number>();
  /** When each user last had a task taken, in turns: one after the other, so that an import delays nobody by more than a task. */
  readonly #turns = new LRUCache<number, number>({ max: MOST_USERS });
  #turn = 0;

  readonly #onRemoved: (task: BackgroundTask) => void;

  /** @param onRemoved called with a task that gave way to one of another user, and is in the outbox alone from then on. */
  constructor(capacity: number, onRemoved: (task: BackgroundTask) => void = () => {}) {
    this.capacity = capacity;
    this.#onRemoved = onRemoved;
  }

  get size(): number {
    return this.#tasks.size;
  }

  /** How many notices are in it. */
  get notices(): number {
    return this.#tasks.values().reduce((count, { kind }) => count + (kind === NOTICES ? 1 : 0), 0);
  }

  /** How many tasks of a tenant, or of one user, are in it. */
  sizeOf({ tenantKey, userKey }: Scope): number {
    const isTheirs = (task: BackgroundTask): boolean =>
      task.tenantKey === tenantKey && (userKey === null || task.userKey === userKey);
    return this.#tasks.values().reduce((size, task) => size + (isTheirs(task) ? 1 : 0), 0);
  }

  /** False when it is full and the task is not in it. A task keeps the more urgent of its old and new priority and time. */
  offer(task: BackgroundTask): boolean {
    const held = this.#tasks.get(task.key);
    if (!held && this.#tasks.size >= this.capacity && !this.#makeRoomFor(task)) return false;
    this.#put(held ? asUrgent(task, held) : task);
    return true;
  }

  /** Makes the tasks of a session due now, at this priority at the least. */
  expedite(sessionKey: number, priority: Priority, now: number): void {
    for (const task of this.#tasks.values()) {
      if (task.sessionKey === sessionKey) this.offer({ ...task, priority, dueAt: Math.min(task.dueAt, now) });
    }
  }

  /** Makes everything due now: a clock that was ahead put it off. */
  rewind(now: number): void {
    for (const task of [...this.#tasks.values()]) this.#put({ ...task, dueAt: Math.min(task.dueAt, now) });
  }

  /** Takes out the most urgent tasks that are due, at most `limit`, of users in turn; of each queue only the first can be taken, and of notices one. */
  take(now: number, limit: number, isBlocked: IsBlocked): BackgroundTask[] {
    const taken = new Set<BackgroundTask>();
    let hasNotice = false;
    while (taken.size < limit) {
      let best: BackgroundTask | null = null;
      for (const [head] of this.#queues.values()) {
        if (!head || head.dueAt > now || taken.has(head)) continue;
        if (best && this.#comesFirst(best, head) < 0) continue;
        if (hasNotice && head.kind === NOTICES) continue;
        if (!isBlocked(head)) best = head;
      }
      if (!best) break;
      taken.add(best);
      hasNotice ||= best.kind === NOTICES;
      this.#turn += 1;
      this.#turns.set(best.userKey, this.#turn);
    }
    for (const task of taken) this.#remove(task);
    return [...taken];
  }

  /** When the next task can be taken, null when none can. May lie in the past. */
  nextDueAt(isBlocked: IsBlocked): number | null {
    let next: number | null = null;
    for (const [head] of this.#queues.values()) {
      if (head && (next === null || head.dueAt < next) && !isBlocked(head)) next = head.dueAt;
    }
    return next;
  }

  /** The most urgent first; of those as urgent that of the user whose last turn is longest ago, then the one that was due first. */
  #comesFirst(a: BackgroundTask, b: BackgroundTask): number {
    const turnOf = ({ userKey }: BackgroundTask): number => this.#turns.get(userKey) ?? 0;
    return b.priority - a.priority || turnOf(a) - turnOf(b) || a.dueAt - b.dueAt || a.key - b.key;
  }

  /**
   * When it is full: takes out a task of the user who has the most, which is found in the outbox again, for one of a user who has
   * fewer. False when nobody has more, or theirs are more urgent.
   */
  #makeRoomFor({ userKey, priority }: BackgroundTask): boolean {
    const countOf = (user: number): number => this.#ofUsers.get(user) ?? 0;
    let most = userKey;
    for (const user of this.#ofUsers.keys()) if (countOf(user) > countOf(most)) most = user;
    if (countOf(most) <= countOf(userKey) + 1) return false;
    let last: BackgroundTask | null = null;
    for (const task of this.#tasks.values()) {
      if (task.userKey !== most || task.priority > priority) continue;
      if (!last || task.dueAt > last.dueAt || (task.dueAt === last.dueAt && task.key > last.key)) last = task;
    }
    if (last) {
      this.#remove(last);
      this.#onRemoved(last);
    }
    return last !== null;
  }

  #put(task: BackgroundTask): void {
    const held = this.#tasks.get(task.key);
    if (held) this.#leaveQueue(held);
    else this.#ofUsers.set(task.userKey, (this.#ofUsers.get(task.userKey) ?? 0) + 1);
    this.#tasks.set(task.key, task);
    const queue = this.#queues.get(queueOf(task)) ?? [];
    const after = queue.findIndex(({ position }) => position > task.position);
    queue.splice(after < 0 ? queue.length : after, 0, task);
    this.#queues.set(queueOf(task), queue);
  }

  #remove(task: BackgroundTask): void {
    this.#tasks.delete(task.key);
    this.#leaveQueue(task);
    const left = (this.#ofUsers.get(task.userKey) ?? 1) - 1;
    if (left > 0) this.#ofUsers.set(task.userKey, left);
    else this.#ofUsers.delete(task.userKey);
  }

  #leaveQueue(task: BackgroundTask): void {
    const queue = (this.#queues.get(queueOf(task)) ?? []).filter((other) => other !== task);
    if (queue.length > 0) this.#queues.set(queueOf(task), queue);
    else this.#queues.delete(queueOf(task));
  }
}
