import { awayFrom } from '../../../text/time-spans.ts';
import type { Step } from './step.ts';

/** Just outside it counts that much, a third of it so long before or after, and at last nothing. */
const OUTSIDE = 0.7;
const FADE_MS = 10 * 86_400_000;
const FARTHEST_MS = 4 * FADE_MS;

/** "What did we do in May": turns of that time, and those in which one still speaks of it. */
export const times: Step = {
  name: 'times',
  note: 'said in the time that the question names, or near it',
  add: ({ index, question }, weight, sums) => {
    if (question.times.length === 0) return;
    const { createdAt } = index.columns.arrays;
    const away = awayFrom(question.times);
    for (let slot = 0; slot < sums.length; slot += 1) {
      const awayMs = away(createdAt[slot] as number);
      if (awayMs > FARTHEST_MS) continue;
      sums[slot] = (sums[slot] as number) + weight * (awayMs === 0 ? 1 : OUTSIDE * Math.exp(-awayMs / FADE_MS));
    }
  },
};
