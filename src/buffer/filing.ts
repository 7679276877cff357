import { KINDS, type KindRules, type Kinds } from '../contract/kinds.ts';
import { type OutboxTask, PRIORITY, type Priority } from '../contract/outbox.ts';
import type { Filed, Outcome } from '../contract/work.ts';
import type { BackgroundContext, Filer } from '../memory/background-context.ts';
import { BackgroundProcessor } from '../memory/background-processor.ts';
import type { Draft } from '../memory/kinds/handlers.ts';
import type { StageWaiters } from '../memory/stages.ts';
import type { TaskLife } from '../memory/task-lives.ts';
import { FlushManager, type FlushSettings } from './flush-manager.ts';
import { HybridBuffer, type HybridItem } from './hybrid-buffer.ts';

export interface FilingSettings {
  /** False: every outcome is filed at once. */
  readonly enabled: boolean;
  readonly hybrid_buffer: { readonly max_size: number };
  readonly performance: FlushSettings & { readonly flush_interval: number; readonly force_flush_timeout: number };
}

export interface FilingContext extends Omit<BackgroundContext, 'filer' | 'settings'> {
  readonly settings: () => FilingSettings;
  readonly background: BackgroundContext['settings'];
  readonly waiters: Pick<StageWaiters, 'has' | 'notify'>;
  /** Completes the draft of a Worker by exact token counts and by vectors of the configured model. Errors: those of the counter and the model. */
  readonly complete: (task: OutboxTask, draft: Draft) => Promise<Outcome>;
  /** How much memory an outcome takes, in bytes, about. */
  readonly bytesOf: (outcome: Outcome) => number;
  /** Called when a task was taken from the outbox, and when its outcome was filed. */
  readonly onBegun: (task: OutboxTask) => void;
  readonly onFiled: (task: OutboxTask) => void;
  /** Called with errors of work that no request waits for. */
  readonly onError: (operation: string, error: unknown) => void;
  /** Most outcomes that are held unfiled. Beyond that, Workers keep their results and take no further task. */
  readonly most?: { readonly tasks: number; readonly bytes: number };
}

const rulesOf = ({ kind }: OutboxTask): Partial<KindRules> => (KINDS as Kinds)[kind] ?? {};

/** Most flushes that `flushAll` queues at a time, so that the queue has room for other flushes. */
const FLUSHES_AT_A_TIME = 32;
const MOST = { tasks: 1_000, bytes: 64 * 1024 * 1024 };
/** Pause between two tries to make room by flushing. */
const ROOM_PAUSE_MS = 100;

/**
 * The owner of a task's life in this process, from the queue to its end (README.md of `memory` has the picture): the
 * processor has it at work, then this completes what was made, holds it by user until enough is there or its time has
 * come, files it, and tells those who wait. What it holds is bounded: a Worker whose outcome finds no room keeps it.
 */
export class Filing implements Filer {
  readonly processor: BackgroundProcessor;
  readonly flushManager: FlushManager;
  readonly #context: FilingContext;
  /** The buffers by user, of users with unfiled outcomes. */
  readonly #buffers = new Map<number, HybridBuffer>();
  /** The tasks whose outcomes are unfiled, with the bytes of each. */
  readonly #unfiled = new Map<TaskLife, number>();
  #unfiledBytes = 0;
  #cancelTimer = (): void => {};

  constructor(context: FilingContext) {
    this.#context = context;
    const { settings, background, work, clock, scheduler, random, log } = context;
    this.processor = new BackgroundProcessor({ ...context, settings: background, filer: this });
    this.flushManager = new FlushManager({
      work,
      settings: () => settings().performance,
      clock,
      scheduler,
      random,
      log,
      onOutcome: (item, filed) => this.#onOutcome(item, filed),
    });
  }

  start(): void {
    this.processor.start();
    this.flushInTime();
  }

