/**
 * The sum that half of the turns that answer a question reach, and one in a hundred of the others, on the conversations that
 * the weights were fitted on; and how fast relevance grows with the sum there, by logistic regression (0.66), rounded down.
 */
const MIDPOINT = 10;
/** With the weights for a configured model the sums of those turns are lower by one. */
const MODEL_MIDPOINT = 9;
const STEEPNESS = 0.5;

const logistic = (sum: number, midpoint: number): number => 1 / (1 + Math.exp(-STEEPNESS * (sum - midpoint)));

/** The ranking's final sum as a score from 0 to 1: the same logistic for every question, so that a threshold holds. */
export const toScore = (sum: number): number => logistic(sum, MIDPOINT);

/** The same for a sum of the weights for a configured model. */
export const toModelScore = (sum: number): number => logistic(sum, MODEL_MIDPOINT);
