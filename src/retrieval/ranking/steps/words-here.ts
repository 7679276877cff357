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

/** Of what the words of a question tell, the share that a passage must hold more of. */
const LEAST_HELD = 0.3;

/**
 * Who asks by words and nothing else ("Termin", "🐢", "allergic to shellfish") must see what holds them all before what
 * stands beside it, however short or near in meaning that is. From 0 for a third of what they tell to 1 for all.
 */
export const lookedUp: Step = {
  name: 'looked_up',
  note: 'holds all words of a question that is words and nothing else',
  add: ({ index, terms, question, asked }, weight, sums) => {
    if (!question.isLookUp || terms.total === 0) return;
    const held = new Float32Array(index.slotCount);
    for (const { list, idf } of terms.known) {
      eachPosting(index, list, (slot) => {
        held[slot] = (held[slot] as number) + idf / terms.total;
      });
    }
    for (const [slot, share] of held.entries()) {
      // Earlier askings and replies that answer nothing hold the words as well, and say nothing of them.
      if (share <= LEAST_HELD || asked?.unanswered.has(slot) || asked?.repeated.has(slot)) continue;
      sums[slot] = (sums[slot] as number) + (weight * (Math.min(1, share) - LEAST_HELD)) / (1 - LEAST_HELD);
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
