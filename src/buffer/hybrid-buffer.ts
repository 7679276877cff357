import type { IndexCommit } from '../contract/chunks.ts';
import type { OutboxTask, Priority } from '../contract/outbox.ts';
import { PRIORITY } from '../contract/outbox.ts';
import type { Clock } from '../platform/clock.ts';

/** The outcome of a task, ready to be filed. */
export interface HybridItem {
  readonly task: OutboxTask;
  readonly commit: IndexCommit;
  /** Rounds that it covers. */
  readonly rounds: number;
}

export interface HybridContext {
  readonly limits: () => { readonly max_size: number };
  readonly clock: Clock;
  /**
   * Files items; resolves when each has come to its end, and fails when they could not be filed. Null when there is no
   * room for a flush now.
   */
  readonly flush: (items: readonly HybridItem[], priority: Priority) => Promise<void> | null;
}

/**
 * What the background has made of a user's rounds, in both forms: the rounds' place and their chunks with vectors. It
 * waits here so that several outcomes are filed in one commit. Nothing leaves before it is filed: a flush that fails, or
 * finds no room, leaves everything where it was.
 */
export class HybridBuffer {
  readonly #context: HybridContext;
  /** What is not filed yet, the oldest first, and when it came in. */
  readonly #items = new Map<HybridItem, number>();
  /** The items of the flushes under way. */
  readonly #flushing = new Set<HybridItem>();

  constructor(context: HybridContext) {
    this.#context = context;
  }

  /** Rounds that are not filed yet. */
  get rounds(): number {
    return this.#items.keys().reduce((sum, { rounds }) => sum + rounds, 0);
  }

  get isEmpty(): boolean {
    return this.#items.size === 0;
  }

  /** When the oldest of what is not filed came in; now while it is empty. */
  get since(): number {
    const [oldest = this.#context.clock.now()] = this.#items.values();
    return oldest;
  }

  /** Takes an outcome in, and starts a flush when that makes enough. */
  add(item: HybridItem): void {
    this.#items.set(item, this.#context.clock.now());
    if (this.#waitingRounds() >= this.#context.limits().max_size) void this.flush(PRIORITY.normal);
  }

  /** Starts a flush of all that is not in one. Resolves when it has ended, well or not. */
  async flush(priority: Priority): Promise<void> {
    const items = [...this.#items.keys()].filter((item) => !this.#flushing.has(item));
    if (items.length === 0) return;
    const flushed = this.#context.flush(items, priority);
    if (!flushed) return;
    for (const item of items) this.#flushing.add(item);
    try {
      await flushed;
      for (const item of items) this.#items.delete(item);
    } catch {
      // The FlushManager has told of it; the items stay, and the next flush takes them along.
    } finally {
      for (const item of items) this.#flushing.delete(item);
    }
  }

  #waitingRounds(): number {
    return this.#items.keys().reduce((sum, item) => sum + (this.#flushing.has(item) ? 0 : item.rounds), 0);
  }
}
