/** Runs what is asked for of one user one after the other, and of different users at once. */
export class OneAtATime<T> {
  readonly #underWay = new Map<number, Promise<T>>();

  /** What was asked for last; undefined when nothing is under way. */
  last(userKey: number): Promise<T> | undefined {
    return this.#underWay.get(userKey);
  }

  async run(userKey: number, work: () => Promise<T>): Promise<T> {
    const next = (this.#underWay.get(userKey) ?? Promise.resolve()).then(work, work);
    this.#underWay.set(userKey, next);
    try {
      return await next;
    } finally {
      if (this.#underWay.get(userKey) === next) this.#underWay.delete(userKey);
    }
  }
}
