import { isOutage } from '../contract/errors.ts';
import type { Embedder, EmbeddingModel } from '../embedding/embedder.ts';
import type { Scheduler } from '../platform/scheduler.ts';

/** Pause in which texts gather for the first call; those of later calls gather while one is under way. */
const GATHER_MS = 5;

/** The texts that one caller asks for. */
interface Request {
  readonly texts: readonly string[];
  readonly resolve: (vectors: Float32Array[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Embeds what many tasks ask for in as few calls of the model as possible, one at a time: what comes in meanwhile is the
 * next, so that a slow model gets larger calls and not more of them.
 */
export class BatchEmbedder {
  readonly #embedder: Embedder;
  readonly #scheduler: Scheduler;
  #waiting: Request[] = [];
  #isAtWork = false;

  constructor(embedder: Embedder, scheduler: Scheduler) {
    this.#embedder = embedder;
    this.#scheduler = scheduler;
  }

  /** The model. */
  get model(): EmbeddingModel {
    return this.#embedder.model;
  }

  /**
   * One vector for each text, in order. Errors: those of the embedder. One that is about texts fails those alone whose
   * texts they are; an outage fails everybody in the call.
   */
  async embed(texts: readonly string[]): Promise<Float32Array[]> {
    if (texts.length === 0) return [];
    return new Promise((resolve, reject) => {
      this.#waiting.push({ texts, resolve, reject });
      if (this.#isAtWork) return;
      this.#isAtWork = true;
      this.#scheduler.after(GATHER_MS, () => void this.#run());
    });
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) await this.#answer(this.#waiting.splice(0));
    this.#isAtWork = false;
  }

  /** Never fails: callers get the error. */
  async #answer(requests: readonly Request[]): Promise<void> {
    try {
      const vectors = await this.#embedder.embed(requests.flatMap(({ texts }) => texts));
      let from = 0;
      for (const { texts, resolve, reject } of requests) {
        const theirs = vectors.slice(from, from + texts.length);
        from += texts.length;
        if (theirs.length === texts.length) resolve(theirs);
        else reject(new Error('The embedder answered fewer vectors than it was given texts.'));
      }
    } catch (error) {
      if (requests.length === 1 || isOutage(error)) for (const { reject } of requests) reject(error);
      else for (const request of requests) await this.#answer([request]);
    }
  }
}
