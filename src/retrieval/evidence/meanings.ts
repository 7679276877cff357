import { FOREIGN_GROUND, type MeaningScales } from '../index/meaning.ts';
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

/** What cosines are multiplied by to spread as usual. */
const scaleOf = (count: number, sum: number, squares: number): number => {
  const usual = USUAL_DEVIATION * USUAL_DEVIATION;
  const around = count === 0 ? 0 : squares - (sum * sum) / count;
  return USUAL_DEVIATION / Math.sqrt((around + PRIOR_PASSAGES * usual) / (count + PRIOR_PASSAGES));
};

/** The scales by ground. A passage that is gone has a cosine of 0, which adds nothing. */
const scalesOf = (cosines: Float32Array, { columns, passageCount, foreignCount }: UserIndex): number[] => {
  const { ground } = columns.arrays;
  let sum = 0;
  let squares = 0;
  for (let slot = 0; slot < cosines.length; slot += 1) {
    const cosine = cosines[slot] as number;
    sum += cosine;
    squares += cosine * cosine;
  }
  let foreignSum = 0;
  let foreignSquares = 0;
  for (let slot = 0; slot < cosines.length && foreignCount > 0; slot += 1) {
    if (ground[slot] !== FOREIGN_GROUND) continue;
    const cosine = cosines[slot] as number;
    foreignSum += cosine;
    foreignSquares += cosine * cosine;
  }
  return [
    scaleOf(passageCount - foreignCount, sum - foreignSum, squares - foreignSquares),
    FOREIGN_SHARE * scaleOf(foreignCount, foreignSum, foreignSquares),
  ];
};

/** The slots that matter: those of a pool, or all. */
type Slots = Uint32Array | null;

const addAlone = ({ columns }: UserIndex, products: Float32Array, pool: Slots, cosines: Float32Array): void => {
  const { key, inverse } = columns.arrays;
  const count = pool ? pool.length : cosines.length;
  for (let i = 0; i < count; i += 1) {
    const slot = pool ? (pool[i] as number) : i;
    if ((key[slot] as number) < 0) continue;
    cosines[slot] = (products[slot] as number) * (inverse[slot] as number);
  }
};

/** A window's product with a question is the sum of its passages'. */
const addAround = ({ columns }: UserIndex, products: Float32Array, pool: Slots, cosines: Float32Array): void => {
  const { key, previous, next, wideInverse } = columns.arrays;
  const count = pool ? pool.length : cosines.length;
  for (let i = 0; i < count; i += 1) {
    const slot = pool ? (pool[i] as number) : i;
    if ((key[slot] as number) < 0) continue;
    let wide = products[slot] as number;
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
    cosines[slot] = wide * (wideInverse[slot] as number);
  }
};

/** A document's is the sum of its passages'. */
const addWhole = ({ columns }: UserIndex, products: Float32Array, pool: Slots, cosines: Float32Array): void => {
  const { key, passage, passages, documentInverse } = columns.arrays;
  // Of the document of several passages that was looked at last: where it begins, and its product.
  let first = -1;
  let whole = 0;
  const count = pool ? pool.length : cosines.length;
  for (let i = 0; i < count; i += 1) {
    const slot = pool ? (pool[i] as number) : i;
    if ((key[slot] as number) < 0) continue;
    if ((passages[slot] as number) === 1) {
      first = -1;
      whole = products[slot] as number;
    } else if (slot - (passage[slot] as number) !== first) {
      first = slot - (passage[slot] as number);
      whole = 0;
      for (let at = first; at < first + (passages[slot] as number); at += 1) whole += products[at] as number;
    }
    cosines[slot] = whole * (documentInverse[slot] as number);
  }
};

/**
 * A loop for each of the three: all in one took half as long again.
 *
 * @param products of the passages with the question.
 * @param pool the slots that matter; the others stay 0.
 * @param known the scales, when a pool does not tell them.
 */
export const meaningsOf = (
  index: UserIndex,
  products: Float32Array,
  scratch: Scratch,
  pool: Slots,
  known: MeaningScales | null,
): Meanings => {
  const { slotCount } = index;
  const [passage, around, document] = [scratch.zeros(slotCount), scratch.zeros(slotCount), scratch.zeros(slotCount)];
  addAlone(index, products, pool, passage);
  addAround(index, products, pool, around);
  addWhole(index, products, pool, document);
  const scales = known ?? {
    passage: scalesOf(passage, index),
    around: scalesOf(around, index),
    document: scalesOf(document, index),
  };
  return { passage, around, document, scales };
};
