import { isCode } from '../../../text/words.ts';
import { saturate } from '../../evidence/bm25.ts';
import { eachPosting } from '../../evidence/question-terms.ts';
import type { Step } from './step.ts';

/** BM25 of the passage alone, as a share: who asks for a rare word must see what says it before what stands beside it. */
export const wordsHere: Step = {
  name: 'words_here',
  note: 'words of the question in the passage itself',
  add: ({ index, terms }, weight, sums) => {
    if (terms.total === 0) return;
    const { length } = index.columns.arrays;
    const average = index.sessions.totalLength / index.passageCount || 1;
    for (const { list, idf } of terms.known) {
      const scale = (weight * idf) / terms.total;
      eachPosting(index, list, (slot, frequency) => {
        const share = saturate(frequency, length[slot] as number, average);
        sums[slot] = (sums[slot] as number) + scale * share;
      });
    }
  },
};

/** "What came of order AX-20391?": what holds the code itself, however long it is, before all that is near to it. */
export const code: Step = {
  name: 'code',
  note: 'holds a code that the question names',
  add: ({ index, terms }, weight, sums) => {
    if (terms.total === 0) return;
    for (const { word, list, idf } of terms.known) {
      if (!isCode(word)) continue;
      const share = (weight * idf) / terms.total;
      eachPosting(index, list, (slot) => {
        sums[slot] = (sums[slot] as number) + share;
      });
    }
  },
};
