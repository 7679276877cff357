import type { Space } from './upkeep.ts';

/** Share of the file that is free when pages begin to be given back, and how much stays for what is written next. */
const SHRINK_FROM = 1 / 5;
const SHRINK_TO = 1 / 20;
/** Below this it is not worth the writing. */
const LEAST_BYTES = 2 * 1_048_576;
/** Pages given back in a commit: some three milliseconds, beside which requests are answered. */
const PAGES_AT_A_TIME = 64;

/** What is left of deletions is gone on with after this also when nobody writes: another process may have begun them. */
const LOOK_EVERY_MS = 30_000;
/** Slices of deletions that a stop still does. */
const LAST_SLICES = 64;

export interface HousekeepingContext {
  /** Whether rows of deletions are left. */
  readonly isPending: () => Promise<boolean>;
  /** Removes some of them, by a write of the background. */
  readonly sweep: () => Promise<void>;
  readonly space: () => Promise<Space>;
  /** By a write of the background. */
  readonly shrink: (pages: number) => Promise<void>;
  /** The file ends earlier by now, and will when the log is emptied. */
  readonly onShrunk: () => void;
  /** Told when something could not be done. */
  readonly onFailure: (error: unknown) => void;
  /** Whether every free page counts, because the disk is full. */
  readonly isPressed: () => boolean;
}

/**
 * What the store does behind the answers, a slice in a commit: removes the rows of what was deleted, then gives disk space
 * back once much of the file is free. It looks when it is told to, and now and then; what fails, because of the disk, is
 * tried at the next look.
 */
export class Housekeeping {
  readonly #context: HousekeepingContext;
  #working: Promise<void> | null = null;
  #isClosed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(context: HousekeepingContext) {
    this.#context = context;
    this.#lookLater();
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

  /** Ends after a few slices more: what is small is gone by then. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.rest();
  }

  #lookLater(): void {
    const look = (): void => {
      this.look();
      this.#lookLater();
    };
    this.#timer = setTimeout(look, LOOK_EVERY_MS).unref();
  }

  async #work(): Promise<void> {
    const { isPending, sweep, shrink, onShrunk, onFailure } = this.#context;
    let isShrinking = false;
    try {
      for (let last = LAST_SLICES; last > 0; last -= this.#isClosed ? 1 : 0) {
        if (await isPending()) await sweep();
        else if (!this.#isClosed && (await this.#hasToShrink(isShrinking))) {
          isShrinking = true;
          await shrink(PAGES_AT_A_TIME);
        } else break;
      }
      if (isShrinking) onShrunk();
    } catch (error) {
      onFailure(error);
    }
  }

  /** Once begun it goes on until little is free. */
  async #hasToShrink(hasBegun: boolean): Promise<boolean> {
    const { pages, freePages, pageBytes, canShrink } = await this.#context.space();
    if (!canShrink || freePages === 0) return false;
    if (this.#context.isPressed()) return true;
    if (hasBegun) return freePages > pages * SHRINK_TO;
    return freePages > pages * SHRINK_FROM && freePages * pageBytes > LEAST_BYTES;
  }
}
