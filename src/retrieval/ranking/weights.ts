import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { MemfuseError } from '../../contract/errors.ts';
import { ALL_STEPS, type Weights } from './ranking.ts';

/** Weights that are not fitted, for a reason that the step gives. */
export const SET_WEIGHTS: Weights = { asked_before: -6, code: 10, looked_up: 6 };

/**
 * What each step counts. Fitted, but for those that are set; see README.md. `many_passages` is half of what was fitted, -.51:
 * of replies of many passages one kind has most answers in them (RealMem any@5 .466 to .489, R@10 .422 to .455) and another
 * has none (BEAM .704 to .659); the mean of the kinds stays as it is.
 */
export const WEIGHTS: Weights = {
  ...SET_WEIGHTS,
  words: 2.07,
  words_here: 0.26,
  words_of_long_question: 1.96,
  session: 2.03,
  soft_words: 2.22,
  answers: 1.74,
  meaning: 2.34,
  meaning_around: 4.19,
  meaning_of_document: 1.92,
  meaning_of_long_question: -0.2,
  speaker: 1.83,
  user: 0.3,
  asker: 0.4,
  preference: 0.34,
  preference_wished: 1.54,
  times: 2.62,
  goes_on: 0.54,
  tells_time: 1.23,
  tells_number: 1.04,
  tells_name: 1.05,
  asks: -0.93,
  short: 1.79,
  many_passages: -0.25,
  fits_in: -2.2,
};

const STEP_NAMES = ALL_STEPS.map(({ name }) => name);
const WeightsFile = z.strictObject(Object.fromEntries(STEP_NAMES.map((name) => [name, z.number().optional()])));

/**
 * The weights of a file, an object of step names and numbers; without one those that ship with the project.
 * Errors: `internal` with a sentence when the file cannot be read or names what is no step.
 */
export const openWeights = (file: string | undefined, shipped: Weights = WEIGHTS): Weights => {
  if (file === undefined) return shipped;
  try {
    return { ...SET_WEIGHTS, ...(WeightsFile.parse(JSON.parse(readFileSync(file, 'utf8'))) as Weights) };
  } catch (error) {
    const sentence = `retrieval.weights_file is ${file}, which is no JSON object of numbers by step. Steps: ${STEP_NAMES.join(', ')}.`;
    throw new MemfuseError('internal', sentence, {}, error);
  }
};
