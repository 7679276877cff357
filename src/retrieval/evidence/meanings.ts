import { FOREIGN_GROUND, GROUNDS, type Ground, type MeaningScales } from '../index/meaning.ts';
import type { UserIndex } from '../index/user-index.ts';
import type { Scratch } from './scratch.ts';

/**
 * How near passages are to a question in meaning, by slot: cosines, and by ground what they are multiplied by to be on a scale
 * that is the same in every memory.
 */
export interface Meanings {
  /** The passage by itself. */
  readonly passage: Float32Array;
  /** With the two to each side. */
  readonly around: Float32Array;
  /** All of its document. */
  readonly document: Float32Array;
  readonly scales: MeaningScales;
}

/**
 * Cosines spread by this much in the conversations that the weights were fitted on. In one kind of memory they lie closer
 * together than in another; a memory of few passages is taken to be like most.
 */
const USUAL_DEVIATION = 0.12;
/** The model for other languages tells less: of .5, .7, .85 and 1 times what that for English counts .7 found most. */
const FOREIGN_SHARE = 0.7;
const PRIOR_PASSAGES = 20;

/**
 * What values are multiplied by, by ground, so that they spread as usual. A loop for each: with objects for the sums it took
 * half of a search.
 */
const scalesOf = (values: Float32Array, { columns, grounds }: UserIndex): number[] => {
  const { key, ground } = columns.arrays;
  const usual = USUAL_DEVIATION * USUAL_DEVIATION;
  const isAll = grounds.length === 1;
  return GROUNDS.map((_, on) => {
    let count = 0;
    let sum = 0;
    let squares = 0;
    if (grounds.includes(on as Ground)) {
      for (let slot = 0; slot < values.length; slot += 1) {
        if ((key[slot] as number) < 0 || !(isAll || ground[slot] === on)) continue;
        const value = values[slot] as number;
        count += 1;
        sum += value;
        squares += value * value;
      }
    }
    const around = count === 0 ? 0 : squares - (sum * sum) / count;
    const scale = USUAL_DEVIATION / Math.sqrt((around + PRIOR_PASSAGES * usual) / (count + PRIOR_PASSAGES));
    return on === FOREIGN_GROUND ? FOREIGN_SHARE * scale : scale;
  });
};

/**
 * Products add up: a window's with a question is the sum of its passages', and so is a document's.
 *
 * @param products of the passages with the question.
 * @param pool the slots that matter; the others stay 0.
 * @param known the scales, when a pool does not tell them.
 */
export const meaningsOf = (
  index: UserIndex,
  products: Float32Array,
  scratch: Scratch,
  pool: Uint32Array | null,
  known: MeaningScales | null,
): Meanings => {
  const { key, previous, next, inverse, wideInverse, documentInverse, passage, passages } = index.columns.arrays;
  const { slotCount } = index;
  const [near, around, document] = [scratch.zeros(slotCount), scratch.zeros(slotCount), scratch.zeros(slotCount)];
  const count = pool ? pool.length : slotCount;
  // Of the document of several passages that was looked at last: where it begins, and its product.
  let first = -1;
  let whole = 0;
  for (let i = 0; i < count; i += 1) {
    const slot = pool ? (pool[i] as number) : i;
    if ((key[slot] as number) < 0) continue;
    const own = products[slot] as number;
    let wide = own;
    const before = previous[slot] as number;
    if (before >= 0) {
      wide += products[before] as number;
      const second = previous[before] as number;
      if (second >= 0) wide += products[second] as number;
    }
    const after = next[slot] as number;
    if (after >= 0) {
      wide += products[after] as number;
      const second = next[after] as number;
      if (second >= 0) wide += products[second] as number;
    }
    if ((passages[slot] as number) === 1) {
      first = -1;
      whole = own;
    } else if (slot - (passage[slot] as number) !== first) {
      first = slot - (passage[slot] as number);
      whole = 0;
      for (let at = first; at < first + (passages[slot] as number); at += 1) whole += products[at] as number;
    }
    near[slot] = own * (inverse[slot] as number);
    around[slot] = wide * (wideInverse[slot] as number);
    document[slot] = whole * (documentInverse[slot] as number);
  }
  const scales = known ?? {
    passage: scalesOf(near, index),
    around: scalesOf(around, index),
    document: scalesOf(document, index),
  };
  return { passage: near, around, document, scales };
};
