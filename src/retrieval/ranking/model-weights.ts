import type { Weights } from './ranking.ts';
import { SET_WEIGHTS } from './weights.ts';

/** What each step counts when an embedding model is configured. Fitted with the vectors of all-MiniLM-L6-v2; see README.md. */
export const MODEL_WEIGHTS: Weights = {
  ...SET_WEIGHTS,
  words: 2.65,
  session: 3.36,
  soft_words: 1.85,
  answers: 2.37,
  meaning: 2.2,
  meaning_around: 1.66,
  speaker: 2.26,
  asker: 1.94,
  answerer: 0.64,
  times: 3.91,
  latest: 1.53,
  tells_time: 1.62,
  tells_number: 0.79,
  tells_name: 1.53,
  asks: -1.27,
  length: 0.78,
  model: 2.07,
  model_around: 1.56,
};
