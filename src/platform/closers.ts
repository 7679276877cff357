import type { Scheduler } from './scheduler.ts';

interface Closer {
  readonly name: string;
  readonly close: () => unknown;
  readonly mostMs: number;
}

/**
 * The longest that one part takes to close unless it says otherwise. A part that ends a Worker has it end by itself within
 * 2 s or leaves it; on a busy machine that happens to threads of low priority, and is no fault.
 */
const USUAL_MS = 5_000;

/**
 * What was opened, to be closed in reverse order. Each part is closed though one before it fails or does not end: a disk
 * that is full keeps no Worker running.
 */
export class Closers {
  readonly #scheduler: Scheduler;
  readonly #onFailure: (name: string, error: unknown) => void;
  readonly #parts: Closer[] = [];

  /** `onFailure` is told of each part that fails to close, or takes longer than it may. */
  constructor(scheduler: Scheduler, onFailure: (name: string, error: unknown) => void) {
    this.#scheduler = scheduler;
    this.#onFailure = onFailure;
  }

  /** Something was opened; it may take `mostMs` to close. */
  add(name: string, close: () => unknown, mostMs = USUAL_MS): void {
    this.#parts.push({ name, close, mostMs });
  }

  /** Closes what was opened last first. When `timeoutMs` are over the rest is closed as well, without waiting. Never fails. */
  async close(timeoutMs = Number.POSITIVE_INFINITY): Promise<void> {
    const timeIsUp = Promise.withResolvers<void>();
    const cancel = Number.isFinite(timeoutMs) ? this.#scheduler.after(timeoutMs, timeIsUp.resolve) : () => {};
    for (let part = this.#parts.pop(); part; part = this.#parts.pop()) await this.#close(part, timeIsUp.promise);
    cancel();
  }

  async #close({ name, close, mostMs }: Closer, timeIsUp: Promise<void>): Promise<void> {
    const late = Promise.withResolvers<never>();
    const cancel = this.#scheduler.after(mostMs, () => late.reject(new Error(`It did not close within ${mostMs} ms.`)));
    try {
      await Promise.race([close(), late.promise, timeIsUp]);
    } catch (error) {
      this.#onFailure(name, error);
    } finally {
      cancel();
    }
  }
}
