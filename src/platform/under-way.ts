/** Work that has begun and not ended, for whoever has to wait for all of it. */
export class UnderWay {
  readonly #works = new Set<Promise<unknown>>();

  /** Counts `work` until it has ended. Answers what it answers. */
  track<T>(work: Promise<T>): Promise<T> {
    const tracked = work.finally(() => this.#works.delete(tracked));
    this.#works.add(tracked);
    return tracked;
  }

  /** Resolves when all of it has ended, and what has begun meanwhile. Never fails. */
  async ended(): Promise<void> {
    while (this.#works.size > 0) await Promise.allSettled(this.#works);
  }
}
