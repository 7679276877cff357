import type { BufferCounts } from '../buffer/buffer-counts.ts';
import type { Filing } from '../buffer/filing.ts';
import type { AddResult, UserService, WaitFor } from '../buffer/user-service.ts';
import { databaseUrl } from '../config/database-url.ts';
import type { GlobalConfig } from '../config/global-config.ts';
import { linkAddress } from '../config/link-address.ts';
import type { Kinds } from '../contract/kinds.ts';
import type { Link } from '../contract/link.ts';
import type { Once } from '../contract/once.ts';
import { DEFAULT_TENANT, type Scope } from '../contract/records.ts';
import type { Store } from '../contract/store.ts';
import { EXTRACTOR_VERSION } from '../memory/kinds/extract/version.ts';
import { SUMMARISER_VERSION } from '../memory/kinds/summarise/version.ts';
import { rulesSwitchedOn } from '../memory/kinds/switched-on.ts';
import type { IncomingMessage, MemoryLayer } from '../memory/memory-layer.ts';
import { awaitsWork } from '../memory/stages.ts';
import { Closers } from '../platform/closers.ts';
import { systemScheduler } from '../platform/scheduler.ts';
import { NO_TRACING, type Tracing } from '../platform/tracing.ts';
import type { Owner } from '../retrieval/owner.ts';
import type { AccessControl } from './access.ts';
import { ConnectionManager, openServerLink } from './connection-manager.ts';
import type { ErrorHandler } from './error-handler.ts';
import type { ServicesContext } from './outside.ts';
import type { PerformanceMetrics } from './performance-metrics.ts';
import type { SearchService } from './search-service.ts';
import { StopTime } from './stop-time.ts';
import type { UserServices } from './user-services.ts';
import { type Opened, type Parts, wire } from './wiring.ts';

export type { Outside, ServicesContext } from './outside.ts';

/** How long the storage may take to close. */
const STOP_STORAGE_MS = 10_000;

/**
 * What a server runs on: the parts that `wire` connects, and the services of users, from a cache. What is global is
 * loaded at the start; what belongs to a user is built at their first request.
 */
export class ServiceFactory {
  readonly config: GlobalConfig;
  readonly store: Store;
  readonly link: Link | null;
  readonly metrics: PerformanceMetrics;
  readonly tracing: Tracing;
  readonly #parts: Parts;
  readonly #closers: Closers;
  readonly #stop: StopTime;

  private constructor(config: GlobalConfig, context: Required<ServicesContext>, opened: Opened) {
    this.config = config;
    this.store = opened.store;
    this.link = opened.link;
    this.metrics = opened.metrics;
    this.tracing = context.tracing;
    this.#closers = opened.closers;
    this.#stop = opened.stop;
    this.#parts = wire(config, context, opened);
  }

  /**
   * Opens the store, starts the background, and loads nothing that can wait. Errors: `storage_unavailable`; what had been
   * opened by then is closed.
   */
  static async initializeGlobals(config: GlobalConfig, given: ServicesContext): Promise<ServiceFactory> {
    const usual = { scheduler: systemScheduler, random: Math.random, outside: {}, tracing: NO_TRACING } as const;
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
      const stop = new StopTime();
      const factory = new ServiceFactory(config, context, { store, link, tenantKey, closers, metrics, stop });
      factory.filing.start();
      factory.deriveFacts();
      factory.deriveEpisodes();
      factory.#parts.retention.start();
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

  get search(): SearchService {
    return this.#parts.search;
  }

  get access(): AccessControl {
    return this.#parts.access;
  }

  get counts(): BufferCounts {
    return this.#parts.counts;
  }

  get errors(): ErrorHandler {
    return this.#parts.errors;
  }

  get filing(): Filing {
    return this.#parts.filing;
  }

  get processor(): Filing['processor'] {
    return this.filing.processor;
  }

  get users(): UserServices {
    return this.#parts.users;
  }

  get memory(): MemoryLayer {
    return this.#parts.memory;
  }

  /** Starts what the first request would otherwise wait for. */
  warmUp(): void {
    this.search.warmUp();
    this.#parts.models.warmUp();
  }

  /** Whether the stored vectors are of the configured model: a sentence when they are not. Never fails. */
  checkModels(): Promise<string | null> {
    return this.#parts.models.check();
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
    return this.config.current.buffer.enabled ? this.users.get(owner) : this.#parts.bypass();
  }

  getGlobalConfig(): GlobalConfig {
    return this.config;
  }

  /** Has facts read out of what was stored before there were any, by another extractor, or while they were turned off. */
  deriveFacts(): void {
    if (!this.store.kinds.includes('extract')) return;
    this.#parts.derivations.extract.start('extract', this.config.current.memory.facts.enabled ? EXTRACTOR_VERSION : 0);
  }

  /** The same of episodes. */
  deriveEpisodes(): void {
    if (!this.store.kinds.includes('summarise')) return;
    const { enabled } = this.config.current.memory.episodes;
    this.#parts.derivations.summarise.start('summarise', enabled ? SUMMARISER_VERSION : 0);
  }

  kinds(): Kinds {
    return rulesSwitchedOn(this.config.current, this.store.kinds);
  }

  countTokens = (texts: readonly string[]): Promise<number[]> => this.#parts.counter.count(texts, 'request');

  /** Drops everything that is held in memory of a user who was deleted. */
  forget(userKey: number): void {
    this.users.forget(userKey);
    // Nobody can ask for them any more: what a Worker holds takes room for a while, and does no harm.
    this.search.forget(userKey).catch((error) => this.errors.handle('forgetting', error));
  }

  /** Answers the requests that wait for a stage, so that none delays a stop. */
  endWaits(): void {
    this.#parts.waiters.endAll();
  }

  /**
   * Finishes what is at work, files what is ready, puts the rest back into the outbox, and releases everything in
   * reverse order of opening, each part though another fails. Nothing that was acknowledged depends on it. With less than
   * the usual time, `timeoutMs`, it waits for less. Never fails: the log has what did not close.
   */
  async close(timeoutMs = Number.POSITIVE_INFINITY): Promise<void> {
    this.#stop.begin(timeoutMs);
    await this.#closers.close(timeoutMs);
  }
}
