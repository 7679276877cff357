import { addFindings } from './add-findings.ts';
import type { Step } from './step.ts';

/**
 * Of the turn alone: it took the place of the window of one to each side when `meaning_around` had shown that two are
 * better, and long answers say themselves what they are about.
 */
export const meaning: Step = {
  name: 'meaning',
  note: 'nearness in meaning of the turn',
  add: ({ cosines }, weight, sums) => {
    if (cosines) addFindings(cosines.turn, weight, sums);
  },
};

export const meaningAround: Step = {
  name: 'meaning_around',
  note: 'nearness in meaning of the turn with two to each side',
  add: ({ cosines }, weight, sums) => {
    if (cosines) addFindings(cosines.wide, weight, sums);
  },
};
