/** The ranking's final sum as a score from 0 to 1: the same logistic for every question, so that a threshold holds. */
export const toScore = (sum: number): number => 1 / (1 + Math.exp(-sum));
