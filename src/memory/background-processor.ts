import { LRUCache } from 'lru-cache';
import { NOTICES } from '../contract/kinds.ts';
import type { OutboxTask, Priority } from '../contract/outbox.ts';
import type { Scope } from '../contract/records.ts';
import { UnderWay } from '../platform/under-way.ts';
import type { BackgroundContext } from './background-context.ts';
import { asUrgent, BackgroundQueue, queueOf } from './background-queue.ts';
import { DueTasks } from './due-tasks.ts';
import { judge, reasonOf, tookTooLong } from './failed-try.ts';
import type { Draft } from './kinds/handlers.ts';
import { Outage } from './outage.ts';
import { LIVE_STATES, type LifeState, type TaskLife, TaskLives } from './task-lives.ts';
import { type WorkerReport, WorkerSlots } from './worker-slots.ts';

/** Pause between looks into the outbox for work that is not in memory. */
const FEED_INTERVAL_MS = 1_000;
/** A clock that goes back by more than this was wrong before. */
const STEP_BACK_MS = 1_000;
/** Pause after the store could not be reached. */
const STORE_PAUSE_MS = 1_000;
/** How long the urgency of a task is remembered whose claim was refused. */
const REFUSED_MS = 10_000;
/** The longest that a delivery may take: enough for 1,000 messages at a model that embeds ten texts a second. */
const DELIVERY_MS = 600_000;

/**
 * Runs the tasks of the outbox in a few Workers: the most urgent first, those of a session one after the other. They are
 * held under the lease of this process, which is extended while there are any. What becomes of a try that fails, `judge`
 * decides. A Worker that gives no sign of life for the length of a lease is replaced.
 */
export class BackgroundProcessor {
  readonly #context: BackgroundContext;
  readonly #lives = new TaskLives();
  readonly #queue: BackgroundQueue;
  readonly #workers: WorkerSlots;
  readonly #outage: Outage;
  /** Tasks whose claim was refused, such as those behind an edit. They are not in the queue; their urgency is remembered here. */
  readonly #refused = new Map<number, { readonly task: OutboxTask; readonly until: number }>();
  /** Tasks that this process may hold although no Worker does them. The next beat releases them. */
  readonly #left: LRUCache<number, true>;
  readonly #underWay = new UnderWay();
  readonly #due: DueTasks;
  readonly #isBlocked = (task: OutboxTask): boolean => this.#lives.isBlocked(task);
  #stopped = true;
  #pumping = false;
  #givenUp = 0;
  #pumpAt = Number.POSITIVE_INFINITY;
  /** The time of the last look into the outbox. At the start it is infinite, since an earlier clock may have been ahead. */
  #latestAt = Number.POSITIVE_INFINITY;
  #cancelPump: () => void = () => {};
  #cancelFeed: () => void = () => {};
  #cancelBeat: () => void = () => {};

