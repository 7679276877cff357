import type { Embedder } from '../embedding/embedder.ts';
import { unavailable } from '../embedding/failures.ts';
import type { Scheduler } from '../platform/scheduler.ts';
import { askedFor } from '../retrieval/asked-for.ts';
import type { ByModel, SearchRequest } from '../retrieval/search.ts';
import type { ErrorHandler } from './error-handler.ts';

export interface QuestionModelContext {
  /** The configured model, opened when it is first asked for. */
  readonly open: () => Promise<Embedder>;
  readonly errors: Pick<ErrorHandler, 'guard' | 'handle'>;
  readonly scheduler: Scheduler;
  /** Milliseconds that never go back. */
  readonly nowMs: () => number;
}

/** What the model made of a question, and in words what it did not. */
export interface AskedByModel {
  readonly byModel: ByModel | null;
  readonly degraded: readonly string[];
  /** Whether the next try may do better. */
  readonly isPassing: boolean;
}

const OPERATION = 'question embedding';
/** The longest that a question waits for its vector. */
const MOST_MS = 1_000;
/** Of a deadline that is shorter the search itself needs some. */
const SHARE_OF_DEADLINE = 0.5;
/** A model that cannot be opened is left alone for a while: trying takes a Worker some seconds. */
const TRY_AGAIN_MS = 30_000;

const without = (why: string): AskedByModel => ({
  byModel: null,
  degraded: [`model: ${why}, searched without it`],
  isPassing: true,
});
const NOT_ASKED: AskedByModel = { byModel: null, degraded: [], isPassing: false };
const NOT_THERE = without('the embedding model is not available');

/**
 * Has the configured model embed questions, off the request thread, within a second at the most and behind a circuit
 * breaker: a question never fails or hangs because of it, it is searched for without the model and says so.
 */
export class QuestionModel {
  readonly #context: QuestionModelContext;
  #failedMs = Number.NEGATIVE_INFINITY;

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
    const { errors, open, nowMs } = this.#context;
    const embedder = await open().catch((error) => {
      this.#failedMs = nowMs();
      throw error;
    });
    const { fingerprint, dimensions } = embedder.model;
    const texts = askedFor(question).map(({ text }) => text);
    // Its own limit, whatever the client's: who is in a hurry does not open the circuit for others.
    const vectors = await errors.guard(OPERATION, () =>
      // One text a call: a question passes by the batches that are at work.
      this.#within(MOST_MS, Promise.all(texts.map(async (text) => (await embedder.embed([text]))[0])), () =>
        Promise.reject(unavailable(`The embedding model took longer than ${MOST_MS} ms for a question.`)),
      ),
    );
    const there = vectors.filter((vector) => vector !== undefined);
    return { byModel: { fingerprint, dimensions, vectors: there }, degraded: [], isPassing: false };
  }

  #within<T>(limitMs: number, work: Promise<T>, orElse: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const cancel = this.#context.scheduler.after(limitMs, () => orElse().then(resolve, reject));
      work.then(resolve, reject).finally(cancel);
    });
  }
}
