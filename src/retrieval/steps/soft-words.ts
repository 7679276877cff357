import { addFindings } from './add-findings.ts';
import type { Step } from './step.ts';

/** Words of the question or near ones, such as puppy for dog. */
export const softWords: Step = {
  name: 'soft_words',
  note: 'words of the question or near ones in the turn',
  add: ({ softWords: found }, weight, sums) => addFindings(found, weight, sums),
};

/** The same in the turn before, which a turn answers. */
export const softWordsBefore: Step = {
  name: 'soft_words_before',
  note: 'words of the question or near ones in the turn before',
  add: (evidence, weight, sums) => {
    const { softWords: found, index } = evidence;
    const { previous } = index.columns.arrays;
    for (let slot = 0; slot < found.length; slot += 1) {
      const before = previous[slot] as number;
      if (before >= 0) sums[slot] = (sums[slot] as number) + weight * (found[before] as number);
    }
  },
};
