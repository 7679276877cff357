/**
 * The sum that half of the turns that answer a question reach, and one in a hundred of the others, on the conversations that
 * the weights were fitted on; and how fast relevance grows with the sum there, by logistic regression (0.62), rounded down.
 */
const MIDPOINT = 13.5;
const STEEPNESS = 0.5;

/** The ranking's final sum as a score from 0 to 1: the same logistic for every question, so that a threshold holds. */
export const toScore = (sum: number): number => 1 / (1 + Math.exp(-STEEPNESS * (sum - MIDPOINT)));
