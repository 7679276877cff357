import { FOREIGN_GROUND, GROUNDS, type Ground, type MeaningScales } from '../index/meaning.ts';
import type { UserIndex } from '../index/user-index.ts';
import type { Scratch } from './scratch.ts';

/** How near passages are to a question in meaning, by slot, on a scale that is the same in every memory. */
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

/** Sums of some values and of their squares. */
class Spread {
  #count = 0;
  #sum = 0;
  #squares = 0;

  add(value: number): void {
    this.#count += 1;
    this.#sum += value;
    this.#squares += value * value;
  }

  get scale(): number {
    const usual = USUAL_DEVIATION * USUAL_DEVIATION;
    const squares = this.#count === 0 ? 0 : this.#squares - (this.#sum * this.#sum) / this.#count;
    return USUAL_DEVIATION / Math.sqrt((squares + PRIOR_PASSAGES * usual) / (this.#count + PRIOR_PASSAGES));
  }
}

const scalesOf = (spreads: readonly Spread[]): number[] =>
  spreads.map(({ scale }, ground) => (ground === FOREIGN_GROUND ? FOREIGN_SHARE * scale : scale));

const spreadsOf = (): Spread[] => GROUNDS.map(() => new Spread());

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
  const { key, previous, next, inverse, wideInverse, documentInverse, passage, passages, ground } =
    index.columns.arrays;
  const { slotCount } = index;
  const [near, around, document] = [scratch.zeros(slotCount), scratch.zeros(slotCount), scratch.zeros(slotCount)];
  const spreads = { passage: spreadsOf(), around: spreadsOf(), document: spreadsOf() };
  const count = pool ? pool.length : slotCount;
  // Of the document of several passages that was looked at last: where it begins, and its product.
  let [first, whole] = [-1, 0];
  for (let i = 0; i < count; i += 1) {
    const slot = pool ? (pool[i] as number) : i;
    if ((key[slot] as number) < 0) continue;
    const on = ground[slot] as Ground;
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
    if ((passages[slot] as number) === 1) [first, whole] = [-1, own];
    else if (slot - (passage[slot] as number) !== first) {
      first = slot - (passage[slot] as number);
      whole = 0;
      for (let at = first; at < first + (passages[slot] as number); at += 1) whole += products[at] as number;
    }
    near[slot] = own * (inverse[slot] as number);
    around[slot] = wide * (wideInverse[slot] as number);
    document[slot] = whole * (documentInverse[slot] as number);
    spreads.passage[on]?.add(near[slot] as number);
    spreads.around[on]?.add(around[slot] as number);
    spreads.document[on]?.add(document[slot] as number);
  }
  const scales = known ?? {
    passage: scalesOf(spreads.passage),
    around: scalesOf(spreads.around),
    document: scalesOf(spreads.document),
  };
  for (let i = 0; i < count; i += 1) {
    const slot = pool ? (pool[i] as number) : i;
    const on = ground[slot] as Ground;
    near[slot] = (near[slot] as number) * (scales.passage[on] as number);
    around[slot] = (around[slot] as number) * (scales.around[on] as number);
    document[slot] = (document[slot] as number) * (scales.document[on] as number);
  }
  return { passage: near, around, document, scales };
};
