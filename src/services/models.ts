import { BatchEmbedder } from '../buffer/batch-embedder.ts';
import type { Settings } from '../config/schema.ts';
import type { VectorFacet } from '../contract/vectors.ts';
import type { Embedder } from '../embedding/embedder.ts';
import { findMultilingualModel } from '../embedding/multilingual-model.ts';
import { assertInstalled, openEmbedder } from '../embedding/open.ts';
import { describeStaticModel, openStaticModelIfAny } from '../embedding/static-model.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import { openOnce } from '../platform/open-once.ts';
import type { Scheduler } from '../platform/scheduler.ts';
import { createMeaning } from '../retrieval/index/meaning.ts';
import { MODEL_WEIGHTS } from '../retrieval/ranking/model-weights.ts';
import { openWeights } from '../retrieval/ranking/weights.ts';
import type { SearchRequest } from '../retrieval/search.ts';
import { openTagger } from '../text/clauses/tagger.ts';
import type { ErrorHandler } from './error-handler.ts';
import { type AskedByModel, QuestionModel } from './question-model.ts';
import { StoredModels } from './stored-models.ts';

export interface ModelsContext {
  readonly settings: () => Pick<Settings, 'embedding' | 'retrieval'>;
  readonly vectors: Pick<VectorFacet, 'models'>;
  readonly errors: ErrorHandler;
  readonly scheduler: Scheduler;
  readonly clock: Clock;
  readonly log: Log;
}

const NOT_ASKED: AskedByModel = { byModel: null, degraded: [], isPassing: false };

/** The models of the server: the configured one, and the static model of search. Each is opened when it is first needed. */
export class Models {
  /** Whether the configured model is the table that ships with the server, which Workers read by themselves. */
  readonly isTable: boolean;
  readonly weights;
  /** For questions that come with a vector by the configured model. */
  readonly modelWeights;
  readonly embedder;
  /** For the background; null when its Workers embed by themselves. */
  readonly batch;
  /** The static model for search on the request thread; null without one. */
  readonly meaning = openOnce(async () => {
    const model = await openStaticModelIfAny();
    return model && createMeaning(model, await findMultilingualModel());
  });
  /** The reader of English sentences for work on the request thread. */
  readonly tagger = openOnce(() => openTagger());
  readonly #errors: ErrorHandler;
  /** Null when no model is configured but the static one. */
  readonly #questions: QuestionModel | null;
  readonly #stored: StoredModels;

  /** Errors: those of a weights file that cannot be read, and of a provider whose runtime is not installed. */
  constructor({ settings, vectors, errors, scheduler, clock, log }: ModelsContext) {
    const { embedding, retrieval } = settings();
    assertInstalled(embedding);
    this.isTable = embedding.provider === 'static';
    this.weights = openWeights(retrieval.weights_file);
    this.modelWeights = openWeights(retrieval.weights_file, MODEL_WEIGHTS);
    this.embedder = openOnce<Embedder>(() => openEmbedder(settings().embedding, { log, clock }));
    this.batch = this.isTable ? null : openOnce(async () => new BatchEmbedder(await this.embedder.get(), scheduler));
    const nowMs = (): number => performance.now();
    this.#errors = errors;
    const isOutside = embedding.provider === 'openai';
    const asking = { open: this.embedder.get, isOutside, errors, scheduler, nowMs };
    this.#questions = this.isTable ? null : new QuestionModel(asking);
    this.#stored = new StoredModels({
      vectors,
      configured: async () => (this.isTable ? describeStaticModel() : (await this.embedder.get()).model),
      nowMs,
    });
  }

  /** Embeds a question by the configured model, and lists what the answer's `degraded` says about models. Never fails. */
  async ask(request: SearchRequest): Promise<AskedByModel> {
    const asked = (await this.#questions?.ask(request)) ?? NOT_ASKED;
    const { complaint } = this.#stored;
    // A run of reindex puts it right at any moment, and moves no generation of who has no messages in it.
    return complaint ? { ...asked, degraded: [...asked.degraded, complaint], isPassing: true } : asked;
  }

  /** Opens the configured model ahead of the first request. */
  warmUp(): void {
    if (!this.isTable) this.embedder.get().catch((error) => this.#errors.handle('embedding', error));
  }

  /**
   * Whether the stored vectors are of the configured model: a sentence when they are not. Never fails; a model that cannot
   * be opened is told of by whoever needs it.
   */
  async check(): Promise<string | null> {
    return this.#stored.look().catch((error) => {
      this.#errors.handle('embedding', error);
      return null;
    });
  }

  async close(): Promise<void> {
    await (await this.embedder.peek()?.catch(() => null))?.close();
  }
}
