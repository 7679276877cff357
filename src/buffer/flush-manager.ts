import type { Priority } from '../contract/outbox.ts';
import type { Filed, WorkFacet } from '../contract/work.ts';
import { retryDelayMs } from '../memory/retry-delay.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { Scheduler } from '../platform/scheduler.ts';
import type { HybridItem } from './hybrid-buffer.ts';

export interface FlushSettings {
  readonly max_flush_workers: number;
  readonly max_flush_queue_size: number;
  readonly flush_timeout: number;
  readonly max_retries: number;
}

export interface FlushContext {
  readonly work: Pick<WorkFacet, 'file'>;
  readonly settings: () => FlushSettings;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly random: () => number;
  readonly log: Log;
  /** Told how each item of a flush ended. */
  readonly onOutcome: (item: HybridItem, filed: Filed) => void;
}

interface Flush {
  readonly items: readonly HybridItem[];
  readonly priority: Priority;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export interface FlushReport {
  readonly queued: number;
  readonly active: number;
  readonly succeeded: number;
  readonly failed: number;
}

/** The pauses between the tries of a flush, in seconds. */
const RETRY = { retry_delay: 0.1, max_retry_delay: 30 };

/**
 * Files the outcomes of the background, a few flushes at a time, the most urgent first; nothing else files them while the buffers
 * are on. A flush that takes too long or fails is tried again with growing pauses. One that fails after its last try gives its
 * items back to their buffer.
 */
export class FlushManager {
  readonly #context: FlushContext;
  readonly #queue: Flush[] = [];
  #active = 0;
  #succeeded = 0;
  #failed = 0;
  readonly #idle: (() => void)[] = [];

  constructor(context: FlushContext) {
    this.#context = context;
  }

  /**
   * Resolves when the items are filed. Null when the queue is full of flushes that are at least as urgent: lesser ones
   * keep nobody out. Errors: what the last try failed with.
   */
  enqueue(items: readonly HybridItem[], priority: Priority): Promise<void> | null {
    const before = this.#queue.filter((queued) => queued.priority >= priority);
    if (before.length >= this.#context.settings().max_flush_queue_size) return null;
    return new Promise((resolve, reject) => {
      const after = this.#queue.findIndex((queued) => queued.priority < priority);
      this.#queue.splice(after < 0 ? this.#queue.length : after, 0, { items, priority, resolve, reject });
      this.#next();
    });
  }

  /** Resolves when nothing waits or is under way, or after `timeoutMs`. */
  async drain(timeoutMs: number): Promise<void> {
    if (this.#active === 0 && this.#queue.length === 0) return;
    const timeUp = new Promise<void>((resolve) => {
      this.#context.scheduler.after(timeoutMs, resolve);
    });
    const idle = new Promise<void>((resolve) => {
      this.#idle.push(resolve);
    });
    await Promise.race([idle, timeUp]);
  }

  report(): FlushReport {
    return { queued: this.#queue.length, active: this.#active, succeeded: this.#succeeded, failed: this.#failed };
  }

  #next(): void {
    while (this.#active < this.#context.settings().max_flush_workers) {
      const flush = this.#queue.shift();
      if (!flush) break;
      this.#active += 1;
      void this.#run(flush);
    }
    if (this.#active === 0 && this.#queue.length === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  async #run({ items, resolve, reject }: Flush): Promise<void> {
    const { log, settings } = this.#context;
    for (let attempts = 1; ; attempts += 1) {
      try {
        await this.#file(items);
        this.#succeeded += 1;
        resolve();
        break;
      } catch (error) {
        log.warn({ err: error, items: items.length, attempts }, 'a flush failed');
        if (attempts > settings().max_retries) {
          this.#failed += 1;
          reject(error);
          break;
        }
        await this.#pause(attempts);
      }
    }
    this.#active -= 1;
    this.#next();
  }

  async #file(items: readonly HybridItem[]): Promise<void> {
    const { work, onOutcome } = this.#context;
    const filed = await this.#inTime(work.file(items.map(({ outcome }) => outcome)));
    items.forEach((item, i) => {
      onOutcome(item, filed[i] ?? 'lost');
    });
  }

  /** What comes after the time limit is not lost: it was filed, and the next try finds the task done. */
  async #inTime<T>(work: Promise<T>): Promise<T> {
    const { scheduler, settings } = this.#context;
    const limitMs = settings().flush_timeout * 1_000;
    return new Promise((resolve, reject) => {
      const cancel = scheduler.after(limitMs, () => reject(new Error(`A flush took longer than ${limitMs} ms.`)));
      work.then(resolve, reject).finally(cancel);
    });
  }

  #pause(attempts: number): Promise<void> {
    const { scheduler, random } = this.#context;
    return new Promise((resolve) => {
      scheduler.after(retryDelayMs(attempts, RETRY, random()), resolve);
    });
  }
}
