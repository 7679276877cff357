import type { CorpusDocument } from '../../contract/corpus.ts';
import { type Quantised, storedVector } from '../../embedding/quantised.ts';
import { spokenText } from '../../text/speaker.ts';
import type { Meaning } from './meaning.ts';
import type { PostingList } from './posting-list.ts';
import { Postings } from './postings.ts';
import { PIECES } from './term-tables.ts';
import type { UserIndex } from './user-index.ts';
import { inverseOf, WIDE, windowOf, windowsAround } from './windows.ts';

/** What an outline lacks of one document. */
export interface Detail {
  readonly vector: Quantised<Int8Array>;
  readonly pieces: Iterable<number>;
}

/** What an index that is an outline lacks, for some of its documents. */
export interface CloseUp {
  /** The documents among them that hold a word piece. */
  piece(piece: number): PostingList | undefined;
  /** How many documents of the whole memory hold a word piece. */
  holdersOf(piece: number): number;
  /** Product of each of them with a question's vector, by slot of the index, but for that one's scale. */
  products(question: Int16Array, into: Float32Array): Float32Array;
}

/** What is worked out of a document as an index would. */
export const detailOf = (meaning: Meaning, document: CorpusDocument): Detail => {
  const { sum, pieces } = meaning.read(spokenText(document, document.content));
  return { vector: storedVector(sum), pieces };
};

/** The slots whose details a close-up of some documents needs: theirs, and those of their windows. */
export const slotsAround = ({ columns }: UserIndex, pool: Uint32Array): number[] =>
  [...new Set(windowsAround(columns.arrays, pool))].sort((a, b) => a - b);

/** The squared norm of the sum of some vectors. */
const squareOf = (vectors: readonly Quantised<Int8Array>[]): number => {
  let square = 0;
  for (let k = 0; k < (vectors[0]?.components.length ?? 0); k += 1) {
    let component = 0;
    for (const { components, scale } of vectors) component += (components[k] as number) * scale;
    square += component * component;
  }
  return square;
};

/**
 * Puts the norms of a pool's vectors and of their windows into the index.
 *
 * @param details of the pool and its windows, by slot in ascending order.
 * @param holdersOf how many documents of the whole memory hold a word piece.
 */
export const createCloseUp = (
  { columns: { arrays } }: UserIndex,
  pool: Uint32Array,
  details: ReadonlyMap<number, Detail>,
  holdersOf: CloseUp['holdersOf'],
): CloseUp => {
  const pieces = new Postings(PIECES);
  const vectors = new Map<number, Quantised<Int8Array>>();
  for (const [slot, detail] of details) {
    for (const piece of detail.pieces) pieces.add(piece, slot, 1);
    vectors.set(slot, detail.vector);
  }
  for (const slot of pool) {
    const of = (slots: readonly number[]) => slots.flatMap((at) => vectors.get(at) ?? []);
    arrays.inverse[slot] = inverseOf(squareOf(of([slot])));
    arrays.wideInverse[slot] = inverseOf(squareOf(of(windowOf(arrays, slot, WIDE))));
  }
  return {
    piece: (piece) => pieces.get(piece),
    holdersOf,
    products: (question, into) => {
      for (const [slot, { components, scale }] of vectors) {
        let product = 0;
        for (let k = 0; k < components.length; k += 1) product += (components[k] as number) * (question[k] as number);
        into[slot] = product * scale;
      }
      return into;
    },
  };
};
