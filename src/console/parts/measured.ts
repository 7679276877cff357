import { readSamples, type Sample } from './prometheus.ts';

/** What the server said of itself at a time. */
export interface Reading {
  /** Seconds since 1970. */
  readonly at: number;
  readonly samples: readonly Sample[];
}

type Labels = Readonly<Record<string, string>>;

export const readingOf = (at: number, text: string): Reading => ({ at, samples: readSamples(text) });

const matches = ({ labels }: Sample, wanted: Labels): boolean =>
  Object.entries(wanted).every(([name, value]) => labels[name] === value);

/** The sum of a number over all labels but those that are wanted. */
export const totalOf = ({ samples }: Reading, name: string, wanted: Labels = {}): number =>
  samples.reduce((sum, sample) => (sample.name === name && matches(sample, wanted) ? sum + sample.value : sum), 0);

/** How much a counter grew in a second between two readings; a server that was started anew in between counts from zero. */
export const rateOf = (before: Reading, after: Reading, name: string, wanted: Labels = {}): number => {
  const was = totalOf(before, name, wanted);
  const is = totalOf(after, name, wanted);
  return (is >= was ? is - was : is) / Math.max(after.at - before.at, 0.001);
};

const bucketsOf = (reading: Reading, name: string, wanted: Labels): Map<number, number> => {
  const buckets = new Map<number, number>();
  for (const sample of reading.samples) {
    if (sample.name !== `${name}_bucket` || !matches(sample, wanted)) continue;
    const le = Number((sample.labels['le'] ?? '').replace('+Inf', 'Infinity'));
    buckets.set(le, (buckets.get(le) ?? 0) + sample.value);
  }
  return buckets;
};

/**
 * A quantile of what was measured between two readings, in the unit of the histogram, as Prometheus' `histogram_quantile` has it: as if
 * what fell into a bucket lay evenly in it. Null when nothing was measured.
 */
export const quantileOf = (
  before: Reading,
  after: Reading,
  name: string,
  quantile: number,
  wanted: Labels = {},
): number | null => {
  const was = bucketsOf(before, name, wanted);
  const grown = [...bucketsOf(after, name, wanted)]
    .map(([le, count]) => [le, count - (was.get(le) ?? 0)] as const)
    .sort(([a], [b]) => a - b);
  const total = grown.at(-1)?.[1] ?? 0;
  if (total <= 0) return null;
  const rank = quantile * total;
  let [lowerLe, lowerCount] = [0, 0];
  for (const [le, count] of grown) {
    if (count >= rank) {
      if (le === Number.POSITIVE_INFINITY) return lowerLe;
      return lowerLe + ((le - lowerLe) * (rank - lowerCount)) / Math.max(count - lowerCount, 1);
    }
    [lowerLe, lowerCount] = [le, count];
  }
  return lowerLe;
};
