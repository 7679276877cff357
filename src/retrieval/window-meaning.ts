import type { Quantised } from '../embedding/quantised.ts';
import type { UserIndex } from './user-index.ts';

/** Below this a sum of vectors has no direction worth asking for. */
const LEAST_SQUARE = 1e-12;

/** Cosines of a question with each turn's windows, by slot. */
export interface WindowCosines {
  readonly narrow: Float32Array;
  readonly wide: Float32Array;
}

/**
 * The cosine of a question with the sum of the vectors of a turn and its neighbours, one and two to each side. The products
 * add up, and the norms of the windows stand in the index.
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
  const narrow = new Float32Array(index.slotCount);
  const wide = new Float32Array(index.slotCount);
  const count = pool ? pool.length : index.slotCount;
  const { previous, next, narrowSquare, wideSquare } = index.columns.arrays;
  for (let i = 0; i < count; i += 1) {
    const slot = pool ? (pool[i] as number) : i;
    let sum = products[slot] as number;
    let further = 0;
    const before = previous[slot] as number;
    if (before >= 0) {
      sum += products[before] as number;
      const second = previous[before] as number;
      if (second >= 0) further += products[second] as number;
    }
    const after = next[slot] as number;
    if (after >= 0) {
      sum += products[after] as number;
      const second = next[after] as number;
      if (second >= 0) further += products[second] as number;
    }
    const narrowest = narrowSquare[slot] as number;
    if (narrowest > LEAST_SQUARE) narrow[slot] = (scale * sum) / Math.sqrt(narrowest);
    const widest = wideSquare[slot] as number;
    if (widest > LEAST_SQUARE) wide[slot] = (scale * (sum + further)) / Math.sqrt(widest);
  }
  return { narrow, wide };
};
