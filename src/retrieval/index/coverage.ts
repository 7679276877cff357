import type { KeyRange } from '../../contract/corpus.ts';

/** A stretch that is kept as a segment, and how many messages that has. */
export interface Covered extends KeyRange {
  readonly messages: number;
}

/** Which stretches of a user's messages are kept as segments: ranges of keys that do not overlap, in order. */
export class Coverage {
  #ranges: Covered[] = [];

  /** The ranges that lie within it, whose place it takes, go. */
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

  /** The stretches between, before and after; the last one has no end. */
  gaps(): KeyRange[] {
    const gaps: KeyRange[] = [];
    let from = 0;
    for (const { firstKey, lastKey } of this.#ranges) {
      if (firstKey > from) gaps.push({ firstKey: from, lastKey: firstKey - 1 });
      from = lastKey + 1;
    }
    return [...gaps, { firstKey: from, lastKey: Number.MAX_SAFE_INTEGER }];
  }

  /** The stretch that ends right before a key; undefined when there is none. */
  before(key: number): Covered | undefined {
    return this.#ranges.find(({ lastKey }) => lastKey === key - 1);
  }
}
