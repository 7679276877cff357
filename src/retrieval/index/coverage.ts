import type { KeyRange } from '../../contract/corpus.ts';

/** A range that is saved as a segment, and the number of its messages. */
export interface Covered extends KeyRange {
  readonly messages: number;
}

/** Which ranges of a user's messages are saved as segments. The ranges do not overlap, and are in order of key. */
export class Coverage {
  #ranges: Covered[] = [];

  /** Adds a range, and removes those that lie within it. */
  add(range: Covered): void {
    const { firstKey, lastKey } = range;
    this.#ranges = this.#ranges.filter((kept) => kept.firstKey < firstKey || kept.lastKey > lastKey);
    this.#ranges.push(range);
    this.#ranges.sort((a, b) => a.firstKey - b.firstKey);
  }

  /** A message changed or went, and its segment with it. */
  drop(key: number): void {
    this.#ranges = this.#ranges.filter(({ firstKey, lastKey }) => key < firstKey || key > lastKey);
  }

  /** The ranges of keys that no segment covers; the last one has no end. */
  gaps(): KeyRange[] {
    const gaps: KeyRange[] = [];
    let from = 0;
    for (const { firstKey, lastKey } of this.#ranges) {
      if (firstKey > from) gaps.push({ firstKey: from, lastKey: firstKey - 1 });
      from = lastKey + 1;
    }
    return [...gaps, { firstKey: from, lastKey: Number.MAX_SAFE_INTEGER }];
  }

  /** The range that ends right before a key; undefined when there is none. */
  before(key: number): Covered | undefined {
    return this.#ranges.find(({ lastKey }) => lastKey === key - 1);
  }
}
