import { LRUCache } from 'lru-cache';
import type { CorpusReader, KeyRange } from '../../contract/corpus.ts';
import type { BlockName, OutlineReader, SegmentName } from '../../contract/outlines.ts';
import { type Detail, detailOf } from '../index/close-up.ts';
import type { Meaning } from '../index/meaning.ts';
import { OneAtATime } from '../index/one-at-a-time.ts';
import { type MadeSegment, nextSegmentOf, SEGMENT_MESSAGES } from '../index/segment-maker.ts';
import { readSegment, segmentMaker } from '../index/segments.ts';
import { letGo, type UnreadableSegment, type UserIndexesOptions } from '../index/user-indexes.ts';
import { othersFirst } from '../others-first.ts';
import type { Owner } from '../owner.ts';
import { nameOf, Outline, partsOf } from './outline.ts';
import { type OutlineParts, outlineOf, readBlock, readShapes } from './outline-codec.ts';

/** An outline to be kept. */
export interface MadeOutline extends SegmentName, OutlineParts {}

/** Documents without an outline up to which a memory is searched by one: they are read as they are. */
const MOST_TAIL = 8_192;
/** Shapes read at a time before searches of others have their turn. */
const SHAPES_AT_A_TIME = 16;
/** An outline is on its way. */
export const LATER = 'later';
/** How long an outline that was given away is waited for. */
const PATIENCE_MS = 60_000;
/** Segments that go while the words of a question are read are looked for again so often. */
const TRIES = 3;

/** Whether more has no outline than is worth reading. Knowledge never has one. */
const isFull = ({ tail }: Outline): boolean => tail.messageCount > MOST_TAIL;

const ALL: KeyRange = { firstKey: 0, lastKey: Number.MAX_SAFE_INTEGER };

const sharedBy = (a: KeyRange, b: KeyRange): KeyRange | null => {
  const shared = { firstKey: Math.max(a.firstKey, b.firstKey), lastKey: Math.min(a.lastKey, b.lastKey) };
  return shared.firstKey <= shared.lastKey ? shared : null;
};

/**
 * The outlines of large memories, as fresh as indexes are, bounded in bytes, the least recently used going first; one that is
 * larger has all of the room to itself.
 */
export class Outlines {
  readonly #corpus: CorpusReader;
  readonly #reader: OutlineReader;
  readonly #meaning: Meaning;
  readonly #maker: string;
  readonly #maxBytes: number;
  readonly #segmentMessages: number;
  readonly #onUnreadable: (segment: UnreadableSegment) => void;
  readonly #outlines: LRUCache<number, Outline>;
  readonly #turns = new OneAtATime<Outline | null>();
  /** The outline that was given away last, by user, and until when it is waited for. */
  readonly #given = new Map<number, { readonly name: string; readonly untilMs: number }>();
  /** Those that are kept and cannot be read, to be given once more. */
  readonly #damaged = new Map<number, Set<string>>();

