import { Counter, collectDefaultMetrics, Gauge, type Metric, Registry } from 'prom-client';
import { MemfuseError } from '../contract/errors.ts';
import type { ExposedMetric } from '../platform/otlp-metrics.ts';
import { addDuration, type Duration, Durations } from './durations.ts';

/** One measured run of an operation. */
export interface PerformanceRecord {
  readonly operation: string;
  /** Milliseconds on a clock that never goes back. */
  readonly startMs: number;
  readonly endMs: number;
  /** What kind of failure it was; absent for a success. */
  readonly error?: string;
}

/** A request that was answered. */
export interface RequestRecord {
  readonly method: string;
  /** The address as it is registered, with its parameters in braces: there are some fifty. */
  readonly route: string;
  readonly status: number;
  readonly durationMs: number;
}

/** A number with its labels. */
export interface LabelledNumber {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/** A number that another part keeps, read when `/metrics` is. */
export interface KeptNumber {
  readonly name: string;
  readonly help: string;
  /** The names of the labels where there are several numbers. */
  readonly labels?: readonly string[];
  readonly read: () => number | readonly LabelledNumber[] | Promise<number>;
}

/** Runs of an operation, and how many failed by kind of failure. */
interface Operation {
  readonly duration: Duration;
  readonly failures: Map<string, number>;
}

/** Requests of one method at one address, and how many were answered by status. */
interface Requests {
  readonly duration: Duration;
  readonly statuses: Map<number, number>;
}

/** Of what prom-client measures of a process, that which Bun knows: others are zero, absurd or empty there. */
const KNOWN_OF_PROCESS = /^process_(?!heap)|^nodejs_(heap_size|external_memory)_/;

/** Methods of requests that stand for themselves; a client may make others up. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']);

/** The kind of a failure; null when the caller caused it, so that it is no failure of the server. */
const failureOf = (error: unknown): string | null => {
  if (error instanceof MemfuseError) return error.category === 'caller' ? null : error.code;
  return error instanceof Error ? error.name : 'error';
};

const addOne = <K>(counts: Map<K, number>, key: K): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1);
};

const tell = async (
  { read }: KeptNumber,
  write: (labels: Record<string, string | number>, value: number) => void,
): Promise<void> => {
  const numbers = await read();
  if (typeof numbers === 'number') write({}, numbers);
  else for (const { labels, value } of numbers) write(labels, value);
};

/** The metrics of the server: durations and outcomes of operations and requests, and gauges. prom-client writes them out. */
export class PerformanceMetrics {
  readonly #registry = new Registry();
  readonly #operations = new Map<string, Operation>();
  /** By address, then by method. */
  readonly #requests = new Map<string, Map<string, Requests>>();
  readonly #operationDurations = new Durations(
    'memfuse_operation_seconds',
    'Duration of what is behind the requests, by operation.',
  );
  readonly #requestDurations = new Durations(
    'memfuse_http_request_duration_seconds',
    'Time from the head of a request to the head of its answer, by method and address.',
  );

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
    for (const { name } of this.#registry.getMetricsAsArray()) {
      if (!KNOWN_OF_PROCESS.test(name)) this.#registry.removeSingleMetric(name);
    }
    for (const durations of [this.#operationDurations, this.#requestDurations]) {
      this.#registry.registerMetric(durations as unknown as Metric);
    }
    this.counter({
      name: 'operation_failures_total',
      help: 'Operations that failed, by kind of failure.',
      labels: ['operation', 'error'],
      read: () =>
        [...this.#operations].flatMap(([operation, { failures }]) =>
          [...failures].map(([error, value]) => ({ labels: { operation, error }, value })),
        ),
    });
    this.counter({
      name: 'http_requests_total',
      help: 'Requests that were answered, by method, address and status.',
      labels: ['method', 'route', 'status'],
      read: () =>
        [...this.#requests].flatMap(([route, methods]) =>
          [...methods].flatMap(([method, { statuses }]) =>
            [...statuses].map(([status, value]) => ({ labels: { method, route, status }, value })),
          ),
        ),
    });
  }

  record({ operation, startMs, endMs, error }: PerformanceRecord): void {
    let known = this.#operations.get(operation);
    if (!known) {
      known = { duration: this.#operationDurations.open({ operation }), failures: new Map() };
      this.#operations.set(operation, known);
    }
    addDuration(known.duration, endMs - startMs);
    if (error !== undefined) addOne(known.failures, error);
  }

  /** Measures a run from here to its end. Errors: those of the work; one that is the caller's counts as no failure. */
  async measure<T>(operation: string, work: () => Promise<T>): Promise<T> {
    const startMs = performance.now();
    try {
      const value = await work();
      this.record({ operation, startMs, endMs: performance.now() });
      return value;
    } catch (error) {
      const kind = failureOf(error);
      this.record({ operation, startMs, endMs: performance.now(), ...(kind !== null && { error: kind }) });
      throw error;
    }
  }

  request({ method: sent, route, status, durationMs }: RequestRecord): void {
    const method = METHODS.has(sent) ? sent : 'other';
    let methods = this.#requests.get(route);
    if (!methods) {
      methods = new Map();
      this.#requests.set(route, methods);
    }
    let known = methods.get(method);
    if (!known) {
      known = { duration: this.#requestDurations.open({ method, route }), statuses: new Map() };
      methods.set(method, known);
    }
    addDuration(known.duration, durationMs);
    addOne(known.statuses, status);
  }

  /** Adds a number that goes up and down. */
  gauge(kept: KeptNumber): void {
    new Gauge({
      ...this.#configurationOf(kept),
      async collect() {
        await tell(kept, (labels, value) => this.set(labels, value));
      },
    });
  }

  /** Adds a number that only grows; its name ends with `_total`. */
  counter(kept: KeptNumber): void {
    new Counter({
      ...this.#configurationOf(kept),
      async collect() {
        this.reset();
        await tell(kept, (labels, value) => this.inc(labels, value));
      },
    });
  }

  /** Everything in the text format of Prometheus, and its content type. */
  async prometheus(): Promise<{ readonly text: string; readonly contentType: string }> {
    return { text: await this.#registry.metrics(), contentType: this.#registry.contentType };
  }

  /** The same as data. */
  async exposed(): Promise<readonly ExposedMetric[]> {
    // The types of prom-client call the kind of a metric a number, and it is a word; of histograms they leave out the names.
    return (await this.#registry.getMetricsAsJSON()) as unknown as readonly ExposedMetric[];
  }

  #configurationOf({ name, help, labels = [] }: KeptNumber) {
    return { name: `memfuse_${name}`, help, labelNames: labels, registers: [this.#registry] };
  }
}
