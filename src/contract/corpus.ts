import type { DocumentKind } from './documents.ts';
import type { MessageRecord, Role, Scope } from './records.ts';
import type { NamedSubjects, ResolvedSubjects } from './subjects.ts';
import type { MessageVector } from './vectors.ts';

/** A document: a message, a knowledge item, a fact or an episode as search sees it. Within its user it is identified by kind and key together. */
export interface CorpusDocument {
  readonly kind: DocumentKind;
  readonly key: number;
  /** Null for a kind without a session. */
  readonly sessionKey: number | null;
  /** Its place in its session: of an episode that of its first message. Null for a kind without a session. */
  readonly sequence: number | null;
  /** Null for what is no turn. */
  readonly role: Role | null;
  /** The name of the speaker, when the client sent one. */
  readonly name: string | null;
  /** The content, and on lines below it the words of `source` that search finds the message by. */
  readonly content: string;
  readonly createdAt: number;
}

/** A document with the generation of its last change. */
export interface ChangedDocument extends CorpusDocument {
  readonly generation: number;
}

/**
 * What an index must remove, because it was deleted or changed: one document, all documents of a session, or all of the user.
 * A document that was changed comes again in `CorpusReader.documents`.
 */
export interface Retraction {
  readonly kind: DocumentKind | 'session' | 'all';
  /** The key of the document or the session; 0 for `all`. */
  readonly key: number;
}

export interface CorpusReference {
  readonly kind: DocumentKind;
  readonly key: number;
}

/** The messages of a user with keys from one to another, both included. */
export interface KeyRange {
  readonly firstKey: number;
  readonly lastKey: number;
}

/**
 * A segment: the part of an index that covers a range of messages, in bytes of the index's own format. Reading it is about
 * thirty times as fast as reading the messages and indexing them again.
 */
export interface IndexSegment extends KeyRange {
  readonly tenantKey: number;
  readonly userKey: number;
  /** The generation of the user when the messages were read. */
  readonly generation: number;
  /** Names the format of the bytes and the model of the vectors in them. An index reads only segments of its own maker. */
  readonly maker: string;
  readonly bytes: Uint8Array;
}

/** The part of a message that filters on metadata look at. */
export interface MessageMetadata {
  readonly key: number;
  readonly metadata: MessageRecord['metadata'];
  readonly source: MessageRecord['source'];
}

/** The names of a user and of the agents that the user has sessions with. */
export interface AccountNames {
  readonly user: string;
  /** About sixteen of them at most. */
  readonly agents: readonly string[];
}

