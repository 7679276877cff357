import { frequencyOf, type PostingList, slotOf, withSlot } from '../index/posting-list.ts';

/** The passages that hold any of some terms, each once, with the sum of their frequencies; null without a list. */
export const joined = (
  lists: readonly PostingList[],
): { readonly entries: Uint32Array; readonly length: number } | null => {
  const [first, second] = lists;
  if (!first) return null;
  if (!second) return first;
  const frequencies = new Map<number, number>();
  for (const { entries, length } of lists) {
    for (let i = 0; i < length; i += 1) {
      const posting = entries[i] as number;
      const slot = slotOf(posting);
      frequencies.set(slot, (frequencies.get(slot) ?? 0) + frequencyOf(posting));
    }
  }
  const entries = Uint32Array.from(frequencies, ([slot, frequency]) => withSlot(slot, frequency));
  return { entries: entries.sort(), length: entries.length };
};
