import type { Ground, MeaningScales } from '../index/meaning.ts';
import type { UserIndex } from '../index/user-index.ts';
import { slotsAround } from '../index/windows.ts';
import type { Question } from '../question.ts';
import { type AskedBefore, askedBefore } from './asked-before.ts';
import type { Findings } from './findings.ts';
import { type Meanings, meaningsOf } from './meanings.ts';
import { type ModelNearness, modelNearness } from './model-nearness.ts';
import { NearWords } from './near-words.ts';
import { type QuestionTerms, weighTerms } from './question-terms.ts';
import { Scratch } from './scratch.ts';
import { softMatch } from './soft-match.ts';
import { windowWords } from './window-words.ts';

/** Puts in the products of those passages that stand on a ground. */
const addOfGround = (
  { columns, grounds }: UserIndex,
  ground: Ground,
  { found, scale }: { readonly found: Float32Array; readonly scale: number },
  products: Float32Array,
): void => {
  const own = columns.arrays.ground;
  const isAll = grounds.length === 1;
  for (let slot = 0; slot < products.length; slot += 1) {
    if (isAll || own[slot] === ground) products[slot] = scale * (found[slot] as number);
  }
};

/**
 * A question held against one user's memory: what several steps of the ranking need, worked out once, for every passage,
 * by slot. All of it is on a fixed scale, so that the sums of different questions compare.
 */
export class Evidence {
  readonly index: UserIndex;
  readonly question: Question;
  readonly pool: Uint32Array | null;
  readonly #scratch: Scratch;
  readonly #scales: MeaningScales | null;
  #terms: QuestionTerms | null = null;
  #asked: AskedBefore | null | undefined;
  #words: Findings | null = null;
  #softWords: Findings | null = null;
  #products: Float32Array | null = null;
  #meanings: Meanings | null = null;
  #nearness: ModelNearness | null = null;

  /**
   * @param pool the slots that matter; where it costs much, the others are left out.
   * @param scratch what it works in; it is of no use any more once that is reset.
   * @param scales of meanings, which a pool does not tell.
   */
  constructor(
    index: UserIndex,
    question: Question,
    pool: Uint32Array | null = null,
    scratch = new Scratch(),
    scales: MeaningScales | null = null,
  ) {
    this.index = index;
    this.question = question;
    this.pool = pool;
    this.#scratch = scratch;
    this.#scales = scales;
  }

  /** The turns that only repeat the question; null for none. */
  get asked(): AskedBefore | null {
    if (this.#asked === undefined) this.#asked = askedBefore(this.index, this.terms.known);
    return this.#asked;
  }

  get terms(): QuestionTerms {
    this.#terms ??= weighTerms(this.index, this.question.words, new NearWords(this.index, this.question.text));
    return this.#terms;
  }

  /** What of the question's words stands around each turn. */
  get words(): Findings {
    this.#words ??= windowWords(this.index, this.terms, this.#scratch, this.asked?.unanswered);
    return this.#words;
  }

  /** What of the question's word pieces, or near ones, stands in each turn. */
  get softWords(): Findings {
    this.#softWords ??= softMatch(this.index, this.question.pieces, this.#scratch);
    return this.#softWords;
  }

  /** Product of each passage's sum of pieces with the question's direction on the same ground; null without vectors. */
  get products(): Float32Array | null {
    if (this.#products) return this.#products;
    const { vectors } = this.index;
    const asked = this.index.grounds.flatMap((ground) => {
      const vector = this.question.vectors[ground];
      return vector ? [{ ground, vector }] : [];
    });
    if (!vectors || asked.length === 0) return null;
    const slots = this.pool && slotsAround(this.index.columns.arrays, this.pool);
    const products = this.#zeros();
    for (const { ground, vector } of asked) {
      const found = slots
        ? vectors.dotsOf(vector.components, slots, this.#zeros())
        : vectors.dots(vector.components, this.#zeros());
      addOfGround(this.index, ground, { found, scale: vector.scale }, products);
    }
    // They are near to the question, and say nothing of what stands around them.
    for (const slot of this.asked?.unanswered ?? []) products[slot] = 0;
    this.#products = products;
    return products;
  }

  /** How near each passage is in meaning; null without vectors. */
  get meanings(): Meanings | null {
    const { products } = this;
    if (products) this.#meanings ??= meaningsOf(this.index, products, this.#scratch, this.pool, this.#scales);
    return this.#meanings;
  }

  /** Nearness by the configured model; null without a question or a turn with a vector by it. */
  get nearness(): ModelNearness | null {
    const { model } = this.index;
    const { byModel } = this.question;
    if (byModel && model && model.size > 0) this.#nearness ??= modelNearness(this.index, model, byModel);
    return this.#nearness;
  }

  #zeros(): Float32Array {
    return this.#scratch.zeros(this.index.slotCount);
  }
}
