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

/** Of cosines on one ground: their sum, and the sum of their squares. */
interface Moments {
  readonly sum: number;
  readonly squares: number;
}

/** What cosines are multiplied by to spread as usual. */
const scaleOf = (count: number, { sum, squares }: Moments): number => {
  const usual = USUAL_DEVIATION * USUAL_DEVIATION;
  const around = count === 0 ? 0 : squares - (sum * sum) / count;
  return USUAL_DEVIATION / Math.sqrt((around + PRIOR_PASSAGES * usual) / (count + PRIOR_PASSAGES));
};

/**
 * The scales by ground. One loop for all, with a variable for each sum: a loop for each took four times as long, and with
 * objects or arrays for the sums, or variables declared by a pattern, ten times. A passage that is gone has a cosine of 0, which adds nothing.
 */
const scalesOf = (
  passage: Float32Array,
  around: Float32Array,
  document: Float32Array,
  { columns, passageCount, foreignCount }: UserIndex,
): MeaningScales => {
  const { ground } = columns.arrays;
  let passageSum = 0;
  let passageSquares = 0;
  let aroundSum = 0;
  let aroundSquares = 0;
  let documentSum = 0;
  let documentSquares = 0;
  // The same of those on the ground of other languages.
  let foreignPassageSum = 0;
  let foreignPassageSquares = 0;
  let foreignAroundSum = 0;
  let foreignAroundSquares = 0;
  let foreignDocumentSum = 0;
  let foreignDocumentSquares = 0;
  for (let slot = 0; slot < passage.length; slot += 1) {
    const own = passage[slot] as number;
    const within = around[slot] as number;
    const whole = document[slot] as number;
    passageSum += own;
    passageSquares += own * own;
    aroundSum += within;
    aroundSquares += within * within;
    documentSum += whole;
    documentSquares += whole * whole;
    if (ground[slot] !== FOREIGN_GROUND) continue;
    foreignPassageSum += own;
    foreignPassageSquares += own * own;
    foreignAroundSum += within;
    foreignAroundSquares += within * within;
    foreignDocumentSum += whole;
    foreignDocumentSquares += whole * whole;
  }
  const byGround = (sum: number, squares: number, foreignSum: number, foreignSquares: number): number[] => [
    scaleOf(passageCount - foreignCount, { sum: sum - foreignSum, squares: squares - foreignSquares }),
    FOREIGN_SHARE * scaleOf(foreignCount, { sum: foreignSum, squares: foreignSquares }),
  ];
  return {
    passage: byGround(passageSum, passageSquares, foreignPassageSum, foreignPassageSquares),
    around: byGround(aroundSum, aroundSquares, foreignAroundSum, foreignAroundSquares),
    document: byGround(documentSum, documentSquares, foreignDocumentSum, foreignDocumentSquares),
  };
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
  return { passage: near, around, document, scales: known ?? scalesOf(near, around, document, index) };
};
