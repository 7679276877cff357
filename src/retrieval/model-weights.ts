import type { Weights } from './ranking.ts';
import { SET_WEIGHTS } from './weights.ts';

/** What each step counts when an embedding model is configured. Fitted with the vectors of all-MiniLM-L6-v2; see README.md. */
export const MODEL_WEIGHTS: Weights = {
  ...SET_WEIGHTS,
  words: 2.44,
  session: 4.33,
  soft_words: 2.51,
  soft_words_before: 1.37,
  meaning: 0.91,
  meaning_around: 3.71,
  speaker: 2.44,
  asker: 2.26,
  answerer: 0.85,
  times: 3.92,
  tells_time: 1.77,
  tells_number: 0.87,
  tells_name: 1.58,
  asks: -1.36,
  asks_and_tells: 0,
  replies: 0.46,
  length: 0.74,
  model: 2.24,
  model_around: 1.6,
};
