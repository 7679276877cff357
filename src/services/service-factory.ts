import { BatchEmbedder } from '../buffer/batch-embedder.ts';
import { BypassService } from '../buffer/bypass-service.ts';
import { FlushManager } from '../buffer/flush-manager.ts';
import type { HybridItem } from '../buffer/hybrid-buffer.ts';
import { completeIndex } from '../buffer/index-delivery.ts';
import { createAnswerRoom } from '../buffer/kept-answers.ts';
import { type Pipeline, stageLookup } from '../buffer/pipeline.ts';
import { createInlineTokenCounter, createTokenCounter, type TokenCounter } from '../buffer/token-counter.ts';
import type { UserService } from '../buffer/user-service.ts';
import { databaseUrl } from '../config/database-url.ts';
import type { GlobalConfig } from '../config/global-config.ts';
import type { Settings } from '../config/schema.ts';
import type { CommitOutcome } from '../contract/chunks.ts';
import { type OutboxTask, PRIORITY } from '../contract/outbox.ts';
import { DEFAULT_TENANT } from '../contract/records.ts';
import type { Store } from '../contract/store.ts';
import type { Embedder } from '../embedding/embedder.ts';
import { openEmbedder } from '../embedding/open.ts';
import { describeStaticModel, openStaticModel } from '../embedding/static-model.ts';
import { type BackgroundContext, BackgroundProcessor } from '../memory/background-processor.ts';
import type { IndexDraft } from '../memory/index-task.ts';
import { createMemoryLayer, type MemoryLayer } from '../memory/memory-layer.ts';
import { StageWaiters } from '../memory/stages.ts';
import { createTaskWorker } from '../memory/task-worker.ts';
import type { Clock } from '../platform/clock.ts';
import { Closers } from '../platform/closers.ts';
import type { Ids } from '../platform/ids.ts';
import type { Log } from '../platform/log.ts';
import { type OpenedOnce, openOnce } from '../platform/open-once.ts';
import { type Scheduler, systemScheduler } from '../platform/scheduler.ts';
import { createMeaning } from '../retrieval/index/meaning.ts';
import type { Owner } from '../retrieval/owner.ts';
import { MODEL_WEIGHTS } from '../retrieval/ranking/model-weights.ts';
import type { Weights } from '../retrieval/ranking/ranking.ts';
import { openWeights } from '../retrieval/ranking/weights.ts';
import type { SearchRequest } from '../retrieval/search.ts';
import { type AccessControl, createAccessControl } from './access.ts';
import { ConnectionManager } from './connection-manager.ts';
import { ErrorHandler } from './error-handler.ts';
import { registerGauges } from './gauges.ts';
import { PerformanceMetrics } from './performance-metrics.ts';
import { preparingAhead } from './prepare-ahead.ts';
import { type AskedByModel, QuestionModel } from './question-model.ts';
import { openSearchService, type SearchService, type SearchServiceOptions } from './search-service.ts';
import { StoredModels } from './stored-models.ts';
import { UserServices } from './user-services.ts';

/** What works beside the request thread. */
export interface Outside {
  readonly connections: Pick<ConnectionManager, 'getPool' | 'close'>;
  readonly search: SearchService;
  /** How search Workers are run, as far as it is not as usual. */
  readonly searchWorkers: SearchServiceOptions;
  readonly counter: TokenCounter;
  readonly openWorker: BackgroundContext['openWorker'];
}

export interface ServicesContext {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly scheduler?: Scheduler;
  /** From 0 to 1, for the jitter of retries. */
  readonly random?: () => number;
  /** In place of Bun Workers over the database that the settings name: for tests, which choose when what happens. */
  readonly outside?: Partial<Outside>;
  /** Where the writing connection lives; the benchmark alone asks for another place than the storage Worker. */
  readonly writer?: 'worker' | 'here';
}

/** How long a stop waits for tasks in Workers, then for flushes, then for parts that take longer than usual, at the most. */
const STOP_TASKS_MS = 3_000;
const STOP_FLUSHES_MS = 4_000;
const STOP_EMBEDDER_MS = 6_000;
const STOP_STORAGE_MS = 10_000;

/**
 * Builds everything that has a lifecycle, once, and hands out the services of users from a cache. What is global is
 * loaded at the start; what belongs to a user is built at their first request.
 */
