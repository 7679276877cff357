import { seededRandom } from '../../test/support/random.ts';

export type Interval = readonly [low: number, high: number];

const RESAMPLES = 1_000;
const SEED = 5;

/** The interval that holds the mean of 95 % of the samples that are drawn anew from these, the same for the same values. */
export const intervalOf = (values: readonly number[]): Interval => {
  if (values.length === 0) return [0, 0];
  const random = seededRandom(SEED);
  const means = Array.from({ length: RESAMPLES }, () => {
    let sum = 0;
    for (let i = 0; i < values.length; i += 1) sum += random.pick(values);
    return sum / values.length;
  }).sort((a, b) => a - b);
  return [means[Math.floor(RESAMPLES * 0.025)] as number, means[Math.floor(RESAMPLES * 0.975)] as number];
};
