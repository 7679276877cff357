import { PRIORITY, type Priority } from '../contract/outbox.ts';
import type { Outcome } from '../contract/work.ts';
import type { TaskLife } from '../memory/task-lives.ts';
import type { Clock } from '../platform/clock.ts';

/** The outcome of a task, ready to be filed. */
export interface HybridItem {
  readonly life: TaskLife;
  readonly outcome: Outcome;
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
  /** Called when the buffer is empty. */
  readonly onEmpty?: () => void;
}

/**
 * What the background has made of a user's rounds, in both forms: the rounds' place and what was made of them. It
 * waits here so that several outcomes are filed in one commit. Nothing leaves before it is filed: a flush that fails, or
 * finds no room, leaves everything where it was.
 */
export class HybridBuffer {
  readonly #context: HybridContext;
  /** The unfiled outcomes, the oldest first, each with the time when it was added. */
  readonly #items = new Map<HybridItem, number>();

  constructor(context: HybridContext) {
    this.#context = context;
  }

  /** How many rounds the unfiled outcomes cover. */
  get rounds(): number {
    return this.#items.keys().reduce((sum, { rounds }) => sum + rounds, 0);
  }

  get isEmpty(): boolean {
    return this.#items.size === 0;
  }

  /** When the oldest unfiled outcome was added; now while the buffer is empty. */
  get since(): number {
    const [oldest = this.#context.clock.now()] = this.#items.values();
    return oldest;
  }

  /** Adds an outcome, and starts a flush when the buffer is full. */
  add(item: HybridItem): void {
    item.life.move('made');
    this.#items.set(item, this.#context.clock.now());
    if (this.#waitingRounds() >= this.#context.limits().max_size) void this.flush(PRIORITY.normal);
  }

  /** Starts a flush of every outcome that is in none. Resolves when it has ended, well or not. */
  async flush(priority: Priority): Promise<void> {
    this.#forgetLost();
    const items = [...this.#items.keys()].filter(({ life }) => life.state === 'made');
    if (items.length === 0) return;
    const flushed = this.#context.flush(items, priority);
    if (!flushed) return;
    for (const { life } of items) life.move('filing');
    try {
      await flushed;
      for (const item of items) this.#items.delete(item);
    } catch {
      // The FlushManager has told of it; the items stay, and the next flush takes them along.
      for (const { life } of items) life.move('made');
    }
    this.#forgetLost();
  }

  /** Drops outcomes whose task has ended, because its lease was lost: another process does it. */
  #forgetLost(): void {
    for (const item of this.#items.keys()) if (item.life.isOver) this.#items.delete(item);
    if (this.isEmpty) this.#context.onEmpty?.();
  }

  #waitingRounds(): number {
    return this.#items.keys().reduce((sum, { life, rounds }) => sum + (life.state === 'made' ? rounds : 0), 0);
  }
}
