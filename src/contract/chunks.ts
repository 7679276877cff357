import type { Scope } from './records.ts';
import type { StoredVector } from './vectors.ts';

/** A piece of a conversation as later stages and searches by vector see it. */
export interface NewChunk {
  readonly id: string;
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly content: string;
  readonly tokenCount: number;
  readonly strategy: string;
  /** The embedding, L2-normalised, and the fingerprint of the model that made it; null when there is none. */
  readonly vector: Float32Array | null;
  readonly model: string | null;
}

/** What a stretch of a session looked like when it was read, so that a result made of it is not filed when it changed. */
export interface StretchVersion {
  readonly messages: number;
  /** The highest generation among its messages; 0 when there are none. */
  readonly generation: number;
}

/** The outcome of an `index` task, to be filed whole. */
export interface IndexCommit {
  readonly taskKey: number;
  readonly owner: string;
  readonly tenantKey: number;
  readonly userKey: number;
  readonly sessionKey: number;
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly version: StretchVersion;
  readonly chunks: readonly NewChunk[];
  /** Exact token counts of the messages, by sequence. */
  readonly tokenCounts: readonly { readonly sequence: number; readonly tokens: number }[];
  /** Vectors of the messages and the fingerprint of the model that made them; null when it made none. */
  readonly vectors: {
    readonly model: string;
    readonly messages: readonly (StoredVector & { readonly sequence: number })[];
  } | null;
  readonly at: number;
}

/** `stale`: the messages changed since they were read. `lost`: the task is gone, another's, or over another stretch by now. */
export type CommitOutcome = 'done' | 'stale' | 'lost';

export interface ChunkRecord {
  readonly id: string;
  readonly sessionId: string;
  readonly content: string;
  readonly strategy: string;
  readonly tokenCount: number;
  readonly messageIds: readonly string[];
  readonly embedded: boolean;
  readonly createdAt: number;
}

export interface ChunkListOptions {
  readonly limit: number;
  readonly sortBy: 'created_at' | 'chunk_id' | 'strategy';
  readonly order: 'asc' | 'desc';
  /** Only chunks with an embedding. */
  readonly embeddedOnly: boolean;
}

/** A message as a background task reads it. */
export interface StretchMessage {
  readonly sequence: number;
  /** The sequence of the first message of the same POST. */
  readonly round: number;
  readonly role: string;
  readonly name: string | null;
  /** Who speaks unless the message says otherwise: the user or the agent, by role. */
  readonly usualSpeaker: string | null;
  /** With what else the message is found by. */
  readonly content: string;
}

/** Chunks, made by the background work and committed by nobody but the FlushManager. */
export interface ChunkFacet {
  /** The messages of a stretch, in order, and its version. */
  readStretch(task: {
    readonly tenantKey: number;
    readonly sessionKey: number;
    readonly firstSequence: number;
    readonly lastSequence: number;
  }): Promise<{ readonly messages: StretchMessage[]; readonly version: StretchVersion }>;
  /**
   * Files outcomes, each with the completion of its task or not at all. What an earlier try filed of the same stretch is
   * replaced, so filing twice leaves one. Vectors of messages move the user's generation on.
   */
  commit(commits: readonly IndexCommit[]): Promise<CommitOutcome[]>;
  /** Errors: `not_found` of the session. */
  ofSession(
    scope: Scope,
    sessionId: string,
    options: ChunkListOptions,
  ): Promise<{ chunks: ChunkRecord[]; total: number }>;
  /** The chunks that hold messages of a round. Errors: `not_found` of the round. */
  ofRound(
    scope: Scope,
    roundId: string,
    options: ChunkListOptions,
  ): Promise<{ chunks: ChunkRecord[]; total: number; sessionId: string }>;
  /** How many chunks a user has, and how many of them with an embedding. */
  count(scope: Scope, userId: string, sessionId?: string): Promise<{ total: number; embedded: number }>;
}
