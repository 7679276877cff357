/** A vector as it is stored: a component is a byte of `components` times `scale`. */
export interface StoredVector {
  readonly scale: number;
  readonly components: Int8Array;
}

/** The vector of a message of a user, by the message's key. */
export interface MessageVector extends StoredVector {
  readonly key: number;
}

/** A model that made stored vectors. */
export interface StoredModel {
  /** Its fingerprint. */
  readonly model: string;
  readonly dimensions: number;
}

/** A message that is to be embedded, as it was when it was read. */
export interface UnembeddedMessage {
  readonly key: number;
  readonly tenantKey: number;
  readonly userKey: number;
  readonly generation: number;
  readonly name: string | null;
  /** With what else the message is found by. */
  readonly content: string;
}

export interface UnembeddedChunk {
  readonly key: number;
  readonly tenantKey: number;
  readonly id: string;
  readonly content: string;
}

/** What comes after a key, and how much of it at most. */
export interface KeyPage {
  readonly after: number;
  readonly limit: number;
}

/**
 * The vectors of the configured model over all tenants, for who looks after them: a server has one model for all. What
 * search reads of them is in `CorpusReader.vectors`; those of new messages are filed with their chunks.
 */
export interface VectorFacet {
  /** The models that made the vectors of messages and chunks. Takes no longer when there are more vectors. */
  models(): Promise<StoredModel[]>;
  /** How many messages and chunks have no vector of this model. */
  countWithout(model: string): Promise<{ readonly messages: number; readonly chunks: number }>;
  /** Messages without a vector of this model, in order of key. */
  messagesWithout(model: string, page: KeyPage): Promise<UnembeddedMessage[]>;
  chunksWithout(model: string, page: KeyPage): Promise<UnembeddedChunk[]>;
  /**
   * Files vectors, each in place of the one of another model, and moves the generations of their users on. A message that
   * has changed or gone since it was read is passed over. Answers how many were filed.
   */
  fileMessages(
    model: string,
    vectors: readonly { readonly message: UnembeddedMessage; readonly vector: StoredVector }[],
  ): Promise<number>;
  /** The same for chunks, with vectors of length 1. */
  fileChunks(
    model: string,
    vectors: readonly { readonly chunk: UnembeddedChunk; readonly vector: Float32Array }[],
  ): Promise<number>;
  /** Takes away up to `limit` vectors of messages, of any model. Answers how many. */
  forgetMessages(limit: number): Promise<number>;
}
