import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { MemfuseError } from '../../contract/errors.ts';
import { ALL_STEPS, type Weights } from './ranking.ts';

/** Weights that are not fitted, for a reason that the step gives. */
export const SET_WEIGHTS: Weights = { words_here: 0.5, asked_before: -6 };

/** What each step counts. Fitted, but for those that are set; see README.md. */
export const WEIGHTS: Weights = {
  ...SET_WEIGHTS,
  words: 2.41,
  session: 3.58,
  soft_words: 2.2,
  answers: 2.68,
  meaning: 3.46,
  meaning_around: 5.38,
  speaker: 2.2,
  asker: 1.9,
  answerer: 0.86,
  times: 3.89,
  latest: 1.48,
  tells_time: 1.68,
  tells_number: 0.92,
  tells_name: 1.54,
  asks: -1.3,
  length: 0.72,
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
