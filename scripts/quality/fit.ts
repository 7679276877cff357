/**
 * Fits the weights of the ranking: a softmax over all turns of a conversation, whose mass should lie on the evidence
 * (ListNet, Cao et al. 2007, top one), with an L2 penalty. Few parameters, each with a reason, and no candidate pool, so
 * that nothing depends on where a turn was met. The loss is convex, so Newton's steps find its one minimum: seven from
 * zero, two from the weights of nearly the same questions, where Adam needed some hundred.
 */
import { SET_WEIGHTS } from '../../src/retrieval/ranking/weights.ts';
import type { Example } from './examples.ts';
import { solve } from './solve.ts';

/** A weight for each step's name. */
export type FittedWeights = Readonly<Record<string, number>>;

/**
 * Pulls weights to zero. Left one conversation out: 0.2 is as good, 1 finds a little more among the first ten of each kind
 * (+.005 to +.010), 3 less.
 */
const PENALTY = 1;
const MOST_ROUNDS = 30;
/** After a step this short the next one, its square, changes no rank. */
const SETTLED = 0.02;
/** Turns that the softmax gives less than this pull at no weight. */
const LEAST_MASS = 1e-6;

/** What weights make of each turn of an example's conversation. */
export const sumsOf = ({ findings }: Example, names: readonly string[], weights: ArrayLike<number>): Float64Array => {
  const sums = new Float64Array(Object.values(findings)[0]?.length ?? 0);
  names.forEach((name, k) => {
    const found = findings[name] as Float32Array;
    const weight = weights[k] as number;
    for (let turn = 0; turn < sums.length; turn += 1)
      sums[turn] = (sums[turn] as number) + weight * (found[turn] as number);
  });
  return sums;
};

/** The slope and the curvature of the loss at some weights, and the loss. */
const lossAt = (examples: readonly Example[], names: readonly string[], weights: Float64Array) => {
  const count = names.length;
  const slope = weights.map((weight) => PENALTY * weight);
  const curvature = Array.from({ length: count }, (_, k) => {
    const row = new Float64Array(count);
    row[k] = PENALTY;
    return row;
  });
  let loss = weights.reduce((sum, weight) => sum + (PENALTY / 2) * weight * weight, 0);
  const expected = new Float64Array(count);
  const found = new Float64Array(count);
  for (const example of examples) {
    const columns = names.map((name) => example.findings[name] as Float32Array);
    const sums = sumsOf(example, [...names, ...Object.keys(SET_WEIGHTS)], [...weights, ...Object.values(SET_WEIGHTS)]);
    const highest = sums.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    const masses = sums.map((x) => Math.exp(x - highest));
    const total = masses.reduce((sum, x) => sum + x, 0);
    const share = 1 / example.evidence.length;
    loss += highest + Math.log(total);
    expected.fill(0);
    for (let turn = 0; turn < sums.length; turn += 1) {
      const mass = (masses[turn] as number) / total;
      if (mass < LEAST_MASS) continue;
      for (let k = 0; k < count; k += 1) {
        const x = columns[k]?.[turn] ?? 0;
        found[k] = x;
        expected[k] = (expected[k] as number) + mass * x;
      }
      for (let k = 0; k < count; k += 1) {
        const x = mass * (found[k] as number);
        if (x === 0) continue;
        const row = curvature[k] as Float64Array;
        for (let l = 0; l <= k; l += 1) row[l] = (row[l] as number) + x * (found[l] as number);
      }
    }
    for (const turn of example.evidence) loss -= share * (sums[turn] as number);
    for (let k = 0; k < count; k += 1) {
      const wanted = example.evidence.reduce((sum, turn) => sum + share * (columns[k]?.[turn] ?? 0), 0);
      slope[k] = (slope[k] as number) + (expected[k] as number) - wanted;
      const row = curvature[k] as Float64Array;
      for (let l = 0; l <= k; l += 1) row[l] = (row[l] as number) - (expected[k] as number) * (expected[l] as number);
    }
  }
  return { loss, slope, curvature };
};

/**
 * The weights of some steps that put the most mass on the evidence, beside those that are set and stay as they are.
 *
 * @param from weights that are near, to begin with.
 */
export const fitWeights = (
  examples: readonly Example[],
  names: readonly string[],
  from: FittedWeights = {},
): FittedWeights => {
  let weights = Float64Array.from(names, (name) => from[name] ?? 0);
  let here = lossAt(examples, names, weights);
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const step = solve(here.curvature, here.slope);
    // Far from the minimum a whole step can lead up again.
    let next = here;
    let moved = weights;
    for (let share = 1; share > 1e-3; share /= 2) {
      moved = weights.map((weight, k) => weight - share * (step[k] as number));
      next = lossAt(examples, names, moved);
      if (next.loss <= here.loss) break;
    }
    weights = moved;
    here = next;
    if (step.every((change) => Math.abs(change) < SETTLED)) break;
  }
  return { ...SET_WEIGHTS, ...Object.fromEntries(names.map((name, k) => [name, weights[k] as number])) };
};