/** A document with everything that a result shows of it. */
export interface CorpusEntry {
  readonly kind: DocumentKind;
  readonly key: number;
  readonly id: string;
  /** Of a turn; null for others. */
  readonly sequence: number | null;
  readonly content: string;
  /** Tokens of the content (o200k). Absent for knowledge, and until the background has counted them. */
  readonly tokenCount?: number;
  readonly role: Role | null;
  readonly name: string | null;
  readonly metadata: MessageRecord['metadata'];
  readonly source: MessageRecord['source'];
  readonly session: { readonly id: string; readonly name: string; readonly agentId: string } | null;
  /** Of a fact the key of the one that took its place; absent when none did, and of other kinds. */
  readonly supersededBy?: number;
  /** Of a message that says what holds no more, of which `replaced` tells what holds. Absent of all others. */
  readonly isOutdated?: true;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What a message says that holds no more, and what took its place. */
export interface Replaced {
  /** Of the message. */
  readonly messageKey: number;
  /** What it says, in the words of a fact. */
  readonly text: string;
  /** Of the fact that holds in its place, and what that is about. */
  readonly factKey: number;
  readonly subject: string;
  /** When that was said, or when a person said so. */
  readonly since: number;
  /** The messages that say that, the newest first; none when a person wrote it. */
  readonly messageKeys: readonly number[];
}

/** How far a walk over entities goes, so that it takes no longer in a large memory. */
export const RELATED_BOUNDS = {
  /** Entities that a question names. */
  entities: 16,
  /** Facts of one of them, the newest. */
  factsOfEntity: 64,
  /** Entities that these facts name besides. */
  beside: 64,
  /** Facts of one of those. One that more facts name than `hub`, such as the user, connects nothing. */
  factsOfBeside: 8,
  hub: 64,
  messages: 1_000,
} as const;

/** Facts that hold and that name one of some entities, or an entity that stands in such a fact, and the messages that say them. */
export interface Related {
  /** Each once, with the fewest steps that lead to it: 1 from a named entity, 2 over another. */
  readonly facts: readonly { readonly key: number; readonly steps: 1 | 2 }[];
  readonly messages: readonly { readonly key: number; readonly steps: 1 | 2 }[];
}

/** From which generations changes are read. What is absent is not read. */
export interface ChangesSince {
  /** The generation of the documents that the index holds; 0 when it holds none. */
  readonly after?: number;
  /** The kinds of documents that are read; absent for all. */
  readonly kinds?: readonly DocumentKind[];
  /** The model whose vectors are read, and the generation of those that the index holds. */
  readonly vectors?: { readonly model: string; readonly after: number } | undefined;
}

/** What changed in a user's memory. */
export interface Changes {
  /** The present generation. Everything here is of this generation, except what follows the first batch of a kind. */
  readonly generation: number;
  /**
   * What the index must remove, before it adds the documents. A store may forget old retractions, but keeps at least some
   * thousands of each user; to an index that is older it answers `all`.
   */
  readonly retractions: readonly Retraction[];
  /**
   * The documents whose last change is above `after`, in batches and in the order of `CorpusReader.documents`. Batches after the
   * first of a kind are read when they are asked for: a document that is changed meanwhile comes a second time, with its new
   * content and generation.
   */
  readonly documents: AsyncIterable<readonly ChangedDocument[]>;
  /**
   * The vectors that were saved, in batches, in order of generation. A vector may belong to a message that was added after the
   * documents were read. The reader skips it, and gets it again with the next changes.
   */
  readonly vectors: AsyncIterable<readonly MessageVector[]>;
}

/** Sessions in a page of `sessionsOfAgent`. */
export const SESSIONS_A_PAGE = 256;

/**
 * A user's documents as search reads them. Each change of a document increments the user's generation in its own transaction.
 * So an index that knows its generation can read what it lacks, and a cached answer is used only at the generation that it
 * was computed at.
 */
export interface CorpusReader {
  /**
   * Reads the present generation of a user; null when there is no such user.
   * @example await store.corpus.generation(1, 7); // 42
   */
  generation(tenantKey: number, userKey: number): Promise<number | null>;
  /**
   * Reads what changed in a memory since an index was last brought up to date, in one snapshot and one round trip; null when
   * there is no such user. What is not asked for is not read, and is empty.
   * @example
   * const changes = await store.corpus.changes(1, 7, { after: index.generation });
   * for (const retraction of changes.retractions) index.remove(retraction);
   * for await (const batch of changes.documents) for (const document of batch) index.put(document);
   * index.generation = changes.generation;
   */
  changes(tenantKey: number, userKey: number, since: ChangesSince): Promise<Changes | null>;
  /**
   * Reads the documents whose last change has a generation above `after`: kind by kind in the order of `DOCUMENT_KINDS`, each
   * in order of generation. They come in batches bounded in number and in bytes, so that the next batch takes some milliseconds
   * and other reads go between. A document that is changed while the documents of its kind are being read comes a second time, with its
   * new content and generation: the reader keeps the last one.
   *
   * @param keys reads only messages in this range of keys. Kinds that are not segmented, such as knowledge, are then read only
   * when `lastKey` is `Number.MAX_SAFE_INTEGER`, so that of the ranges that make up a memory one brings them.
   * @param kinds reads only documents of these kinds; absent for all.
   * @example
   * for await (const batch of store.corpus.documents(1, 7, 0)) for (const document of batch) index.add(document);
   */
  documents(
    tenantKey: number,
    userKey: number,
    after: number,
    keys?: KeyRange,
    kinds?: readonly DocumentKind[],
  ): AsyncIterable<readonly ChangedDocument[]>;
  /**
   * Lists the ranges of the saved segments of this maker, in order; they do not overlap.
   * @example await store.corpus.segments(1, 7, 'maker-3'); // [{ firstKey: 1, lastKey: 1000 }, { firstKey: 1001, lastKey: 2000 }]
   */
  segments(tenantKey: number, userKey: number, maker: string): Promise<KeyRange[]>;
  /**
   * Reads the bytes of the segment of exactly this range; null when it was deleted or replaced since it was listed.
   * @example await store.corpus.readSegment(1, 7, { firstKey: 1, lastKey: 1000 }); // Uint8Array
   */
  readSegment(tenantKey: number, userKey: number, range: KeyRange): Promise<Uint8Array | null>;
  /**
   * Lists the keys of the user's sessions with an agent, above a key, the lowest `SESSIONS_A_PAGE` of them, in order.
   * @example await store.corpus.sessionsOfAgent(1, 7, 3, 0); // [12, 15]
   */
  sessionsOfAgent(tenantKey: number, userKey: number, agentKey: number, after: number): Promise<number[]>;
  /**
   * Reads the names of the user and of the user's agents; null when there is no such user. A new name increments no generation,
   * so a cache that holds an answer for which names were read compares those names with the present ones.
   * @example await store.corpus.accountNames(1, 7); // { user: 'ann', agents: ['helper'] }
   */
  accountNames(tenantKey: number, userKey: number): Promise<AccountNames | null>;
  /**
   * Reads the metadata and the source of messages, in no order. It skips messages that have neither, and those that were deleted.
   * @example await store.corpus.metadataOf(1, 7, [311, 312]); // [{ key: 311, metadata: '{"topic":"dogs"}', source: null }]
   */
  metadataOf(tenantKey: number, userKey: number, keys: readonly number[]): Promise<MessageMetadata[]>;
  /**
   * Finds, among messages, those that say what holds no more, each with the fact that holds in its place: what superseded what
   * it says, or what a person made of it. A message that says several such things comes several times.
   * @example await store.corpus.replaced(1, 7, [311, 312]); // [{ messageKey: 311, text: 'Ann lives in Graz.', factKey: 9, ... }]
   */
  replaced(tenantKey: number, userKey: number, messageKeys: readonly number[]): Promise<Replaced[]>;
  /**
   * Walks from entities with these names, in lower case, over facts that hold to other entities and their facts, and to the
   * messages that say them, within `RELATED_BOUNDS`. `center` is a name that connects nothing, since all is about it: the user's.
   * @example await store.corpus.related(1, 7, ['ann', 'graz'], 'ada'); // { facts: [{ key: 9, steps: 1 }], messages: [{ key: 311, steps: 1 }] }
   */
  related(tenantKey: number, userKey: number, names: readonly string[], center: string | null): Promise<Related>;
  /**
   * Reads documents with everything that results show, in the order of `references`. It skips those that were deleted.
   * @example await store.corpus.fetch(1, 7, [{ kind: 'message', key: 311 }]); // [{ id: 'm1', content: 'Hello', ... }]
   */
  fetch(tenantKey: number, userKey: number, references: readonly CorpusReference[]): Promise<CorpusEntry[]>;
}

/** What `CorpusReader` has, the lookup of what a question names, and the saving of segments. */
export interface CorpusFacet extends CorpusReader {
  /**
   * Looks up the user, the sessions and the agents that a question names, and the user's present generation, in one snapshot and
   * one round trip. Null when the scope sees no such user.
   * @example
   * const asked = await store.corpus.resolve(scope, { user: { name: 'ann' }, sessions: [{ id }], agents: [] });
   * // { user: { key: 7, id: '...', name: 'ann' }, generation: 12, sessions: [{ key: 3, id }], agents: [] }
   */
  resolve(scope: Scope, named: NamedSubjects): Promise<ResolvedSubjects | null>;
  /**
   * Saves a segment and answers whether it did. It replaces segments that lie within the range of the new one, and deletes those
   * of other makers of this user. It refuses a segment that overlaps another in part, and one that is outdated: since its
   * generation a message in its range was changed or deleted, or a session that has messages before and after it was deleted.
   * A deletion elsewhere, or of a kind that is not segmented, is no reason to refuse. Afterwards the store deletes the
   * segment in the transaction of every change or deletion of a message in its range.
   * @example await store.corpus.saveSegment({ tenantKey: 1, userKey: 7, firstKey: 1, lastKey: 1000, generation: 42, maker: 'maker-3', bytes }); // true
   */
  saveSegment(segment: IndexSegment): Promise<boolean>;
}
