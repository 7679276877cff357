import type { Registry } from 'prom-client';

/** What was measured of one run of an operation. */
export interface PerformanceRecord {
  readonly operation: string;
  /** Milliseconds on a clock that never goes back. */
  readonly startMs: number;
  readonly endMs: number;
  readonly isSuccess: boolean;
  /** What kind of failure it was; absent for a success. */
  readonly error?: string;
}

/** A number that is asked for when somebody looks. */
export interface Gauge {
  readonly name: string;
  readonly help: string;
  /** One value, or one for each label. */
  readonly read: () => number | ReadonlyMap<string, number>;
  /** The name of the label when there are several values. */
  readonly label?: string;
}

/** Upper bounds of the buckets, in milliseconds: from a cached answer to a stuck disk. */
const BUCKETS_MS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 10_000];

/** Of what prom-client measures of a process, that which Bun knows: others are zero, absurd or empty there. */
const KNOWN_OF_PROCESS = /^process_(?!heap)|^nodejs_(heap_size|external_memory)_/;

interface Series {
  readonly buckets: Float64Array;
  count: number;
  sumMs: number;
  maxMs: number;
  readonly errors: Map<string, number>;
}

const emptySeries = (): Series => ({
  buckets: new Float64Array(BUCKETS_MS.length + 1),
  count: 0,
  sumMs: 0,
  maxMs: 0,
  errors: new Map(),
});

/** What is known of an operation. */
export interface OperationReport {
  readonly operation: string;
  readonly count: number;
  readonly failures: number;
  readonly meanMs: number;
  readonly maxMs: number;
}

/**
 * How long operations take and how they end. A record costs a few dozen nanoseconds: it is an addition to two arrays.
 * Prometheus' text is written by prom-client when somebody asks for it, and the library is loaded then.
 */
export class PerformanceMetrics {
  readonly #series = new Map<string, Series>();
  readonly #gauges: Gauge[] = [];
  #registry: Promise<Registry> | null = null;

  record({ operation, startMs, endMs, isSuccess, error }: PerformanceRecord): void {
    let series = this.#series.get(operation);
    if (!series) {
      series = emptySeries();
      this.#series.set(operation, series);
    }
    const durationMs = endMs - startMs;
    let bucket = 0;
    while (bucket < BUCKETS_MS.length && durationMs > (BUCKETS_MS[bucket] as number)) bucket += 1;
    series.buckets[bucket] = (series.buckets[bucket] as number) + 1;
    series.count += 1;
    series.sumMs += durationMs;
    if (durationMs > series.maxMs) series.maxMs = durationMs;
    if (!isSuccess) series.errors.set(error ?? 'error', (series.errors.get(error ?? 'error') ?? 0) + 1);
  }

  /** Measures a run from here to its end. Errors: those of the work. */
  async measure<T>(operation: string, work: () => Promise<T>): Promise<T> {
    const startMs = performance.now();
    try {
      const value = await work();
      this.record({ operation, startMs, endMs: performance.now(), isSuccess: true });
      return value;
    } catch (error) {
      const name = error instanceof Error ? error.name : 'error';
      this.record({ operation, startMs, endMs: performance.now(), isSuccess: false, error: name });
      throw error;
    }
  }

  /** Adds a number that is read when somebody looks. */
  gauge(gauge: Gauge): void {
    this.#gauges.push(gauge);
  }

  report(): OperationReport[] {
    return [...this.#series].map(([operation, { count, sumMs, maxMs, errors }]) => ({
      operation,
      count,
      failures: [...errors.values()].reduce((sum, n) => sum + n, 0),
      meanMs: count === 0 ? 0 : sumMs / count,
      maxMs,
    }));
  }

  /** Everything in the text format of Prometheus, and its content type. */
  async prometheus(): Promise<{ readonly text: string; readonly contentType: string }> {
    this.#registry ??= this.#openRegistry();
    const registry = await this.#registry;
    return { text: `${await registry.metrics()}${this.#histogramText()}`, contentType: registry.contentType };
  }

  async #openRegistry(): Promise<Registry> {
    const { Gauge: PromGauge, Registry: PromRegistry, collectDefaultMetrics } = await import('prom-client');
    const registry = new PromRegistry();
    collectDefaultMetrics({ register: registry });
    for (const { name } of await registry.getMetricsAsJSON()) {
      if (!KNOWN_OF_PROCESS.test(name)) registry.removeSingleMetric(name);
    }
    for (const { name, help, read, label } of this.#gauges) {
      new PromGauge({
        name: `memfuse_${name}`,
        help,
        labelNames: label ? [label] : [],
        registers: [registry],
        collect() {
          const value = read();
          if (typeof value === 'number') this.set(value);
          else for (const [key, number] of value) this.set({ [label ?? 'name']: key }, number);
        },
      });
    }
    return registry;
  }

  /** The histograms, which prom-client could only be fed one observation at a time. */
  #histogramText(): string {
    const lines = [
      '# HELP memfuse_operation_seconds Duration of operations.',
      '# TYPE memfuse_operation_seconds histogram',
    ];
    for (const [operation, { buckets, count, sumMs }] of this.#series) {
      let below = 0;
      BUCKETS_MS.forEach((bound, i) => {
        below += buckets[i] as number;
        lines.push(`memfuse_operation_seconds_bucket{operation="${operation}",le="${bound / 1_000}"} ${below}`);
      });
      lines.push(`memfuse_operation_seconds_bucket{operation="${operation}",le="+Inf"} ${count}`);
      lines.push(`memfuse_operation_seconds_sum{operation="${operation}"} ${sumMs / 1_000}`);
      lines.push(`memfuse_operation_seconds_count{operation="${operation}"} ${count}`);
    }
    lines.push('# HELP memfuse_operation_failures_total Operations that failed, by kind.');
    lines.push('# TYPE memfuse_operation_failures_total counter');
    for (const [operation, { errors }] of this.#series) {
      for (const [error, n] of errors) {
        lines.push(`memfuse_operation_failures_total{operation="${operation}",error="${error}"} ${n}`);
      }
    }
    return `\n${lines.join('\n')}\n`;
  }
}
