/**
 * The sum at which a result is as likely to matter as not, and how fast that changes. BM25 sums of the evidence turns of
 * real questions lie around the first; a single common word stays far below it.
 */
const MIDPOINT = 6;
const STEEPNESS = 0.5;

/** The ranking's final sum as a score from 0 to 1: the same logistic for every question, so that a threshold holds. */
export const toScore = (sum: number): number => 1 / (1 + Math.exp(-STEEPNESS * (sum - MIDPOINT)));
