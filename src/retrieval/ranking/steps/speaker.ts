import { ROLES } from '../../index/user-index.ts';
import type { Step } from './step.ts';

const addWhere = (column: ArrayLike<number>, value: number, weight: number, sums: Float32Array): void => {
  for (let slot = 0; slot < sums.length; slot += 1) {
    if (column[slot] === value) sums[slot] = (sums[slot] as number) + weight;
  }
};

/** A question that names one speaker asks mostly for what they said themselves. */
export const speaker: Step = {
  name: 'speaker',
  note: 'said by the one whom the question names',
  add: ({ index, question }, weight, sums) => {
    if (question.speaker !== null) addWhere(index.columns.arrays.speaker, question.speaker, weight, sums);
  },
};

/** "Where do I live": the user's own words. */
export const asker: Step = {
  name: 'asker',
  note: 'said by the user, who asks about themselves',
  add: ({ index, question }, weight, sums) => {
    if (question.asked.self && question.speaker === null) {
      addWhere(index.columns.arrays.role, ROLES.indexOf('user'), weight, sums);
    }
  },
};

/** "What did you recommend": the other side's words. */
export const answerer: Step = {
  name: 'answerer',
  note: 'said by the assistant, whom the question asks about',
  add: ({ index, question }, weight, sums) => {
    if (question.asked.other && question.speaker === null) {
      addWhere(index.columns.arrays.role, ROLES.indexOf('assistant'), weight, sums);
    }
  },
};
