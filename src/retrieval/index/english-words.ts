import { quantiseQuestion } from '../../embedding/quantised.ts';
import { WORD_MARK } from '../../embedding/sentence-pieces.ts';
import type { StaticModel } from '../../embedding/static-model.ts';
import type { VectorPool } from './vectors/vector-pool.ts';
import { VectorRows } from './vectors/vector-rows.ts';

/** Questions in other languages of an English memory, any@5: .105 without, .47 with .65, .63 with .6, .74 with .5 and .45. */
const LEAST_COSINE = 0.5;
/** How much farther than the nearest a word may lie: работа is work and working, and no journey. */
const MOST_BEHIND = 0.1;
const MOST_WORDS = 3;
/** Of fewer letters they are as often parts of words of other languages. */
const ENGLISH_WORD = /^[a-z]{3,}$/;

/** English words for a word of another language, the nearest first. */
export interface Translation {
  readonly words: readonly string[];
  /** Of the nearest. */
  readonly cosine: number;
}

/**
 * English words for words of other languages: those whose vectors by the multilingual model lie nearest, of the 7,900 that
 * are a piece of both models. "собака" and "狗" lie at .9 from "dog". To look one up takes as long as to multiply 7,900
 * vectors, a tenth of a millisecond.
 */
export class EnglishWords {
  readonly #foreign: StaticModel;
  readonly #rows: VectorRows;
  readonly #words: string[] = [];
  readonly #inverse: number[] = [];

  constructor(english: StaticModel, foreign: StaticModel, pool: VectorPool) {
    this.#foreign = foreign;
    this.#rows = new VectorRows(pool);
    const pieces = foreign.vocabulary();
    for (let piece = 0; piece < pieces.length; piece += 1) {
      const text = pieces[piece] as string;
      const word = text.slice(1);
      if (!text.startsWith(WORD_MARK) || !ENGLISH_WORD.test(word) || english.tokenise(word).length !== 1) continue;
      const vector = foreign.sumOf(Uint16Array.of(piece));
      this.#words.push(word);
      this.#inverse.push(inverseLength(vector));
      this.#rows.append(vector);
    }
  }

  /** Null for a word that lies near none. */
  of(word: string): Translation | null {
    const vector = this.#foreign.sumOf(this.#foreign.tokenise(word));
    const inverse = inverseLength(vector);
    const { components, scale } = quantiseQuestion(vector);
    const cosines = this.#rows.dots(components);
    for (let row = 0; row < cosines.length; row += 1) {
      cosines[row] = (cosines[row] as number) * scale * inverse * (this.#inverse[row] as number);
    }
    const cosine = cosines.reduce((most, each) => Math.max(most, each), 0);
    if (cosine < LEAST_COSINE) return null;
    const near = [...cosines.keys()].filter(
      (row) => (cosines[row] as number) >= Math.max(LEAST_COSINE, cosine - MOST_BEHIND),
    );
    near.sort((a, b) => (cosines[b] as number) - (cosines[a] as number));
    return { words: near.slice(0, MOST_WORDS).map((row) => this.#words[row] as string), cosine };
  }
}

/** 0 for a vector that is all zero. */
const inverseLength = (vector: Float32Array): number => {
  const square = vector.reduce((sum, x) => sum + x * x, 0);
  return square === 0 ? 0 : 1 / Math.sqrt(square);
};
