import { saturate } from './bm25.ts';
import { eachPosting, type QuestionTerms } from './question-terms.ts';
import type { UserIndex } from './user-index.ts';

/**
 * BM25 of each turn with two turns to each side as one document, as a share of what the question's terms could give: from 0
 * to 2.2, and comparable between questions. By slot.
 */
export const windowWords = (index: UserIndex, { known, total }: QuestionTerms): Float32Array => {
  const shares = new Float32Array(index.slotCount);
  if (total === 0) return shares;
  const { previous, next, windowLength } = index.columns.arrays;
  const frequencies = new Float32Array(index.slotCount);
  const met = new Uint32Array(index.slotCount);
  const average = index.averageWindowLength || 1;
  for (const { list, idf } of known) {
    let count = 0;
    const put = (slot: number, frequency: number): void => {
      if (frequencies[slot] === 0) {
        met[count] = slot;
        count += 1;
      }
      frequencies[slot] = (frequencies[slot] as number) + frequency;
    };
    eachPosting(index, list, (slot, frequency) => {
      put(slot, frequency);
      const before = previous[slot] as number;
      if (before >= 0) {
        put(before, frequency);
        const further = previous[before] as number;
        if (further >= 0) put(further, frequency);
      }
      const after = next[slot] as number;
      if (after >= 0) {
        put(after, frequency);
        const further = next[after] as number;
        if (further >= 0) put(further, frequency);
      }
    });
    const scale = idf / total;
    for (let i = 0; i < count; i += 1) {
      const slot = met[i] as number;
      const share = saturate(frequencies[slot] as number, windowLength[slot] as number, average);
      shares[slot] = (shares[slot] as number) + scale * share;
      frequencies[slot] = 0;
    }
  }
  return shares;
};
