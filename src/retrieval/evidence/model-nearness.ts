import type { Quantised } from '../../embedding/quantised.ts';
import type { ModelVectors } from '../index/model-vectors.ts';
import type { UserIndex } from '../index/user-index.ts';

/** How near documents are to a question by the configured model, in deviations over those that have a vector. */
export interface ModelNearness {
  /** Of a turn by itself; 0 without a vector. */
  readonly turn: Float32Array;
  /** Of a turn with one to each side, as far as they have vectors; 0 when the turn has none. */
  readonly around: Float32Array;
}

/** Deviations beyond which nearness tells no more. */
const LEAST = -2;
const MOST = 4;
/** Deviations under this are rounding. */
const LEAST_DEVIATION = 1e-6;

/**
 * The deviations of the values of rows from their mean, within bounds, for all passages of the documents that they are of;
 * the others are left at 0.
 */
const standardised = (values: Float32Array, slots: Int32Array, count: number, passages: Uint32Array): Float32Array => {
  const found = new Float32Array(passages.length);
  let sum = 0;
  for (let row = 0; row < slots.length; row += 1) if ((slots[row] as number) >= 0) sum += values[row] as number;
  const mean = sum / count;
  let squares = 0;
  for (let row = 0; row < slots.length; row += 1) {
    const difference = (values[row] as number) - mean;
    if ((slots[row] as number) >= 0) squares += difference * difference;
  }
  const deviation = Math.sqrt(squares / count);
  if (!(deviation > LEAST_DEVIATION)) return found;
  for (let row = 0; row < slots.length; row += 1) {
    const slot = slots[row] as number;
    if (slot < 0) continue;
    const value = Math.max(LEAST, Math.min(MOST, ((values[row] as number) - mean) / deviation));
    found.fill(value, slot, slot + (passages[slot] as number));
  }
  return found;
};

/**
 * A question held against a user's vectors, one of each message, by the configured model. Cosines of one model lie between 0 and .6, of another
 * between .7 and .9; their deviations from the mean of the user's memory compare. All vectors are multiplied, also when
 * only some slots matter, so that a turn is as near as ever.
 */
export const modelNearness = (
  index: UserIndex,
  model: ModelVectors,
  question: Quantised<Int16Array>,
): ModelNearness => {
  const { slots, places, size } = model;
  const { slotCount } = index;
  const { previous, next, passage, passages } = index.columns.arrays;
  const turn = model.rows.dots(question.components);
  const around = new Float32Array(turn.length);
  const { scale } = question;
  for (let row = 0; row < turn.length; row += 1) turn[row] = (turn[row] as number) * scale;
  for (let row = 0; row < slots.length; row += 1) {
    const slot = slots[row] as number;
    if (slot < 0) continue;
    let sum = turn[row] as number;
    let count = 1;
    const last = previous[slot] as number;
    const before = last < 0 ? last : last - (passage[last] as number);
    const rowBefore = before < 0 || before >= places.length ? -1 : (places[before] as number);
    if (rowBefore >= 0) {
      sum += turn[rowBefore] as number;
      count += 1;
    }
    const after = next[slot + (passages[slot] as number) - 1] as number;
    const rowAfter = after < 0 || after >= places.length ? -1 : (places[after] as number);
    if (rowAfter >= 0) {
      sum += turn[rowAfter] as number;
      count += 1;
    }
    around[row] = sum / count;
  }
  const ofDocuments = passages.subarray(0, slotCount);
  return {
    turn: standardised(turn, slots, size, ofDocuments),
    around: standardised(around, slots, size, ofDocuments),
  };
};
