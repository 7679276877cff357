import type { MeaningScales } from './meaning.ts';

/**
 * The cosine from which two questions are so much alike that the best documents of one hold those of the other, and how
 * many of the best: the questions on the conversations at hand that have such a like lost no answer among the first ten
 * (R@10 .832 both ways, 27 questions, and with 30 documents too). From a cosine of 0.8 it would be 157 questions, which lose
 * nothing with 256 documents of 600, .003 with 60 and .026 with 30: too much for a large memory.
 */
const LEAST_COSINE = 0.9;
export const POOL_SIZE = 256;
/**
 * Documents from which a pool is kept. At 10,000 it costs every question a twentieth and saves a similar one a fifth, of a
 * millisecond; at 100,000 it costs .25 ms and saves 2.3 of 5.9.
 */
export const WORTH_FROM = 20_000;
/** Questions remembered for a memory. */
const MAX_QUESTIONS = 16;

interface Remembered {
  /** The filters and the mode. */
  readonly scope: string;
  /** The question's static vector, of length 1. */
  readonly direction: Float32Array;
  /** The slots of the best passages. */
  readonly pool: Uint32Array;
  /** What meanings were scaled by, which a pool does not tell. */
  readonly scales: MeaningScales | null;
}

const cosine = (a: Float32Array, b: Float32Array): number => {
  let sum = 0;
  for (let k = 0; k < a.length; k += 1) sum += (a[k] as number) * (b[k] as number);
  return sum;
};

/**
 * The second level of the query buffer: the best documents of questions asked a moment ago, for questions that are much
 * like them. They are ranked anew for the question at hand, by the same steps and the same scale. It belongs to one index,
 * and holds for one generation of it.
 */
export class SimilarQuestions {
  #generation = -1;
  #remembered: Remembered[] = [];

  /** The most similar question; null when none is similar enough. */
  find(generation: number, scope: string, direction: Float32Array): Remembered | null {
    if (generation !== this.#generation) return null;
    let best: Remembered | null = null;
    let highest = LEAST_COSINE;
    for (const one of this.#remembered) {
      if (one.scope !== scope) continue;
      const likeness = cosine(one.direction, direction);
      if (likeness < highest) continue;
      highest = likeness;
      best = one;
    }
    return best;
  }

  remember(generation: number, one: Remembered): void {
    if (generation !== this.#generation) {
      this.#remembered = [];
      this.#generation = generation;
    }
    this.#remembered.push(one);
    if (this.#remembered.length > MAX_QUESTIONS) this.#remembered.shift();
  }
}
