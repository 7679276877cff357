import type { Question } from './question.ts';
import type { Weights } from './ranking/ranking.ts';

/** `words`: without the vectors. `meaning`: by them alone. `graph`: what is connected with the entities that the question names. */
export type SearchMode = 'hybrid' | 'words' | 'meaning' | 'graph';

const MEANING_STEPS = new Set([
  'meaning',
  'meaning_around',
  'meaning_of_document',
  'meaning_of_long_question',
  'model',
  'model_around',
]);
const WORD_STEPS = new Set([
  'words',
  'words_here',
  'words_of_long_question',
  'code',
  'looked_up',
  'session',
  'soft_words',
  'answers',
]);

export const weightsOf = (weights: Weights, mode: SearchMode): Weights => {
  if (mode === 'hybrid' || mode === 'graph') return weights;
  const left = mode === 'words' ? MEANING_STEPS : WORD_STEPS;
  return Object.fromEntries(Object.entries(weights).filter(([name]) => !left.has(name)));
};

/** By words alone, nearness in meaning brings up nothing either. */
export const inMode = (question: Question, mode: SearchMode): Question =>
  mode === 'words' ? { ...question, vectors: [], byModel: null } : question;
