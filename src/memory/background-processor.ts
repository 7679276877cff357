import { isOutage, MemfuseError } from '../contract/errors.ts';
import type { OutboxFacet, OutboxTask, Priority } from '../contract/outbox.ts';
import type { Scheduler } from '../platform/scheduler.ts';
import { BackgroundQueue, laneOf } from './background-queue.ts';
import type { IndexDraft } from './index-task.ts';
import { Outage } from './outage.ts';
import { retryDelayMs } from './retry-delay.ts';
import { type WorkerReport, WorkerSlots, type WorkerSlotsContext } from './worker-slots.ts';

export interface BackgroundSettings {
  readonly workers: number;
  readonly queue_size: number;
  readonly max_retries: number;
  readonly retry_delay: number;
  readonly max_retry_delay: number;
  readonly lease: number;
}

export interface BackgroundContext extends WorkerSlotsContext {
  readonly outbox: OutboxFacet;
  readonly settings: () => BackgroundSettings;
  readonly scheduler: Scheduler;
  /** From 0 to 1, for the jitter of retries. */
  readonly random: () => number;
  /** Names this process in leases. */
  readonly owner: string;
  /** Told when a task is taken from the outbox. */
  readonly onStart: (task: OutboxTask) => void;
  /**
   * Takes over what a Worker made. From then on the task is the buffer's, which reports its end by `settle`. Errors: the
   * task failed.
   */
  readonly deliver: (task: OutboxTask, draft: IndexDraft) => Promise<void>;
}

/** How a task that was delivered came to its end. */
export type Settlement = 'done' | 'stale' | 'lost';

/** Pause between looks into the outbox for work that is not in memory. */
const FEED_INTERVAL_MS = 1_000;
/** Pause after the store could not be reached. */
const STORE_PAUSE_MS = 1_000;
/** How long it is remembered how urgently a task was asked for that could not be had. */
const REFUSED_MS = 10_000;

/** The longest that handing over what a Worker made may take: a model that embeds ten texts a second, and 1,000 messages. */
const DELIVERY_MS = 600_000;

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 500);

/**
 * Runs the tasks of the outbox in a few Workers: the most urgent first, those of a session one after the other, each
 * under a lease that is renewed while it is at work. A task that fails is tried again with growing pauses, then cut in
 * half until the one message that it fails for stands alone, which becomes a dead letter. An outage of what the tasks need
 * is waited for, as long as it takes. A Worker that gives no sign of life for the length of a lease is replaced.
 */
export class BackgroundProcessor {
  readonly #context: BackgroundContext;
  readonly #queue: BackgroundQueue;
  readonly #workers: WorkerSlots;
  /** Tasks under this process's lease, until their end. */
  readonly #held = new Map<number, OutboxTask>();
  /** Sessions with a task at work, which has not yet been delivered. */
  readonly #lanes = new Set<string>();
  /** Tasks that could not be had, such as those behind an edit: as urgent as they were asked for, and out of the way. */
  readonly #refused = new Map<number, { readonly task: OutboxTask; readonly until: number }>();
  readonly #atWork = new Set<Promise<void>>();
  readonly #outage: Outage;
  #stopped = true;
  #pumping = false;
  #pumpAt = Number.POSITIVE_INFINITY;
  readonly #isBlocked = (task: OutboxTask): boolean => this.#lanes.has(laneOf(task));
  #cancelPump: () => void = () => {};
  #cancelFeed: () => void = () => {};
  #cancelBeat: () => void = () => {};

  constructor(context: BackgroundContext) {
    this.#context = context;
    this.#queue = new BackgroundQueue(context.settings().queue_size);
    this.#workers = new WorkerSlots(context);
    this.#outage = new Outage(context);
  }

