import { frequencyOf, slotOf, withSlot } from './posting-list.ts';
import { type Postings, startOf } from './postings.ts';
import { encodeSegment } from './segment-codec.ts';
import type { DecodedSegment } from './segments.ts';
import { endsOf } from './term-tables.ts';
import type { UserIndex } from './user-index.ts';

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

/**
 * The postings of the slots that have a place, which is the number that they get, counted from `firstSlot`; by the keys of
 * their terms, in order.
 */
const postingsOf = <Term, Key>(postings: Postings<Term, Key>, firstSlot: number, placeOf: Int32Array) => {
  const lastSlot = firstSlot + placeOf.length - 1;
  const byTerm = new Map<Term, number[]>();
  const put = (term: Term, slot: number, frequency: number): void => {
    const place = placeOf[slot - firstSlot] ?? -1;
    if (place < 0) return;
    const own = byTerm.get(term);
    if (own) own.push(withSlot(place, frequency));
    else byTerm.set(term, [withSlot(place, frequency)]);
  };
  for (const table of postings.tablesBetween(firstSlot, lastSlot)) {
    for (let at = 0; at < table.terms.length; at += 1) {
      const term = table.terms.at(at);
      for (let i = startOf(table, at); i < (table.ends[at] as number); i += 1) {
        const posting = table.postings[i] as number;
        put(term, table.firstSlot + slotOf(posting), frequencyOf(posting));
      }
    }
  }
  for (const [term, { entries, length }] of postings.own()) {
    for (let i = firstAbove(entries, length, lastSlot) - 1; i >= 0; i -= 1) {
      const posting = entries[i] as number;
      const slot = slotOf(posting);
      if (slot < firstSlot) break;
      put(term, slot, frequencyOf(posting));
    }
  }
  const { kind } = postings;
  const sorted = [...byTerm].map(([term, list]) => ({ key: kind.keyOf(term), list }));
  sorted.sort((a, b) => kind.compare(a.key, b.key));
  const lists = sorted.map(({ list }) => list.sort((a, b) => a - b));
  return { keys: sorted.map(({ key }) => key), ends: endsOf(lists), postings: Uint32Array.from(lists.flat()) };
};

/** What an index holds of some messages, by their first slots, as bytes. */
export const writeSegment = (index: UserIndex, firsts: readonly number[]): Uint8Array => {
  const { arrays } = index.columns;
  const slots = index.slotsOf(firsts);
  const firstSlot = slots.reduce((first, slot) => Math.min(first, slot), Number.POSITIVE_INFINITY);
  const placeOf = new Int32Array(slots.reduce((last, slot) => Math.max(last, slot), 0) - firstSlot + 1).fill(-1);
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
    speakers: speakers.map((number) => index.speakers.nameOf(number)),
  };
  const numbers: DecodedSegment['numbers'] = {
    key: Float64Array.from(slots, (slot) => arrays.key[slot] as number),
    createdAt: Float64Array.from(slots, (slot) => arrays.createdAt[slot] as number),
    role: Uint8Array.from(slots, (slot) => arrays.role[slot] as number),
    marks: Uint16Array.from(slots, (slot) => arrays.marks[slot] as number),
    language: Uint8Array.from(slots, (slot) => arrays.language[slot] as number),
    ground: Uint8Array.from(slots, (slot) => arrays.ground[slot] as number),
    passage: Uint32Array.from(slots, (slot) => arrays.passage[slot] as number),
    passages: Uint32Array.from(slots, (slot) => arrays.passages[slot] as number),
    length: Uint32Array.from(slots, (slot) => arrays.length[slot] as number),
    saying: Float64Array.from(slots, (slot) => arrays.saying[slot] as number),
    documentInverse: Float32Array.from(slots, (slot) => arrays.documentInverse[slot] as number),
    speaker: Int32Array.from(slots, (slot) => speakers.indexOf(arrays.speaker[slot] as number)),
    session: Float64Array.from(slots, (slot) => index.sessionKeyOf(slot) ?? 0),
    sequence: Float64Array.from(slots, (slot) => arrays.sequence[slot] as number),
    stems: Uint8Array.from(words.keys.flatMap((key) => [...key])),
    stemEnds: endsOf(words.keys),
    stemPostingEnds: words.ends,
    stemPostings: words.postings,
    pieces: Uint32Array.from(pieces.keys),
    piecePostingEnds: pieces.ends,
    piecePostings: pieces.postings,
    components,
    scales,
  };
  return encodeSegment(texts, { ...numbers });
};
