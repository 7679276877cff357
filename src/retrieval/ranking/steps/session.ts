import { saturate } from '../../evidence/bm25.ts';
import type { Evidence } from '../../evidence/evidence.ts';
import { eachPosting, inverseDocumentFrequency } from '../../evidence/question-terms.ts';
import type { Step } from './step.ts';

/** BM25 of a whole session as one document: a prior for each of its passages. As a share, like `words`. */
export const session: Step = {
  name: 'session',
  note: 'words of the question in the whole session',
  add: ({ index, terms }: Evidence, weight, sums) => {
    if (terms.total === 0) return;
    const { sessions } = index;
    const { session: sessionOf } = index.columns.arrays;
    const found = new Float32Array(sessions.last.length);
    const frequencies = new Float32Array(sessions.last.length);
    const average = sessions.averageLength || 1;
    for (const { list } of terms.known) {
      const met: number[] = [];
      eachPosting(index, list, (slot, frequency) => {
        const number = sessionOf[slot] as number;
        if (frequencies[number] === 0) met.push(number);
        frequencies[number] = (frequencies[number] as number) + frequency;
      });
      const idf = inverseDocumentFrequency(sessions.live, met.length);
      for (const number of met) {
        const share = saturate(frequencies[number] as number, sessions.lengths[number] as number, average);
        found[number] = (found[number] as number) + idf * share;
        frequencies[number] = 0;
      }
    }
    const scale = weight / terms.total;
    for (let slot = 0; slot < index.slotCount; slot += 1) {
      sums[slot] = (sums[slot] as number) + scale * (found[sessionOf[slot] as number] as number);
    }
  },
};
