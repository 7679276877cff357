import { sha256Hex } from '../platform/digest.ts';
import type { Meaning } from './meaning.ts';
import { frequencyOf, slotOf, withSlot } from './posting-list.ts';
import type { Postings } from './postings.ts';
import { decodeSegment, encodeSegment } from './segment-codec.ts';
import type { UserIndex } from './user-index.ts';

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

/** The first of some postings, in order, whose slot is above another; their number when there is none. */
const firstAbove = (entries: Uint32Array, length: number, slot: number): number => {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (slotOf(entries[middle] as number) > slot) high = middle;
    else low = middle + 1;
  }
  return low;
};

/** The postings of the slots that have a place, which is the number that they get, counted from `firstSlot`; by term. */
const postingsOf = <Term>(postings: Postings<Term>, firstSlot: number, placeOf: Int32Array) => {
  const lastSlot = firstSlot + placeOf.length - 1;
  const terms: Term[] = [];
  const counts: number[] = [];
  const all: number[] = [];
  for (const [term, { entries, length }] of postings.entries()) {
    const own: number[] = [];
    for (let i = firstAbove(entries, length, lastSlot) - 1; i >= 0; i -= 1) {
      const posting = entries[i] as number;
      const slot = slotOf(posting);
      if (slot < firstSlot) break;
      const place = placeOf[slot - firstSlot] as number;
      if (place >= 0) own.push(withSlot(place, frequencyOf(posting)));
    }
    if (own.length === 0) continue;
    terms.push(term);
    counts.push(own.length);
    all.push(...own.sort((a, b) => a - b));
  }
  return { terms, counts: Uint32Array.from(counts), postings: Uint32Array.from(all) };
};

/** What an index holds of some messages, as bytes. */
export const writeSegment = (index: UserIndex, slots: readonly number[]): Uint8Array => {
  const { arrays } = index.columns;
  const firstSlot = Math.min(...slots);
  const placeOf = new Int32Array(Math.max(...slots) - firstSlot + 1).fill(-1);
  slots.forEach((slot, place) => {
    placeOf[slot - firstSlot] = place;
  });
  const words = postingsOf(index.words, firstSlot, placeOf);
  const pieces = postingsOf(index.pieces, firstSlot, placeOf);
  const speakers = [...new Set(slots.map((slot) => arrays.speaker[slot] as number))].filter((number) => number >= 0);
  const width = index.vectors && slots.length > 0 ? index.vectors.read(slots[0] as number).components.length : 0;
  const components = new Int8Array(slots.length * width);
  const scales = new Float32Array(width > 0 ? slots.length : 0);
  if (index.vectors) {
    slots.forEach((slot, place) => {
      const stored = index.vectors?.read(slot);
      if (!stored) return;
      components.set(stored.components, place * width);
      scales[place] = stored.scale;
    });
  }
  const texts: DecodedSegment['texts'] = {
    terms: words.terms,
    speakers: speakers.map((number) => index.speakers.nameOf(number)),
  };
  const numbers: DecodedSegment['numbers'] = {
    key: Float64Array.from(slots, (slot) => arrays.key[slot] as number),
    createdAt: Float64Array.from(slots, (slot) => arrays.createdAt[slot] as number),
    role: Uint8Array.from(slots, (slot) => arrays.role[slot] as number),
    marks: Uint8Array.from(slots, (slot) => arrays.marks[slot] as number),
    length: Uint32Array.from(slots, (slot) => arrays.length[slot] as number),
    logLength: Float32Array.from(slots, (slot) => arrays.logLength[slot] as number),
    saying: Float64Array.from(slots, (slot) => arrays.saying[slot] as number),
    speaker: Int32Array.from(slots, (slot) => speakers.indexOf(arrays.speaker[slot] as number)),
    session: Float64Array.from(slots, (slot) => index.sessionKeyOf(slot) ?? 0),
    sequence: Float64Array.from(slots, (slot) => arrays.sequence[slot] as number),
    termCounts: words.counts,
    termPostings: words.postings,
    pieces: Uint32Array.from(pieces.terms),
    pieceCounts: pieces.counts,
    piecePostings: pieces.postings,
    components,
    scales,
  };
  return encodeSegment(texts, { ...numbers });
};

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
