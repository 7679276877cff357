import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import type { CorpusDocument } from '../../src/contract/corpus.ts';
import { bm25 } from '../../src/retrieval/bm25.ts';
import { toScore } from '../../src/retrieval/score.ts';
import { UserIndex } from '../../src/retrieval/user-index.ts';
import { spokenText } from '../../src/text/speaker.ts';
import { termsOf } from '../../src/text/terms.ts';
import { knowledge, message } from '../support/fake-corpus.ts';

const SEED = 20_261_123;
const WORDS = ['apple', 'banana', 'cherry', 'date', 'elder', 'fig', 'grape', 'the', 'Zoë:', '苹果'];

/** Okapi BM25 as it stands in the textbook, with Lucene's form of the inverse document frequency. */
const reference = (documents: readonly CorpusDocument[], question: readonly string[]): Map<string, number> => {
  const texts = documents.map((document) => termsOf(spokenText(document, document.content)));
  const averageLength = texts.reduce((sum, terms) => sum + terms.length, 0) / (documents.length || 1) || 1;
  const scores = new Map<string, number>();
  documents.forEach(({ kind, key }, i) => {
    const terms = texts[i] ?? [];
    for (const term of new Set(question)) {
      const count = terms.filter((other) => other === term).length;
      if (count === 0) continue;
      const holders = texts.filter((other) => other.includes(term)).length;
      const idf = Math.log(1 + (documents.length - holders + 0.5) / (holders + 0.5));
      const weight = (count * 2.2) / (count + 1.2 * (0.25 + (0.75 * terms.length) / averageLength));
      scores.set(`${kind}:${key}`, (scores.get(`${kind}:${key}`) ?? 0) + idf * weight);
    }
  });
  return scores;
};

const indexOf = (documents: readonly CorpusDocument[]): UserIndex => {
  const index = new UserIndex();
  for (const document of documents) index.add(document);
  return index;
};

/** The scores of an index by the names of documents. */
const scoresOf = (index: UserIndex, question: readonly string[]): Map<string, number> =>
  new Map(
    [...bm25(index, question)].map(([slot, score]) => {
      const document = index.document(slot);
      return [`${document?.kind}:${document?.key}`, score];
    }),
  );

const expectSame = (actual: ReadonlyMap<string, number>, expected: ReadonlyMap<string, number>): void => {
  expect([...actual.keys()].sort()).toEqual([...expected.keys()].sort());
  for (const [name, score] of expected) expect(actual.get(name)).toBeCloseTo(score, 10);
};

const content = fc.array(fc.constantFrom(...WORDS), { maxLength: 12 }).map((words) => words.join(' '));
const question = fc.array(fc.constantFrom(...WORDS), { maxLength: 5 }).map((words) => termsOf(words.join(' ')));
const documents = fc
  .array(fc.tuple(content, fc.boolean()), { maxLength: 30 })
  .map((items) =>
    items.map(([text, known], i) => (known ? knowledge(i, text) : message(i, text, { usualSpeaker: 'Ada' }))),
  );

describe('BM25', () => {
  test('is the textbook formula, for any memory and any question', () => {
    fc.assert(
      fc.property(documents, question, (items, terms) => {
        expectSame(scoresOf(indexOf(items), terms), reference(items, terms));
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  test('counts what is there now: documents that changed or went leave no trace in any score', () => {
    fc.assert(
      fc.property(documents, documents, fc.array(fc.nat(29)), question, (before, after, gone, terms) => {
        const index = indexOf(before);
        for (const item of after) index.add(item);
        for (const key of gone) for (const kind of ['message', 'knowledge'] as const) index.retract({ kind, key });
        const names = new Set(gone);
        const left = new Map([...before, ...after].map((item) => [`${item.kind}:${item.key}`, item]));
        const items = [...left.values()].filter(({ key }) => !names.has(key));
        expectSame(scoresOf(index, terms), reference(items, terms));
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  test('is above nothing for every document that holds a term, and names no other', () => {
    fc.assert(
      fc.property(documents, question, (items, terms) => {
        const index = indexOf(items);
        for (const [slot, score] of bm25(index, terms)) {
          expect(score).toBeGreaterThan(0);
          expect(index.document(slot)).not.toBeNull();
        }
      }),
      { seed: SEED },
    );
  });

  test('does not care how often or in which order the question says a term', () => {
    const index = indexOf(['apple pie', 'banana pie', 'cherry'].map((text, i) => message(i, text)));
    const once = scoresOf(index, termsOf('apple pie'));
    expect(scoresOf(index, termsOf('pie apple pie pie apple'))).toEqual(once);
  });

  test('prefers rare words, short texts and repeats', () => {
    const texts = ['apple', 'apple banana cherry date elder fig', 'banana', 'banana', 'banana apple apple apple'];
    const scores = scoresOf(indexOf(texts.map((text, i) => message(i, text))), termsOf('apple'));
    expect(scores.get('message:0')).toBeGreaterThan(scores.get('message:1') ?? 0);
    expect(scores.get('message:4')).toBeGreaterThan(scores.get('message:1') ?? 0);
    const mixed = scoresOf(indexOf(texts.map((text, i) => message(i, text))), termsOf('cherry banana'));
    expect(mixed.get('message:1')).toBeGreaterThan(mixed.get('message:2') ?? 0);
  });

  test('is nothing in an empty memory, and for a question without words', () => {
    expect(bm25(new UserIndex(), ['apple']).size).toBe(0);
    expect(bm25(indexOf([message(1, 'apple')]), []).size).toBe(0);
    expect(bm25(indexOf([message(1, 'the of')]), ['apple']).size).toBe(0);
  });
});

describe('the score', () => {
  test('lies within 0 and 1 and grows with the sum', () => {
    const sum = fc.double({ min: 0, max: 500, noNaN: true });
    fc.assert(
      fc.property(sum, sum, (one, other) => {
        const [low, high] = one < other ? [one, other] : [other, one];
        expect(toScore(low)).toBeGreaterThanOrEqual(0);
        expect(toScore(high)).toBeLessThanOrEqual(1);
        expect(toScore(low)).toBeLessThanOrEqual(toScore(high));
      }),
      { seed: SEED, numRuns: 1_000 },
    );
  });

  test('tells sums apart where questions are answered', () => {
    const sums = [0, 0.5, 1, 2, 4, 8, 16, 32];
    const scores = sums.map(toScore);
    expect(scores).toEqual(scores.toSorted((a, b) => a - b));
    expect(new Set(scores).size).toBe(sums.length);
  });

  test('stays a number at the ends of the range', () => {
    for (const sum of [0, Number.MAX_VALUE, Number.POSITIVE_INFINITY, -Number.MAX_VALUE]) {
      expect(toScore(sum)).toBeWithin(0, 1.000001);
    }
  });
});
