import { bestTurns, type Example, outcomeOf } from './examples.ts';
import type { Outcome } from './figures.ts';
import { type FittedWeights, fitWeights, sumsOf } from './fit.ts';

/** As deep as the deepest figure looks. */
const LONGEST_LIST = 20;

/** The turns of an example under some weights, the best first. */
export const rankExample = (example: Example, weights: FittedWeights, count = LONGEST_LIST): number[] => {
  const sums = sumsOf(example, Object.keys(weights), Object.values(weights));
  return bestTurns(sums, sums.length)
    .filter((turn) => example.isSupported[turn])
    .slice(0, count);
};

/** Folds of examples: of one conversation each, or of several that are left out together. */
type Folds = readonly (readonly Example[])[];

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
