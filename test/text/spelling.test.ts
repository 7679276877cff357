import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { mistakesBetween, mistakesIn, slipsOf } from '../../src/text/spelling.ts';

const SEED = 20_261_130;

/** The restricted distance of Damerau and Levenshtein, by its definition. */
const plainly = (one: string, other: string): number => {
  if (one === '' || other === '') return one.length + other.length;
  const [a, b] = [one.slice(0, -1), other.slice(0, -1)];
  const ways = [plainly(a, b) + (one.at(-1) === other.at(-1) ? 0 : 1), plainly(a, other) + 1, plainly(one, b) + 1];
  const isSwap = one.length > 1 && other.length > 1 && one.at(-1) === other.at(-2) && one.at(-2) === other.at(-1);
  if (isSwap) ways.push(plainly(one.slice(0, -2), other.slice(0, -2)) + 1);
  return Math.min(...ways);
};

describe('typing errors', () => {
  test('between two words are as many as by the definition, as far as one counts', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });
    fc.assert(
      fc.property(word, word, fc.integer({ min: 1, max: 3 }), (one, other, most) => {
        expect(mistakesBetween(one, other, most)).toBe(Math.min(plainly(one, other), most + 1));
      }),
      { seed: SEED, numRuns: 1_000 },
    );
  });

  test.each([
    ['dauhgter', 'daughter', 1],
    ['phisiotherapist', 'physiotherapist', 1],
    ['aberystwith', 'aberystwyth', 1],
    ['recieve', 'receive', 1],
    ['accomodaton', 'accommodation', 2],
    ['ставка', 'стака', 1],
  ])('make %s of %s: %i', (one, other, mistakes) => {
    expect(mistakesBetween(one, other, 2)).toBe(mistakes);
    expect(mistakesBetween(other, one, 2)).toBe(mistakes);
  });

  test('are made out in words of five letters, two in words of eight, and in nothing that is no word', () => {
    const most = ['word', 'words', 'wording', 'wordings', '12345', 'ax20391', '🐢🐢🐢🐢🐢', ''].map(mistakesIn);
    expect(most).toEqual([0, 1, 1, 2, 0, 0, 0, 0]);
  });

  test('that are slips of the hand are mended in every place, each by one mistake', () => {
    expect(slipsOf('insurnace')).toContain('insurance');
    expect(slipsOf('aniversary')).toContain('anniversary');
    expect(slipsOf('shellffish')).toContain('shellfish');
    for (const slip of slipsOf('insurnace')) expect(mistakesBetween('insurnace', slip, 2)).toBe(1);
    expect(slipsOf('')).toEqual([]);
  });
});
