import type { Evidence } from '../evidence.ts';
import type { Step } from './step.ts';

/** Below this a sum of vectors has no direction worth asking for. */
const LEAST_SQUARE = 1e-12;

/** Cosine of the question with the sum of the static vectors of a turn and its neighbours: the products add up. */
const overWindow = (
  { index, products, question }: Evidence,
  weight: number,
  sums: Float32Array,
  reach: 1 | 2,
): void => {
  if (!products || !question.vector) return;
  const scale = weight * question.vector.scale;
  const { previous, next, narrowSquare, wideSquare } = index.columns.arrays;
  const squares = reach === 1 ? narrowSquare : wideSquare;
  for (let slot = 0; slot < index.slotCount; slot += 1) {
    const square = squares[slot] as number;
    if (square < LEAST_SQUARE) continue;
    let product = products[slot] as number;
    const before = previous[slot] as number;
    const after = next[slot] as number;
    if (before >= 0) {
      product += products[before] as number;
      const further = previous[before] as number;
      if (reach === 2 && further >= 0) product += products[further] as number;
    }
    if (after >= 0) {
      product += products[after] as number;
      const further = next[after] as number;
      if (reach === 2 && further >= 0) product += products[further] as number;
    }
    sums[slot] = (sums[slot] as number) + (scale * product) / Math.sqrt(square);
  }
};

export const meaning: Step = {
  name: 'meaning',
  note: 'nearness in meaning of the turn with its neighbours',
  add: (evidence, weight, sums) => overWindow(evidence, weight, sums, 1),
};

export const meaningAround: Step = {
  name: 'meaning_around',
  note: 'nearness in meaning of the turn with two to each side',
  add: (evidence, weight, sums) => overWindow(evidence, weight, sums, 2),
};
