import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { languageOf } from '../../src/text/languages.ts';
import { MARK, marksOf, passageMarksOf } from '../../src/text/marks.ts';

const SEED = 20_261_123;

/** All marks of a text. */
const marks = (text: string, role: string | null): number => {
  const language = languageOf(text);
  return marksOf(text, role, language) | passageMarksOf(text, role, language);
};

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
    ['你好吗？我很好', ['firstPerson']],
    ['Ich bin am 3. Mai gezogen', ['firstPerson', 'time', 'number']],
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
