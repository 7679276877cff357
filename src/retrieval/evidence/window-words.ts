import { frequencyOf, slotOf } from '../index/posting-list.ts';
import type { UserIndex } from '../index/user-index.ts';
import { WIDE } from '../index/windows.ts';
import { saturate } from './bm25.ts';
import type { Findings } from './findings.ts';
import type { QuestionTerms } from './question-terms.ts';
import type { Scratch } from './scratch.ts';

/**
 * BM25 of each turn with two turns to each side as one document, as a share of what the question's terms could give: from 0
 * to 2.2, and comparable between questions.
 *
 * @param unanswered turns whose words say nothing of what stands around them (asked-before.ts).
 */
export const windowWords = (
  index: UserIndex,
  { known, total }: QuestionTerms,
  scratch: Scratch,
  unanswered: ReadonlySet<number> | null = null,
): Findings => {
  const { slotCount } = index;
  const shares = scratch.zeros(slotCount);
  const found = scratch.slots(slotCount);
  let foundCount = 0;
  const { key, previous, next, windowLength } = index.columns.arrays;
  const frequencies = scratch.zeros(slotCount);
  const met = scratch.slots(slotCount);
  const average = index.averageWindowLength || 1;
  for (const { list, idf } of known) {
    let count = 0;
    const { entries, length } = list;
    for (let i = 0; i < length; i += 1) {
      const posting = entries[i] as number;
      const own = slotOf(posting);
      if ((key[own] as number) < 0 || unanswered?.has(own)) continue;
      const frequency = frequencyOf(posting);
      let slot = own;
      for (let back = 0; back < WIDE && (previous[slot] as number) >= 0; back += 1) slot = previous[slot] as number;
      // From the first window that holds the turn to the last.
      for (let reach = WIDE, isBehind = false; slot >= 0 && (!isBehind || reach > 0); slot = next[slot] as number) {
        if (isBehind) reach -= 1;
        if (slot === own) isBehind = true;
        if (frequencies[slot] === 0) {
          met[count] = slot;
          count += 1;
        }
        frequencies[slot] = (frequencies[slot] as number) + frequency;
      }
    }
    const scale = idf / total;
    for (let i = 0; i < count; i += 1) {
      const slot = met[i] as number;
      const before = shares[slot] as number;
      if (before === 0) {
        found[foundCount] = slot;
        foundCount += 1;
      }
      shares[slot] = before + scale * saturate(frequencies[slot] as number, windowLength[slot] as number, average);
      frequencies[slot] = 0;
    }
  }
  return { bySlot: shares, slots: found.subarray(0, foundCount) };
};
