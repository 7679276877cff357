import type { Embedder } from '../embedding/embedder.ts';
import { unavailable } from '../embedding/failures.ts';
import type { Scheduler } from '../platform/scheduler.ts';
import { askedFor } from '../retrieval/asked-for.ts';
import type { ByModel, SearchRequest } from '../retrieval/search.ts';
import type { ErrorHandler } from './error-handler.ts';

export interface QuestionModelContext {
  /** The configured model, opened when it is first asked for. */
  readonly open: () => Promise<Embedder>;
  /** Whether it is called over a network. A model in this process has no circuit breaker, so a slow question delays no other user's. */
  readonly isOutside: boolean;
  readonly errors: Pick<ErrorHandler, 'guard' | 'handle'>;
  readonly scheduler: Scheduler;
  /** Milliseconds that never go back. */
  readonly nowMs: () => number;
}

/** The vectors of a question, and in words what the model could not do. */
export interface AskedByModel {
  readonly byModel: ByModel | null;
  readonly degraded: readonly string[];
  /** Whether the next try may do better. */
  readonly isPassing: boolean;
}

const OPERATION = 'question embedding';
/** The longest that a question waits for its vector. */
const MOST_MS = 1_000;
/** Most texts that wait for a model in this process, which embeds as many in half a second. More would all be late. */
const MOST_TEXTS = 64;
/** The share of a shorter deadline that is left for the search. */
const SHARE_OF_DEADLINE = 0.5;
/** Pause after a model could not be opened, since each try takes a Worker some seconds. */
const TRY_AGAIN_MS = 30_000;

const without = (why: string): AskedByModel => ({
  byModel: null,
  degraded: [`model: ${why}, searched without it`],
  isPassing: true,
});
const NOT_ASKED: AskedByModel = { byModel: null, degraded: [], isPassing: false };
const NOT_THERE = without('the embedding model is not available');
const BUSY = without('the embedding model has too many questions before it');

/**
 * Has the configured model embed questions, off the request thread and within a second at most. When the model fails or is
 * late, search goes on without it and the answer says so. A model behind a network has a circuit breaker,
 * one of this process a bound on what it has before it.
 */
export class QuestionModel {
  readonly #context: QuestionModelContext;
  #failedMs = Number.NEGATIVE_INFINITY;
  /** Texts that the model has been given and has not answered, whether or not somebody still waits. */
  #texts = 0;

  constructor(context: QuestionModelContext) {
    this.#context = context;
  }

  /** Never fails. */
  async ask({ question, topK, mode, deadlineMs = null }: SearchRequest): Promise<AskedByModel> {
    if (mode === 'words' || topK <= 0 || question.trim() === '') return NOT_ASKED;
    const { errors, nowMs } = this.#context;
    if (nowMs() - this.#failedMs < TRY_AGAIN_MS) return NOT_THERE;
    const limitMs = Math.min(MOST_MS, (deadlineMs ?? Number.POSITIVE_INFINITY) * SHARE_OF_DEADLINE);
    const late = without(`the embedding model took longer than ${Math.round(limitMs)} ms`);
    const work = this.#embed(question).catch((error) => {
      errors.handle(OPERATION, error);
      return NOT_THERE;
    });
    return this.#within(limitMs, work, async () => late);
  }

  async #embed(question: string): Promise<AskedByModel> {
    const { errors, open, nowMs, isOutside } = this.#context;
    const embedder = await open().catch((error) => {
      this.#failedMs = nowMs();
      throw error;
    });
    const { fingerprint, dimensions } = embedder.model;
    const texts = askedFor(question).map(({ text }) => text);
    if (!isOutside && this.#texts >= MOST_TEXTS) return BUSY;
    // Its own limit, whatever the client's: who is in a hurry does not open the circuit for others.
    const embed = () =>
      // One text a call: a question passes by the batches that are at work.
      this.#within(MOST_MS, Promise.all(texts.map((text) => this.#embedOne(embedder, text))), () =>
        Promise.reject(unavailable(`The embedding model took longer than ${MOST_MS} ms for a question.`)),
      );
    const vectors = await (isOutside ? errors.guard(OPERATION, embed) : embed());
    const there = vectors.filter((vector) => vector !== undefined);
    return { byModel: { fingerprint, dimensions, vectors: there }, degraded: [], isPassing: false };
  }

  async #embedOne(embedder: Embedder, text: string): Promise<Float32Array | undefined> {
    this.#texts += 1;
    try {
      const [vector] = await embedder.embed([text]);
      return vector;
    } finally {
      this.#texts -= 1;
    }
  }

  #within<T>(limitMs: number, work: Promise<T>, orElse: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const cancel = this.#context.scheduler.after(limitMs, () => orElse().then(resolve, reject));
      work.then(resolve, reject).finally(cancel);
    });
  }
}
