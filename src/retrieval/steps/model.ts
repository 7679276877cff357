import { addFindings } from './add-findings.ts';
import type { Step } from './step.ts';

/** Deviations that count as one: nearness of four is as much as there is. */
const SCALE = 1 / 4;

export const model: Step = {
  name: 'model',
  note: 'nearness of the turn by the configured embedding model',
  add: ({ nearness }, weight, sums) => {
    if (nearness) addFindings(nearness.turn, weight * SCALE, sums);
  },
};

export const modelAround: Step = {
  name: 'model_around',
  note: 'nearness of the turn with its neighbours by the configured embedding model',
  add: ({ nearness }, weight, sums) => {
    if (nearness) addFindings(nearness.around, weight * SCALE, sums);
  },
};
