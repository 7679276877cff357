/** What is left behind the answers is gone on with after this also when nobody deletes: another process may have begun it. */
const LOOK_EVERY_MS = 30_000;
/** Steps that a stop still does. */
const LAST_STEPS = 64;

/**
 * Does what the store has left behind the answers, a step in a transaction: the rows of what was deleted, the tasks of new
 * names, claims past their time. It looks when it is told to, and now and then; what fails is tried at the next look.
 */
export class Sweeper {
  readonly #step: () => Promise<boolean>;
  readonly #onFailure: (error: unknown) => void;
  #working: Promise<void> | null = null;
  #isAskedAgain = false;
  #isClosed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param step does some of what there is to do; false when there is nothing. */
  constructor(step: () => Promise<boolean>, onFailure: (error: unknown) => void) {
    this.#step = step;
    this.#onFailure = onFailure;
    this.#lookLater();
  }

  /** Looks whether there is something to do, and does it. */
  look(): void {
    if (this.#isClosed) return;
    this.#isAskedAgain = this.#working !== null;
    this.#working ??= this.#work().finally(() => {
      this.#working = null;
      if (this.#isAskedAgain) this.look();
    });
  }

  /** Ends after a few steps more: what is small is done by then. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#working;
  }

  #lookLater(): void {
    const look = (): void => {
      this.look();
      this.#lookLater();
    };
    this.#timer = setTimeout(look, LOOK_EVERY_MS).unref();
  }

  async #work(): Promise<void> {
    this.#isAskedAgain = false;
    try {
      for (let last = LAST_STEPS; last > 0; last -= this.#isClosed ? 1 : 0) {
        if (!(await this.#step())) return;
      }
    } catch (error) {
      this.#onFailure(error);
    }
  }
}
