import { MARK } from '../../text/marks.ts';
import { addFindings } from './add-findings.ts';
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
  add: ({ softWords: found, index }, weight, sums) => {
    const { previous, marks } = index.columns.arrays;
    for (let slot = 0; slot < found.length; slot += 1) {
      const before = previous[slot] as number;
      if (before >= 0 && ((marks[before] as number) & MARK.question) !== 0) {
        sums[slot] = (sums[slot] as number) + weight * (found[before] as number);
      }
    }
  },
};
