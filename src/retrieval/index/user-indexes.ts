import { LRUCache } from 'lru-cache';
import type { Changes, CorpusReader, KeyRange } from '../../contract/corpus.ts';
import { DOCUMENT_KINDS, type DocumentKind, rulesOf } from '../../contract/documents.ts';
import type { AskedWord } from '../../text/terms.ts';
import { othersFirst } from '../others-first.ts';
import type { Owner } from '../owner.ts';
import { readInTurns } from './document-reader.ts';
import { type EarlyLook, Growth } from './growth.ts';
import type { Meaning } from './meaning.ts';
import { MemoryTooLargeError } from './memory-too-large.ts';
import { ModelCatchUp } from './model-catch-up.ts';
import type { AskedModel } from './model-vectors.ts';
import { OneAtATime } from './one-at-a-time.ts';
import { type MadeSegment, nextSegmentOf, SEGMENT_MESSAGES } from './segment-maker.ts';
import { writeSegment } from './segment-writer.ts';
import { type DecodedSegment, readSegment, segmentMaker } from './segments.ts';
import { UserIndex } from './user-index.ts';

/** More segments than these are seldom small. */
const FEW_SMALL = 8;

/** A kept segment that was passed over: its messages were read from the store instead. */
export interface UnreadableSegment extends Owner, KeyRange {
  readonly reason: string;
}

export interface UserIndexesOptions {
  /** The kinds of documents that they hold; those that were not made from messages when it is not given. */
  readonly kinds?: readonly DocumentKind[];
  /** Documents of the largest memory that is taken; any when it is not given. */
  readonly mostDocuments?: number;
  /** Messages in a segment; 1,024 when it is not given. */
  readonly segmentMessages?: number;
  /** Whether whoever uses the indexes makes segments anew that cannot be read (`nextUnreadable`). */
  readonly remakesUnreadable?: boolean;
  /** Told of each segment that cannot be read, whenever it is met. */
  readonly onUnreadable?: (segment: UnreadableSegment) => void;
}

/**
 * Closes an index once the searches are over that have it already: they go on without a pause but for the promises it is
 * handed over by. Closed at once, it left them scores that are no numbers.
 */
const letGo = (index: { close(): void }): void => {
  setImmediate(() => index.close());
};

/** What is read at a time before searches of others have their turn: ten milliseconds or so. */
const SEGMENTS_AT_A_TIME = 4;
const RETRACTIONS_AT_A_TIME = 100;
const READ_AT_A_TIME = { documents: 100, characters: 16_384 };
/** The same while a question looks at what is not read yet. */
const READ_BESIDE_A_LOOK = { documents: 10, characters: 1_024 };
const ALL_KEYS: KeyRange = { firstKey: 0, lastKey: Number.MAX_SAFE_INTEGER };

/** The kinds of documents that an index holds: of those made from messages, or of the others. */
export const indexedKinds = (of: 'made' | 'said'): DocumentKind[] =>
  DOCUMENT_KINDS.filter((kind) => rulesOf(kind).level > 0 === (of === 'made'));

const isAll = ({ firstKey, lastKey }: KeyRange): boolean =>
  firstKey === ALL_KEYS.firstKey && lastKey === ALL_KEYS.lastKey;

/**
 * The indexes of hot users, bounded in bytes, the least recently used going first. Before an index is searched it is
 * brought to the user's present generation, so it shows every write that was answered and nothing that was deleted.
 */
export class UserIndexes {
  readonly #corpus: CorpusReader;
  readonly #maxBytes: number;
  readonly #meaning: Meaning | null;
  readonly #maker: string;
  readonly #kinds: readonly DocumentKind[];
  readonly #segmentMessages: number;
  readonly #mostDocuments: number;
  readonly #remakesUnreadable: boolean;
  readonly #onUnreadable: (segment: UnreadableSegment) => void;
  readonly #indexes: LRUCache<number, UserIndex>;
  /** One catch-up at a time for each user; a later one starts where it ended. */
  readonly #turns = new OneAtATime<UserIndex | null>();
  /** Memories whose documents are being read. */
  readonly #growing = new Map<number, Growth>();
  readonly #models: ModelCatchUp;

