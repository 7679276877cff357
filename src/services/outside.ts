import type { TokenCounter } from '../buffer/token-counter.ts';
import type { BackgroundContext } from '../memory/background-context.ts';
import type { Clock } from '../platform/clock.ts';
import type { Ids } from '../platform/ids.ts';
import type { Log } from '../platform/log.ts';
import type { Scheduler } from '../platform/scheduler.ts';
import type { Tracing } from '../platform/tracing.ts';
import type { ConnectionManager } from './connection-manager.ts';
import type { SearchService, SearchServiceOptions } from './search-service.ts';

/** The parts that run beside the request thread, for tests to replace. */
export interface Outside {
  readonly connections: Pick<ConnectionManager, 'getPool' | 'close'>;
  readonly search: SearchService;
  /** Options of search Workers that differ from the usual. */
  readonly searchWorkers: SearchServiceOptions;
  readonly counter: TokenCounter;
  readonly openWorker: BackgroundContext['openWorker'];
}

export interface ServicesContext {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly scheduler?: Scheduler;
  /** Spans of what is done; none when left out. */
  readonly tracing?: Tracing;
  /** From 0 to 1, for the jitter of retries. */
  readonly random?: () => number;
  /** In place of Bun Workers over the database that the settings name: for tests, which choose when what happens. */
  readonly outside?: Partial<Outside>;
}
