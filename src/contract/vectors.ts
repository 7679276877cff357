/** A vector in its stored form: each of its components is a byte of `components` times `scale`. */
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

/** A message that has no vector yet, in its state when it was read. */
export interface UnembeddedMessage {
  readonly key: number;
  readonly tenantKey: number;
  readonly userKey: number;
  readonly generation: number;
  readonly name: string | null;
  /** The content, and on lines below it the words of `source` that search finds the message by. */
  readonly content: string;
}

export interface UnembeddedChunk {
  readonly key: number;
  readonly tenantKey: number;
  readonly id: string;
  readonly content: string;
}

/** An episode in its state when it was read, with the text that it is embedded by. */
export interface UnembeddedEpisode {
  readonly key: number;
  readonly tenantKey: number;
  readonly userKey: number;
  readonly generation: number;
  /** Without the marks that stand for names of accounts. */
  readonly content: string;
}

/** A page of rows that have no vector yet: at most `limit` of those behind `after`, which is the last row of the page before. */
export interface UnembeddedPage<Row> {
  /** Null for the first page. */
  readonly after: Row | null;
  readonly limit: number;
}

/**
 * The maintenance of stored vectors after a change of the embedding model (`bun run reindex`). It works on all tenants, because a
 * server has one model for all. Search reads vectors by `CorpusReader.changes`, and those of new messages are saved with the
 * outcome of their `index` task.
 */
export interface VectorFacet {
  /**
   * Lists the models of the stored vectors. It does not take longer when there are more vectors.
   * @example await store.vectors.models(); // [{ model: 'openai text-embedding-3-small 1536', dimensions: 1536 }]
   */
  models(): Promise<StoredModel[]>;
  /**
   * Counts the messages, the chunks and the episodes that have no vector of this model.
   * @example await store.vectors.countWithout(model); // { messages: 1200, chunks: 300, episodes: 90 }
   */
  countWithout(
    model: string,
  ): Promise<{ readonly messages: number; readonly chunks: number; readonly episodes: number }>;
  /**
   * Lists messages that have no vector of this model, in an order of the engine's own that does not change.
   * @example await store.vectors.messagesWithout(model, { after: null, limit: 100 }); // [{ key: 5, content: 'Hello', ... }, ...]
   */
  messagesWithout(
    model: string,
    page: UnembeddedPage<Pick<UnembeddedMessage, 'userKey' | 'key'>>,
  ): Promise<UnembeddedMessage[]>;
  /**
   * Lists chunks that have no vector of this model, in the same way.
   * @example await store.vectors.chunksWithout(model, { after: null, limit: 100 }); // [{ key: 2, id: 'c1', content: '...', ... }]
   */
  chunksWithout(model: string, page: UnembeddedPage<Pick<UnembeddedChunk, 'key'>>): Promise<UnembeddedChunk[]>;
  /**
   * Lists episodes that have no vector of this model, in the same way.
   * @example await store.vectors.episodesWithout(model, { after: null, limit: 100 }); // [{ key: 3, content: 'Moving to Graz', ... }]
   */
  episodesWithout(
    model: string,
    page: UnembeddedPage<Pick<UnembeddedEpisode, 'userKey' | 'key'>>,
  ): Promise<UnembeddedEpisode[]>;
  /**
   * Saves vectors of messages, each in place of one of another model, and increments the generations of their users. It skips a
   * message that was changed or deleted since it was read. Answers the number of vectors that it saved.
   * @example await store.vectors.fileMessages(model, [{ message, vector: { scale: 0.007, components } }]); // 1
   */
  fileMessages(
    model: string,
    vectors: readonly { readonly message: UnembeddedMessage; readonly vector: StoredVector }[],
  ): Promise<number>;
  /**
   * Saves vectors of chunks in the same way; their length is 1 (L2).
   * @example await store.vectors.fileChunks(model, [{ chunk, vector }]); // 1
   */
  fileChunks(
    model: string,
    vectors: readonly { readonly chunk: UnembeddedChunk; readonly vector: Float32Array }[],
  ): Promise<number>;
  /**
   * Saves vectors of episodes in the same way, but for the generation: no answer shows them.
   * @example await store.vectors.fileEpisodes(model, [{ episode, vector: { scale: 0.007, components } }]); // 1
   */
  fileEpisodes(
    model: string,
    vectors: readonly { readonly episode: UnembeddedEpisode; readonly vector: StoredVector }[],
  ): Promise<number>;
  /**
   * Deletes up to `limit` vectors of messages, of any model. Answers the number of vectors that it deleted.
   * @example while ((await store.vectors.forgetMessages(1_000)) > 0);
   */
  forgetMessages(limit: number): Promise<number>;
}