  constructor(
    corpus: CorpusReader,
    meaning: Meaning | null,
    maxBytes: number,
    {
      kinds = indexedKinds('said'),
      segmentMessages = SEGMENT_MESSAGES,
      mostDocuments = Number.POSITIVE_INFINITY,
      remakesUnreadable = false,
      onUnreadable = () => {},
    }: UserIndexesOptions = {},
  ) {
    this.#corpus = corpus;
    this.#maxBytes = maxBytes;
    this.#models = new ModelCatchUp(corpus);
    this.#meaning = meaning;
    this.#maker = segmentMaker(meaning);
    this.#kinds = kinds;
    this.#segmentMessages = segmentMessages;
    this.#mostDocuments = mostDocuments;
    this.#remakesUnreadable = remakesUnreadable;
    this.#onUnreadable = onUnreadable;
    this.#indexes = new LRUCache({
      maxSize: maxBytes,
      dispose: (index, _userKey, reason) => {
        if (reason === 'evict') letGo(index);
      },
    });
  }

  /**
   * The index, as of now or later; null when there is no such user. Errors: `MemoryTooLargeError`; those of the store.
   *
   * @param model the configured model, when the vectors by it are asked for.
   * @param seen a generation that was read for this request: an index that holds it is not compared with the store again, which
   * is a trip to a database that is elsewhere.
   */
  open(owner: Owner, model: AskedModel | null = null, seen?: number): Promise<UserIndex | null> {
    return this.#turns.run(owner.userKey, () => this.#catchUp(owner, model, seen));
  }

  /**
   * What can be searched already of a memory that is being read, with what bears on these words put in ahead; null when it is
   * not, or hardly begun. It must be used before the next pause, and shows no vectors by the configured model.
   * Errors: those of the store.
   */
  async early(owner: Owner, words: readonly AskedWord[]): Promise<EarlyLook | null> {
    return (await this.#growing.get(owner.userKey)?.look(this.#corpus, owner, words)) ?? null;
  }

  /** Lets go of a user's index, because the user is gone, and of one that is on its way. */
  forget(userKey: number): void {
    this.#drop(userKey);
    const drop = (): void => this.#drop(userKey);
    this.#turns.last(userKey)?.then(drop, drop);
  }

  /** What of a user's index is to be kept next (`nextSegmentOf`); null also when the index is not in memory. */
  nextSegment(owner: Owner): MadeSegment | null {
    const index = this.#indexes.peek(owner.userKey);
    return index ? nextSegmentOf(index, owner, this.#maker, this.#segmentMessages) : null;
  }

  /**
   * A segment in place of one that cannot be read; null when there is none left. One that could not be kept is tried again
   * after another load. Errors: those of the store.
   */
  async nextUnreadable(owner: Owner): Promise<MadeSegment | null> {
    const { tenantKey, userKey } = owner;
    const index = this.#indexes.peek(userKey);
    if (!index || index.unreadable.size === 0) return null;
    const generation = (await this.#corpus.generation(tenantKey, userKey)) ?? 0;
    const kept = await this.#corpus.segments(tenantKey, userKey, this.#maker);
    const range = kept.find(({ firstKey }) => index.unreadable.has(firstKey) && !index.remade.has(firstKey));
    if (!range) {
      index.unreadable.clear();
      return null;
    }
    const { firstKey, lastKey } = range;
    index.remade.add(firstKey);
    const fresh = new UserIndex(this.#meaning);
    try {
      await this.#addRange(fresh, owner, range);
      const slots = fresh.slotsBetween(range, fresh.slotCount);
      if (slots.length === 0) return await this.nextUnreadable(owner);
      const bytes = writeSegment(fresh, slots);
      return { tenantKey, userKey, generation, firstKey, lastKey, maker: this.#maker, bytes, messages: slots.length };
    } finally {
      fresh.close();
    }
  }

  /** Notes that a segment was given away to be kept. If it was not, the next load finds the gap. */
  gaveSegment({ userKey, firstKey, lastKey, messages }: MadeSegment): void {
    this.#indexes.peek(userKey)?.coverage.add({ firstKey, lastKey, messages });
  }

  #drop(userKey: number): void {
    const index = this.#indexes.get(userKey);
    if (index) letGo(index);
    this.#indexes.delete(userKey);
  }

  async #catchUp(owner: Owner, model: AskedModel | null, seen?: number): Promise<UserIndex | null> {
    const { tenantKey, userKey } = owner;
    const held = this.#indexes.get(userKey);
    const heldVectors = held?.model?.model.fingerprint === model?.fingerprint ? held?.model : null;
    const isAt = (generation: number): boolean =>
      held?.generation === generation && (!model || heldVectors?.generation === generation);
    if (held && seen !== undefined && isAt(seen)) return held;
    const changes = await this.#corpus.changes(tenantKey, userKey, {
      kinds: this.#kinds,
      ...(held && { after: held.generation }),
      ...(model && { vectors: { model: model.fingerprint, after: heldVectors?.generation ?? 0 } }),
    });
    if (!changes) {
      this.forget(userKey);
      return null;
    }
    const { generation } = changes;
    if (held && isAt(generation)) return held;
    // While it catches up it is nobody's, so that it can neither be put out of memory nor be found half done.
    this.#indexes.delete(userKey);
    let index = held ?? new UserIndex(this.#meaning);
    try {
      index = await this.#withoutRetracted(index, changes.retractions);
      if (index.generation === 0) await this.#load(index, owner);
      else await this.#grow(index, owner, [{ after: index.generation, keys: ALL_KEYS }], changes.documents);
      if (model)
        await this.#models.addVectors(index, owner, model, { ...changes, after: heldVectors?.generation ?? 0 });
    } catch (error) {
      letGo(index);
      throw error;
    }
    index.generation = generation;
    // One that is larger than all of the room has it to itself: loaded for each question it would cost seconds.
    this.#indexes.set(userKey, index, { size: Math.min(this.#maxBytes, Math.max(1, index.bytes)) });
    return index;
  }

  /**
   * Reads the segments that are kept of a user, and the messages of which there are none. One that cannot be read is worth
   * a warning, never an answer; its messages are read, and another segment of them takes its place.
   */
  async #load(index: UserIndex, owner: Owner): Promise<void> {
    const { tenantKey, userKey } = owner;
    const isSegmented = this.#kinds.some((kind) => rulesOf(kind).isSegmented);
    const ranges = isSegmented ? await this.#corpus.segments(tenantKey, userKey, this.#maker) : [];
    // Most are at least half full: so many are too much, which is known before any is read.
    if (ranges.length > this.#mostDocuments / this.#segmentMessages + FEW_SMALL) throw this.#tooLarge();
    for (const [i, range] of ranges.entries()) {
      if (i % SEGMENTS_AT_A_TIME === SEGMENTS_AT_A_TIME - 1) await othersFirst();
      const segment = await this.#readSegment(owner, range);
      // It may have gone since, or be damaged; then its messages come as they are now.
      if (segment === null) continue;
      if (segment === 'unreadable') {
        if (this.#remakesUnreadable) await this.#loadUnreadable(index, owner, range);
        continue;
      }
      const before = index.messageCount;
      index.addSegment(segment);
      index.coverage.add({ ...range, messages: index.messageCount - before });
      this.#assertFits(index);
    }
    await this.#grow(
      index,
      owner,
      index.coverage.gaps().map((keys) => ({ after: 0, keys })),
    );
  }

  /**
   * Reads what segments do not hold.
   *
   * @param first the documents of the first range, if they are there already.
   */
  async #grow(
    index: UserIndex,
    owner: Owner,
    ranges: readonly { readonly after: number; readonly keys: KeyRange }[],
    first?: Changes['documents'],
  ): Promise<void> {
    const { userKey } = owner;
    const growth = new Growth(
      index,
      ranges.map((range) => ({ ...range })),
      this.#kinds,
    );
    this.#growing.set(userKey, growth);
    try {
      for (const [i, { after, keys }] of ranges.entries()) {
        const documents = i === 0 && first ? first : this.#documents(owner, after, keys);
        await this.#addDocuments(index, documents, growth, isAll(keys));
        growth.readRange();
      }
    } finally {
      growth.end();
      this.#growing.delete(userKey);
    }
  }

  /** Reads the messages of a segment that cannot be read. It is made anew where it lies, or it would be in the way of others. */
  async #loadUnreadable(index: UserIndex, owner: Owner, range: KeyRange): Promise<void> {
    const before = index.messageCount;
    await this.#addRange(index, owner, range);
    index.unreadable.add(range.firstKey);
    index.coverage.add({ ...range, messages: index.messageCount - before });
  }

  async #readSegment(owner: Owner, { firstKey, lastKey }: KeyRange): Promise<DecodedSegment | 'unreadable' | null> {
    const { tenantKey, userKey } = owner;
    try {
      const bytes = await this.#corpus.readSegment(tenantKey, userKey, { firstKey, lastKey });
      return bytes && readSegment(bytes);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#onUnreadable({ tenantKey, userKey, firstKey, lastKey, reason });
      return 'unreadable';
    }
  }

  /** What of a memory lies within some keys. */
  async #addRange(index: UserIndex, owner: Owner, keys: KeyRange): Promise<void> {
    await this.#addDocuments(index, this.#documents(owner, 0, keys), null, isAll(keys));
  }

  #documents({ tenantKey, userKey }: Owner, after: number, keys: KeyRange): Changes['documents'] {
    return this.#corpus.documents(tenantKey, userKey, after, keys, this.#kinds);
  }

  /** @param isWhole whether they are all that there are up to the last of them. */
  async #addDocuments(
    index: UserIndex,
    documents: Changes['documents'],
    growth: Growth | null,
    isWhole: boolean,
  ): Promise<void> {
    const { reached } = index;
    // As it was: of a generation that comes in two batches, what the second holds is new.
    const before = { ...reached };
    const most = () => (growth?.isLookedAt ? READ_BESIDE_A_LOOK : READ_AT_A_TIME);
    const charactersAtATime = (): number => most().characters;
    let [documentCount, characters] = [0, 0];
    for await (const batch of documents) {
      for (const document of batch) {
        const { kind, key, generation, content } = document;
        // It came in while the index was last brought up to date. Added again, each would leave a slot behind.
        const isThere = (): boolean =>
          (generation <= before[kind] || growth?.hasAhead(document) === true) && index.slotOf(key, kind) !== undefined;
        const wasThere = isThere();
        if (!wasThere) {
          const read = await readInTurns(document, index.meaning, charactersAtATime);
          // In the pauses a question may have put it in.
          if (!isThere()) index.put(read);
        }
        // Those that are there count as well: behind an import all of it may come once more, which takes as long as its reading.
        documentCount += 1;
        characters += wasThere ? 0 : content.length;
        if (documentCount < most().documents && characters < charactersAtATime()) continue;
        [documentCount, characters] = [0, 0];
        await othersFirst();
      }
      index.tidy();
      this.#assertFits(index);
      const last = batch.at(-1);
      growth?.read(batch);
      // Of some keys alone it says nothing of those that lie elsewhere.
      if (isWhole && last) reached[last.kind] = last.generation;
    }
  }

  #assertFits({ size }: UserIndex): void {
    if (size > this.#mostDocuments) throw this.#tooLarge();
  }

  #tooLarge(): MemoryTooLargeError {
    return new MemoryTooLargeError(`The memory has more than ${this.#mostDocuments} documents.`);
  }

  async #withoutRetracted(index: UserIndex, retractions: Changes['retractions']): Promise<UserIndex> {
    for (const [i, retraction] of retractions.entries()) {
      if (i % RETRACTIONS_AT_A_TIME === RETRACTIONS_AT_A_TIME - 1) await othersFirst();
      while (!index.retract(retraction, RETRACTIONS_AT_A_TIME)) await othersFirst();
    }
    const isOver = index.worn || retractions.some(({ kind }) => kind === 'all');
    return isOver ? this.#anew(index) : index;
  }

  #anew(index: UserIndex): UserIndex {
    letGo(index);
    return new UserIndex(this.#meaning);
  }
}
