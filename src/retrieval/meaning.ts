import { cosineOfStep, type StaticModel } from '../embedding/static-model.ts';
import { STOP_WORDS } from '../text/stop-words.ts';
import { VectorPool } from './vectors/vector-pool.ts';

const PUNCTUATION = '.,;:!?\'"`()[]{}<>-_/\\|@#$%^&*+=~’‘“”–…';

/** A word piece of a question and those near to it, with their cosines; itself first. */
export interface PieceExpansion {
  readonly piece: number;
  readonly near: readonly (readonly [piece: number, cosine: number])[];
}

/** The static model as indexes use it, and the memory that their vectors lie in. One for a search Worker. */
export interface Meaning {
  readonly pool: VectorPool;
  readonly fingerprint: string;
  /** The sum of the text's pieces, not normalised. */
  sumOf(text: string): Float32Array;
  /** The text's word pieces without repeats, without those of stop words and punctuation. */
  piecesOf(text: string): Set<number>;
  /** A piece with its neighbours in the model's table. */
  expand(piece: number): PieceExpansion;
}

export const createMeaning = (model: StaticModel): Meaning => {
  const silent = new Set<number>();
  for (const word of [...STOP_WORDS, ...PUNCTUATION]) {
    const pieces = model.tokenise(word);
    if (pieces.length === 1) silent.add(pieces[0] as number);
  }
  return {
    pool: new VectorPool(model.dimensions),
    fingerprint: model.fingerprint,
    sumOf: (text) => model.sumOfText(text),
    piecesOf: (text) => {
      const pieces = new Set<number>();
      for (const piece of model.tokenise(text)) if (!silent.has(piece)) pieces.add(piece);
      return pieces;
    },
    expand: (piece) => {
      const { pieces, steps } = model.neighbours(piece);
      const near: (readonly [number, number])[] = [[piece, 1]];
      pieces.forEach((other, i) => {
        if (!silent.has(other)) near.push([other, cosineOfStep(steps[i] as number)]);
      });
      return { piece, near };
    },
  };
};
