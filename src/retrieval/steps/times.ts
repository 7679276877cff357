import { isWithin } from '../../text/time-spans.ts';
import type { Step } from './step.ts';

/** "What did we do in May": turns of that time. */
export const times: Step = {
  name: 'times',
  note: 'said in the time that the question names',
  add: ({ index, question }, weight, sums) => {
    if (question.times.length === 0) return;
    const { createdAt } = index.columns.arrays;
    for (let slot = 0; slot < sums.length; slot += 1) {
      const at = createdAt[slot] as number;
      if (question.times.some((span) => isWithin(span, at))) sums[slot] = (sums[slot] as number) + weight;
    }
  },
};
