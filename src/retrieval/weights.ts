import type { Weights } from './ranking.ts';

/** What each step counts. Fitted; see README.md. */
export const WEIGHTS: Weights = {
  words: 3.44,
  session: 3.78,
  soft_words: 3.81,
  soft_words_before: 1.52,
  meaning: 4.53,
  meaning_around: 4.45,
  speaker: 2.73,
  asker: 2.02,
  answerer: 1.31,
  times: 3.89,
  tells_time: 1.82,
  tells_number: 0.89,
  tells_name: 1.56,
  asks: -1.39,
  asks_and_tells: -0.14,
  replies: 0.49,
  length: 0.39,
};
