import { bestPassages, bestTurns, type Example, outcomeOf } from './examples.ts';
import type { Outcome } from './figures.ts';
import { type FittedWeights, fitWeights, sumsOf } from './fit.ts';
import { groupOf } from './groups.ts';

/** As deep as the deepest figure looks. */
const LONGEST_LIST = 20;

/** The turns of an example under some weights, the best first. */
export const rankExample = (example: Example, weights: FittedWeights, count = LONGEST_LIST): number[] => {
  const sums = sumsOf(example, Object.keys(weights), Object.values(weights));
  const best = bestPassages(example, sums);
  const scores = Float64Array.from(best, (passage) => sums[passage] as number);
  return bestTurns(scores, scores.length)
    .filter((turn) => example.isSupported[best[turn] as number])
    .slice(0, count);
};

/** Folds of examples that are left out together. */
type Folds = readonly (readonly Example[])[];

/** A fold for each kind of memory, with those that tell what it is like. */
export const foldsByKind = (examples: readonly Example[]): Example[][] => [
  ...Map.groupBy(examples, ({ conversation }) => groupOf(conversation.kind)).values(),
];

/**
 * For each fold the weights that are fitted on all others: of its conversations they have seen nothing.
 *
 * @param near weights of each fold to begin with, such as those with one step more; they only save time.
 */
export const weightsOfFolds = (
  folds: Folds,
  names: readonly string[],
  near: readonly FittedWeights[] = [],
): FittedWeights[] => {
  const all = near.length > 0 ? {} : fitWeights(folds.flat(), names);
  return folds.map((held, i) => fitWeights(folds.filter((fold) => fold !== held).flat(), names, near[i] ?? all));
};

/** Each fold ranked by weights that were fitted on all others: what to expect of conversations that nobody has seen. */
export const crossValidate = (
  folds: Folds,
  names: readonly string[],
  near: readonly FittedWeights[] = [],
): Outcome[][] => {
  const weights = weightsOfFolds(folds, names, near);
  return folds.map((fold, i) =>
    fold.map((example) => outcomeOf(example, rankExample(example, weights[i] as FittedWeights))),
  );
};
