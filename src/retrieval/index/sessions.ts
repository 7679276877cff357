/** The sessions of one user's memory, by a dense number. A knowledge item is a session of its own. */
export class Sessions {
  readonly #numbers = new Map<number, number>();
  /** Slot of the last turn of each; -1 when it has none. */
  readonly last: number[] = [];
  /** Terms in each, with repeats. */
  readonly lengths: number[] = [];
  /** Sessions that have a turn. */
  live = 0;
  totalLength = 0;

  /** The number of a session of the store, a new one when it is met for the first time. */
  numberOf(sessionKey: number): number {
    let number = this.#numbers.get(sessionKey);
    if (number === undefined) {
      number = this.add();
      this.#numbers.set(sessionKey, number);
    }
    return number;
  }

  find(sessionKey: number): number | undefined {
    return this.#numbers.get(sessionKey);
  }

  /** A session that nobody will ask for by key. */
  add(): number {
    this.last.push(-1);
    this.lengths.push(0);
    return this.last.length - 1;
  }

  get averageLength(): number {
    return this.live === 0 ? 0 : this.totalLength / this.live;
  }
}
