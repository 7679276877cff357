import type { Space } from './upkeep.ts';

/** Share of the file that is free when pages begin to be given back, and how much stays for what is written next. */
const SHRINK_FROM = 1 / 5;
const SHRINK_TO = 1 / 20;
/** Below this it is not worth the writing. */
const LEAST_BYTES = 2 * 1_048_576;
/** Pages given back in a commit: some three milliseconds, beside which requests are answered. */
const PAGES_AT_A_TIME = 64;

export interface HousekeepingContext {
  readonly space: () => Promise<Space>;
  /** Each in the lane of the background. */
  readonly shrink: (pages: number) => Promise<void>;
  /** The file ends earlier by now, and will when the log is emptied. */
  readonly onShrunk: () => void;
  /** Whether every free page counts, because the disk is full. */
  readonly isPressed: () => boolean;
}

/**
 * What the store does behind the answers, a slice of a commit at a time: gives disk space back once much of the file is
 * free. It looks when it is told that something was written; what fails, because of the disk, is tried at the next look.
 */
export class Housekeeping {
  readonly #context: HousekeepingContext;
  #working: Promise<void> | null = null;
  #isClosed = false;

  constructor(context: HousekeepingContext) {
    this.#context = context;
  }

  /** Looks whether there is something to do, and does it. */
  look(): void {
    if (this.#isClosed) return;
    this.#working ??= this.#work().finally(() => {
      this.#working = null;
    });
  }

  /** Resolves when nothing is under way. */
  async rest(): Promise<void> {
    await this.#working;
  }

  /** Ends after the slice that is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.rest();
  }

  async #work(): Promise<void> {
    try {
      if (!(await this.#isWorthShrinking())) return;
      while (!this.#isClosed && (await this.#isMuchFree(SHRINK_TO))) await this.#context.shrink(PAGES_AT_A_TIME);
      this.#context.onShrunk();
    } catch {
      // Nobody waits for it. What ails the disk, requests are told of.
    }
  }

  async #isWorthShrinking(): Promise<boolean> {
    const { freePages, pageBytes, canShrink } = await this.#context.space();
    const isWorthIt = this.#context.isPressed() || freePages * pageBytes > LEAST_BYTES;
    return canShrink && isWorthIt && this.#isMuchFree(SHRINK_FROM);
  }

  async #isMuchFree(share: number): Promise<boolean> {
    const { pages, freePages } = await this.#context.space();
    return freePages > (this.#context.isPressed() ? 0 : pages * share);
  }
}
