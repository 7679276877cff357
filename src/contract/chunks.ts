import type { Scope } from './records.ts';

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

/** Chunks, as they are listed for debugging; they are made by tasks of the kind `index`. */
export interface ChunkFacet {
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