  /** Starts to serve; what a process before this one left behind is found when its lease has run out. */
  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#schedulePump(this.#context.clock.now());
    this.#feed();
    this.#beat();
  }

  /** Puts a task into the queue. False when it is full: the task is then found in the outbox later. */
  offer(task: OutboxTask): boolean {
    if (this.#held.has(task.key)) return true;
    const isTaken = this.#queue.offer(task);
    if (isTaken) this.#schedulePump(task.dueAt);
    return isTaken;
  }

  /** Makes what is queued of a session due now. */
  expedite(sessionKey: number, priority: Priority): void {
    const now = this.#context.clock.now();
    this.#queue.expedite(sessionKey, priority, now);
    this.#schedulePump(now);
  }

  /** Tells how a delivered task ended. */
  async settle(task: OutboxTask, settlement: Settlement): Promise<void> {
    if (!this.#held.delete(task.key) || settlement !== 'stale') return;
    const { outbox, clock, owner } = this.#context;
    await outbox.release([task.key], owner, clock.now());
    this.offer({ ...task, dueAt: clock.now() });
  }

  /** Tells that a delivered task could not be filed after all. */
  async failed(task: OutboxTask, error: unknown): Promise<void> {
    this.#held.delete(task.key);
    await this.#fail(task, error);
  }

  /**
   * Takes no new task, waits for those at work for `timeoutMs` at the most, then puts back what is still held. Delivered
   * tasks should be settled before.
   */
  async stop(timeoutMs: number): Promise<void> {
    this.#stopped = true;
    this.#cancelPump();
    this.#cancelFeed();
    await this.idle(timeoutMs);
    this.#cancelBeat();
  }

  /** Resolves when nothing is at work in a Worker, or after `timeoutMs`. */
  async idle(timeoutMs: number): Promise<void> {
    const timeUp = new Promise<void>((resolve) => {
      this.#context.scheduler.after(timeoutMs, resolve);
    });
    await Promise.race([this.#allDone(), timeUp]);
  }

  /** Puts back what is held and ends the Workers. Errors: those of the store, when the Workers have ended all the same. */
  async close(): Promise<void> {
    const { outbox, owner, clock } = this.#context;
    const keys = [...this.#held.keys()];
    this.#held.clear();
    const release = keys.length > 0 ? outbox.release(keys, owner, clock.now()) : null;
    const ends = await Promise.allSettled([release, this.#workers.close()]);
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  get queueSize(): number {
    return this.#queue.size;
  }

  /** When the task in memory that is due first is, or was, due; null when there is none. */
  get firstDueAt(): number | null {
    return this.#queue.nextDueAt(() => false);
  }

  get queueCapacity(): number {
    return this.#queue.capacity;
  }

  workers(): WorkerReport[] {
    return this.#workers.report();
  }

  async #allDone(): Promise<void> {
    while (this.#atWork.size > 0) await Promise.allSettled(this.#atWork);
  }

  #track(work: Promise<void>): Promise<void> {
    const tracked = work.finally(() => this.#atWork.delete(tracked));
    this.#atWork.add(tracked);
    return tracked;
  }

  #schedulePump(at: number): void {
    if (this.#stopped) return;
    const { clock, scheduler } = this.#context;
    this.#cancelPump();
    const next = Math.min(at, this.#pumpAt);
    this.#pumpAt = next;
    this.#cancelPump = scheduler.after(Math.max(0, next - clock.now()), () => void this.#pump());
  }

  /** Hands due tasks to free Workers. */
  async #pump(): Promise<void> {
    this.#pumpAt = Number.POSITIVE_INFINITY;
    if (this.#stopped || this.#pumping) return;
    this.#pumping = true;
    try {
      const now = this.#context.clock.now();
      const free = this.#outage.untilAt > now ? 0 : this.#freeSlots();
      const tasks = this.#queue.take(now, free, this.#isBlocked);
      if (tasks.length > 0) await this.#track(this.#start(tasks));
    } finally {
      this.#pumping = false;
    }
    const next = this.#freeSlots() > 0 ? this.#queue.nextDueAt(this.#isBlocked) : null;
    if (next !== null) this.#schedulePump(Math.max(next, this.#outage.untilAt));
  }

  #freeSlots(): number {
    return this.#context.settings().workers - this.#workers.busy;
  }

  /** Takes the leases of tasks in one write, then sets Workers to work on those that could be had. */
  async #start(tasks: readonly OutboxTask[]): Promise<void> {
    const { outbox, owner, clock, log, onStart } = this.#context;
    for (const task of tasks) this.#lanes.add(laneOf(task));
    const keys = tasks.map(({ key }) => key);
    let claimed: OutboxTask[];
    try {
      claimed = await outbox.claim(keys, owner, clock.now(), this.#leaseUntil());
    } catch (error) {
      log.warn({ err: error }, 'background tasks cannot be claimed');
      for (const task of tasks) {
        this.#lanes.delete(laneOf(task));
        this.#queue.offer({ ...task, dueAt: clock.now() + STORE_PAUSE_MS });
      }
      return;
    }
    for (const task of tasks) {
      const mine = claimed.find(({ key }) => key === task.key);
      if (!mine || this.#stopped) {
        this.#lanes.delete(laneOf(task));
        this.#refused.set(task.key, { task, until: clock.now() + REFUSED_MS });
        continue;
      }
      // What was offered again while the lease was taken is this task.
      this.#queue.drop([mine.key]);
      this.#held.set(mine.key, mine);
      onStart(mine);
      void this.#track(this.#work(mine));
    }
    if (this.#stopped && claimed.length > 0) await this.#putBack(claimed);
    // What comes before them is in the outbox.
    if (claimed.length < tasks.length) this.#feed();
  }

  /** Gives back leases that were taken too late. */
  async #putBack(tasks: readonly OutboxTask[]): Promise<void> {
    const { outbox, owner, clock, log } = this.#context;
    const keys = tasks.map(({ key }) => key);
    await outbox
      .release(keys, owner, clock.now())
      .catch((error) => log.warn({ err: error }, 'background tasks cannot be put back'));
  }

  /** A task of a lane has been at work, so what could not be had of it perhaps can. */
  #admit(lane: string): void {
    for (const [key, { task }] of this.#refused) {
      if (laneOf(task) !== lane) continue;
      this.#refused.delete(key);
      this.offer(task);
    }
  }

  async #work(task: OutboxTask): Promise<void> {
    try {
      await this.#workers.run(task, (draft) => this.#inTime(this.#context.deliver(task, draft)));
      this.#outage.isOver();
    } catch (error) {
      if (this.#held.delete(task.key)) await this.#fail(task, error);
    } finally {
      this.#lanes.delete(laneOf(task));
      this.#admit(laneOf(task));
      const now = this.#context.clock.now();
      this.#schedulePump(now);
      // Of each session the outbox shows one task at a time: the next of this one may be there now.
      if ((this.#queue.nextDueAt(this.#isBlocked) ?? Number.POSITIVE_INFINITY) > now) this.#feed();
    }
  }

  /** A delivery waits for others, each with limits of its own; this is the last, so that no place is lost for ever. */
  #inTime(delivery: Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const message = `What was made of the messages was not taken over within ${DELIVERY_MS / 1_000} s.`;
      const giveUp = (): void => reject(new MemfuseError('overloaded', message));
      const cancel = this.#context.scheduler.after(DELIVERY_MS, giveUp);
      delivery.then(resolve, reject).finally(cancel);
    });
  }

  /** Retries, cuts in half, or gives up. */
  async #fail(task: OutboxTask, error: unknown): Promise<void> {
    const { outbox, owner, clock, log, random, settings } = this.#context;
    const { max_retries } = settings();
    const reason = reasonOf(error);
    const at = clock.now();
    const retry = async (attempts: number, delayMs: number): Promise<void> => {
      const dueAt = at + delayMs;
      await outbox.retry(task.key, owner, { attempts, reason, dueAt, at });
      this.offer({ ...task, attempts, dueAt });
    };
    const attempts = task.attempts + 1;
    try {
      if (isOutage(error)) {
        // It says nothing about the task, which waits as it is, however long that takes.
        await retry(task.attempts, this.#outage.met(error));
      } else if (attempts <= max_retries) {
        await retry(attempts, retryDelayMs(attempts, settings(), random()));
      } else if (task.firstSequence < task.lastSequence) {
        const lastSequence = Math.floor((task.firstSequence + task.lastSequence) / 2);
        await outbox.split(task.key, owner, { lastSequence, at });
        this.#feed();
      } else {
        await outbox.fail(task.key, owner, { attempts, reason, at });
        log.error({ taskId: task.id, kind: task.kind, attempts, reason }, 'a background task is given up');
      }
    } catch (storeError) {
      // The lease runs out by itself, and the task is found again.
      log.warn({ err: storeError, taskId: task.id }, 'the end of a background task cannot be filed');
    }
  }

  /** Fills the queue from the outbox, now and then again and again. */
  #feed(): void {
    if (this.#stopped) return;
    const { outbox, owner, clock, scheduler, log } = this.#context;
    this.#cancelFeed();
    this.#cancelFeed = scheduler.after(FEED_INTERVAL_MS, () => this.#feed());
    const room = this.#queue.capacity - this.#queue.size;
    if (room < this.#queue.capacity / 2) return;
    const now = clock.now();
    for (const [key, { until }] of this.#refused) if (until <= now) this.#refused.delete(key);
    outbox.due(owner, now, room).then(
      (tasks) => {
        for (const task of tasks) this.offer(task);
      },
      (error) => log.warn({ err: error }, 'the outbox cannot be read'),
    );
  }

  #leaseUntil(): number {
    return this.#context.clock.now() + this.#context.settings().lease * 1_000;
  }

  /** Renews leases, and replaces Workers that gave no sign of life within one. */
  #beat(): void {
    const { outbox, owner, scheduler, settings, log } = this.#context;
    const leaseMs = settings().lease * 1_000;
    const nextMs = Math.min(leaseMs / 3, this.#workers.replaceHanging(leaseMs));
    this.#cancelBeat = scheduler.after(nextMs, () => this.#beat());
    const keys = [...this.#held.keys()];
    if (keys.length === 0) return;
    outbox.renew(keys, owner, this.#leaseUntil()).then(
      (kept) => {
        const mine = new Set(kept);
        for (const key of keys) if (!mine.has(key)) this.#held.delete(key);
      },
      (error) => log.warn({ err: error }, 'leases cannot be renewed'),
    );
  }
}
