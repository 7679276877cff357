import { FOREIGN_GROUND, GROUNDS, type Ground, type MeaningScales } from '../index/meaning.ts';
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

/** Multiplies each product by the scale of the question on the ground of its passage. */
const scale = (products: Float32Array, { columns }: UserIndex, english: number, foreign: number): void => {
  const { ground } = columns.arrays;
  for (let slot = 0; slot < products.length; slot += 1) {
    products[slot] = (products[slot] as number) * (ground[slot] === FOREIGN_GROUND ? foreign : english);
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
    this.#terms ??= weighTerms(this.index, this.question.words, new NearWords(this.index, this.question));
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
    const { vectors, columns, grounds } = this.index;
    const [english, foreign] = GROUNDS.map(
      (_, on) => (grounds.includes(on as Ground) && this.question.vectors[on]) || null,
    );
    const only = english ?? foreign;
    if (!vectors || !only) return null;
    const products = this.#zeros();
    const { ground } = columns.arrays;
    if (this.pool) {
      const slots = slotsAround(columns.arrays, this.pool);
      for (const [on, vector] of [english, foreign].entries()) {
        if (vector)
          vectors.dotsOf(
            vector.components,
            slots.filter((slot) => ground[slot] === on),
            products,
          );
      }
    } else if (english && foreign) {
      vectors.dotsOfTwo([english.components, foreign.components], ground, products);
    } else {
      vectors.dots(only.components, products);
    }
    scale(products, this.index, english?.scale ?? 0, foreign?.scale ?? 0);
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
