import { addFindings } from '../../evidence/findings.ts';
import type { Step } from './step.ts';

/** What a turn is about stands around it. */
export const words: Step = {
  name: 'words',
  note: 'words of the question in the turn and the two to each side',
  add: ({ words: found }, weight, sums) => addFindings(found, weight, sums),
};
