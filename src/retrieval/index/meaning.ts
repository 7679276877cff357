import { cosineOfStep, type StaticModel } from '../../embedding/static-model.ts';
import { STOP_WORDS } from '../../text/stop-words.ts';
import { VectorPool } from './vectors/vector-pool.ts';

const PUNCTUATION = '.,;:!?\'"`()[]{}<>-_/\\|@#$%^&*+=~’‘“”–…';
/** Alone they are near to much that is spelled alike, as b is to blue. */
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** A word piece of a question and those near to it, with their cosines; itself first. */
export interface PieceExpansion {
  readonly piece: number;
  readonly near: readonly (readonly [piece: number, cosine: number])[];
}

/** What the cosines of a question are multiplied by, so that they spread as in other memories. */
export interface MeaningScales {
  readonly passage: number;
  readonly around: number;
  readonly document: number;
}

/** The static model as indexes use it, and the memory that their vectors lie in. One for a search Worker. */
export interface Meaning {
  readonly pool: VectorPool;
  readonly fingerprint: string;
  /**
   * The sum of the text's word pieces, not normalised, and the pieces without repeats, without those of stop words, single
   * letters and punctuation.
   */
  read(text: string): { readonly sum: Float32Array; readonly pieces: ReadonlySet<number> };
  /** A piece with its neighbours in the model's table. */
  expand(piece: number): PieceExpansion;
}

export const createMeaning = (model: StaticModel): Meaning => {
  const silent = new Uint8Array(model.pieceCount);
  for (const word of [...STOP_WORDS, ...PUNCTUATION, ...LETTERS]) {
    const pieces = model.tokenise(word);
    if (pieces.length === 1) silent[pieces[0] as number] = 1;
  }
  return {
    pool: new VectorPool(model.dimensions),
    fingerprint: model.fingerprint,
    read: (text) => {
      const all = model.tokenise(text);
      const pieces = new Set<number>();
      for (let i = 0; i < all.length; i += 1) {
        const piece = all[i] as number;
        if (silent[piece] === 0) pieces.add(piece);
      }
      return { sum: model.sumOf(all), pieces };
    },
    expand: (piece) => {
      const { pieces, steps } = model.neighbours(piece);
      const near: (readonly [number, number])[] = [[piece, 1]];
      pieces.forEach((other, i) => {
        if (silent[other] === 0) near.push([other, cosineOfStep(steps[i] as number)]);
      });
      return { piece, near };
    },
  };
};
