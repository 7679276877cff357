import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { askedOf, MARK, marksOf, passageMarksOf } from '../../src/text/marks.ts';

const SEED = 20_261_123;

/** All marks of a text. */
const marks = (text: string, role: string | null): number => marksOf(text, role) | passageMarksOf(text, role);

/** The names of the marks of a text. */
const named = (text: string, role: string | null = null): string[] =>
  Object.entries(MARK)
    .filter(([, bit]) => (marks(text, role) & bit) !== 0)
    .map(([name]) => name);

describe('the marks of a message', () => {
  test.each([
    ['', []],
    ['🦊', []],
    ['It rained.', []],
    ['Is it raining?', ['endsAsking', 'onlyAsks']],
    ['Is it raining?!" 🦊', ['endsAsking', 'onlyAsks']],
    ['Really? It rained.', []],
    ['I moved, which tram do I take?', ['endsAsking', 'firstPerson']],
    ['That is mine', ['firstPerson']],
    ['An iron mill', []],
    ['See you tomorrow', ['time']],
    ['It was in 1999', ['time', 'number']],
    ['It costs 12 euros', ['number']],
    ['There were several', ['number']],
    ['They met Melanie there', ['name']],
    ['They met Émile there', ['name']],
    ['The dog barked. Then it slept', []],
    ['Melanie left', []],
    ['你好吗？', ['endsAsking', 'onlyAsks']],
    ['你好吗？我很好', []],
    ['كيف حالك؟', ['endsAsking', 'onlyAsks']],
    ['كيف حالك؟ بخير', []],
    ['I do not know what it is called.', ['firstPerson']],
  ])('%j are %j', (text, marks) => {
    expect(named(text)).toEqual(marks);
  });

  test.each([
    ['assistant', 'I do not know what it is called.', ['firstPerson', 'answersNothing']],
    ['assistant', 'I do not know. Do you?', ['endsAsking', 'firstPerson', 'answersNothing']],
    ['assistant', 'I prefer tea now.', ['firstPerson']],
    ['user', 'I do not know what it is called.', ['firstPerson']],
    ['user', 'I prefer tea now.', ['firstPerson', 'preference', 'change']],
  ])('of the %s: %j are %j', (role, text, marks) => {
    expect(named(text, role)).toEqual(marks);
  });

  test('are those bits and no others, for any text', () => {
    const all = Object.values(MARK).reduce((bits, bit) => bits | bit, 0);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(marks(text, 'user') & ~all).toBe(0);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  test('show that a text ends by asking, and none that asks before', () => {
    const text = fc.array(fc.constantFrom('?', '？', 'a', ' ', '.', '!', '\n', '好')).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (said) => {
        const marks = named(said);
        expect(marks.includes('endsAsking')).toBe(/[?？]/.test(said.split(/[a好]/).at(-1) ?? ''));
      }),
      { seed: SEED, numRuns: 1_000 },
    );
  });
});

describe('what a question asks for', () => {
  const nothing = { time: false, number: false, name: false, self: false, other: false, now: false, past: false };

  test.each([
    ['', {}],
    ['Tell all about the trip', {}],
    ['When did Melanie paint?', { time: true, past: true }],
    ['Where does Melanie live now?', { name: true, now: true }],
    ['Which is the latest plan?', { name: true, now: true }],
    ['Is the snow deep?', {}],
    ['What year was that?', { time: true, past: true }],
    ['How long did it take?', { time: true, past: true }],
    ['How many dogs are there?', { number: true }],
    ['How old is the house?', { number: true }],
    ['Who called?', { name: true }],
    ['Where was the party?', { name: true, past: true }],
    ["What is the dog's name?", { name: true }],
    ['What do I like?', { self: true }],
    ['What is my address?', { self: true }],
    ['What did you recommend?', { other: true, past: true }],
    ['What did you tell me?', { other: true, past: true }],
    ['Where did I live before?', { name: true, self: true, past: true }],
    ['Whenever it rains', {}],
  ])('%j is %j', (question, asked) => {
    expect(askedOf(question)).toEqual({ ...nothing, ...asked });
  });
});