export class ServiceFactory {
  readonly config: GlobalConfig;
  readonly store: Store;
  readonly search: SearchService;
  readonly access: AccessControl;
  readonly metrics = new PerformanceMetrics();
  readonly errors: ErrorHandler;
  readonly processor: BackgroundProcessor;
  readonly flushManager: FlushManager;
  readonly users: UserServices;
  readonly memory: MemoryLayer;
  readonly #counter: TokenCounter;
  readonly #waiters: StageWaiters;
  readonly #context: Required<ServicesContext>;
  readonly #weights: Weights;
  readonly #modelWeights: Weights;
  /** Null when no model is configured but the static one. */
  readonly #questions: QuestionModel | null;
  readonly #storedModels: StoredModels;
  /** Names this process in leases. */
  readonly #owner: string;
  readonly #embedder: OpenedOnce<Embedder>;
  /** Null when the Workers embed by themselves. */
  readonly #batchEmbedder: OpenedOnce<BatchEmbedder> | null;
  /** For the bypass, which searches on this thread; null without a model. */
  readonly #meaning = openOnce(() => openStaticModel().then(createMeaning, () => null));
  /** Bring memories into their indexes ahead of questions. */
  readonly #ahead = preparingAhead((owner) => this.#prepareSearch(owner));
  #cancelTimer: () => void = () => {};
  readonly #closers: Closers;
  /** How long a stop may take, once there is one. */
  #stopMs: number | null = null;

