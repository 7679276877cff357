import { expect } from 'bun:test';
import fc from 'fast-check';
import type { SearchAnswer } from '../../../src/retrieval/search.ts';
import type { ChangingMemory, Saying } from './changing-memory.ts';
import { anyContent } from './histories.ts';

type Change = (memory: ChangingMemory) => unknown;

const anySaying: fc.Arbitrary<Saying> = fc.record({
  session: fc.integer({ min: 1, max: 3 }),
  content: anyContent,
  role: fc.constantFrom('user', 'assistant', 'system'),
  name: fc.constantFrom(null, null, 'Bob Stone', 'Zoë'),
});

/** What can happen to a memory, to be chosen among. */
export const CHANGES: readonly fc.WeightedArbitrary<Change>[] = [
  {
    weight: 8,
    arbitrary: fc.array(anySaying, { minLength: 1, maxLength: 5 }).map(
      (round): Change =>
        (memory) =>
          memory.say(round),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.nat(), anyContent).map(
      ([pick, text]): Change =>
        (memory) =>
          memory.rewrite(pick, text),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.nat().map(
      (pick): Change =>
        (memory) =>
          memory.unsay(pick),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 1, max: 3 }).map(
      (session): Change =>
        (memory) =>
          memory.closeSession(session),
    ),
  },
  {
    weight: 1,
    arbitrary: anyContent.map(
      (text): Change =>
        (memory) =>
          memory.learn(text),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.nat().map(
      (pick): Change =>
        (memory) =>
          memory.unlearn(pick),
    ),
  },
  { weight: 1, arbitrary: fc.constant<Change>((memory) => memory.rename()) },
];

export const anyQuestions = fc.array(
  fc.tuple(anyContent, fc.constantFrom('', ' Bob', ' What did Zoë say?', ' When?')).map((parts) => parts.join('')),
  { minLength: 1, maxLength: 3 },
);

const scoresOf = ({ found }: SearchAnswer): Map<string, number> =>
  new Map(found.map(({ kind, key, score }) => [`${kind}:${key}`, score]));

/** The same documents by the same scores, but for the last digits of sums that were added up in another order. */
export const expectSame = (answer: SearchAnswer, expected: SearchAnswer): void => {
  const [scores, wanted] = [scoresOf(answer), scoresOf(expected)];
  expect([...scores.keys()].toSorted()).toEqual([...wanted.keys()].toSorted());
  for (const [name, score] of wanted) expect(scores.get(name)).toBeCloseTo(score, 4);
  const places = [...wanted.values()];
  for (const [i, score] of [...scores.values()].entries()) expect(score).toBeCloseTo(places[i] ?? Number.NaN, 4);
};
