import { crc32 } from 'node:zlib';
import { BITS } from '../../contract/outlines.ts';
import type { Detail } from '../index/close-up.ts';
import { slotOf } from '../index/posting-list.ts';
import type { Stretch } from '../index/postings.ts';
import { decodeSegment, encodeSegment } from '../index/segment-codec.ts';
import type { DecodedSegment, Shapes } from '../index/segments.ts';
import { endsOf, PARTS, STEMS, StemTable } from '../index/term-tables.ts';

/** Shapes, and how many messages hold which word piece. */
export interface OutlineShapes extends Shapes {
  readonly numbers: Shapes['numbers'] & { readonly pieces: Uint32Array; readonly pieceHolders: Uint32Array };
}

/** What candidates are found by, worked out of a segment. */
export interface OutlineParts {
  readonly shapes: Uint8Array;
  readonly words: readonly Uint8Array[];
  readonly blocks: readonly Uint8Array[];
  readonly keys: readonly number[];
  /** None when the model has not as many components as there are bits. */
  readonly bits: Uint8Array;
}

/** The signs of a vector's components, a bit each. */
export const bitsOf = (components: ArrayLike<number>): Uint8Array => {
  const bits = new Uint8Array(components.length / 8);
  for (let k = 0; k < components.length; k += 1) {
    if ((components[k] as number) > 0) bits[k >> 3] = (bits[k >> 3] as number) | (1 << (k & 7));
  }
  return bits;
};

/** Checksum, stems, postings, bytes of text; where stems end, where their postings end, the postings, the text. */
const HEADER = 4;
const BYTES = Uint32Array.BYTES_PER_ELEMENT;

interface Stem {
  readonly text: Uint8Array;
  readonly postings: Uint32Array;
}

const writePart = (stems: readonly Stem[]): Uint8Array => {
  const sum = (lengthOf: (stem: Stem) => number): number => stems.reduce((total, stem) => total + lengthOf(stem), 0);
  const postingCount = sum(({ postings }) => postings.length);
  const textLength = sum(({ text }) => text.length);
  const textAt = (HEADER + 2 * stems.length + postingCount) * BYTES;
  const bytes = new Uint8Array(textAt + textLength);
  const numbers = new Uint32Array(bytes.buffer, 0, textAt / BYTES);
  numbers.set([stems.length, postingCount, textLength], 1);
  let [textEnd, postingEnd] = [0, 0];
  const postingsAt = HEADER + 2 * stems.length;
  stems.forEach(({ text, postings }, i) => {
    bytes.set(text, textAt + textEnd);
    numbers.set(postings, postingsAt + postingEnd);
    textEnd += text.length;
    postingEnd += postings.length;
    numbers[HEADER + i] = textEnd;
    numbers[HEADER + stems.length + i] = postingEnd;
  });
  numbers[0] = crc32(bytes.subarray(BYTES));
  return bytes;
};

/** Errors: `RangeError` for bytes that are not as they were written. */
export const readPart = (stored: Uint8Array, firstSlot: number, slotCount: number): Stretch<string, Uint8Array> => {
  const bytes = new Uint8Array(stored);
  const whole = bytes.length - (bytes.length % BYTES);
  const numbers = new Uint32Array(bytes.buffer, 0, whole / BYTES);
  const [checksum = 0, stemCount = 0, postingCount = 0] = numbers;
  if (bytes.length < HEADER * BYTES || checksum !== crc32(bytes.subarray(BYTES))) {
    throw new RangeError(`The ${bytes.length} bytes of words of an outline are not as they were written.`);
  }
  const endsAt = HEADER + stemCount;
  const postingsAt = endsAt + stemCount;
  const text = bytes.subarray((postingsAt + postingCount) * BYTES);
  return {
    terms: new StemTable(text, numbers.subarray(HEADER, endsAt)),
    ends: numbers.subarray(endsAt, postingsAt),
    postings: numbers.subarray(postingsAt, postingsAt + postingCount),
    firstSlot,
    slotCount,
  };
};

