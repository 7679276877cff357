import type { MessageRecord, Role, Scope } from './records.ts';
import type { NamedSubjects, ResolvedSubjects } from './subjects.ts';
import type { MessageVector } from './vectors.ts';

/** A message or a knowledge item as search sees it. The pair of kind and key names it within its user. */
export interface CorpusDocument {
  readonly kind: 'message' | 'knowledge';
  readonly key: number;
  /** Null for knowledge. */
  readonly sessionKey: number | null;
  /** Its place in its session; null for knowledge. */
  readonly sequence: number | null;
  readonly role: Role | null;
  /** The speaker that the message names, or null. */
  readonly name: string | null;
  /** With what else it is found by, on lines of its own. */
  readonly content: string;
  readonly createdAt: number;
}

/** A document, and the generation of its user at which it last changed. */
export interface ChangedDocument extends CorpusDocument {
  readonly generation: number;
}

/** What is no longer there, or no longer as it was: one document, all of a session, or everything. */
export interface Retraction {
  readonly kind: 'message' | 'knowledge' | 'session' | 'all';
  /** 0 for everything. */
  readonly key: number;
}

export interface CorpusReference {
  readonly kind: 'message' | 'knowledge';
  readonly key: number;
}

/** The messages of a user with keys from one to another, both included. */
export interface KeyRange {
  readonly firstKey: number;
  readonly lastKey: number;
}

/** What an index made of a stretch of messages, to be read back in place of them. */
export interface IndexSegment extends KeyRange {
  readonly tenantKey: number;
  readonly userKey: number;
  /** The generation of the user that it shows. */
  readonly generation: number;
  /** Names the format and the model; what another maker made is of no use. */
  readonly maker: string;
  readonly bytes: Uint8Array;
}

/** What a filter on metadata looks at. */
export interface MessageMetadata {
  readonly key: number;
  readonly metadata: MessageRecord['metadata'];
  readonly source: MessageRecord['source'];
}

/** The names of accounts that speak in a user's memory: of the user, and of agents of theirs. */
export interface AccountNames {
  readonly user: string;
  /** Some sixteen of them at the most. */
  readonly agents: readonly string[];
}

/** A found document, with what a result shows of it. */
export interface CorpusEntry {
  readonly kind: 'message' | 'knowledge';
  readonly key: number;
  readonly id: string;
  /** Its place in its session; null for knowledge. */
  readonly sequence: number | null;
  readonly content: string;
  /** Tokens of the content (o200k); absent until the background has counted them, and for knowledge. */
  readonly tokenCount?: number;
  readonly role: Role | null;
  readonly name: string | null;
  readonly metadata: MessageRecord['metadata'];
  readonly source: MessageRecord['source'];
  readonly session: { readonly id: string; readonly name: string; readonly agentId: string } | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/**
 * A user's memory as search reads it. Every change that a result could show moves the user's generation on in its own
 * transaction, so that an index knows what it lacks and a cache can never serve what is gone.
 */
export interface CorpusReader {
  /** Null when there is no such user. */
  generation(tenantKey: number, userKey: number): Promise<number | null>;
  /**
   * What was withdrawn in generations over `after` and up to `upTo`. Applied before the documents of the same span. Only some
   * thousands are kept of a user: everything is withdrawn for an index that is older than those.
   */
  retractions(tenantKey: number, userKey: number, after: number, upTo: number): Promise<Retraction[]>;
  /**
   * The documents last changed in generations over `after`: messages, then knowledge, each in order of generation. One that
   * changes while its kind is handed over comes again as it is then. They come in batches that are bounded in bytes as well,
   * so that to hand one over takes some milliseconds.
   *
   * @param keys leaves out messages whose keys lie elsewhere; knowledge comes with a range that has no end.
   */
  documents(
    tenantKey: number,
    userKey: number,
    after: number,
    keys?: KeyRange,
  ): AsyncIterable<readonly ChangedDocument[]>;
  /**
   * The vectors of messages by one model, filed in generations over `after`, in batches, in order of generation. One whose
   * message is not among the documents read before comes again with those that follow.
   */
  vectors(tenantKey: number, userKey: number, model: string, after: number): AsyncIterable<readonly MessageVector[]>;
  /** The stretches of which segments by this maker are kept, in order. */
  segments(tenantKey: number, userKey: number, maker: string): Promise<KeyRange[]>;
  /** The segment of a stretch; null when it has gone, or another has taken its place. */
  readSegment(tenantKey: number, userKey: number, stretch: KeyRange): Promise<Uint8Array | null>;
  /** The sessions of the user with this agent. */
  sessionsOfAgent(tenantKey: number, userKey: number, agentKey: number): Promise<number[]>;
  /**
   * Null when there is no such user. A new name moves no generation: what is kept of an answer for which names were read is
   * compared with those of the moment.
   */
  accountNames(tenantKey: number, userKey: number): Promise<AccountNames | null>;
  /** The metadata and the source of messages that have either and are not gone, by their keys; in no order. */
  metadataOf(tenantKey: number, userKey: number, keys: readonly number[]): Promise<MessageMetadata[]>;
  /** In the order asked for; what is gone by now is passed over. */
  fetch(tenantKey: number, userKey: number, references: readonly CorpusReference[]): Promise<CorpusEntry[]>;
}

/** The same, with who is asked about, and what an index gives back to be kept. */
export interface CorpusFacet extends CorpusReader {
  /**
   * Whom a question names, and the present generation, in one look and as of one moment; null when there is no such user.
   *
   * @example
   * const asked = await store.corpus.resolve(scope, { user: { name: 'ann' }, sessions: [{ id }], agents: [] });
   * // { user: { key: 7, id: '...', name: 'ann' }, generation: 12, sessions: [{ key: 3, id }], agents: [] }
   */
  resolve(scope: Scope, named: NamedSubjects): Promise<ResolvedSubjects | null>;
  /**
   * Keeps a segment in place of those that lie within it, unless it overlaps another that is kept, or since its generation
   * a message in it changed, or anything at all was withdrawn. Whatever changes or withdraws a message of it later takes it
   * away. What other makers made of the user goes first. Answers whether it is kept.
   */
  saveSegment(segment: IndexSegment): Promise<boolean>;
}
