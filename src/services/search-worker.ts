import { errorOf, MemfuseError } from '../contract/errors.ts';
import type { Log } from '../platform/log.ts';
import { type Scheduler, systemScheduler } from '../platform/scheduler.ts';
import {
  createWorkerChannel,
  WorkerCallError,
  type WorkerChannel,
  WorkerReplacedError,
} from '../platform/worker-channel.ts';
import type { SearchHandlers, SearchNote, SearchWorkerData } from '../workers/search.ts';

/** How long a search Worker may take, in milliseconds. */
export interface SearchLimits {
  /** A Worker whose event loop is blocked for longer during a call is replaced. It works in pieces of some 10 ms. */
  readonly silentAfterMs: number;
  /** A question that takes longer is given up. Loading the memory that it waits for goes on, so the next try is quicker. */
  readonly questionMs: number;
  /** A Worker that takes longer to start is replaced. */
  readonly startMs: number;
}

export const SEARCH_LIMITS: SearchLimits = { silentAfterMs: 4_000, questionMs: 30_000, startMs: 60_000 };

/** Most hung threads that could not be ended while another Worker is started beside them. */
const MOST_HANGING = 2;

const ENTRY = new URL('../workers/search.ts', import.meta.url);

export interface SearchWorkerContext {
  readonly log: Log;
  readonly onNote: (note: SearchNote) => void;
  readonly limits: SearchLimits;
  readonly scheduler?: Scheduler;
  /** The file that the Worker runs; another one in tests. */
  readonly entry?: URL;
}

/** A search Worker that starts with its first call and is replaced when it dies or hangs. */
export interface SearchWorker {
  /** Starts it. Errors: as `call`. */
  open(): Promise<void>;
  /** Null before the first call. */
  readonly running: WorkerChannel<SearchHandlers> | null;
  /** Errors: `WorkerCallError`, `WorkerDiedError`. */
  call: WorkerChannel<SearchHandlers>['call'];
  /** Calls with the time limit of a question. Errors: those of `call`, and `overloaded` after the limit. */
  ask: WorkerChannel<SearchHandlers>['call'];
}

export const createSearchWorker = (
  name: string,
  data: SearchWorkerData,
  context: SearchWorkerContext,
): SearchWorker => {
  const { log, onNote, limits, scheduler = systemScheduler, entry = ENTRY } = context;
  let channel: WorkerChannel<SearchHandlers> | null = null;
  const opened = (): WorkerChannel<SearchHandlers> => {
    channel ??= createWorkerChannel<SearchHandlers>({
      name,
      entry,
      data,
      onDeath: (error) => log.error({ err: error }, `the ${name} Worker died`),
      onNote: (note) => onNote(note as SearchNote),
      silentAfterMs: limits.silentAfterMs,
      startTimeoutMs: limits.startMs,
      mostHanging: MOST_HANGING,
      scheduler,
    });
    return channel;
  };
  const call: SearchWorker['call'] = (method, payload) => opened().call(method, payload);
  return {
    get running() {
      return channel;
    },
    open: () => opened().ready(),
    call,
    ask: (method, payload) =>
      new Promise((resolve, reject) => {
        const giveUp = scheduler.after(limits.questionMs, () => {
          const message = `The question took longer than ${limits.questionMs / 1_000} s and was given up. Send the request again.`;
          reject(new MemfuseError('overloaded', message));
        });
        call(method, payload).then(resolve, reject).finally(giveUp);
      }),
  };
};

/** The error of a failed call, as a `MemfuseError`. */
export const asMemfuseError = (error: unknown): MemfuseError => {
  if (error instanceof MemfuseError) return error;
  if (error instanceof WorkerCallError) return errorOf(error);
  if (error instanceof WorkerReplacedError) {
    return new MemfuseError('overloaded', 'The search hung and was started anew. Send the request again.', {}, error);
  }
  return new MemfuseError('storage_unavailable', 'The search was interrupted. Send the request again.', {}, error);
};