  /** Flushes everything at the interval of the settings, counted from now. */
  flushInTime(): void {
    this.#cancelTimer();
    const { scheduler, clock, settings, onError } = this.#context;
    const { flush_interval, force_flush_timeout } = settings().performance;
    this.#cancelTimer = scheduler.after(flush_interval * 1_000, () => {
      const overdueAt = clock.now() - force_flush_timeout * 1_000;
      this.flushAll(PRIORITY.normal, overdueAt).catch((error) => onError('flush', error));
      this.flushInTime();
    });
  }

  begun(task: OutboxTask): void {
    this.#context.onBegun(task);
  }

  async deliver(life: TaskLife, draft: Draft): Promise<void> {
    const { complete, bytesOf, settings, waiters } = this.#context;
    const { task } = life;
    const outcome = await complete(task, draft);
    await this.#room(life);
    if (life.isOver) return;
    const bytes = bytesOf(outcome);
    this.#unfiled.set(life, bytes);
    this.#unfiledBytes += bytes;
    this.#bufferOf(task.userKey).add({ life, outcome, rounds: draft.rounds });
    // Who waits may do so at another process, which wrote into the task how urgent it is.
    const isUrgent = task.priority >= PRIORITY.high || waiters.has(task.sessionKey);
    if (isUrgent) void this.flush(task.userKey, PRIORITY.high);
    else if (!settings().enabled || rulesOf(task).isFiledAtOnce) void this.flush(task.userKey, PRIORITY.normal);
  }

  /** Files the outcomes of a user. Resolves when that has ended, well or not. */
  async flush(userKey: number, priority: Priority): Promise<void> {
    await this.#buffers.get(userKey)?.flush(priority);
  }

  /**
   * Files what is ready of everybody, of the user who waits longest first; what waits since `overdueAt` or longer goes
   * ahead of everything else. Resolves when all of it has ended, well or not.
   */
  async flushAll(priority: Priority, overdueAt = 0): Promise<void> {
    const waiting = [...this.#buffers].sort(([, a], [, b]) => a.since - b.since).values();
    const flushNext = async (): Promise<void> => {
      for (const [userKey, { since }] of waiting) {
        await this.flush(userKey, since <= overdueAt ? PRIORITY.critical : priority);
      }
    };
    const places = this.#context.settings().performance.max_flush_queue_size;
    await Promise.all(Array.from({ length: Math.min(FLUSHES_AT_A_TIME, places) }, flushNext));
  }

  /** Files outcomes for up to `timeoutMs`. The processor releases the tasks of the others when it closes. */
  async stop(timeoutMs: number): Promise<void> {
    this.#cancelTimer();
    const filed = this.flushAll(PRIORITY.high).then(() => this.flushManager.drain(timeoutMs));
    await Promise.race([filed, this.#pause(timeoutMs)]);
  }

  /** Counts the users with unfiled outcomes, and the rounds of these. */
  report(): { readonly users: number; readonly rounds: number } {
    return { users: this.#buffers.size, rounds: this.#buffers.values().reduce((sum, { rounds }) => sum + rounds, 0) };
  }

  #bufferOf(userKey: number): HybridBuffer {
    const { settings, clock } = this.#context;
    const buffer =
      this.#buffers.get(userKey) ??
      new HybridBuffer({
        limits: () => settings().hybrid_buffer,
        clock,
        flush: (items, priority) => this.flushManager.enqueue(items, priority),
        onEmpty: () => this.#buffers.delete(userKey),
      });
    this.#buffers.set(userKey, buffer);
    return buffer;
  }

  /** Ends the life of a task whose outcome was filed, or was refused. */
  #onOutcome({ life }: HybridItem, filed: Filed): void {
    const { waiters, onFiled, onError } = this.#context;
    const { task } = life;
    switch (filed) {
      case 'stale':
        this.processor.again(life).catch((error) => onError('background', error));
        break;
      case 'done':
        life.move('ended');
        onFiled(task);
        break;
      case 'lost':
        life.move('ended');
        break;
      default:
        filed satisfies never;
    }
    this.#release(life);
    waiters.notify(task.sessionKey);
  }

  /** Resolves when there is room for one more outcome, or when the task of the outcome has ended. */
  async #room(life: TaskLife): Promise<void> {
    const { most = MOST } = this.#context;
    const isFull = (): boolean => this.#unfiled.size >= most.tasks || this.#unfiledBytes >= most.bytes;
    while (isFull() && !life.isOver) {
      void this.flushAll(PRIORITY.high);
      await this.#pause(ROOM_PAUSE_MS);
      // Those whose lease was lost are filed by nobody here.
      for (const unfiled of this.#unfiled.keys()) if (unfiled.isOver) this.#release(unfiled);
    }
  }

  #release(life: TaskLife): void {
    this.#unfiledBytes -= this.#unfiled.get(life) ?? 0;
    this.#unfiled.delete(life);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#context.scheduler.after(ms, resolve);
    });
  }
}
