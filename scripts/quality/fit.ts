/**
 * Fits the weights of the ranking: a softmax over all turns of a conversation, each by its best passage, whose mass should
 * lie on the evidence (ListNet, Cao et al. 2007, top one), with an L2 penalty. A kind of memory counts by the root of
 * how many questions there are of it. Few parameters, each with a reason, and no candidate pool, so that nothing depends on where
 * a turn was met. With the best passages given the loss is convex: Newton's steps lead down, and the passages are chosen anew
 * after each.
 */
import { SET_WEIGHTS } from '../../src/retrieval/ranking/weights.ts';
import { bestPassages, type Example } from './examples.ts';
import { groupOf } from './groups.ts';
import { solve } from './solve.ts';

/** A weight for each step's name. */
export type FittedWeights = Readonly<Record<string, number>>;

/** A kind of a hundred questions counts as many, one of four hundred twice as many. */
const QUESTIONS_OF_A_KIND = 10;
/** Pulls weights to zero; from .5 to 8 it makes no difference that can be told from noise. */
const PENALTY = 2;
const MOST_ROUNDS = 30;
/** After a step this short the next one, its square, changes no rank. */
const CONVERGED_BELOW = 0.02;
/** Turns that the softmax gives less than this pull at no weight. */
const LEAST_MASS = 1e-6;

/** What weights make of each passage of an example's conversation. */
export const sumsOf = ({ findings }: Example, names: readonly string[], weights: ArrayLike<number>): Float64Array => {
  const sums = new Float64Array(Object.values(findings)[0]?.length ?? 0);
  names.forEach((name, k) => {
    const found = findings[name] as Float32Array;
    const weight = weights[k] as number;
    for (let passage = 0; passage < sums.length; passage += 1) {
      sums[passage] = (sums[passage] as number) + weight * (found[passage] as number);
    }
  });
  return sums;
};

/** What an example counts: the questions of a kind share in what it counts. */
const sharesOf = (examples: readonly Example[]): Float64Array => {
  const counts = new Map<string, number>();
  for (const { conversation } of examples) {
    const group = groupOf(conversation.kind);
    counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  return Float64Array.from(
    examples,
    ({ conversation }) => QUESTIONS_OF_A_KIND / Math.sqrt(counts.get(groupOf(conversation.kind)) as number),
  );
};

/** The slope and the curvature of the loss at some weights, and the loss. */
const lossAt = (
  examples: readonly Example[],
  shares: Float64Array,
  names: readonly string[],
  weights: Float64Array,
) => {
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
  for (const [i, example] of examples.entries()) {
    const counts = shares[i] as number;
    const columns = names.map((name) => example.findings[name] as Float32Array);
    const sums = sumsOf(example, [...names, ...Object.keys(SET_WEIGHTS)], [...weights, ...Object.values(SET_WEIGHTS)]);
    const best = bestPassages(example, sums);
    const highest = best.reduce((most, passage) => Math.max(most, sums[passage] as number), Number.NEGATIVE_INFINITY);
    const masses = Float64Array.from(best, (passage) => Math.exp((sums[passage] as number) - highest));
    const total = masses.reduce((sum, x) => sum + x, 0);
    const share = counts / example.evidence.length;
    loss += counts * (highest + Math.log(total));
    expected.fill(0);
    for (let turn = 0; turn < best.length; turn += 1) {
      const mass = (masses[turn] as number) / total;
      if (mass < LEAST_MASS) continue;
      const passage = best[turn] as number;
      for (let k = 0; k < count; k += 1) {
        const x = columns[k]?.[passage] ?? 0;
        found[k] = x;
        expected[k] = (expected[k] as number) + mass * x;
      }
      for (let k = 0; k < count; k += 1) {
        const x = counts * mass * (found[k] as number);
        if (x === 0) continue;
        const row = curvature[k] as Float64Array;
        for (let l = 0; l <= k; l += 1) row[l] = (row[l] as number) + x * (found[l] as number);
      }
    }
    for (const turn of example.evidence) loss -= share * (sums[best[turn] as number] as number);
    for (let k = 0; k < count; k += 1) {
      const of = (turn: number): number => columns[k]?.[best[turn] as number] ?? 0;
      const wanted = example.evidence.reduce((sum, turn) => sum + share * of(turn), 0);
      slope[k] = (slope[k] as number) + counts * (expected[k] as number) - wanted;
      const row = curvature[k] as Float64Array;
      for (let l = 0; l <= k; l += 1) {
        row[l] = (row[l] as number) - counts * (expected[k] as number) * (expected[l] as number);
      }
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
  const shares = sharesOf(examples);
  let here = lossAt(examples, shares, names, weights);
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const step = solve(here.curvature, here.slope);
    // Far from the minimum a whole step can lead up again.
    let next = here;
    let moved = weights;
    for (let share = 1; share > 1e-3; share /= 2) {
      moved = weights.map((weight, k) => weight - share * (step[k] as number));
      next = lossAt(examples, shares, names, moved);
      if (next.loss <= here.loss) break;
    }
    weights = moved;
    here = next;
    if (step.every((change) => Math.abs(change) < CONVERGED_BELOW)) break;
  }
  return { ...SET_WEIGHTS, ...Object.fromEntries(names.map((name, k) => [name, weights[k] as number])) };
};
