import type { Step } from './step.ts';

/** What a turn is about stands around it. */
export const words: Step = {
  name: 'words',
  note: 'words of the question in the turn and the two to each side',
  add: ({ words: found }, weight, sums) => {
    for (let slot = 0; slot < found.length; slot += 1) {
      sums[slot] = (sums[slot] as number) + weight * (found[slot] as number);
    }
  },
};
