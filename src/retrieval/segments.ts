import { sha256Hex } from '../platform/digest.ts';
import type { Meaning } from './meaning.ts';
import type { Postings } from './postings.ts';
import { decodeSegment } from './segment-codec.ts';

/** What the code below and all that an index works out of a text make of it; a change of either is a change of this. */
const FORMAT = 2;

/** Columns that a segment holds as they are. */
export const STORED_COLUMNS = ['key', 'createdAt', 'role', 'marks', 'length', 'logLength', 'saying'] as const;

/** A segment as it is read back. Postings count their slots from the segment's first document. */
export interface DecodedSegment {
  readonly texts: { readonly terms: readonly string[]; readonly speakers: readonly string[] };
  readonly numbers: {
    readonly key: Float64Array;
    readonly createdAt: Float64Array;
    readonly role: Uint8Array;
    readonly marks: Uint8Array;
    readonly length: Uint32Array;
    readonly logLength: Float32Array;
    readonly saying: Float64Array;
    /** Place among `texts.speakers`; -1 for none. */
    readonly speaker: Int32Array;
    /** Keys of the store. */
    readonly session: Float64Array;
    readonly sequence: Float64Array;
    /** How many postings each term has, one term after the other. */
    readonly termCounts: Uint32Array;
    readonly termPostings: Uint32Array;
    readonly pieces: Uint32Array;
    readonly pieceCounts: Uint32Array;
    readonly piecePostings: Uint32Array;
    readonly components: Int8Array;
    readonly scales: Float32Array;
  };
}

/** Names the format and the model: what another one made is of no use. */
export const segmentMaker = (meaning: Meaning | null): string =>
  sha256Hex(`${FORMAT} ${meaning?.fingerprint ?? 'words'}`).slice(0, 16);

/** Errors: `RangeError` for bytes that are not as `writeSegment` made them. */
export const readSegment = (bytes: Uint8Array): DecodedSegment =>
  decodeSegment<DecodedSegment['texts'], DecodedSegment['numbers']>(bytes);

/** Adds the postings of a segment whose first document has the slot `firstSlot`. */
export const addPostings = <Term>(
  to: Postings<Term>,
  terms: ArrayLike<Term>,
  counts: Uint32Array,
  postings: Uint32Array,
  firstSlot: number,
): void => {
  let from = 0;
  for (let i = 0; i < terms.length; i += 1) {
    const end = from + (counts[i] as number);
    to.addAll(terms[i] as Term, postings, from, end, firstSlot);
    from = end;
  }
};
