import type { MemfuseError } from '../contract/errors.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';

export interface OutageContext {
  /** `max_retry_delay`: the longest pause, in seconds. */
  readonly settings: () => { readonly max_retry_delay: number };
  readonly clock: Clock;
  readonly log: Log;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** Failures in a row, with nothing that worked between, after which no more tasks are tried for a while. */
const MET_BEFORE_PAUSE = 3;
/** The longest pause that an endpoint can ask for. */
const MOST_PAUSE_MS = 3_600_000;

/**
 * What tasks need and do not have: a disk with room, an endpoint that answers. Each task that meets it waits for as long as
 * was asked for, or the longest pause. While nothing works at all, the others are not even tried, so that an hour without
 * the endpoint costs a few calls every half minute, and not one for each task.
 */
export class Outage {
  readonly #context: OutageContext;
  #met = 0;
  /** Until when no task is tried. */
  untilAt = 0;

  constructor(context: OutageContext) {
    this.#context = context;
  }

  /** Notes that a task met an outage. Answers how long the task waits, in milliseconds. */
  met(error: MemfuseError): number {
    const { settings, clock, log, random } = this.#context;
    const { retryAfterS } = error.details;
    const longestMs = settings().max_retry_delay * 1_000;
    // Apart from one another: never sooner than was asked for, never later than the longest pause.
    const waitMs =
      retryAfterS === undefined
        ? Math.round(longestMs * (0.5 + random() / 2))
        : Math.min(MOST_PAUSE_MS, retryAfterS * 1_000) + Math.round((random() * longestMs) / 2);
    this.#met += 1;
    if (this.#met < MET_BEFORE_PAUSE) return waitMs;
    this.untilAt = clock.now() + waitMs;
    if (this.#met === MET_BEFORE_PAUSE) log.warn({ err: error, waitMs }, 'the background waits for what it needs');
    return waitMs;
  }

  /** Notes that a task was done. */
  isOver(): void {
    if (this.#met >= MET_BEFORE_PAUSE) this.#context.log.info({ failures: this.#met }, 'the background goes on');
    this.#met = 0;
    this.untilAt = 0;
  }
}
