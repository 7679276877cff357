import type { Quantised } from '../embedding/quantised.ts';
import type { UserIndex } from './user-index.ts';

/** Below this a sum of vectors has no direction worth asking for. */
const LEAST_SQUARE = 1e-12;

/** Cosines of a question with each turn and with its window, by slot. */
export interface WindowCosines {
  readonly turn: Float32Array;
  readonly wide: Float32Array;
}

/**
 * The cosine of a question with the vector of a turn, and with the sum of its own and its neighbours' vectors, two to each
 * side. The products add up, and the norms stand in the index.
 *
 * @param products of each turn with the question, but for the question's scale.
 * @param pool the slots to work out; null for all.
 */
export const windowCosines = (
  index: UserIndex,
  products: Float32Array,
  { scale }: Quantised<Int16Array>,
  pool: Uint32Array | null = null,
): WindowCosines => {
  const turn = new Float32Array(index.slotCount);
  const wide = new Float32Array(index.slotCount);
  const count = pool ? pool.length : index.slotCount;
  const { previous, next, square, wideSquare } = index.columns.arrays;
  for (let i = 0; i < count; i += 1) {
    const slot = pool ? (pool[i] as number) : i;
    const own = products[slot] as number;
    let sum = own;
    const before = previous[slot] as number;
    if (before >= 0) {
      sum += products[before] as number;
      const second = previous[before] as number;
      if (second >= 0) sum += products[second] as number;
    }
    const after = next[slot] as number;
    if (after >= 0) {
      sum += products[after] as number;
      const second = next[after] as number;
      if (second >= 0) sum += products[second] as number;
    }
    const ownSquare = square[slot] as number;
    if (ownSquare > LEAST_SQUARE) turn[slot] = (scale * own) / Math.sqrt(ownSquare);
    const widest = wideSquare[slot] as number;
    if (widest > LEAST_SQUARE) wide[slot] = (scale * sum) / Math.sqrt(widest);
  }
  return { turn, wide };
};
