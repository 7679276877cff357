import { type BufferCounts, createBufferCounts } from '../buffer/buffer-counts.ts';
import type { Filing } from '../buffer/filing.ts';
import { createInlineTokenCounter, createTokenCounter, type TokenCounter } from '../buffer/token-counter.ts';
import type { UserService } from '../buffer/user-service.ts';
import { databaseUrl } from '../config/database-url.ts';
import type { GlobalConfig } from '../config/global-config.ts';
import type { Settings } from '../config/schema.ts';
import type { Link } from '../contract/link.ts';
import type { Store } from '../contract/store.ts';
import { kindsSwitchedOn } from '../memory/kinds/switched-on.ts';
import { createMemoryLayer, type MemoryLayer } from '../memory/memory-layer.ts';
import { StageWaiters } from '../memory/stages.ts';
import type { Closers } from '../platform/closers.ts';
import { type AccessControl, createAccessControl } from './access.ts';
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
import type { StopTime } from './stop-time.ts';
import { createTaskLinks, tracedMemory } from './task-links.ts';
import { UserServices } from './user-services.ts';

/** How long a stop waits for tasks in Workers, then for flushes, then for parts that take longer than usual, at the most. */
const STOP_TASKS_MS = 3_000;
const STOP_FLUSHES_MS = 4_000;
const STOP_EMBEDDER_MS = 6_000;

/** What the parts of a server are built on. */
export interface Opened {
  readonly store: Store;
  /** To the other servers of the database; null when there are none. */
  readonly link: Link | null;
  readonly tenantKey: number;
  readonly closers: Closers;
  readonly metrics: PerformanceMetrics;
  readonly stop: StopTime;
}

/** The parts of a server that last as long as it runs. */
export interface Parts {
  readonly search: SearchService;
  readonly access: AccessControl;
  readonly errors: ErrorHandler;
  readonly models: Models;
  readonly counts: BufferCounts;
  readonly memory: MemoryLayer;
  readonly counter: TokenCounter;
  readonly waiters: StageWaiters;
  readonly filing: Filing;
  readonly derivations: Readonly<Record<'extract' | 'summarise', Derivation>>;
  readonly retention: Retention;
  readonly users: UserServices;
  /** Builds a user's service that does all work before it answers. */
  readonly bypass: () => UserService;
}

/** Builds the parts of a server and connects them, and adds each that must be closed to the closers. Nothing runs yet. */
export const wire = (
  config: GlobalConfig,
  context: Required<ServicesContext>,
  { store, link, tenantKey, closers, metrics, stop }: Opened,
): Parts => {
  const { clock, ids, log, scheduler, outside, tracing } = context;
  const settings = (): Settings => config.current;
  const owner = ids.uuid();
  const errors = new ErrorHandler(log);
  const required = settings().server.api_key_validation;
  const access = createAccessControl(store.apiKeys, { required, tenantKey, clock });
  const models = new Models({ settings, vectors: store.vectors, errors, scheduler, clock, log });
  const { weights, modelWeights } = models;
  const indexMaxBytes = settings().retrieval.index_max_bytes;
  const searching = { databaseUrl: databaseUrl(settings()), indexMaxBytes, weights, modelWeights };
  const search = outside.search ?? openSearchService(searching, store.corpus, log, outside.searchWorkers);
  closers.add('search', () => search.close());
  const { enabled, round_buffer } = settings().buffer;
  const idleMs = () => settings().buffer.round_buffer.idle * 1_000;
  const kinds = () => kindsSwitchedOn(settings(), store.kinds);
  const counts = createBufferCounts();
  const links = createTaskLinks();
  const memory = tracedMemory(createMemoryLayer(store, clock, ids, { idleMs, kinds, counts }), tracing, links);
  const openCounter = enabled ? createTokenCounter : createInlineTokenCounter;
  const counter = outside.counter ?? openCounter(round_buffer.token_cache_size, scheduler, log);
  closers.add('token counter', () => counter.close());
  closers.add('embedder', () => models.close(), STOP_EMBEDDER_MS);
  const waiters = new StageWaiters(scheduler);
  const ahead = preparingAhead(search, models, (error) => {
    if (!stop.hasBegun) errors.handle('search', error);
  });
  const news = exchangeNews(link, scheduler);
  const filing: Filing = openFiling(context, {
    settings,
    store,
    models,
    counter,
    waiters,
    metrics,
    errors,
    owner,
    links,
    onBegun: (task) => users.peek(task.userKey)?.taken(task),
    onFiled: (task) => {
      ahead.filed.count(task, task.lastSequence - task.firstSequence + 1);
      news.filed(task);
    },
    onBacklog: news.backlog,
  });
  news.listenFor({ processor: filing.processor, waiters });
  closers.add('background', () => filing.processor.close());
  const openDerivation = () =>
    new Derivation({
      outbox: store.outbox,
      scheduler,
      now: () => clock.now(),
      onError: (error) => errors.handle('derivation', error),
    });
  const derivations = { extract: openDerivation(), summarise: openDerivation() };
  for (const derivation of Object.values(derivations)) closers.add('derivation', () => derivation.stop());
  const retention = new Retention({
    ...{ messages: store.messages, sessions: store.sessions, retention: store.retention },
    days: () => settings().memory.retention.messages_days,
    scheduler,
    now: () => clock.now(),
    onDeleted: (messages) => log.info({ messages }, 'messages were deleted because they are older than they are kept'),
    onError: (error) => errors.handle('retention', error),
  });
  closers.add('retention', () => retention.stop());
  const pipeline = openPipeline({
    settings,
    store,
    models,
    search,
    metrics,
    tracing,
    processor: filing.processor,
    filing,
    counter,
    waiters,
    onAdded: (user, messages) => ahead.added.count(user, messages),
    counts,
    clock,
    log,
  });
  const users = new UserServices(pipeline, settings().memory.hot_users);
  const report = (error: unknown) => errors.handle('inline work', error);
  const bypass = () => openBypass(pipeline, { settings: config.current, models, ids, owner, onFailure: report });
  closers.add('flushes', () => filing.stop(stop.share(STOP_FLUSHES_MS)), 2 * STOP_FLUSHES_MS);
  closers.add('tasks', () => filing.processor.stop(stop.share(STOP_TASKS_MS)), 2 * STOP_TASKS_MS);
  registerGauges(metrics, { filing, store, link, errors, users, counts }, () => clock.now());
  return {
    search,
    access,
    errors,
    models,
    counts,
    memory,
    counter,
    waiters,
    filing,
    derivations,
    retention,
    users,
    bypass,
  };
};
