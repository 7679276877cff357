import { createBufferCounts } from '../buffer/buffer-counts.ts';
import type { Filing } from '../buffer/filing.ts';
import { createInlineTokenCounter, createTokenCounter, type TokenCounter } from '../buffer/token-counter.ts';
import type { AddResult, UserService, WaitFor } from '../buffer/user-service.ts';
import { databaseUrl } from '../config/database-url.ts';
import type { GlobalConfig } from '../config/global-config.ts';
import { linkAddress } from '../config/link-address.ts';
import type { Settings } from '../config/schema.ts';
import type { Kinds } from '../contract/kinds.ts';
import type { Link } from '../contract/link.ts';
import type { Once } from '../contract/once.ts';
import { DEFAULT_TENANT, type Scope } from '../contract/records.ts';
import type { Store } from '../contract/store.ts';
import { EXTRACTOR_VERSION } from '../memory/kinds/extract/version.ts';
import { SUMMARISER_VERSION } from '../memory/kinds/summarise/version.ts';
import { kindsSwitchedOn, rulesSwitchedOn } from '../memory/kinds/switched-on.ts';
import { createMemoryLayer, type IncomingMessage, type MemoryLayer } from '../memory/memory-layer.ts';
import { awaitsWork, StageWaiters } from '../memory/stages.ts';
import { Closers } from '../platform/closers.ts';
import { systemScheduler } from '../platform/scheduler.ts';
import type { Owner } from '../retrieval/owner.ts';
import { type AccessControl, createAccessControl } from './access.ts';
import { ConnectionManager, openServerLink } from './connection-manager.ts';
import { Derivation } from './derivation.ts';
import { ErrorHandler } from './error-handler.ts';
import { registerGauges } from './gauges.ts';
import { Models } from './models.ts';
import { exchangeNews } from './news.ts';
import { openBypass } from './open-bypass.ts';
import { openFiling } from './open-filing.ts';
import { openPipeline } from './open-pipeline.ts';
import type { ServicesContext } from './outside.ts';
import type { PerformanceMetrics } from './performance-metrics.ts';
import { preparingAhead } from './prepare-ahead.ts';
import { Retention } from './retention.ts';
import { openSearchService, type SearchService } from './search-service.ts';
import { UserServices } from './user-services.ts';

export type { Outside, ServicesContext } from './outside.ts';

/** How long a stop waits for tasks in Workers, then for flushes, then for parts that take longer than usual, at the most. */
const STOP_TASKS_MS = 3_000;
const STOP_FLUSHES_MS = 4_000;
const STOP_EMBEDDER_MS = 6_000;
const STOP_STORAGE_MS = 10_000;

/** What a factory is built on. */
interface Opened {
  readonly store: Store;
  readonly link: Link | null;
  readonly tenantKey: number;
  readonly closers: Closers;
  readonly metrics: PerformanceMetrics;
}

/**
 * Builds everything that has a lifecycle, once, and hands out the services of users from a cache. What is global is
 * loaded at the start; what belongs to a user is built at their first request.
 */
export class ServiceFactory {
  readonly config: GlobalConfig;
  readonly store: Store;
  readonly link: Link | null;
  readonly search: SearchService;
  readonly access: AccessControl;
  readonly metrics: PerformanceMetrics;
  readonly counts = createBufferCounts();
  readonly errors: ErrorHandler;
  readonly filing: Filing;
  readonly users: UserServices;
  readonly #models: Models;
  readonly memory: MemoryLayer;
  readonly #counter: TokenCounter;
  readonly #waiters: StageWaiters;
  readonly #bypass: () => UserService;
  readonly #derivations: Readonly<Record<'extract' | 'summarise', Derivation>>;
  readonly #retention: Retention;
  readonly #closers: Closers;
  /** How long a stop may take, once there is one. */
  #stopMs: number | null = null;

