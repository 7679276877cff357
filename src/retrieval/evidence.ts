import { type ModelNearness, modelNearness } from './model-nearness.ts';
import type { Question } from './question.ts';
import { type QuestionTerms, weighTerms } from './question-terms.ts';
import { softMatch } from './soft-match.ts';
import type { UserIndex } from './user-index.ts';
import { type WindowCosines, windowCosines } from './window-meaning.ts';
import { windowWords } from './window-words.ts';
import { windowsAround } from './windows.ts';

/**
 * A question held against one user's memory: what several steps of the ranking need, worked out once, for every document,
 * by slot. All of it is on a fixed scale, so that the sums of different questions compare.
 */
export class Evidence {
  readonly index: UserIndex;
  readonly question: Question;
  readonly pool: Uint32Array | null;
  #terms: QuestionTerms | null = null;
  #words: Float32Array | null = null;
  #softWords: Float32Array | null = null;
  #products: Float32Array | null = null;
  #cosines: WindowCosines | null = null;
  #nearness: ModelNearness | null = null;

  /** @param pool the slots that matter; where it costs much, the others are left out. */
  constructor(index: UserIndex, question: Question, pool: Uint32Array | null = null) {
    this.index = index;
    this.question = question;
    this.pool = pool;
  }

  get terms(): QuestionTerms {
    this.#terms ??= weighTerms(this.index, this.question.terms);
    return this.#terms;
  }

  /** What of the question's words stands around each turn. */
  get words(): Float32Array {
    this.#words ??= windowWords(this.index, this.terms);
    return this.#words;
  }

  /** What of the question's word pieces, or near ones, stands in each turn. */
  get softWords(): Float32Array {
    this.#softWords ??= softMatch(this.index, this.question.pieces);
    return this.#softWords;
  }

  /** Product of each turn's sum of pieces with the question's vector, but for that one's scale; null without vectors. */
  get products(): Float32Array | null {
    const { vector } = this.question;
    const { vectors, columns } = this.index;
    if (vector && vectors) {
      this.#products ??= this.pool
        ? vectors.dotsOf(vector.components, windowsAround(columns.arrays, this.pool))
        : vectors.dots(vector.components);
    }
    return this.#products;
  }

  /** Nearness in meaning of the windows around each turn; null without vectors. */
  get cosines(): WindowCosines | null {
    const { products } = this;
    const { vector } = this.question;
    if (products && vector) this.#cosines ??= windowCosines(this.index, products, vector, this.pool);
    return this.#cosines;
  }

  /** Nearness by the configured model; null without a question or a turn with a vector by it. */
  get nearness(): ModelNearness | null {
    const { model } = this.index;
    const { byModel } = this.question;
    if (byModel && model && model.size > 0) this.#nearness ??= modelNearness(this.index, model, byModel);
    return this.#nearness;
  }
}
