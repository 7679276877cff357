import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  wrap,
} from 'cockatiel';
import { LRUCache } from 'lru-cache';
import { MemfuseError } from '../contract/errors.ts';
import type { Log } from '../platform/log.ts';

/** A kind of failure that repeats, and how often it came. */
export interface ErrorReport {
  readonly operation: string;
  readonly kind: string;
  readonly message: string;
  count: number;
  /** The request in which the first of them was logged. */
  readonly reference: string;
}

const MAX_ERRORS = 1_000;
const ERROR_TTL_MS = 60_000;

/** Failures in a row that open a circuit, and how long it stays open before one call may try again. */
const FAILURES_TO_OPEN = 5;
const OPEN_MS = 10_000;

type Circuit = CircuitBreakerPolicy;

const kindOf = (error: unknown): string => {
  if (error instanceof MemfuseError) return error.code;
  return error instanceof Error ? error.name : 'error';
};

/** The error of a call whose circuit is open: 503, with the seconds until the next try. */
const circuitOpen = (operation: string, cause: unknown): MemfuseError => {
  const retryAfterS = OPEN_MS / 1_000;
  const message = `${operation} failed ${FAILURES_TO_OPEN} times in a row and rests for ${retryAfterS} s. Send the request again then.`;
  return new MemfuseError('overloaded', message, { retryAfterS }, cause);
};

/**
 * Logs and counts errors. An error that repeats is logged once a minute and counted, so that a broken disk
 * does not also fill the log. Operations that reach outside the process run behind a circuit breaker for each kind of
 * failure (cockatiel): after five in a row calls are refused at once, until one is let through and succeeds.
 */
export class ErrorHandler {
  readonly #errors: LRUCache<string, ErrorReport>;
  /** By operation and kind of failure. */
  readonly #circuits = new Map<string, Map<string, Circuit>>();
  readonly #log: Log;

  /** `nowMs`: milliseconds that never go back. */
  constructor(log: Log, nowMs: () => number = () => performance.now()) {
    this.#log = log;
    const perf = { now: nowMs };
    this.#errors = new LRUCache({ max: MAX_ERRORS, ttl: ERROR_TTL_MS, ttlResolution: 0, perf });
  }

  /** Counts an error, and logs it when none of its kind came within a minute. `reference`: the id of the request. */
  handle(operation: string, error: unknown, reference = ''): ErrorReport {
    const kind = kindOf(error);
    const key = `${operation}:${kind}`;
    const known = this.#errors.get(key);
    if (known) {
      known.count += 1;
      this.#log.debug({ operation, kind, count: known.count, first: known.reference }, 'an operation failed again');
      return known;
    }
    const message = error instanceof Error ? error.message : String(error);
    const report: ErrorReport = { operation, kind, message, count: 1, reference };
    this.#errors.set(key, report);
    this.#log.error({ operation, kind, err: error }, 'an operation failed; repeats within a minute are counted');
    return report;
  }

  /** What failed within the last minute, the latest first. */
  recent(): readonly ErrorReport[] {
    return [...this.#errors.values()];
  }

  /** Circuits that are not closed, as `operation:kind`. */
  openCircuits(): readonly string[] {
    return [...this.#circuits].flatMap(([operation, kinds]) =>
      [...kinds].filter(([, { state }]) => state !== CircuitState.Closed).map(([kind]) => `${operation}:${kind}`),
    );
  }

  /**
   * Runs what lies outside of the process, such as a model behind a network. Only failures that a retry may heal
   * open a circuit. Errors: those of the work; `overloaded` while the circuit is open.
   */
  async guard<T>(operation: string, work: () => Promise<T>): Promise<T> {
    const kinds = this.#circuits.get(operation);
    try {
      return await (kinds ? wrap(...kinds.values()).execute(work) : work());
    } catch (error) {
      if (error instanceof BrokenCircuitError) throw circuitOpen(operation, error);
      if (error instanceof MemfuseError && error.retryable) await this.#countFirst(operation, error);
      throw error;
    }
  }

  /** Counts a failure of a kind that has no circuit yet. */
  async #countFirst(operation: string, error: MemfuseError): Promise<void> {
    const kinds = this.#circuits.get(operation) ?? new Map<string, Circuit>();
    this.#circuits.set(operation, kinds);
    if (kinds.has(error.code)) return;
    const circuit = circuitBreaker(
      handleWhen((failure) => kindOf(failure) === error.code),
      { halfOpenAfter: OPEN_MS, breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN) },
    );
    kinds.set(error.code, circuit);
    await circuit.execute(() => Promise.reject(error)).catch((counted) => counted);
  }
}
