import packageJson from '../../package.json' with { type: 'json' };
import type { BufferCounts } from '../buffer/buffer-counts.ts';
import type { Filing } from '../buffer/filing.ts';
import type { Link } from '../contract/link.ts';
import type { Store } from '../contract/store.ts';
import type { ErrorHandler } from './error-handler.ts';
import type { PerformanceMetrics } from './performance-metrics.ts';
import type { UserServices } from './user-services.ts';

/** The parts of the server that are measured. */
interface Running {
  readonly filing: Filing;
  readonly store: Store;
  readonly link: Link | null;
  readonly errors: ErrorHandler;
  readonly users: UserServices;
  readonly counts: BufferCounts;
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

const buildInfo = (metrics: PerformanceMetrics): void => {
  const { version } = packageJson;
  const read = () => [{ labels: { version }, value: 1 }];
  metrics.gauge({ name: 'build_info', help: 'The version that runs; its value is 1.', labels: ['version'], read });
};

/** Registers the gauges of the server, which are computed when `/metrics` is read. None loops over users. */
export const registerGauges = (metrics: PerformanceMetrics, running: Running, now: () => number): void => {
  const { filing, store, link, errors, users, counts } = running;
  const { processor, flushManager } = filing;
  const gauge = (name: string, help: string, read: () => number | Promise<number>): void =>
    metrics.gauge({ name, help, read });
  const counter = (name: string, help: string, read: () => number): void => metrics.counter({ name, help, read });
  const eventLoopDelayMs = watchEventLoop();

  buildInfo(metrics);
  counter('messages_stored_total', 'Messages stored since the start.', () => counts.messages);
  gauge('database_bytes', 'What the database takes of its disk.', () => store.sizeBytes());

  if (link) gauge('link_up', 'Whether the link to other servers answers: 1 or 0.', () => (link.isUp ? 1 : 0));

  gauge('background_queue_tasks', 'Background tasks in memory.', () => processor.queueSize);
  gauge('background_queue_capacity', 'Background tasks that fit in memory.', () => processor.queueCapacity);
  gauge('background_overdue_seconds', 'How long the oldest task in memory has been due.', () => {
    const { firstDueAt } = processor;
    return firstDueAt === null ? 0 : Math.max(0, now() - firstDueAt) / 1_000;
  });
  gauge('background_workers_busy', 'Background Workers at work.', () =>
    processor.workers().reduce((busy, { state }) => busy + (state === 'busy' ? 1 : 0), 0),
  );
  counter('background_worker_restarts_total', 'Background Workers replaced since the start.', () =>
    processor.workers().reduce((sum, { restarts }) => sum + restarts, 0),
  );

  counter('background_given_up_total', 'Background tasks given up since the start.', () => processor.givenUp);

  gauge('flush_queue', 'Flushes that wait.', () => flushManager.report().queued);
  gauge('flushes_active', 'Flushes under way.', () => flushManager.report().active);
  counter('flushes_succeeded_total', 'Flushes done since the start.', () => flushManager.report().succeeded);
  counter('flushes_failed_total', 'Flushes given up since the start.', () => flushManager.report().failed);

  gauge('users_hot', 'Users whose services are held.', () => users.report().hot);
  counter('rounds_buffered_total', 'Rounds gathered in RoundBuffers since the start.', () => counts.rounds);
  gauge('rounds_unfiled', 'Rounds indexed and not yet filed.', () => filing.report().rounds);
  counter('query_cache_hits_total', 'Questions answered from a QueryBuffer.', () => counts.hits);
  counter('query_cache_misses_total', 'Questions that were searched for.', () => counts.misses);
  counter(
    'query_cache_similar_total',
    'Of these, questions answered from the pool of a similar one.',
    () => counts.similar,
  );

  gauge('circuits_open', 'Circuit breakers that are not closed.', () => errors.openCircuits().length);
  gauge('event_loop_delay_seconds', 'How late the event loop was at the last look.', () => eventLoopDelayMs() / 1_000);

  metrics.gauge({
    name: 'background_tasks',
    help: 'Background tasks in this process, by where they stand.',
    labels: ['state'],
    read: () => [...processor.tasks()].map(([state, value]) => ({ labels: { state: state.replace(' ', '_') }, value })),
  });
};
