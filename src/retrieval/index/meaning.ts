import { createHash } from 'node:crypto';
import { createGrounds } from '../../embedding/grounds.ts';
import type { LazyModel } from '../../embedding/multilingual-model.ts';
import { cosineOfStep, type StaticModel } from '../../embedding/static-model.ts';
import { functionWordsOf, LANGUAGES, type Language } from '../../text/languages.ts';
import { STOP_WORDS } from '../../text/stop-words.ts';
import { EnglishWords, type Translation } from './english-words.ts';
import { VectorPool } from './vectors/vector-pool.ts';

const PUNCTUATION = '.,;:!?\'"`()[]{}<>-_/\\|@#$%^&*+=~’‘“”–…。，、？！：；（）「」『』《》¿¡؟،';
/** Alone they are near to much that is spelled alike, as b is to blue. */
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** The model that a text is read by: that for English, or that for other languages. Their vectors say nothing of each other. */
export const GROUNDS = ['english', 'foreign'] as const;
export type Ground = 0 | 1;
export const ENGLISH_GROUND = 0;
export const FOREIGN_GROUND = 1;

/** A word piece of a question and those near to it, with their cosines; itself first. All are of one ground. */
export interface PieceExpansion {
  readonly piece: number;
  readonly ground: Ground;
  readonly near: readonly (readonly [piece: number, cosine: number])[];
}

/** What the cosines of a question are multiplied by, by ground, so that they spread as in other memories. */
export interface MeaningScales {
  readonly passage: readonly number[];
  readonly around: readonly number[];
  readonly document: readonly number[];
}

/** The static models as indexes use them, and the memory that their vectors lie in. One for a search Worker. */
export interface Meaning {
  readonly pool: VectorPool;
  readonly fingerprint: string;
  /** The ground that a text stands on. */
  groundOf(text: string, language?: Language | null): Ground;
  /**
   * The sum of the text's word pieces, not normalised, and the pieces without repeats, without those of function words, single
   * letters and punctuation; by the model for English unless another ground is named. On the other ground a text has the
   * pieces of both models, by different numbers: those for English are letters and parts of words there, which the forms of a
   * word share. With them any@5 rose from .68 to .86 in Korean, from .71 to .76 in Russian, from .68 to .73 in German.
   */
  read(text: string, ground?: Ground): { readonly sum: Float32Array; readonly pieces: ReadonlySet<number> };
  /** Whether a word is a piece of its own, as common words are, but no misspelt one. */
  isPiece(word: string, ground: Ground): boolean;
  /** A piece with its neighbours in its model's table. */
  expand(piece: number): PieceExpansion;
  /** English words for a word of another language; null when none is near, or without the model for other languages. */
  inEnglish(word: string): Translation | null;
}

/** Pieces that tell nothing of what is spoken of. */
const silentOf = (model: StaticModel, words: Iterable<string>): Uint8Array => {
  const silent = new Uint8Array(model.pieceCount);
  for (const word of words) {
    const pieces = model.tokenise(word);
    if (pieces.length === 1) silent[pieces[0] as number] = 1;
  }
  return silent;
};

const readBy = (model: StaticModel, silent: Uint8Array, offset: number) => {
  const read = (text: string) => {
    const all = model.tokenise(text);
    const pieces = new Set<number>();
    for (let i = 0; i < all.length; i += 1) {
      const piece = all[i] as number;
      if (silent[piece] === 0) pieces.add(offset + piece);
    }
    return { sum: model.sumOf(all), pieces };
  };
  const nearTo = (piece: number): PieceExpansion['near'] => {
    const { pieces, steps } = model.neighbours(piece - offset);
    const near: (readonly [number, number])[] = [[piece, 1]];
    pieces.forEach((other, i) => {
      if (silent[other] === 0) near.push([offset + other, cosineOfStep(steps[i] as number)]);
    });
    return near;
  };
  return { read, nearTo, isPiece: (word: string) => model.tokenise(word).length === 1 };
};

/** @param foreign the model for other languages, opened with the first text in one; null to read all as English. */
export const createMeaning = (english: StaticModel, foreign: LazyModel | null = null): Meaning => {
  const grounds = createGrounds(english);
  const offset = english.pieceCount;
  const byEnglish = readBy(english, silentOf(english, [...STOP_WORDS, ...PUNCTUATION, ...LETTERS]), 0);
  let opened: typeof byEnglish | null = null;
  const byForeign = (): typeof byEnglish => {
    if (!opened && foreign) {
      const model = foreign.open();
      const words = [...LANGUAGES.flatMap((language) => [...functionWordsOf(language)]), ...PUNCTUATION, ...LETTERS];
      opened = readBy(model, silentOf(model, words), offset);
    }
    return opened ?? byEnglish;
  };
  const pool = new VectorPool(english.dimensions);
  let englishWords: EnglishWords | null = null;
  const fingerprint = createHash('sha256').update(`${english.fingerprint} ${foreign?.fingerprint}`).digest('hex');
  return {
    pool,
    fingerprint: foreign ? fingerprint : english.fingerprint,
    groundOf: (text, language) => (foreign && grounds.isForeign(text, language) ? FOREIGN_GROUND : ENGLISH_GROUND),
    read: (text, ground = ENGLISH_GROUND) => {
      const inEnglish = byEnglish.read(text);
      if (ground === ENGLISH_GROUND) return inEnglish;
      const { sum, pieces } = byForeign().read(text);
      return { sum, pieces: pieces.union(inEnglish.pieces) };
    },
    isPiece: (word, ground) => (ground === FOREIGN_GROUND ? byForeign() : byEnglish).isPiece(word),
    inEnglish: (word) => {
      if (foreign) englishWords ??= new EnglishWords(english, foreign.open(), pool);
      return englishWords?.of(word) ?? null;
    },
    expand: (piece) =>
      piece < offset
        ? { piece, ground: ENGLISH_GROUND, near: byEnglish.nearTo(piece) }
        : { piece, ground: FOREIGN_GROUND, near: byForeign().nearTo(piece) },
  };
};
