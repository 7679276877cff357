import type { CorpusDocument, KeyRange, Retraction } from '../../contract/corpus.ts';
import type { BlockName, WordsPart } from '../../contract/outlines.ts';
import { holdersOf } from '../evidence/question-terms.ts';
import type { Meaning } from '../index/meaning.ts';
import { STEMS, search, stemKey } from '../index/term-tables.ts';
import { UserIndex } from '../index/user-index.ts';
import { BLOCK_MESSAGES, type OutlineShapes, readPart } from './outline-codec.ts';

/** An outlined segment that is held. */
interface Stretch extends KeyRange {
  readonly firstSlot: number;
  readonly messages: number;
  /** Parts of its words that are held, a bit each. */
  parts: number;
  /** Its word pieces in ascending order, and how many of its messages hold each. */
  readonly pieces: Uint32Array;
  readonly pieceHolders: Uint32Array;
}

/** A stretch by its keys. */
export const nameOf = ({ firstKey, lastKey }: KeyRange): string => `${firstKey}-${lastKey}`;

/** The parts of an outline's words that some stems stand in. */
export const partsOf = (stems: Iterable<string>): number[] => [
  ...new Set([...stems].map((stem) => STEMS.partOf(stemKey(stem)))),
];

/**
 * A user's memory without its vectors and word pieces, and with those words alone that were asked for: two fifths of the
 * room of a whole index, and read in half of the time. Candidates are found by it; what it lacks of them is read again.
 */
export class Outline {
  /** All documents. */
  readonly whole: UserIndex;
  /** Those that no outlined segment holds, with their vectors: the newest, and knowledge. */
  readonly tail: UserIndex;
  /** Whether the store has another segment than it has, at the same generation. */
  isStale = false;
  /** How often documents were let go of to be read anew: who has waited meanwhile may have missed them. */
  drops = 0;
  readonly #stretches = new Map<string, Stretch>();
  #bySlot: Stretch[] | null = null;

  constructor(meaning: Meaning) {
    this.whole = new UserIndex(meaning, true);
    this.tail = new UserIndex(meaning);
  }

  get generation(): number {
    return this.whole.generation;
  }

  set generation(generation: number) {
    this.whole.generation = generation;
    this.tail.generation = generation;
  }

  get bytes(): number {
    let pieces = 0;
    for (const stretch of this.#stretches.values())
      pieces += stretch.pieces.byteLength + stretch.pieceHolders.byteLength;
    return this.whole.bytes + this.tail.bytes + pieces;
  }

  /** Whether so much was withdrawn that loading again is cheaper than dragging it along. */
  get worn(): boolean {
    return this.whole.worn || this.tail.worn;
  }

  holds(range: KeyRange): boolean {
    return this.#stretches.has(nameOf(range));
  }

  add(document: CorpusDocument): void {
    this.whole.add(document);
    this.tail.add(document);
  }

  /** As `UserIndex.tidy`. */
  tidy(): void {
    this.whole.tidy();
    this.tail.tidy();
  }

  retract(retraction: Retraction): void {
    this.whole.retract(retraction);
    this.tail.retract(retraction);
  }

  /** Takes in an outlined segment, in place of what it has of the same stretch. */
  addShapes(range: KeyRange, shapes: OutlineShapes): void {
    this.#withdrawTail(range);
    const { key, pieces, pieceHolders } = shapes.numbers;
    const firstSlot = this.whole.addShapes(shapes);
    const held = {
      firstSlot,
      messages: key.length,
      parts: 0,
      pieces: pieces.slice(),
      pieceHolders: pieceHolders.slice(),
    };
    this.#stretches.set(nameOf(range), { ...range, ...held });
    this.#bySlot = null;
    // A segment of the tail never takes the place of one that it does not hold.
    for (const { coverage } of [this.whole, this.tail]) coverage.add({ ...range, messages: Number.POSITIVE_INFINITY });
  }

  /** Lets go of stretches that the store has no more, or a message of which changed. What they were, to be read anew. */
  dropAllBut(stored: readonly KeyRange[]): KeyRange[] {
    const names = new Set(stored.map(nameOf));
    const gone = [...this.#stretches.values()].filter(
      (stretch) => !names.has(nameOf(stretch)) || !this.whole.coverage.has(stretch),
    );
    this.drops += gone.length;
    for (const stretch of gone) {
      this.#stretches.delete(nameOf(stretch));
      this.#bySlot = null;
      for (const { coverage } of [this.whole, this.tail]) coverage.drop(stretch.firstKey);
      this.#withdrawTail(stretch);
      for (let i = 0; i < stretch.messages; i += 1) this.#withdraw(stretch.firstSlot + i);
    }
    return gone;
  }

  /** Whether a part of the words of any stretch is not held. */
  lacks(part: number): boolean {
    for (const { parts } of this.#stretches.values()) if ((parts & (1 << part)) === 0) return true;
    return false;
  }

  /** Takes in what is new of it. Errors: `RangeError` for bytes that are not as they were written. */
  addWords(read: readonly WordsPart[]): void {
    for (const { part, bytes, ...range } of read) {
      const stretch = this.#stretches.get(nameOf(range));
      if (!stretch || (stretch.parts & (1 << part)) !== 0) continue;
      this.whole.words.addPart(part, readPart(bytes, stretch.firstSlot, stretch.messages));
      stretch.parts |= 1 << part;
    }
  }

  /** The block that a slot's message lies in; null for one of the tail. */
  blockOf(slot: number): BlockName | null {
    this.#bySlot ??= [...this.#stretches.values()].sort((a, b) => a.firstSlot - b.firstSlot);
    const stretches = this.#bySlot;
    let [low, high] = [0, stretches.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((stretches[middle] as Stretch).firstSlot <= slot) low = middle + 1;
      else high = middle;
    }
    const stretch = stretches[low - 1];
    if (!stretch || slot >= stretch.firstSlot + stretch.messages) return null;
    const { firstKey, lastKey, firstSlot } = stretch;
    return { firstKey, lastKey, block: Math.floor((slot - firstSlot) / BLOCK_MESSAGES) };
  }

  /** The slot of the first message of a block; null when its stretch is not held. */
  firstSlotOf({ block, ...range }: BlockName): number | null {
    const stretch = this.#stretches.get(nameOf(range));
    return stretch ? stretch.firstSlot + block * BLOCK_MESSAGES : null;
  }

  /** How many documents hold a word piece. */
  holdersOf(piece: number): number {
    const own = this.tail.pieces.get(piece);
    let holders = own ? holdersOf(this.tail, own) : 0;
    for (const { pieces, pieceHolders } of this.#stretches.values()) {
      const place = search(pieces.length, (at) => (pieces[at] as number) - piece);
      if (place >= 0) holders += pieceHolders[place] as number;
    }
    return holders;
  }

  /** Gives the memory of the vectors back. */
  close(): void {
    this.whole.close();
    this.tail.close();
  }

  #withdrawTail(range: KeyRange): void {
    const { key } = this.tail.columns.arrays;
    for (const slot of this.tail.slotsBetween(range, Number.POSITIVE_INFINITY)) {
      this.retract({ kind: 'message', key: key[slot] as number });
    }
  }

  #withdraw(slot: number): void {
    const key = this.whole.columns.arrays.key[slot] as number;
    if (key >= 0) this.whole.retract({ kind: 'message', key });
  }
}
