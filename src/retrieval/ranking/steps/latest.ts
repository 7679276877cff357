import type { Step } from './step.ts';

/** What was said so long before the newest turn counts a third as much. */
const FADE_MS = 60 * 86_400_000;

/** "Where does she live now": of what was said at different times the newest holds. */
export const latest: Step = {
  name: 'latest',
  note: 'said lately, and the question asks for what holds now',
  add: ({ index, question }, weight, sums) => {
    if (!question.asked.now) return;
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
