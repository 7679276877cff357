import type { Weights } from './ranking.ts';
import { SET_WEIGHTS } from './weights.ts';

/** What each step counts when an embedding model is configured. Fitted with the vectors of all-MiniLM-L6-v2; see README.md. */
export const MODEL_WEIGHTS: Weights = {
  ...SET_WEIGHTS,
  words: 2.35,
  session: 3.3,
  soft_words: 1.92,
  answers: 2.42,
  meaning: 0.83,
  meaning_around: 3.14,
  speaker: 2.2,
  asker: 2.03,
  answerer: 0.57,
  times: 3.89,
  latest: 1.49,
  tells_time: 1.66,
  tells_number: 0.86,
  tells_name: 1.51,
  asks: -1.25,
  length: 0.84,
  model: 1.99,
  model_around: 1.2,
};
