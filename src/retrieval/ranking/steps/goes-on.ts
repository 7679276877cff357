import type { Step } from './step.ts';

/** What was said so long before the question counts a third as much. */
const FADE_MS = 14 * 86_400_000;

/** "What should we do next?" goes on with what was spoken of last. */
export const goesOn: Step = {
  name: 'goes_on',
  note: 'said lately, and the question goes on with it',
  add: ({ index, question }, weight, sums) => {
    if (!question.isContinuation) return;
    const { createdAt, key } = index.columns.arrays;
    let newest = Number.NEGATIVE_INFINITY;
    for (let slot = 0; slot < sums.length; slot += 1) {
      if ((key[slot] as number) >= 0) newest = Math.max(newest, createdAt[slot] as number);
    }
    for (let slot = 0; slot < sums.length; slot += 1) {
      const age = Math.max(0, newest - (createdAt[slot] as number));
      sums[slot] = (sums[slot] as number) + weight * Math.exp(-age / FADE_MS);
    }
  },
};