const wordParts = ({ numbers }: DecodedSegment): Uint8Array[] => {
  const parts = Array.from({ length: PARTS }, (): Stem[] => []);
  const { stems, stemEnds, stemPostingEnds, stemPostings } = numbers;
  for (let i = 0; i < stemEnds.length; i += 1) {
    const text = stems.subarray(stemEnds[i - 1] ?? 0, stemEnds[i]);
    const postings = stemPostings.subarray(stemPostingEnds[i - 1] ?? 0, stemPostingEnds[i]);
    parts[STEMS.partOf(text)]?.push({ text, postings });
  }
  return parts.map(writePart);
};

/** Messages of a block: those of a window mostly lie in one. */
export const BLOCK_MESSAGES = 16;

interface BlockNumbers {
  readonly [name: string]: Int8Array | Float32Array | Uint32Array;
  readonly components: Int8Array;
  readonly scales: Float32Array;
  /** Where the word pieces of each message end. */
  readonly ends: Uint32Array;
  readonly pieces: Uint32Array;
}

/** The word pieces of each message of a segment. */
const piecesByMessage = ({ numbers }: DecodedSegment): number[][] => {
  const byMessage = Array.from(numbers.key, (): number[] => []);
  const { pieces, piecePostingEnds: ends, piecePostings } = numbers;
  for (let i = 0; i < pieces.length; i += 1) {
    for (let at = ends[i - 1] ?? 0; at < (ends[i] as number); at += 1) {
      byMessage[slotOf(piecePostings[at] as number)]?.push(pieces[i] as number);
    }
  }
  return byMessage;
};

const blocksOf = (segment: DecodedSegment): Uint8Array[] => {
  const { key, components, scales } = segment.numbers;
  const pieces = piecesByMessage(segment);
  const width = components.length / Math.max(1, key.length);
  const blocks: Uint8Array[] = [];
  for (let from = 0; from < key.length; from += BLOCK_MESSAGES) {
    const to = from + BLOCK_MESSAGES;
    const own = pieces.slice(from, to);
    const numbers: BlockNumbers = {
      components: components.subarray(from * width, to * width),
      scales: scales.subarray(from, to),
      ends: endsOf(own),
      pieces: Uint32Array.from(own.flat()),
    };
    blocks.push(encodeSegment(null, numbers));
  }
  return blocks;
};

/** What is kept of each message of a block, in order. Errors: `RangeError` for bytes that are not as they were written. */
export const readBlock = (bytes: Uint8Array): Detail[] => {
  const { components, scales, ends, pieces } = decodeSegment<null, BlockNumbers>(bytes).numbers;
  const width = components.length / Math.max(1, scales.length);
  return Array.from(scales, (scale, i) => ({
    vector: { components: components.subarray(i * width, (i + 1) * width), scale },
    pieces: pieces.subarray(ends[i - 1] ?? 0, ends[i]),
  }));
};

/** The outline of a segment, its words in the order of their bytes as they stand there. */
export const outlineOf = (segment: DecodedSegment): OutlineParts => {
  const { texts, numbers } = segment;
  const { key, createdAt, role, marks, length, logLength, saying, speaker, session, sequence, pieces } = numbers;
  const { piecePostingEnds: ends, components } = numbers;
  const shapes: OutlineShapes['numbers'] = {
    ...{ key, createdAt, role, marks, length, logLength, saying, speaker, session, sequence, pieces },
    pieceHolders: Uint32Array.from(ends, (end, i) => end - (ends[i - 1] ?? 0)),
  };
  return {
    shapes: encodeSegment(texts, { ...shapes }),
    words: wordParts(segment),
    blocks: blocksOf(segment),
    keys: [...key],
    bits: components.length === key.length * BITS ? bitsOf(components) : new Uint8Array(),
  };
};

/** Errors: `RangeError` for bytes that are not as `outlineOf` made them. */
export const readShapes = (bytes: Uint8Array): OutlineShapes =>
  decodeSegment<OutlineShapes['texts'], OutlineShapes['numbers']>(bytes);
