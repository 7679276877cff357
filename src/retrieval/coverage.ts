import type { KeyRange } from '../contract/corpus.ts';

/** Which stretches of a user's messages are kept as segments: ranges of keys that do not overlap, in order. */
export class Coverage {
  #ranges: KeyRange[] = [];

  constructor(ranges: readonly KeyRange[] = []) {
    this.#ranges = [...ranges];
  }

  add(range: KeyRange): void {
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
}
