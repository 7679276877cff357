import type { Step } from './step.ts';

/**
 * "I do not know what your dog is called" has all the words of the question, and so has each earlier asking; what tells it
 * has only some. Its weight is set, not fitted: the conversations that weights are fitted on hold no such turns. It is what
 * the best turn of all has over one that has just some words.
 */
export const askedBefore: Step = {
  name: 'asked_before',
  note: 'asks the same, or answers that with nothing',
  add: ({ asked }, weight, sums) => {
    if (!asked) return;
    for (const slot of asked.unanswered) sums[slot] = (sums[slot] as number) + weight;
    for (const slot of asked.repeated) sums[slot] = (sums[slot] as number) + weight;
  },
};
