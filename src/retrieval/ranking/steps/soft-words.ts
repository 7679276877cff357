import { MARK } from '../../../text/marks.ts';
import { addFindings } from '../../evidence/findings.ts';
import type { Step } from './step.ts';

/** Words of the question or near ones, such as puppy for dog. */
export const softWords: Step = {
  name: 'soft_words',
  note: 'words of the question or near ones in the turn',
  add: ({ softWords: found }, weight, sums) => addFindings(found, weight, sums),
};

/** "They were awestruck" answers somebody who asked the like before: what is asked for stands in that question. */
export const answers: Step = {
  name: 'answers',
  note: 'follows a question with words of this one or near ones',
  add: ({ softWords: { bySlot, slots }, index, asked }, weight, sums) => {
    const { next, marks } = index.columns.arrays;
    for (let i = 0; i < slots.length; i += 1) {
      const slot = slots[i] as number;
      const after = next[slot] as number;
      if (after >= 0 && ((marks[slot] as number) & MARK.question) !== 0 && !asked?.unanswered.has(slot)) {
        sums[after] = (sums[after] as number) + weight * (bySlot[slot] as number);
      }
    }
  },
};
