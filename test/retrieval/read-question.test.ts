import { expect, test } from 'bun:test';
import { readQuestion } from '../../src/retrieval/question.ts';
import { NOW } from '../support/retrieval/asking.ts';
import { indexOf } from '../support/retrieval/histories.ts';

test.each([
  ['Where does Ada live?', false],
  ['Where was Ada?', true],
  // A time that is over.
  ['Which plan is the one of March 2023?', true],
  ['Welcher Plan ist der von März 2023?', true],
  ['Which plan is the one of last week?', true],
  // A time that may be to come, that is now, or that lasts up to now.
  ['Which plan is the one for May?', false],
  ['Which plan is the one of this week?', false],
  ['Which plans have been made since March 2023?', false],
])('%j asks for what was: %j', (text, isPast) => {
  expect(readQuestion(text, indexOf([], null), NOW).asked.past).toBe(isPast);
});
