import type { Filing } from '../buffer/filing.ts';
import type { Store } from '../contract/store.ts';
import type { ErrorHandler } from './error-handler.ts';
import type { PerformanceMetrics } from './performance-metrics.ts';
import type { UserServices } from './user-services.ts';

/** What is running, as far as it is measured. */
interface Running {
  readonly filing: Filing;
  readonly store: Store;
  readonly errors: ErrorHandler;
  readonly users: UserServices;
}

/** Pause between two looks at how late the event loop is. */
const DELAY_INTERVAL_MS = 500;

/** How late the event loop was at the last look, in milliseconds. */
const watchEventLoop = (): (() => number) => {
  let delayMs = 0;
  let dueMs = performance.now() + DELAY_INTERVAL_MS;
  const timer = setInterval(() => {
    const nowMs = performance.now();
    delayMs = Math.max(0, nowMs - dueMs);
    dueMs = nowMs + DELAY_INTERVAL_MS;
  }, DELAY_INTERVAL_MS);
  timer.unref();
  return () => delayMs;
};

/** The numbers of the running server that are read when somebody looks. */
export const registerGauges = (metrics: PerformanceMetrics, running: Running, now: () => number): void => {
  const { filing, store, errors, users } = running;
  const { processor, flushManager } = filing;
  const gauge = (name: string, help: string, read: () => number): void => metrics.gauge({ name, help, read });
  const eventLoopDelayMs = watchEventLoop();
  gauge('background_queue_tasks', 'Background tasks in memory.', () => processor.queueSize);
  gauge('background_queue_capacity', 'Background tasks that fit in memory.', () => processor.queueCapacity);
  gauge('background_overdue_seconds', 'How long the oldest task in memory has been due.', () => {
    const { firstDueAt } = processor;
    return firstDueAt === null ? 0 : Math.max(0, now() - firstDueAt) / 1_000;
  });
  gauge('background_workers_busy', 'Background Workers at work.', () =>
    processor.workers().reduce((busy, { state }) => busy + (state === 'busy' ? 1 : 0), 0),
  );
  gauge('background_worker_restarts', 'Background Workers replaced since the start.', () =>
    processor.workers().reduce((sum, { restarts }) => sum + restarts, 0),
  );
  gauge('flush_queue', 'Flushes that wait.', () => flushManager.report().queued);
  gauge('flushes_active', 'Flushes under way.', () => flushManager.report().active);
  gauge('flushes_succeeded', 'Flushes done since the start.', () => flushManager.report().succeeded);
  gauge('flushes_failed', 'Flushes given up since the start.', () => flushManager.report().failed);
  gauge('users_hot', 'Users whose services are held.', () => users.report().hot);
  gauge('buffer_rounds', 'Rounds gathered in the RoundBuffers of hot users.', () => users.report().rounds);
  gauge('hybrid_rounds', 'Rounds indexed and not yet filed.', () => filing.report().rounds);
  gauge('query_cache_hits', 'Questions of hot users answered from the QueryBuffer.', () => users.report().hits);
  gauge(
    'query_cache_similar',
    'Of these, questions answered from the pool of a similar one.',
    () => users.report().similar,
  );
  gauge('query_cache_misses', 'Questions of hot users that were searched for.', () => users.report().misses);
  gauge('circuits_open', 'Circuit breakers that are not closed.', () => errors.openCircuits().length);
  gauge('event_loop_delay_seconds', 'How late the event loop was at the last look.', () => eventLoopDelayMs() / 1_000);
  gauge('resident_memory_bytes', 'Memory of the process.', () => process.memoryUsage.rss());
  metrics.gauge({
    name: 'background_tasks',
    help: 'Background tasks in this process, by where they stand.',
    label: 'state',
    read: () => new Map([...processor.tasks()].map(([state, tasks]) => [state.replace(' ', '_'), tasks])),
  });
  metrics.gauge({
    name: 'pool_connections_waiting',
    help: 'Calls that wait for a connection, by pool.',
    label: 'pool',
    read: () => new Map(Object.entries(store.pools()).map(([pool, { waiting }]) => [pool, waiting])),
  });
  metrics.gauge({
    name: 'pool_connections_leaked',
    help: 'Connections that were not given back in time since the start, by pool.',
    label: 'pool',
    read: () => new Map(Object.entries(store.pools()).map(([pool, { leaked }]) => [pool, leaked])),
  });
  metrics.gauge({
    name: 'pool_connections_open',
    help: 'Open connections, by pool.',
    label: 'pool',
    read: () => new Map(Object.entries(store.pools()).map(([pool, { open }]) => [pool, open])),
  });
};
