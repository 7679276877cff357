/** Time without a write after which the log is emptied. */
const IDLE_MS = 1_000;
/**
 * Longest time from a write until the log is emptied, also while writes go on. What a write deletes or overwrites is
 * still in the log, in the frames that stored it; by this it has left within five seconds.
 */
const LONGEST_MS = 4_000;
/** Pause before another try when somebody was reading from the log. */
const AGAIN_MS = 250;

/**
 * Says when the log is to be emptied, which moves it into the database and takes deleted text out of it: a second after
 * the last write, or four after the first that is still in the log.
 */
export class LogTidier {
  readonly #empty: () => Promise<boolean>;
  readonly #onDue: () => void;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #longest: ReturnType<typeof setTimeout> | undefined;
  #isDue = false;
  #isClosed = false;

  /**
   * @param empty empties the log, and answers whether it could be.
   * @param onDue told when it is time; whoever owns the writing connection calls `tidy` between two commits.
   */
  constructor(empty: () => Promise<boolean>, onDue: () => void) {
    this.#empty = empty;
    this.#onDue = onDue;
  }

  get isDue(): boolean {
    return this.#isDue;
  }

  /** Something was written. */
  wrote(): void {
    clearTimeout(this.#idle);
    if (this.#isClosed) return;
    this.#idle = this.#after(IDLE_MS);
    this.#longest ??= this.#after(LONGEST_MS);
  }

  /** The log is to be emptied soon, since others wait for what that brings about. */
  hurry(): void {
    if (this.#isClosed) return;
    clearTimeout(this.#longest);
    this.#longest = this.#after(AGAIN_MS);
  }

  /** Empties the log. Nobody's request: what keeps it from working, the next request will hear of. */
  async tidy(): Promise<void> {
    this.#stopTimers();
    this.#isDue = false;
    const isEmpty = await this.#empty().catch(() => false);
    if (this.#isClosed) return;
    if (!isEmpty) this.#longest ??= this.#after(AGAIN_MS);
  }

  close(): void {
    this.#isClosed = true;
    this.#isDue = false;
    this.#stopTimers();
  }

  #after(delayMs: number): ReturnType<typeof setTimeout> {
    return setTimeout(() => {
      this.#stopTimers();
      this.#isDue = true;
      this.#onDue();
    }, delayMs).unref();
  }

  #stopTimers(): void {
    clearTimeout(this.#idle);
    clearTimeout(this.#longest);
    this.#idle = undefined;
    this.#longest = undefined;
  }
}
