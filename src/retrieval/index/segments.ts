import { sha256Hex } from '../../platform/digest.ts';
import type { Meaning } from './meaning.ts';
import type { PostingTable } from './postings.ts';
import { decodeSegment } from './segment-codec.ts';
import { PieceTable, StemTable } from './term-tables.ts';

/** What the code below and all that an index works out of a text make of it; a change of either is a change of this. */
const FORMAT = 10;

/** Columns that a segment holds as they are. */
export const STORED_COLUMNS = [
  'key',
  'createdAt',
  'role',
  'marks',
  'language',
  'ground',
  'passage',
  'passages',
  'length',
  'saying',
  'documentInverse',
] as const;

/** A segment as it is read back, passage by passage. Postings count their slots from the segment's first passage. */
export interface DecodedSegment {
  readonly texts: { readonly speakers: readonly string[] };
  readonly numbers: {
    readonly key: Float64Array;
    readonly createdAt: Float64Array;
    readonly role: Uint8Array;
    readonly marks: Uint16Array;
    readonly language: Uint8Array;
    readonly ground: Uint8Array;
    readonly passage: Uint32Array;
    readonly passages: Uint32Array;
    readonly length: Uint32Array;
    readonly saying: Float64Array;
    readonly documentInverse: Float32Array;
    /** Place among `texts.speakers`; -1 for none. */
    readonly speaker: Int32Array;
    /** Keys of the store. */
    readonly session: Float64Array;
    readonly sequence: Float64Array;
    /** Stems as UTF-8 in the order of their bytes, and where each of them ends. */
    readonly stems: Uint8Array;
    readonly stemEnds: Uint32Array;
    /** Where the postings of each stem end. */
    readonly stemPostingEnds: Uint32Array;
    readonly stemPostings: Uint32Array;
    /** Word pieces in ascending order, and the same of them. */
    readonly pieces: Uint32Array;
    readonly piecePostingEnds: Uint32Array;
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

/** The postings of a segment, copied out of its bytes, which hold much that is kept elsewhere. */
export const postingTablesOf = (
  { numbers }: DecodedSegment,
  firstSlot: number,
): { readonly words: PostingTable<string, Uint8Array>; readonly pieces: PostingTable<number, number> } => {
  const slots = { firstSlot, slotCount: numbers.key.length };
  return {
    words: {
      terms: new StemTable(numbers.stems.slice(), numbers.stemEnds.slice()),
      ends: numbers.stemPostingEnds.slice(),
      postings: numbers.stemPostings.slice(),
      ...slots,
    },
    pieces: {
      terms: new PieceTable(numbers.pieces.slice()),
      ends: numbers.piecePostingEnds.slice(),
      postings: numbers.piecePostings.slice(),
      ...slots,
    },
  };
};
