/** What made a vector. Vectors of two models have nothing to say to each other. */
export interface EmbeddingModel {
  /** For people, such as `static-minilm-256`. */
  readonly name: string;
  /** Components of a vector. */
  readonly dimensions: number;
  /** 64 hexadecimal digits (SHA-256) that change when the weights or the recipe change. */
  readonly fingerprint: string;
}

/** Texts to vectors. */
export interface Embedder {
  readonly model: EmbeddingModel;
  /**
   * One vector for each text, in order: `model.dimensions` components, of length 1, or all zero for a text that says
   * nothing to the model. Any text is fine. Errors: `MemfuseError`, `retryable` when the same call may succeed later.
   */
  embed(texts: readonly string[]): Promise<Float32Array[]>;
  /** Releases what was opened; calls in flight fail. */
  close(): Promise<void>;
}
