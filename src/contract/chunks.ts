import type { Scope } from './records.ts';

/** Consecutive messages of a session as one text, as a task of the kind `index` makes it. */
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

/**
 * Chunks as people list them for debugging. Tasks of the kind `index` make them, and `WorkFacet.file` saves them. `total` counts
 * all chunks that match, also those beyond `limit`.
 */
export interface ChunkFacet {
  /**
   * Lists the chunks of a session. Errors: `not_found` of the session.
   * @example
   * const options = { limit: 10, sortBy: 'created_at', order: 'asc', embeddedOnly: false } as const;
   * await store.chunks.ofSession(scope, 's1', options); // { chunks: [{ id: 'c1', messageIds: ['m1', 'm2'], ... }], total: 1 }
   */
  ofSession(
    scope: Scope,
    sessionId: string,
    options: ChunkListOptions,
  ): Promise<{ chunks: ChunkRecord[]; total: number }>;
  /**
   * Lists the chunks that hold messages of a round, which is named by the id of its first message. Errors: `not_found` of the
   * round.
   * @example await store.chunks.ofRound(scope, 'm1', options); // { chunks: [{ id: 'c1', ... }], total: 1, sessionId: 's1' }
   */
  ofRound(
    scope: Scope,
    roundId: string,
    options: ChunkListOptions,
  ): Promise<{ chunks: ChunkRecord[]; total: number; sessionId: string }>;
  /**
   * Counts the chunks of a user, or of one session of the user, and those of them that have an embedding.
   * @example await store.chunks.count(scope, 'u1'); // { total: 12, embedded: 12 }
   */
  count(scope: Scope, userId: string, sessionId?: string): Promise<{ total: number; embedded: number }>;
}