  constructor(context: BackgroundContext) {
    this.#context = context;
    this.#queue = new BackgroundQueue(context.settings().queue_size, this.#lives.end);
    this.#left = new LRUCache({ max: this.#queue.capacity });
    this.#workers = new WorkerSlots(context);
    this.#outage = new Outage(context);
    this.#due = new DueTasks({
      ...context,
      queue: this.#queue,
      hasNotices: () => (context.noticeRetries?.() ?? null) !== null,
      offer: (task) => this.offer(task),
    });
  }

  /** Starts to take tasks. Those of an earlier process are found when its lease has run out. */
  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#schedulePump(this.#context.clock.now());
    this.#feed();
    this.#beat();
  }

  /** Puts a task into the queue. False when it is full: the task is then found in the outbox later. */
  offer(task: OutboxTask): boolean {
    // A notice that is not due, perhaps for hours, would take the place of work that is.
    if (task.kind === NOTICES && task.dueAt > this.#context.clock.now()) return true;
    const life = this.#lives.get(task.key);
    if (life && life.state !== 'queued') {
      // It is remembered how urgent it is by now, in case that it cannot be had.
      if (life.state === 'claiming') life.task = asUrgent(task, life.task);
      return true;
    }
    if (!this.#queue.offer(task)) return false;
    if (!life) this.#lives.open(task);
    this.#schedulePump(task.dueAt);
    return true;
  }

  /** Makes the queued tasks of a session due now. */
  expedite(sessionKey: number, priority: Priority): void {
    const now = this.#context.clock.now();
    this.#queue.expedite(sessionKey, priority, now);
    this.#schedulePump(now);
  }

  /** Releases a task whose messages changed before its outcome was filed, so that it is done again. */
  async again(life: TaskLife): Promise<void> {
    if (!life.move('ended')) return;
    await this.#putBack([life.task.key]);
    this.offer({ ...life.task, dueAt: this.#context.clock.now() });
  }

  /** Notes that this process may hold a task that no Worker does. The next beat releases it, unless it is taken again. */
  leave(key: number): void {
    this.#left.set(key, true);
  }

  /** Takes no further task, and waits up to `timeoutMs` for those at work and their deliveries. */
  async stop(timeoutMs: number): Promise<void> {
    this.#stopped = true;
    this.#cancelPump();
    this.#cancelFeed();
    await this.idle(timeoutMs);
    this.#cancelBeat();
  }

  /** Resolves when nothing is at work or being delivered, or after `timeoutMs`. */
  async idle(timeoutMs: number): Promise<void> {
    const timeUp = new Promise<void>((resolve) => {
      this.#context.scheduler.after(timeoutMs, resolve);
    });
    await Promise.race([this.#underWay.ended(), timeUp]);
  }

  /** Releases the tasks that it holds, and ends the Workers. Errors: those of the store; the Workers have ended all the same. */
  async close(): Promise<void> {
    const { work, owner, clock } = this.#context;
    const held = this.#lives.held();
    for (const life of held) life.move('ended');
    const keys = [...held.map(({ task }) => task.key), ...this.#left.keys()];
    const release = keys.length > 0 ? work.release(keys, owner, clock.now()) : null;
    const ends = await Promise.allSettled([release, this.#workers.close()]);
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    if (release) this.#context.onBacklog?.();
  }

  get queueSize(): number {
    return this.#queue.size;
  }

  /** Counts the queued tasks of a tenant, or of one user. */
  queueSizeOf(scope: Scope): number {
    return this.#queue.sizeOf(scope);
  }

  /** When the queued task that is due first is due, which may be in the past; null when none is queued. */
  get firstDueAt(): number | null {
    return this.#queue.nextDueAt(() => false);
  }

  /** How many tasks it has given up. */
  get givenUp(): number {
    return this.#givenUp;
  }

  get queueCapacity(): number {
    return this.#queue.capacity;
  }

  /** Counts the tasks of this process by state. */
  tasks(): ReadonlyMap<LifeState, number> {
    return new Map(LIVE_STATES.map((state) => [state, this.#lives.count(state)]));
  }

  workers(): WorkerReport[] {
    return this.#workers.report();
  }

  #schedulePump(at: number): void {
    if (this.#stopped) return;
    const { clock, scheduler } = this.#context;
    this.#cancelPump();
    const next = Math.min(at, this.#pumpAt);
    this.#pumpAt = next;
    this.#cancelPump = scheduler.after(Math.max(0, next - clock.now()), () => void this.#pump());
  }

  /** Gives due tasks to free Workers. */
  async #pump(): Promise<void> {
    this.#pumpAt = Number.POSITIVE_INFINITY;
    if (this.#stopped || this.#pumping) return;
    this.#pumping = true;
    try {
      const now = this.#context.clock.now();
      const free = this.#outage.untilAt > now ? 0 : this.#freeSlots();
      const lives = this.#queue.take(now, free, this.#isBlocked).flatMap(({ key }) => this.#lives.get(key) ?? []);
      if (lives.length > 0) await this.#underWay.track(this.#claim(lives));
    } finally {
      this.#pumping = false;
    }
    const next = this.#queue.nextDueAt(this.#isBlocked);
    if (next === null) return;
    if (this.#freeSlots() > 0) this.#schedulePump(Math.max(next, this.#outage.untilAt));
    else if (next <= this.#context.clock.now()) this.#context.onBacklog?.();
  }

  #freeSlots(): number {
    return this.#context.settings().workers - this.#workers.busy;
  }

  /** Takes tasks in one write, then has Workers do those that it got. */
  async #claim(lives: readonly TaskLife[]): Promise<void> {
    const { work, owner, clock, log, filer } = this.#context;
    for (const life of lives) life.move('claiming');
    const keys = lives.map(({ task }) => task.key);
    let claimed: OutboxTask[];
    try {
      claimed = await work.take(keys, owner, clock.now(), this.#leaseUntil());
    } catch (error) {
      log.warn({ err: error }, 'background tasks cannot be claimed');
      for (const life of lives) {
        life.move('ended');
        // Some may have been taken before the answer was lost.
        this.leave(life.task.key);
        this.offer({ ...life.task, dueAt: clock.now() + STORE_PAUSE_MS });
      }
      return;
    }
    for (const life of lives) {
      const mine = claimed.find(({ key }) => key === life.task.key);
      if (!mine || this.#stopped) {
        life.move('ended');
        this.#refused.set(life.task.key, { task: life.task, until: clock.now() + REFUSED_MS });
        continue;
      }
      life.task = mine;
      this.#left.delete(mine.key);
      life.move('at work');
      filer.begun(mine);
      void this.#underWay.track(this.#work(life));
    }
    if (this.#stopped) await this.#putBack(claimed.map(({ key }) => key));
    // What comes before them is in the outbox.
    if (claimed.length < lives.length) this.#feed();
  }

  /** Releases tasks. Never fails: a task that cannot be released now is released by a later beat. */
  async #putBack(keys: readonly number[]): Promise<void> {
    if (keys.length === 0) return;
    const { work, owner, clock, log } = this.#context;
    await work.release(keys, owner, clock.now()).catch((error) => {
      log.warn({ err: error }, 'background tasks cannot be put back');
      for (const key of keys) this.leave(key);
    });
  }

  /** Looks into the outbox for what others have left there, if there is a Worker to do it. */
  look(): void {
    if (this.#freeSlots() > 0) this.#feed();
  }

  /** Tries again to claim the tasks of a queue whose claim was refused, since a task of that queue has just ended, here or elsewhere. */
  admit(queue: string): void {
    for (const [key, { task }] of this.#refused) {
      if (queueOf(task) !== queue) continue;
      this.#refused.delete(key);
      this.offer(task);
    }
  }

  async #work(life: TaskLife): Promise<void> {
    const { task } = life;
    try {
      const run = () => this.#workers.run(task, (draft) => this.#deliver(life, draft));
      await (this.#context.around?.(task, run) ?? run());
      this.#outage.isOver();
    } catch (error) {
      if (!life.isOver) await this.#fail(life, error);
    }
    this.admit(queueOf(task));
    const now = this.#context.clock.now();
    this.#schedulePump(now);
    // Of each session the outbox shows one task at a time: the next of this one may be there now.
    if ((this.#queue.nextDueAt(this.#isBlocked) ?? Number.POSITIVE_INFINITY) > now) this.#feed();
  }

  /** Delivers a result. The counter and the model have limits of their own; this one is above them, so that no Worker waits for ever. */
  #deliver(life: TaskLife, draft: Draft): Promise<void> {
    const { filer, scheduler } = this.#context;
    if (!life.move('delivering')) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const cancel = scheduler.after(DELIVERY_MS, () => reject(tookTooLong(DELIVERY_MS)));
      filer.deliver(life, draft).then(resolve, reject).finally(cancel);
    });
  }

  /** Ends a failed try as `failed-try.ts` decides. */
  async #fail(life: TaskLife, error: unknown): Promise<void> {
    const { work, owner, clock, log, random, settings, noticeRetries } = this.#context;
    const { task } = life;
    const { key, id, kind } = task;
    const reason = reasonOf(error);
    const retries = (kind === NOTICES && noticeRetries?.()) || settings();
    const verdict = judge(task, error, { settings: retries, outage: this.#outage, random: random() });
    const at = clock.now();
    try {
      switch (verdict.what) {
        case 'again': {
          const { attempts, delayMs } = verdict;
          await work.retry(key, owner, { attempts, reason, dueAt: at + delayMs, at });
          life.move('ended');
          this.offer({ ...task, attempts, dueAt: at + delayMs });
          break;
        }
        case 'split':
          await work.split(key, owner, { lastSequence: verdict.lastSequence, at });
          life.move('ended');
          this.#feed();
          break;
        case 'given up':
          this.#givenUp += 1;
          await work.fail(key, owner, { attempts: verdict.attempts, reason, at });
          log.error({ taskId: id, kind, attempts: verdict.attempts, reason }, 'a background task is given up');
          break;
        default:
          verdict satisfies never;
      }
    } catch (storeError) {
      this.leave(key);
      log.warn({ err: storeError, taskId: id }, 'the end of a background task cannot be filed');
    }
    life.move('ended');
  }

  /** Fills the queue from the outbox, now and at every interval. */
  #feed(): void {
    if (this.#stopped) return;
    const { clock, scheduler } = this.#context;
    this.#cancelFeed();
    this.#cancelFeed = scheduler.after(FEED_INTERVAL_MS, () => this.#feed());
    const now = clock.now();
    const hasGoneBack = now < this.#latestAt - STEP_BACK_MS;
    this.#latestAt = now;
    if (hasGoneBack) this.#rewind(now);
    for (const [key, { until }] of this.#refused) if (until <= now) this.#refused.delete(key);
    this.#due.look(now);
  }

  /** Makes tasks due, here and in the outbox, that a clock put off which was ahead. */
  #rewind(now: number): void {
    const { work, owner, log } = this.#context;
    this.#outage.isOver();
    this.#queue.rewind(now);
    this.#schedulePump(now);
    for (const [key, { task }] of this.#refused) {
      this.#refused.delete(key);
      this.offer({ ...task, dueAt: now });
    }
    work.rewind(owner, now).then(
      (count) => count > 0 && log.warn({ tasks: count }, 'the clock was ahead: tasks that waited for it are due'),
      (error) => log.warn({ err: error }, 'tasks that wait for a clock that was ahead cannot be found'),
    );
  }

  #leaseUntil(): number {
    return this.#context.clock.now() + this.#context.settings().lease * 1_000;
  }

  /** Extends the lease, releases tasks that no Worker does, and replaces Workers without a sign of life for a lease. */
  #beat(): void {
    const { work, owner, clock, scheduler, settings, log } = this.#context;
    const leaseMs = settings().lease * 1_000;
    const nextMs = Math.min(leaseMs / 3, this.#workers.replaceHanging(leaseMs));
    this.#cancelBeat = scheduler.after(nextMs, () => this.#beat());
    const held = this.#lives.held();
    const left = [...this.#left.keys()];
    if (held.length + left.length === 0) return;
    work.beat(owner, clock.now(), this.#leaseUntil()).then(
      (keys) => {
        const mine = new Set(keys);
        for (const life of held) if (!mine.has(life.task.key)) life.move('ended');
        // What is being taken again, or was, is at work.
        const idle = left.filter((key) => (this.#lives.get(key)?.state ?? 'queued') === 'queued');
        for (const key of idle) this.#left.delete(key);
        void this.#putBack(idle.filter((key) => mine.has(key)));
      },
      (error) => log.warn({ err: error }, 'the lease cannot be extended'),
    );
  }
}
