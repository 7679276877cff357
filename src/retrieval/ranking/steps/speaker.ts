import { ROLES } from '../../index/user-index.ts';
import type { Step } from './step.ts';

const USER = ROLES.indexOf('user');

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
    const { account } = question;
    if (!account) return;
    const { speaker: speakers, role: roles } = index.columns.arrays;
    const role = ROLES.indexOf(account.role);
    for (let slot = 0; slot < sums.length; slot += 1) {
      if (roles[slot] === role && (speakers[slot] as number) < 0) sums[slot] = (sums[slot] as number) + weight;
    }
  },
};

export const user: Step = {
  name: 'user',
  isOfDocument: true,
  note: 'said by the user',
  add: ({ index }, weight, sums) => addWhere(index.columns.arrays.role, USER, weight, sums),
};

/** "Where do I live": the user's own words. */
export const asker: Step = {
  name: 'asker',
  note: 'said by the user, who asks about themselves',
  add: ({ index, question }, weight, sums) => {
    if (question.asked.self && question.speaker === null) addWhere(index.columns.arrays.role, USER, weight, sums);
  },
};
