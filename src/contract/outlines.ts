import type { CorpusDocument, CorpusReference, KeyRange } from './corpus.ts';

/** Bits of a message: one for each component of its vector. */
export const BITS = 256;
/** The most messages that `nearest` answers. */
export const MOST_NEAREST = 100;

/** A segment of a user's index, by the stretch of messages that it was made of, and when it was looked at. */
export interface SegmentName extends KeyRange {
  readonly tenantKey: number;
  readonly userKey: number;
  readonly maker: string;
  /** The generation of the user before it was read: a segment can be made anew under the same name. */
  readonly generation: number;
}

/** What the candidates of a large memory are found by, worked out of a segment and kept for as long as that is. */
export interface SegmentOutline extends SegmentName {
  /** All that ranking knows of the messages but their words and vectors. */
  readonly shapes: Uint8Array;
  /** Which messages hold which words: each word stands in one of the parts. */
  readonly words: readonly Uint8Array[];
  /** Vectors and word pieces of the messages, some messages in each block, in order. */
  readonly blocks: readonly Uint8Array[];
}

/** The bits of some messages of a segment, in the order of the keys: `BITS` / 8 bytes each. */
export interface SegmentBits extends SegmentName {
  readonly keys: readonly number[];
  readonly bits: Uint8Array;
}

/** One part of the words of one segment. */
export interface WordsPart extends KeyRange {
  readonly part: number;
  readonly bytes: Uint8Array;
}

/** The name of one block of a segment's messages. */
export interface BlockName extends KeyRange {
  readonly block: number;
}

/** The engine's own indexes over large memories: what an index in memory would hold, as far as a question asks for it. */
export interface OutlineReader {
  /** Bytes of all segments by this maker, and of those that have an outline; about as many as a whole index holds. */
  sizes(
    tenantKey: number,
    userKey: number,
    maker: string,
  ): Promise<{ readonly kept: number; readonly outlined: number }>;
  /** The stretches whose segments by this maker have an outline, in order. */
  outlined(tenantKey: number, userKey: number, maker: string): Promise<KeyRange[]>;
  /** Null when the segment has gone, or has no outline. */
  readShapes(tenantKey: number, userKey: number, stretch: KeyRange): Promise<Uint8Array | null>;
  /** Some parts of the words of all outlined segments by this maker, in order of the segments, then of the parts. */
  readWords(tenantKey: number, userKey: number, maker: string, parts: readonly number[]): Promise<WordsPart[]>;
  /** Blocks of outlined segments by this maker; those that have gone are passed over. */
  readBlocks(
    tenantKey: number,
    userKey: number,
    maker: string,
    blocks: readonly BlockName[],
  ): Promise<(BlockName & { readonly bytes: Uint8Array })[]>;
  /**
   * The keys of the user's messages whose bits differ least from some, the nearest first.
   *
   * @param count `MOST_NEAREST` at the most.
   * @param among only these messages; null for all that have bits.
   */
  nearest(
    tenantKey: number,
    userKey: number,
    bits: Uint8Array,
    count: number,
    among: readonly number[] | null,
  ): Promise<number[]>;
  /** In the order asked for; what is gone by now is passed over. */
  documentsOf(tenantKey: number, userKey: number, references: readonly CorpusReference[]): Promise<CorpusDocument[]>;
}

/** The same, with what is worked out of segments to be kept. */
export interface OutlineFacet extends OutlineReader {
  /**
   * Keeps the bits of messages, each in place of others of the same message, unless the segment has gone, a message in it
   * changed since, or anything at all was withdrawn. Answers whether they are kept.
   */
  saveBits(bits: SegmentBits): Promise<boolean>;
  /** Keeps an outline, in place of another of the same segment, on the same terms. Answers whether it is kept. */
  saveOutline(outline: SegmentOutline): Promise<boolean>;
}
