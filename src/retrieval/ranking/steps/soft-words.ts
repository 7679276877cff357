import { MARK } from '../../../text/marks.ts';
import { addFindings } from '../../evidence/findings.ts';
import type { Step } from './step.ts';

/** Words of the question or near ones, such as puppy for dog. */
export const softWords: Step = {
  name: 'soft_words',
  note: 'words of the question or near ones in the passage',
  add: ({ softWords: found }, weight, sums) => addFindings(found, weight, sums),
};

/**
 * "They were awestruck" answers somebody who asked the like before: what is asked for stands in that question. One who tells
 * something of their own while asking ("My rent rose to 900, how do I budget?") has said it themselves.
 */
export const answers: Step = {
  name: 'answers',
  note: 'follows a question with words of this one or near ones',
  add: ({ softWords: { bySlot, slots }, index, asked }, weight, sums) => {
    const { next, marks, passage, passages } = index.columns.arrays;
    /** By the first slot of the message that answers, the best match of the one that asks. */
    const best = new Map<number, number>();
    for (let i = 0; i < slots.length; i += 1) {
      const slot = slots[i] as number;
      if (((marks[slot] as number) & (MARK.endsAsking | MARK.firstPerson)) !== MARK.endsAsking) continue;
      const after = next[slot - (passage[slot] as number) + (passages[slot] as number) - 1] as number;
      if (after < 0 || asked?.unanswered.has(slot)) continue;
      best.set(after, Math.max(best.get(after) ?? 0, bySlot[slot] as number));
    }
    for (const [first, match] of best) {
      for (let slot = first; slot < first + (passages[first] as number); slot += 1) {
        sums[slot] = (sums[slot] as number) + weight * match;
      }
    }
  },
};