  constructor(
    readers: { readonly corpus: CorpusReader; readonly outlines: OutlineReader },
    meaning: Meaning,
    maxBytes: number,
    { segmentMessages = SEGMENT_MESSAGES, onUnreadable = () => {} }: UserIndexesOptions = {},
  ) {
    this.#corpus = readers.corpus;
    this.#reader = readers.outlines;
    this.#meaning = meaning;
    this.#maker = segmentMaker(meaning);
    this.#maxBytes = maxBytes;
    this.#segmentMessages = segmentMessages;
    this.#onUnreadable = onUnreadable;
    this.#outlines = new LRUCache({
      maxSize: maxBytes,
      dispose: (outline, _, reason) => {
        if (reason === 'evict') letGo(outline);
      },
    });
  }

  /** Bytes of the segments of a user that are kept, and of those that are outlined. */
  async sizesOf({ tenantKey, userKey }: Owner): Promise<{ readonly kept: number; readonly outlined: number }> {
    return this.#reader.sizes(tenantKey, userKey, this.#maker);
  }

  /**
   * The outline of a user's memory with the words of a question, as of now or later. Null when there is no such user, and
   * for a memory of which too little is outlined. Errors: those of the store.
   */
  async open(owner: Owner, stems: Iterable<string>): Promise<Outline | null> {
    const parts = partsOf(stems);
    for (let i = 0; i < TRIES; i += 1) {
      const outline = await this.#turns.run(owner.userKey, () => this.#catchUp(owner));
      if (!outline || (await this.#addWords(outline, owner, parts))) return outline;
      outline.isStale = true;
    }
    return null;
  }

  /** The messages with vectors that point most nearly where a question's does, the nearest first. */
  async nearest({ tenantKey, userKey }: Owner, bits: Uint8Array, count: number, among: readonly number[] | null) {
    return this.#reader.nearest(tenantKey, userKey, bits, count, among);
  }

  /** What an outline lacks of some documents, by slot in ascending order: as it is kept, or worked out of their texts. */
  async detailsOf(outline: Outline, owner: Owner, slots: readonly number[]): Promise<Map<number, Detail>> {
    const { tenantKey, userKey } = owner;
    const blocks = new Map<string, BlockName>();
    for (const slot of slots) {
      const name = outline.blockOf(slot);
      if (name) blocks.set(`${name.lastKey} ${name.block}`, name);
    }
    const kept = new Map<number, Detail>();
    const read = await this.#reader.readBlocks(tenantKey, userKey, this.#maker, [...blocks.values()]);
    for (const { bytes, ...name } of read) {
      const details = this.#reading({ ...owner, ...name }, () => readBlock(bytes)) ?? [];
      const firstSlot = outline.firstSlotOf(name);
      if (firstSlot === null) continue;
      for (const [i, detail] of details.entries()) kept.set(firstSlot + i, detail);
    }
    const { whole } = outline;
    const others = slots.flatMap((slot) => (kept.has(slot) ? [] : (whole.document(slot) ?? [])));
    for (const document of await this.#reader.documentsOf(tenantKey, userKey, others)) {
      const slot = whole.slotOf(document.key, document.kind);
      if (slot !== undefined) kept.set(slot, detailOf(this.#meaning, document));
    }
    return new Map(slots.flatMap((slot) => (kept.has(slot) ? [[slot, kept.get(slot) as Detail] as const] : [])));
  }

  /** What is to be kept of the documents that no segment holds (`nextSegmentOf`). */
  nextSegment(owner: Owner): MadeSegment | null {
    const tail = this.#outlines.peek(owner.userKey)?.tail;
    const most = this.#segmentMessages;
    return tail ? nextSegmentOf(tail, owner, this.#maker, most, most) : null;
  }

  /** Notes that a segment of the tail was given away to be kept. */
  gaveSegment({ userKey, firstKey, lastKey }: MadeSegment): void {
    const tail = this.#outlines.peek(userKey)?.tail;
    tail?.coverage.add({ firstKey, lastKey, messages: Number.POSITIVE_INFINITY });
  }

  /**
   * The outline of a segment that is kept and has none: null when all have one, `LATER` while the last one that was given
   * away is on its way. One that was not kept is given again when it was waited for long enough. Errors: those of the store.
   */
  async nextOutline({ tenantKey, userKey }: Owner): Promise<MadeOutline | typeof LATER | null> {
    const generation = await this.#corpus.generation(tenantKey, userKey);
    if (generation === null) return null;
    const done = new Set((await this.#reader.outlined(tenantKey, userKey, this.#maker)).map(nameOf));
    const damaged = this.#damaged.get(userKey);
    const kept = await this.#corpus.segments(tenantKey, userKey, this.#maker);
    const missing = kept.filter((range) => damaged?.has(nameOf(range)) || !done.has(nameOf(range)));
    const given = this.#given.get(userKey);
    const isOnItsWay = missing.some((range) => nameOf(range) === given?.name);
    if (given && isOnItsWay && performance.now() < given.untilMs) return LATER;
    this.#given.delete(userKey);
    // What was not kept comes last, so that it holds up no other.
    missing.sort((a, b) => Number(nameOf(a) === given?.name) - Number(nameOf(b) === given?.name));
    for (const range of missing) {
      const name = nameOf(range);
      damaged?.delete(name);
      const bytes = await this.#corpus.readSegment(tenantKey, userKey, range);
      const parts = bytes && this.#reading({ tenantKey, userKey, ...range }, () => outlineOf(readSegment(bytes)));
      if (!parts) continue;
      this.#given.set(userKey, { name, untilMs: performance.now() + PATIENCE_MS });
      return { tenantKey, userKey, maker: this.#maker, generation, ...range, ...parts };
    }
    return null;
  }

  /** Lets go of a user's outline. */
  forget(userKey: number): void {
    const drop = (): void => {
      const outline = this.#outlines.get(userKey);
      if (outline) letGo(outline);
      this.#outlines.delete(userKey);
      this.#given.delete(userKey);
      this.#damaged.delete(userKey);
    };
    drop();
    this.#turns.last(userKey)?.then(drop, drop);
  }

  async #catchUp(owner: Owner): Promise<Outline | null> {
    const { tenantKey, userKey } = owner;
    const generation = await this.#corpus.generation(tenantKey, userKey);
    const held = this.#outlines.get(userKey);
    if (held?.generation === generation && !held.isStale) return held;
    this.#outlines.delete(userKey);
    if (generation === null) {
      if (held) letGo(held);
      return null;
    }
    let outline = held ?? new Outline(this.#meaning);
    try {
      if (held) {
        const retractions = await this.#corpus.retractions(tenantKey, userKey, held.generation, generation);
        const isAnew = retractions.some(({ kind }) => kind === 'all' || kind === 'names');
        if (!isAnew) for (const retraction of retractions) held.retract(retraction);
        if (held.worn || isAnew) {
          letGo(held);
          outline = new Outline(this.#meaning);
        } else await this.#addDocuments(outline, owner, held.generation);
        if (isFull(outline)) {
          // Not all was read. Much of it may be outlined by now.
          letGo(outline);
          outline = new Outline(this.#meaning);
        }
      }
      if (!(await this.#bringInLine(outline, owner)) || isFull(outline)) {
        letGo(outline);
        return null;
      }
    } catch (error) {
      letGo(outline);
      throw error;
    }
    outline.generation = generation;
    outline.isStale = false;
    this.#keep(userKey, outline);
    return outline;
  }

  /** Takes in the outlines that the store has, and the documents that no longer have one. False when there are none. */
  async #bringInLine(outline: Outline, owner: Owner): Promise<boolean> {
    const { tenantKey, userKey } = owner;
    const stored = await this.#reader.outlined(tenantKey, userKey, this.#maker);
    if (stored.length === 0) return false;
    const toRead = outline.generation === 0 ? [ALL] : outline.dropAllBut(stored);
    const missing = stored.filter((range) => !outline.holds(range));
    for (const [i, range] of missing.entries()) {
      if (i % SHAPES_AT_A_TIME === SHAPES_AT_A_TIME - 1) await othersFirst();
      const bytes = await this.#reader.readShapes(tenantKey, userKey, range);
      const shapes = bytes && this.#reading({ ...owner, ...range }, () => readShapes(bytes));
      if (shapes) outline.addShapes(range, shapes);
    }
    // What is kept and has no outline yet needs no other segment.
    for (const range of await this.#corpus.segments(tenantKey, userKey, this.#maker)) {
      outline.tail.coverage.add({ ...range, messages: Number.POSITIVE_INFINITY });
    }
    for (const gap of outline.whole.coverage.gaps()) {
      for (const range of toRead) {
        const keys = sharedBy(gap, range);
        if (keys) await this.#addDocuments(outline, owner, 0, keys);
        if (isFull(outline)) return true;
      }
    }
    return true;
  }

  async #addDocuments(outline: Outline, { tenantKey, userKey }: Owner, after: number, keys?: KeyRange): Promise<void> {
    for await (const batch of this.#corpus.documents(tenantKey, userKey, after, keys)) {
      for (const document of batch) outline.add(document);
      outline.tidy();
      if (isFull(outline)) return;
      await othersFirst();
    }
  }

  /** Whether all of them are held now: not when a segment has gone, or another has taken its place. */
  async #addWords(outline: Outline, { tenantKey, userKey }: Owner, parts: readonly number[]): Promise<boolean> {
    const missing = parts.filter((part) => outline.lacks(part));
    if (missing.length === 0) return true;
    const read = await this.#reader.readWords(tenantKey, userKey, this.#maker, missing);
    for (const one of read) this.#reading({ tenantKey, userKey, ...one }, () => outline.addWords([one]));
    // While it is brought up to date for another question it is nobody's.
    if (this.#outlines.peek(userKey) === outline) this.#keep(userKey, outline);
    return missing.every((part) => !outline.lacks(part));
  }

  #keep(userKey: number, outline: Outline): void {
    this.#outlines.set(userKey, outline, { size: Math.min(this.#maxBytes, Math.max(1, outline.bytes)) });
  }

  /** What bytes say; null when they are damaged, which is worth a warning, and an outline made anew. */
  #reading<T>({ tenantKey, userKey, firstKey, lastKey }: Owner & KeyRange, read: () => T): T | null {
    try {
      return read();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#onUnreadable({ tenantKey, userKey, firstKey, lastKey, reason });
      this.#damaged.set(userKey, (this.#damaged.get(userKey) ?? new Set()).add(nameOf({ firstKey, lastKey })));
      return null;
    }
  }
}
