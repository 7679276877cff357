import type { Embedder, EmbeddingModel } from '../embedding/embedder.ts';
import type { Scheduler } from '../platform/scheduler.ts';

/** Pause in which texts gather. */
const GATHER_MS = 5;

type Waiting = { readonly text: string; resolve: (vector: Float32Array) => void; reject: (error: unknown) => void };

/** Embeds what many tasks ask for in as few calls of the model as possible; the model itself works elsewhere. */
export class BatchEmbedder {
  readonly #embedder: Embedder;
  readonly #scheduler: Scheduler;
  #waiting: Waiting[] = [];

  constructor(embedder: Embedder, scheduler: Scheduler) {
    this.#embedder = embedder;
    this.#scheduler = scheduler;
  }

  /** What makes the vectors. */
  get model(): EmbeddingModel {
    return this.#embedder.model;
  }

  /** One vector for each text, in order. Errors: those of the embedder, for everybody in the batch. */
  embed(texts: readonly string[]): Promise<Float32Array[]> {
    return Promise.all(
      texts.map(
        (text) =>
          new Promise<Float32Array>((resolve, reject) => {
            if (this.#waiting.length === 0) this.#scheduler.after(GATHER_MS, () => void this.#run());
            this.#waiting.push({ text, resolve, reject });
          }),
      ),
    );
  }

  async #run(): Promise<void> {
    const batch = this.#waiting;
    this.#waiting = [];
    try {
      const vectors = await this.#embedder.embed(batch.map(({ text }) => text));
      batch.forEach(({ resolve, reject }, i) => {
        const vector = vectors[i];
        if (vector) resolve(vector);
        else reject(new Error('The embedder answered fewer vectors than it was given texts.'));
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
