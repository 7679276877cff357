import { Database } from 'bun:sqlite';
import { statSync } from 'node:fs';
import { quantile } from '../bench/suite.ts';

/** What a server looks like at a moment, and what its clients saw since the sample before. */
export interface Sample {
  readonly atMs: number;
  readonly rssBytes: number;
  /** The database file without the answers below. */
  readonly fileBytes: number;
  /** Answers in it that are kept for a day, so that a call with the same Idempotency-Key takes effect once: they grow for a day. */
  readonly keptAnswerBytes: number;
  readonly walBytes: number;
  /** Tasks of the background that wait. */
  readonly waitingTasks: number;
  /** NaN where nothing of the kind was answered since the sample before. */
  readonly addP50Ms: number;
  readonly addP99Ms: number;
  readonly askP50Ms: number;
  readonly askP99Ms: number;
}

/** Bytes of a file; 0 when there is none. */
export const bytesOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** Bytes of the tables and indexes of a SQLite file whose names begin so. Errors when the file cannot be read. */
export const bytesOfTables = (path: string, prefix: string): number => {
  using database = new Database(path, { readonly: true });
  const asked = database.query<{ bytes: number | null }, [string]>(
    'SELECT sum(pgsize) AS bytes FROM dbstat WHERE aggregate = TRUE AND name GLOB ?',
  );
  return asked.get(`${prefix}*`)?.bytes ?? 0;
};

/** A quantile of latencies; NaN when there are none. */
export const quantileOr = (latenciesMs: readonly number[], q: number): number =>
  latenciesMs.length === 0 ? Number.NaN : quantile(latenciesMs, q);

type MeasureKey = Exclude<keyof Sample, 'atMs' | 'keptAnswerBytes'>;

export interface Measure {
  readonly key: MeasureKey;
  readonly name: string;
  readonly unit: string;
  /** What a value is divided by to be told in `unit`. */
  readonly divisor: number;
  /** Flat is a last third of at most `growth` times the first, and `slack` (in `unit`) more for what is small. */
  readonly growth: number;
  readonly slack: number;
}

const MIB = 1_048_576;
const bytes = { unit: 'MiB', divisor: MIB } as const;
/** Latencies of a machine that others use too swing more than sizes do. */
const latency = { unit: 'ms', divisor: 1, growth: 1.5, slack: 5 } as const;

export const MEASURES: readonly Measure[] = [
  { key: 'rssBytes', name: 'resident memory', ...bytes, growth: 1.1, slack: 16 },
  { key: 'fileBytes', name: 'database file without kept answers', ...bytes, growth: 1.1, slack: 1 },
  { key: 'walBytes', name: 'write-ahead log', ...bytes, growth: 1.2, slack: 4 },
  { key: 'waitingTasks', name: 'tasks that wait', unit: 'tasks', divisor: 1, growth: 1.5, slack: 10 },
  { key: 'addP50Ms', name: 'add, p50', ...latency },
  { key: 'addP99Ms', name: 'add, p99', ...latency, slack: 20 },
  { key: 'askP50Ms', name: 'question, p50', ...latency },
  { key: 'askP99Ms', name: 'question, p99', ...latency, slack: 20 },
];

export interface Verdict {
  readonly measure: Measure;
  /** Medians of the first and of the last third of the samples, in the unit of the measure; NaN without a value. */
  readonly first: number;
  readonly last: number;
  readonly isFlat: boolean;
}

/** The last third of the samples against the first, by medians. A third without a value of a measure is not flat. */
export const judge = (samples: readonly Sample[]): Verdict[] => {
  const third = Math.floor(samples.length / 3);
  return MEASURES.map((measure) => {
    const middle = (part: readonly Sample[]): number =>
      quantileOr(
        part.map((sample) => sample[measure.key] / measure.divisor).filter((value) => !Number.isNaN(value)),
        0.5,
      );
    const first = middle(samples.slice(0, third));
    const last = middle(samples.slice(samples.length - third));
    return { measure, first, last, isFlat: last <= first * measure.growth + measure.slack };
  });
};
