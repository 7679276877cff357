import { addFindings } from './add-findings.ts';
import type { Step } from './step.ts';

export const meaning: Step = {
  name: 'meaning',
  note: 'nearness in meaning of the turn with its neighbours',
  add: ({ cosines }, weight, sums) => {
    if (cosines) addFindings(cosines.narrow, weight, sums);
  },
};

export const meaningAround: Step = {
  name: 'meaning_around',
  note: 'nearness in meaning of the turn with two to each side',
  add: ({ cosines }, weight, sums) => {
    if (cosines) addFindings(cosines.wide, weight, sums);
  },
};
