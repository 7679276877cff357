/**
 * The sum at which a result is as likely to matter as not, and how fast that changes. One rare word found gives about
 * 0.7 in a memory of two messages and 6 in one of a thousand; a single common word stays far below.
 */
const MIDPOINT = 2;
const STEEPNESS = 0.5;

/** The ranking's final sum as a score from 0 to 1: the same logistic for every question, so that a threshold holds. */
export const toScore = (sum: number): number => 1 / (1 + Math.exp(-STEEPNESS * (sum - MIDPOINT)));
