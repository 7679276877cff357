import { addFindings } from '../../evidence/findings.ts';
import { LONG_QUESTION_WORDS } from './long-question.ts';
import type { Step } from './step.ts';

/** What a passage is about stands around it. */
export const words: Step = {
  name: 'words',
  note: 'words of the question in the passage and the two to each side',
  add: ({ words: found }, weight, sums) => addFindings(found, weight, sums),
};

/** "I am writing the next chapter, could you ...": of many words those count that are there, however many are not. */
export const wordsOfLongQuestion: Step = {
  name: 'words_of_long_question',
  note: 'the same, and the question is long',
  add: ({ words: found, question }, weight, sums) => {
    if (question.words.length > LONG_QUESTION_WORDS) addFindings(found, weight, sums);
  },
};
