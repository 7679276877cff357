import { bestTurns, type Example, outcomeOf } from './examples.ts';
import type { Outcome } from './figures.ts';
import { type FittedWeights, fitWeights, sumsOf } from './fit.ts';

/** As deep as the deepest figure looks. */
const LONGEST_LIST = 20;

/** The turns of an example under some weights, the best first. */
export const rankExample = (example: Example, weights: FittedWeights, count = LONGEST_LIST): number[] =>
  bestTurns(sumsOf(example, Object.keys(weights), Object.values(weights)), count);

/**
 * For each fold the weights that are fitted on all others: of its conversations they have seen nothing.
 *
 * @param folds each the examples of one conversation, or of several that are left out together.
 */
export const weightsOfFolds = (folds: readonly (readonly Example[])[], names: readonly string[]): FittedWeights[] => {
  const near = fitWeights(folds.flat(), names);
  return folds.map((held) => fitWeights(folds.filter((fold) => fold !== held).flat(), names, near));
};

/** Each fold ranked by weights that were fitted on all others: what to expect of conversations that nobody has seen. */
export const crossValidate = (folds: readonly (readonly Example[])[], names: readonly string[]): Outcome[][] => {
  const weights = weightsOfFolds(folds, names);
  return folds.map((fold, i) =>
    fold.map((example) => outcomeOf(example, rankExample(example, weights[i] as FittedWeights))),
  );
};