  private constructor(
    config: GlobalConfig,
    context: Required<ServicesContext>,
    store: Store,
    tenantKey: number,
    closers: Closers,
  ) {
    const { clock, ids, log, scheduler, random, outside } = context;
    const settings = (): Settings => config.current;
    this.config = config;
    this.store = store;
    this.#context = context;
    this.#closers = closers;
    this.#owner = ids.uuid();
    const { weights_file } = settings().retrieval;
    this.#weights = openWeights(weights_file);
    this.#modelWeights = openWeights(weights_file, MODEL_WEIGHTS);
    this.errors = new ErrorHandler(log);
    const embedsByTable = settings().embedding.provider === 'static';
    this.#embedder = openOnce(() => openEmbedder(settings().embedding, context));
    this.#batchEmbedder = embedsByTable
      ? null
      : openOnce(async () => new BatchEmbedder(await this.#embedder.get(), scheduler));
    this.#questions = embedsByTable
      ? null
      : new QuestionModel({
          open: () => this.#embedder.get(),
          errors: this.errors,
          scheduler,
          nowMs: () => performance.now(),
        });
    const required = settings().server.api_key_validation;
    this.access = createAccessControl(store.apiKeys, { required, tenantKey, clock });
    const url = databaseUrl(settings());
    const indexMaxBytes = settings().retrieval.index_max_bytes;
    const searching = { databaseUrl: url, indexMaxBytes, weights: this.#weights, modelWeights: this.#modelWeights };
    this.search = outside.search ?? openSearchService(searching, store, log, outside.searchWorkers);
    closers.add('search', () => this.search.close());
    this.#storedModels = new StoredModels({
      vectors: store.vectors,
      configured: async () => (embedsByTable ? describeStaticModel() : (await this.#embedder.get()).model),
      nowMs: () => performance.now(),
    });
    this.memory = createMemoryLayer(store, clock, ids, () => settings().buffer.round_buffer.idle * 1_000);
    const { enabled, round_buffer } = settings().buffer;
    const openCounter = () =>
      enabled ? createTokenCounter(round_buffer.token_cache_size, scheduler, log) : createInlineTokenCounter();
    this.#counter = outside.counter ?? openCounter();
    closers.add('token counter', () => this.#counter.close());
    closers.add('embedder', async () => (await this.#embedder.peek()?.catch(() => null))?.close(), STOP_EMBEDDER_MS);
    this.#waiters = new StageWaiters(scheduler);
    this.flushManager = new FlushManager({
      chunks: { commit: (commits) => this.metrics.measure('flush', () => store.chunks.commit(commits)) },
      settings: () => settings().buffer.performance,
      clock,
      scheduler,
      random,
      log,
      onOutcome: (item, outcome) => this.#settle(item, outcome),
    });
    this.processor = new BackgroundProcessor({
      outbox: store.outbox,
      settings: () => settings().memory.background,
      clock,
      scheduler,
      random,
      log,
      owner: this.#owner,
      openWorker:
        outside.openWorker ??
        ((id, onBeat) => {
          const maxTokens = () => settings().buffer.round_buffer.max_tokens;
          return createTaskWorker(id, { databaseUrl: url, embedsByTable }, { maxTokens, onBeat, log });
        }),
      onStart: (task) => this.users.peek(task.userKey)?.taken(task),
      deliver: (task, draft) => this.metrics.measure('deliver', () => this.#deliver(task, draft)),
    });
    closers.add('background', () => this.processor.close());
    this.users = new UserServices(this.#pipeline(), settings().memory.hot_users);
    closers.add('flushes', () => this.#flushAll(), 2 * STOP_FLUSHES_MS);
    closers.add('tasks', () => this.processor.stop(this.#shareOfStop(STOP_TASKS_MS)), 2 * STOP_TASKS_MS);
    registerGauges(this.metrics, this, () => clock.now());
  }

  /**
   * Opens the store, starts the background, and loads nothing that can wait. Errors: `storage_unavailable`; what had been
   * opened by then is closed.
   */
  static async initializeGlobals(config: GlobalConfig, given: ServicesContext): Promise<ServiceFactory> {
    const usual = { scheduler: systemScheduler, writer: 'worker', random: Math.random, outside: {} } as const;
    const context: Required<ServicesContext> = { ...usual, ...given };
    const { database, memory } = config.current;
    const { writer, log, outside } = context;
    const backgroundWorkers = memory.background.workers;
    const closers = new Closers(context.scheduler, (part, error) =>
      log.error({ err: error, part }, 'a part of the server does not close; the others do'),
    );
    closers.add('settings', () => config.close());
    try {
      const connections =
        outside.connections ?? new ConnectionManager({ settings: database, backgroundWorkers, writer, log });
      closers.add('storage', () => connections.close(), STOP_STORAGE_MS);
      const store = await connections.getPool(databaseUrl(config.current));
      const tenantKey = await store.tenants.ensure(DEFAULT_TENANT, context.clock.now());
      const factory = new ServiceFactory(config, context, store, tenantKey, closers);
      factory.processor.start();
      factory.#flushInTime();
      config.subscribe((changed) => {
        if (changed.includes('buffer.performance.flush_interval')) factory.#flushInTime();
      });
      return factory;
    } catch (error) {
      await closers.close();
      throw error;
    }
  }

  /** Starts what the first request would otherwise wait for. */
  warmUp(): void {
    this.search.warmUp();
    if (this.config.current.embedding.provider === 'static') return;
    this.#embedder.get().catch((error) => this.errors.handle('embedding', error));
  }

  /**
   * Whether the stored vectors are of the configured model: a sentence when they are not. Never fails; a model that cannot
   * be opened is told of by whoever needs it.
   */
  async checkModels(): Promise<string | null> {
    return this.#storedModels.look().catch((error) => {
      this.errors.handle('embedding', error);
      return null;
    });
  }

  /** The service of a user: from the cache, or inline for this one request when the buffers are off. */
  getBufferService(owner: Owner): UserService {
    return this.config.current.buffer.enabled ? this.users.get(owner) : this.#bypass();
  }

  getGlobalConfig(): GlobalConfig {
    return this.config;
  }

  countTokens = (texts: readonly string[]): Promise<number[]> => this.#counter.count(texts, 'request');

  /** Lets go of everything that is held in memory of a user who is gone. */
  forget(userKey: number): void {
    this.users.forget(userKey);
    // Nobody can ask for them any more: what a Worker holds takes room for a while, and does no harm.
    this.search.forget(userKey).catch((error) => this.errors.handle('forgetting', error));
  }

  /** Answers those who wait for a stage that their messages have not reached, so that no request holds up a stop. */
  endWaits(): void {
    this.#waiters.endAll();
  }

  /**
   * Finishes what is at work, files what is ready, puts the rest back into the outbox, and releases everything in
   * reverse order of opening, each part though another fails. Nothing that was acknowledged depends on it. With less than
   * the usual time, `timeoutMs`, it waits for less. Never fails: the log has what did not close.
   */
  async close(timeoutMs = Number.POSITIVE_INFINITY): Promise<void> {
    this.#stopMs = timeoutMs;
    this.#cancelTimer();
    await this.#closers.close(timeoutMs);
  }

  #shareOfStop(mostMs: number): number {
    return Math.min(mostMs, (this.#stopMs ?? Number.POSITIVE_INFINITY) / 3);
  }

  #pipeline(): Pipeline {
    const { clock, log } = this.#context;
    return {
      settings: () => this.config.current.buffer,
      store: this.store,
      memory: this.memory,
      processor: this.processor,
      flushManager: this.flushManager,
      counter: this.#counter,
      waiters: this.#waiters,
      isAtStage: stageLookup(this.store),
      onAdded: (owner, messages) => this.#ahead.added.count(owner, messages),
      answers: createAnswerRoom(this.config.current.buffer.query.cache_max_bytes, () => performance.now()),
      search: async (request) => {
        const { byModel, degraded, isPassing } = await this.#askModel(request);
        const answer = await this.metrics.measure('search', () => this.search.search({ ...request, byModel }));
        const isPassingToo = isPassing || answer.isPassing === true;
        return { ...answer, degraded: [...answer.degraded, ...degraded], isPassing: isPassingToo };
      },
      clock,
      nowMs: () => performance.now(),
      log,
    };
  }

  #bypass(): BypassService {
    const { clock, ids } = this.#context;
    const { memory, buffer, retrieval } = this.config.current;
    return new BypassService({
      store: this.store,
      memory: this.memory,
      embedder: () => this.#embedder.get(),
      embedsMessages: this.config.current.embedding.provider !== 'static',
      delivery: { counter: this.#counter, clock, ids, owner: this.#owner },
      maxChunkTokens: () => buffer.round_buffer.max_tokens,
      clock,
      owner: this.#owner,
      leaseMs: memory.background.lease * 1_000,
      indexMaxBytes: retrieval.index_max_bytes,
      meaning: this.#meaning.get,
      weights: this.#weights,
      modelWeights: this.#modelWeights,
      askModel: (request) => this.#askModel(request),
      processor: this.processor,
      onFailure: (error) => this.errors.handle('inline work', error),
      waitForStage: (scope, sessionId, round, { stage, timeoutMs }) => {
        void this.users.peek(round.userKey)?.flush(PRIORITY.high);
        const isReached = () => stageLookup(this.store)(scope, sessionId, round, stage);
        return this.#waiters.wait(round.sessionKey, timeoutMs, isReached);
      },
    });
  }

  async #askModel(request: SearchRequest): Promise<AskedByModel> {
    const asked = (await this.#questions?.ask(request)) ?? { byModel: null, degraded: [], isPassing: false };
    const { complaint } = this.#storedModels;
    // A run of reindex puts it right at any moment, and moves no generation of who has no messages in it.
    return complaint ? { ...asked, degraded: [...asked.degraded, complaint], isPassing: true } : asked;
  }

  async #deliver(task: OutboxTask, draft: IndexDraft): Promise<void> {
    const { clock, ids } = this.#context;
    const embedder = (await this.#batchEmbedder?.get()) ?? null;
    const context = { embedder, counter: this.#counter, clock, ids, owner: this.#owner };
    const commit = await completeIndex(task, draft, context);
    const service = this.users.get(task);
    this.users.hold(task.userKey, service);
    service.accept({ task, commit, rounds: draft.rounds });
    if (!this.config.current.buffer.enabled) void service.flush(PRIORITY.normal);
  }

  #settle(item: HybridItem, outcome: CommitOutcome): void {
    const { task } = item;
    this.processor.settle(task, outcome).catch((error) => this.errors.handle('background', error));
    this.users.peek(task.userKey)?.settled(item, outcome);
    if (outcome === 'done') this.#ahead.filed.count(task, task.lastSequence - task.firstSequence + 1);
  }

  async #prepareSearch(owner: Owner): Promise<void> {
    const model = (await this.#batchEmbedder?.peek())?.model ?? null;
    await this.search.prepare(owner, model).catch((error) => {
      if (this.#stopMs === null) this.errors.handle('search', error);
    });
  }

  /** Files what is ready, as far as there is time. */
  async #flushAll(): Promise<void> {
    const filed = this.users.flush(PRIORITY.high).then(() => this.flushManager.drain(STOP_FLUSHES_MS));
    const timeIsUp = new Promise<void>((resolve) => {
      this.#context.scheduler.after(this.#shareOfStop(STOP_FLUSHES_MS), resolve);
    });
    await Promise.race([filed, timeIsUp]);
  }

  /** Files what waits, again and again. */
  #flushInTime(): void {
    this.#cancelTimer();
    const { scheduler, clock } = this.#context;
    const { flush_interval, force_flush_timeout } = this.config.current.buffer.performance;
    this.#cancelTimer = scheduler.after(flush_interval * 1_000, () => {
      const overdueAt = clock.now() - force_flush_timeout * 1_000;
      this.users.flush(PRIORITY.normal, overdueAt).catch((error) => this.errors.handle('flush', error));
      this.#flushInTime();
    });
  }
}
