import type { Step } from './step.ts';

/** Deviations that count as one: nearness of four is as much as there is. */
const SCALE = 1 / 4;

const addAll = (found: Float32Array, weight: number, sums: Float32Array): void => {
  for (let slot = 0; slot < sums.length; slot += 1) {
    sums[slot] = (sums[slot] as number) + weight * (found[slot] as number);
  }
};

export const model: Step = {
  name: 'model',
  note: 'nearness of the turn by the configured embedding model',
  add: ({ nearness }, weight, sums) => {
    if (nearness) addAll(nearness.turn, weight * SCALE, sums);
  },
};

export const modelAround: Step = {
  name: 'model_around',
  note: 'nearness of the turn with its neighbours by the configured embedding model',
  add: ({ nearness }, weight, sums) => {
    if (nearness) addAll(nearness.around, weight * SCALE, sums);
  },
};
