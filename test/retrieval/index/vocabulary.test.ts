import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { Postings } from '../../../src/retrieval/index/postings.ts';
import { STEMS } from '../../../src/retrieval/index/term-tables.ts';
import { type Patience, Vocabulary } from '../../../src/retrieval/index/vocabulary.ts';
import { beginsAsCompound, endsAsCompound } from '../../../src/text/compounds.ts';
import { mistakesBetween, mistakesIn } from '../../../src/text/spelling.ts';

const SEED = 20_261_130;
const patient = () => ({ left: Number.POSITIVE_INFINITY });

/** Postings of documents with a term each, put together after every so many. */
const wordsOf = (terms: readonly string[], together = 7): Postings<string, Uint8Array> => {
  const words = new Postings(STEMS);
  for (const [slot, term] of terms.entries()) {
    words.add(term, slot, 1);
    if (slot % together === together - 1) words.compact();
  }
  return words;
};

const holdersOf = (terms: readonly string[], one: string): number => terms.filter((term) => term === one).length;

const lettersOf = (...letters: string[]) =>
  fc.string({ unit: fc.constantFrom(...letters), minLength: 4, maxLength: 9 });
const script = fc.constantFrom(lettersOf('a', 'b'), lettersOf('и', 'т'), lettersOf('ا', 'ب'));

describe('compounds of a part', () => {
  test('are those that a walk over all terms finds, and how many hold them', () => {
    const terms = fc.array(fc.string({ unit: fc.constantFrom('ba', 'no', 'mi'), maxLength: 6 }).filter(Boolean), {
      maxLength: 60,
    });
    const part = fc.string({ unit: fc.constantFrom('ba', 'no'), minLength: 2, maxLength: 3 });
    fc.assert(
      fc.property(terms, part, (all, asked) => {
        const isCompound = (term: string) => endsAsCompound(term, asked) || beginsAsCompound(term, asked);
        const expected = [...new Set(all)].filter(isCompound).map((term) => ({ term, holders: holdersOf(all, term) }));
        const byTerm = (a: { term: string }, b: { term: string }) => (a.term < b.term ? -1 : 1);
        expect(new Vocabulary(wordsOf(all)).compoundsOf(asked, patient()).sort(byTerm)).toEqual(expected.sort(byTerm));
      }),
      { seed: SEED, numRuns: 500 },
    );
  });
});

describe('misspellings of a word', () => {
  test('are those that a walk over all terms finds, nearest and most held first, in any script', () => {
    const memory = script.chain((word) => fc.tuple(fc.array(word, { maxLength: 60 }), word));
    let found = 0;
    fc.assert(
      fc.property(memory, ([all, asked]) => {
        const isNear = (term: string): boolean => {
          const most = Math.min(mistakesIn(asked), mistakesIn(term));
          const mistakes = mistakesBetween(asked, term, 2);
          const begins = term[0] === asked[0] || (term[0] === asked[1] && term[1] === asked[0]);
          return mistakes > 0 && mistakes <= most && begins;
        };
        const expected = [...new Set(all)]
          .filter(isNear)
          .map((term) => ({ term, holders: holdersOf(all, term), mistakes: mistakesBetween(asked, term, 2) }))
          .sort((a, b) => a.mistakes - b.mistakes || b.holders - a.holders || (a.term < b.term ? -1 : 1));
        expect(new Vocabulary(wordsOf(all)).misspellingsOf(asked, patient())).toEqual(expected);
        found += expected.length;
      }),
      { seed: SEED, numRuns: 500 },
    );
    expect(found).toBeGreaterThan(50);
  });
});

describe('in a memory of many different terms', () => {
  const letters = 'abcdefghijklmnopqrst';
  const terms = Array.from(
    { length: 8_000 },
    (_, i) =>
      `${letters[i % 20]}${letters[(i * 7) % 20]}u${letters[((i / 20) | 0) % 20]}e${letters[(i / 400) | 0]}ingo`,
  );
  const words = wordsOf(terms, terms.length);
  const vocabulary = new Vocabulary(words);
  const own = new Vocabulary(wordsOf(terms, terms.length + 1));
  const different = new Set(terms).size;

  const looksOf = (look: (patience: { left: number }) => unknown): number => {
    const patience = { left: 1_000_000 };
    look(patience);
    return 1_000_000 - patience.left;
  };

  test('a few are looked at for a word: those with its first letter, or with its end', () => {
    expect(different).toBeGreaterThan(4_000);
    for (const each of [vocabulary, own]) {
      expect(looksOf((patience) => each.misspellingsOf('acudexngo', patience))).toBeLessThan(different / 8);
      expect(looksOf((patience) => each.compoundsOf('termin', patience))).toBeLessThan(different / 10);
    }
  });

  test('no more are looked at than patience is left', () => {
    const looks: ((each: Vocabulary, patience: Patience) => unknown)[] = [
      (each, patience) => each.misspellingsOf('acudeaingo', patience),
      (each, patience) => each.compoundsOf('ingo', patience),
      (each, patience) => each.isHeld('acudeaingo', patience),
    ];
    for (const each of [vocabulary, own]) {
      for (const look of looks) {
        const patience = { left: 1 };
        look(each, patience);
        expect(patience.left).toBeWithin(-12, 1);
        const { left } = patience;
        look(each, patience);
        expect(patience.left).toBe(left);
      }
    }
  });

  test('what is added later is found, also once all was put together', () => {
    const some = wordsOf(['anniversari'], 9);
    const later = new Vocabulary(some);
    const found = () => later.misspellingsOf('aniversari', patient()).map(({ term, holders }) => [term, holders]);
    expect(later.bytes).toBe(0);
    expect(found()).toEqual([['anniversari', 1]]);
    expect(later.bytes).toBeGreaterThan(0);
    some.add('aniversary', 1, 1);
    expect(found()).toEqual([
      ['aniversary', 1],
      ['anniversari', 1],
    ]);
    some.compact();
    expect(later.bytes).toBe(0);
    some.add('anniversari', 2, 1);
    expect(found()).toEqual([
      ['anniversari', 2],
      ['aniversary', 1],
    ]);
  });

  test('to ask whether a term is held keeps nothing of it', () => {
    const { bytes } = words;
    expect(vocabulary.isHeld(terms[5] as string, patient())).toBe(true);
    expect(vocabulary.isHeld('unheard', patient())).toBe(false);
    expect(words.bytes).toBe(bytes);
  });
});
