import { saturate } from '../../evidence/bm25.ts';
import { eachPosting } from '../../evidence/question-terms.ts';
import type { Step } from './step.ts';

/** A code, such as an order's number: digits with letters, or many. Nothing near it will do, however long the turn. */
const CODE = /^(?=.*\d)(?=.*\p{L})|^\d{5,}$/u;
/** What a code counts beside a word that stands in its turn once. */
const CODE_FACTOR = 8;

/**
 * BM25 of the turn alone, as a share. For finding evidence the window says it all, and the fitted weight is about zero; but
 * who asks for a rare word must see the turn that says it before those beside it, so its weight is set, not fitted. Left one
 * conversation out, 0.5 costs LoCoMo .003 of any@5 and .001 of R@10, 1.5 costs .007 and nothing; the others move by a
 * question or two.
 */
export const wordsHere: Step = {
  name: 'words_here',
  note: 'words of the question in the turn itself',
  add: ({ index, terms }, weight, sums) => {
    if (terms.total === 0) return;
    const { length } = index.columns.arrays;
    const average = index.sessions.totalLength / index.size || 1;
    for (const { term, list, idf } of terms.known) {
      const scale = (weight * idf) / terms.total;
      const isCode = CODE.test(term);
      eachPosting(index, list, (slot, frequency) => {
        const share = isCode ? CODE_FACTOR : saturate(frequency, length[slot] as number, average);
        sums[slot] = (sums[slot] as number) + scale * share;
      });
    }
  },
};
