import type { Panel } from './plot.ts';

/** One line of a benchmark's result, and of its JSON. */
export interface Result {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The same measure of the baseline, in the same run; null when the value stands for itself. */
  readonly baseline: number | null;
  /** `value / baseline`, null without a baseline. */
  readonly ratio: number | null;
  /** What must hold, such as `ratio >= 0.4`; null for a figure that is only told. */
  readonly target: string | null;
  /** Whether it holds; true without a target. */
  readonly ok: boolean;
  /** Where the value lies with 95 % certainty, when that is known. */
  readonly interval?: readonly [low: number, high: number];
}

export interface SuiteOptions {
  /** Fewer and shorter rounds: done within a minute, good for a look, not for a claim. */
  readonly quick: boolean;
  /** Folders with data of one's own, for the suites that measure on it. */
  readonly data: readonly string[];
  /** Prints a line that the figures need to be understood: what each side does, what a limit is. */
  readonly say: (line: string) => void;
  /** Adds a panel to the picture that `--plot` asks for. */
  readonly draw: (panel: Panel) => void;
  /** Adds figures to the JSON that are too many for a line each. */
  readonly keep: (name: string, figures: unknown) => void;
}

export interface Suite {
  readonly description: string;
  run(options: SuiteOptions): Promise<Result[]>;
}

/** What must hold of the value itself or of its ratio to the baseline. */
export type Target = { readonly of: 'value' | 'ratio' } & ({ readonly atLeast: number } | { readonly atMost: number });

/** The middle value; of an even number the upper of the two in the middle. Errors when there are none. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The value below which the share `q` of the values lies (nearest rank). Errors when there are none. */
export const quantile = (values: readonly number[], q: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
  if (value === undefined) throw new Error('There is nothing to take a quantile of.');
  return value;
};

/** Medians of rounds, held against a target. */
export const result = (
  name: string,
  unit: string,
  values: readonly number[],
  { baseline = null, target = null }: { baseline?: readonly number[] | null; target?: Target | null } = {},
): Result => {
  const value = median(values);
  const base = baseline ? median(baseline) : null;
  // Pair by pair, since the machine's speed drifts between rounds more than within one.
  const ratio = baseline ? median(values.map((each, i) => each / (baseline[i] ?? Number.NaN))) : null;
  if (!target) return { name, value, unit, baseline: base, ratio, target: null, ok: true };
  const measured = target.of === 'ratio' ? (ratio ?? Number.NaN) : value;
  const holds = 'atLeast' in target ? measured >= target.atLeast : measured <= target.atMost;
  const words = 'atLeast' in target ? `${target.of} >= ${target.atLeast}` : `${target.of} <= ${target.atMost}`;
  return { name, value, unit, baseline: base, ratio, target: words, ok: holds };
};

/** Runs the sides of a comparison in turns, round by round, and gathers what each round of each side gave. */
export const interleave = async <K extends string, T>(
  rounds: number,
  sides: Record<K, () => Promise<T> | T>,
): Promise<Record<K, T[]>> => {
  const names = Object.keys(sides) as K[];
  const gathered = Object.fromEntries(names.map((name) => [name, [] as T[]])) as Record<K, T[]>;
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? names : [...names].reverse();
    for (const name of order) gathered[name].push(await sides[name]());
  }
  return gathered;
};

const figure = (value: number | null): string => {
  if (value === null) return '';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3;
  return value.toFixed(digits);
};

/** The results as a table for the terminal. */
export const table = (results: readonly Result[]): string => {
  const head = ['', 'product', 'unit', 'baseline', 'ratio', 'target', ''];
  const rows = results.map(({ name, value, unit, baseline, ratio, target, ok }) => {
    return [
      name,
      figure(value),
      unit,
      figure(baseline),
      figure(ratio),
      target ?? '',
      target ? (ok ? 'ok' : 'MISSED') : '',
    ];
  });
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const isText = (column: number): boolean => [0, 2, 5, 6].includes(column);
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (isText(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return [head, ...rows].map(line).join('\n');
};