  private constructor(
    config: GlobalConfig,
    context: Required<ServicesContext>,
    { store, link, tenantKey, closers, metrics }: Opened,
  ) {
    const { clock, ids, log, scheduler, outside } = context;
    const settings = (): Settings => config.current;
    this.config = config;
    this.store = store;
    this.link = link;
    this.#closers = closers;
    this.metrics = metrics;
    const owner = ids.uuid();
    this.errors = new ErrorHandler(log);
    const required = settings().server.api_key_validation;
    this.access = createAccessControl(store.apiKeys, { required, tenantKey, clock });
    const models = new Models({ settings, vectors: store.vectors, errors: this.errors, scheduler, clock, log });
    this.#models = models;
    const { weights, modelWeights } = models;
    const indexMaxBytes = settings().retrieval.index_max_bytes;
    const searching = { databaseUrl: databaseUrl(settings()), indexMaxBytes, weights, modelWeights };
    this.search = outside.search ?? openSearchService(searching, store.corpus, log, outside.searchWorkers);
    closers.add('search', () => this.search.close());
    const { enabled, round_buffer } = settings().buffer;
    const idleMs = () => settings().buffer.round_buffer.idle * 1_000;
    const kinds = () => kindsSwitchedOn(settings(), store.kinds);
    this.memory = createMemoryLayer(store, clock, ids, { idleMs, kinds, counts: this.counts });
    const openCounter = enabled ? createTokenCounter : createInlineTokenCounter;
    this.#counter = outside.counter ?? openCounter(round_buffer.token_cache_size, scheduler, log);
    closers.add('token counter', () => this.#counter.close());
    closers.add('embedder', () => models.close(), STOP_EMBEDDER_MS);
    this.#waiters = new StageWaiters(scheduler);
    const ahead = preparingAhead(this.search, models, (error) => {
      if (this.#stopMs === null) this.errors.handle('search', error);
    });
    const news = exchangeNews(link, scheduler);
    this.filing = openFiling(context, {
      settings,
      store,
      models,
      counter: this.#counter,
      waiters: this.#waiters,
      metrics: this.metrics,
      errors: this.errors,
      owner,
      onBegun: (task) => this.users.peek(task.userKey)?.taken(task),
      onFiled: (task) => {
        ahead.filed.count(task, task.lastSequence - task.firstSequence + 1);
        news.filed(task);
      },
      onBacklog: news.backlog,
    });
    news.listenFor({ processor: this.processor, waiters: this.#waiters });
    closers.add('background', () => this.filing.processor.close());
    const openDerivation = () =>
      new Derivation({
        outbox: store.outbox,
        scheduler,
        now: () => clock.now(),
        onError: (error) => this.errors.handle('derivation', error),
      });
    this.#derivations = { extract: openDerivation(), summarise: openDerivation() };
    for (const derivation of Object.values(this.#derivations)) closers.add('derivation', () => derivation.stop());
    this.#retention = new Retention({
      messages: store.messages,
      days: () => settings().memory.retention.messages_days,
      scheduler,
      now: () => clock.now(),
      onDeleted: (messages) =>
        log.info({ messages }, 'messages were deleted because they are older than they are kept'),
      onError: (error) => this.errors.handle('retention', error),
    });
    closers.add('retention', () => this.#retention.stop());
    const pipeline = openPipeline({
      settings,
      store,
      models,
      search: this.search,
      metrics,
      processor: this.processor,
      filing: this.filing,
      counter: this.#counter,
      waiters: this.#waiters,
      onAdded: (user, messages) => ahead.added.count(user, messages),
      counts: this.counts,
      clock,
      log,
    });
    this.users = new UserServices(pipeline, settings().memory.hot_users);
    const report = (error: unknown) => this.errors.handle('inline work', error);
    this.#bypass = () => openBypass(pipeline, { settings: config.current, models, ids, owner, onFailure: report });
    closers.add('flushes', () => this.filing.stop(this.#shareOfStop(STOP_FLUSHES_MS)), 2 * STOP_FLUSHES_MS);
    closers.add('tasks', () => this.processor.stop(this.#shareOfStop(STOP_TASKS_MS)), 2 * STOP_TASKS_MS);
    registerGauges(this.metrics, this, () => clock.now());
  }

  /**
   * Opens the store, starts the background, and loads nothing that can wait. Errors: `storage_unavailable`; what had been
   * opened by then is closed.
   */
  static async initializeGlobals(config: GlobalConfig, given: ServicesContext): Promise<ServiceFactory> {
    const usual = { scheduler: systemScheduler, random: Math.random, outside: {} } as const;
    const context: Required<ServicesContext> = { ...usual, ...given };
    const { log, outside } = context;
    const closers = new Closers(context.scheduler, (part, error) =>
      log.error({ err: error, part }, 'a part of the server does not close; the others do'),
    );
    closers.add('settings', () => config.close());
    try {
      const connections = outside.connections ?? new ConnectionManager(log);
      closers.add('storage', () => connections.close(), STOP_STORAGE_MS);
      // Loaded while the storage Worker starts.
      const loading = import('./performance-metrics.ts');
      const store = await connections.getPool(databaseUrl(config.current));
      const metrics = new (await loading).PerformanceMetrics();
      const tenantKey = await store.tenants.ensure(DEFAULT_TENANT, context.clock.now());
      const address = linkAddress(config.current);
      const link = address && (await openServerLink(address, context.ids.uuid(), log));
      if (link) closers.add('link', () => link.close());
      const factory = new ServiceFactory(config, context, { store, link, tenantKey, closers, metrics });
      factory.filing.start();
      factory.deriveFacts();
      factory.deriveEpisodes();
      factory.#retention.start();
      config.subscribe((changed) => {
        if (changed.includes('buffer.performance.flush_interval')) factory.filing.flushInTime();
        if (changed.includes('memory.facts.enabled')) factory.deriveFacts();
        if (changed.includes('memory.episodes.enabled')) factory.deriveEpisodes();
      });
      return factory;
    } catch (error) {
      await closers.close();
      throw error;
    }
  }

  get processor(): Filing['processor'] {
    return this.filing.processor;
  }

  /** Starts what the first request would otherwise wait for. */
  warmUp(): void {
    this.search.warmUp();
    this.#models.warmUp();
  }

  /** Whether the stored vectors are of the configured model: a sentence when they are not. Never fails. */
  checkModels(): Promise<string | null> {
    return this.#models.check();
  }

  /** Adds messages to a session. The append answers whose session it is, so that it is looked up once. */
  async addBatch(
    scope: Scope,
    sessionId: string,
    messages: readonly IncomingMessage[],
    once?: Once,
    waitFor?: WaitFor,
  ): Promise<AddResult> {
    const appended = await this.memory.processBatch(scope, sessionId, messages, once, awaitsWork(waitFor));
    const service = this.getBufferService({ tenantKey: scope.tenantKey, userKey: appended.userKey });
    return service.follow(scope, sessionId, appended, messages, once, waitFor);
  }

  /** The service of a user: from the cache, or inline for this one request when the buffers are off. */
  getBufferService(owner: Owner): UserService {
    return this.config.current.buffer.enabled ? this.users.get(owner) : this.#bypass();
  }

  getGlobalConfig(): GlobalConfig {
    return this.config;
  }

  /** Has facts read out of what was stored before there were any, by another extractor, or while they were turned off. */
  deriveFacts(): void {
    if (!this.store.kinds.includes('extract')) return;
    this.#derivations.extract.start('extract', this.config.current.memory.facts.enabled ? EXTRACTOR_VERSION : 0);
  }

  /** The same of episodes. */
  deriveEpisodes(): void {
    if (!this.store.kinds.includes('summarise')) return;
    const { enabled } = this.config.current.memory.episodes;
    this.#derivations.summarise.start('summarise', enabled ? SUMMARISER_VERSION : 0);
  }

  kinds(): Kinds {
    return rulesSwitchedOn(this.config.current, this.store.kinds);
  }

  countTokens = (texts: readonly string[]): Promise<number[]> => this.#counter.count(texts, 'request');

  /** Drops everything that is held in memory of a user who was deleted. */
  forget(userKey: number): void {
    this.users.forget(userKey);
    // Nobody can ask for them any more: what a Worker holds takes room for a while, and does no harm.
    this.search.forget(userKey).catch((error) => this.errors.handle('forgetting', error));
  }

  /** Answers the requests that wait for a stage, so that none delays a stop. */
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
    await this.#closers.close(timeoutMs);
  }

  #shareOfStop(mostMs: number): number {
    return Math.min(mostMs, (this.#stopMs ?? Number.POSITIVE_INFINITY) / 3);
  }
}
