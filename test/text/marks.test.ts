import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { askedOf, MARK, marksOf } from '../../src/text/marks.ts';

const SEED = 20_261_123;

/** The names of the marks of a text. */
const named = (text: string): string[] =>
  Object.entries(MARK)
    .filter(([, bit]) => (marksOf(text) & bit) !== 0)
    .map(([name]) => name);

describe('the marks of a message', () => {
  test.each([
    ['', []],
    ['🦊', []],
    ['It rained.', []],
    ['Is it raining?', ['question', 'endsAsking', 'onlyAsks']],
    ['Is it raining?!" 🦊', ['question', 'endsAsking', 'onlyAsks']],
    ['Really? It rained.', ['question']],
    ['I moved, which tram do I take?', ['question', 'endsAsking', 'firstPerson']],
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
    ['你好吗？', ['question', 'endsAsking', 'onlyAsks']],
    ['你好吗？我很好', ['question']],
    ['كيف حالك؟', ['question', 'endsAsking', 'onlyAsks']],
    ['كيف حالك؟ بخير', ['question']],
    ['I do not know what it is called.', ['firstPerson', 'answersNothing']],
    ['I do not know. Do you?', ['question', 'endsAsking', 'firstPerson', 'answersNothing']],
  ])('%j are %j', (text, marks) => {
    expect(named(text)).toEqual(marks);
  });

  test('are those bits and no others, for any text', () => {
    const all = Object.values(MARK).reduce((bits, bit) => bits | bit, 0);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(marksOf(text) & ~all).toBe(0);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  test('of a text that ends by asking show that it asks', () => {
    const text = fc.array(fc.constantFrom('?', '？', 'a', ' ', '.', '!', '\n', '好')).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (said) => {
        const marks = named(said);
        if (marks.includes('endsAsking')) expect(marks).toContain('question');
        expect(marks.includes('endsAsking')).toBe(/[?？]/.test(said.split(/[a好]/).at(-1) ?? ''));
      }),
      { seed: SEED, numRuns: 1_000 },
    );
  });

  test.each([
    ['question marks', '?', 'a'],
    ['line ends', '\n', ''],
    ['blanks behind a full stop', ' ', 'A'],
    ['opening brackets', '(', 'A'],
    ['quotation marks', '. "', 'a'],
    ['capitals', 'A', ''],
    ['names', 'Aa ', ''],
    ['words', 'one may ', '?'],
  ])('of 100 KB of %s take no longer than a blink', (_, unit, end) => {
    const text = `a. ${unit.repeat(100_000 / unit.length)}${end}`;
    const startedMs = performance.now();
    marksOf(text);
    askedOf(text);
    expect(performance.now() - startedMs).toBeLessThan(200);
  });
});

describe('what a question asks for', () => {
  const nothing = { time: false, number: false, name: false, self: false, other: false, now: false };

  test.each([
    ['', {}],
    ['Tell all about the trip', {}],
    ['When did Melanie paint?', { time: true }],
    ['Where does Melanie live now?', { name: true, now: true }],
    ['Which is the latest plan?', { name: true, now: true }],
    ['Is the snow deep?', {}],
    ['What year was that?', { time: true }],
    ['How long did it take?', { time: true }],
    ['How many dogs are there?', { number: true }],
    ['How old is the house?', { number: true }],
    ['Who called?', { name: true }],
    ['Where was the party?', { name: true }],
    ["What is the dog's name?", { name: true }],
    ['What do I like?', { self: true }],
    ['What is my address?', { self: true }],
    ['What did you recommend?', { other: true }],
    ['What did you tell me?', { other: true }],
    ['Whenever it rains', {}],
  ])('%j is %j', (question, asked) => {
    expect(askedOf(question)).toEqual({ ...nothing, ...asked });
  });
});
