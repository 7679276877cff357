import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import type { CorpusDocument } from '../../../src/contract/corpus.ts';
import { weighTerms } from '../../../src/retrieval/evidence/question-terms.ts';
import { Scratch } from '../../../src/retrieval/evidence/scratch.ts';
import { windowWords } from '../../../src/retrieval/evidence/window-words.ts';
import { UserIndex } from '../../../src/retrieval/index/user-index.ts';
import { termsOf } from '../../../src/text/terms.ts';
import { knowledge, message } from '../../support/retrieval/documents.ts';
import { anyContent, anyHistory, byName, indexAfter, indexOf, leftOf } from '../../support/retrieval/histories.ts';
import { PlainMemory } from '../../support/retrieval/plain-memory.ts';

const SEED = 20_261_123;

const shares = (index: UserIndex, question: readonly string[]): Map<string, number> =>
  byName(index, windowWords(index, weighTerms(index, question), new Scratch()).bySlot);

/** Messages of one conversation, in order. */
const conversation = (...texts: readonly string[]): CorpusDocument[] => texts.map((text, i) => message(i, text));
/** Messages of a conversation each, so that none stands near another. */
const strangers = (...texts: readonly string[]): CorpusDocument[] =>
  texts.map((text, i) => message(i, text, { sessionKey: i + 1 }));

const expectSame = (actual: ReadonlyMap<string, number>, expected: ReadonlyMap<string, number>): void => {
  expect([...actual.keys()].sort()).toEqual([...expected.keys()].sort());
  for (const [name, share] of expected) expect(actual.get(name)).toBeCloseTo(share, 5);
};

describe('the words around a turn', () => {
  test('count as the textbook formula does over windows of five turns, after any history, for any question', () => {
    fc.assert(
      fc.property(anyHistory, anyContent, (changes, text) => {
        const question = [...new Set(termsOf(text))];
        const expected = new PlainMemory(leftOf(changes)).words(question);
        expectSame(shares(indexAfter(changes, null), question), expected);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  test('give between 0 and 2.2, and nothing to what holds no word within reach', () => {
    fc.assert(
      fc.property(anyHistory, anyContent, (changes, text) => {
        const question = [...new Set(termsOf(text))];
        const memory = new PlainMemory(leftOf(changes));
        const found = shares(indexAfter(changes, null), question);
        for (const document of memory.documents) {
          const share = found.get(`${document.kind}:${document.key}`) ?? Number.NaN;
          const near = memory.window(document, 2).flatMap((turn) => memory.terms(turn));
          expect(share).toBeWithin(0, 2.2 + 1e-6);
          expect(share > 0).toBe(question.some((term) => near.includes(term)));
        }
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  test('reach two turns to each side, not three, and not into another session or knowledge', () => {
    const turns = ['x', 'x', 'x', 'apple', 'x', 'x', 'x'].map((text, i) => message(i, text));
    const others = [message(7, 'x', { sessionKey: 2 }), knowledge(8, 'x')];
    const found = shares(indexOf([...turns, ...others], null), termsOf('apple'));
    const reached = [...found].filter(([, share]) => share > 0).map(([name]) => name);
    expect(reached).toEqual(['message:1', 'message:2', 'message:3', 'message:4', 'message:5']);
  });

  test('do not care in which order the question says them', () => {
    const index = indexOf(conversation('apple pie', 'banana pie', 'cherry'), null);
    const once = shares(index, ['appl', 'pie']);
    expectSame(shares(index, ['pie', 'appl']), once);
  });

  test('tell most when they are rare, repeated, and in short texts', () => {
    const texts = ['apple', 'apple banana cherry date elder fig', 'banana', 'banana', 'banana apple apple apple'];
    const index = indexOf(strangers(...texts), null);
    const scores = shares(index, termsOf('apple'));
    expect(scores.get('message:0')).toBeGreaterThan(scores.get('message:1') ?? 0);
    expect(scores.get('message:4')).toBeGreaterThan(scores.get('message:1') ?? 0);
    const mixed = shares(index, termsOf('cherry banana'));
    expect(mixed.get('message:1')).toBeGreaterThan(mixed.get('message:2') ?? 0);
  });

  test('that nobody said lower the share of those that somebody did', () => {
    const index = indexOf(strangers('apple', 'banana'), null);
    const alone = shares(index, termsOf('apple')).get('message:0') ?? 0;
    expect(shares(index, termsOf('apple unheard')).get('message:0')).toBeWithin(0, alone);
  });

  test('are nothing in an empty memory, and for a question without words', () => {
    expect(shares(new UserIndex(null), ['apple']).size).toBe(0);
    expect([...shares(indexOf(conversation('apple'), null), []).values()]).toEqual([0]);
    expect([...shares(indexOf(conversation('the of'), null), ['apple']).values()]).toEqual([0]);
  });
});

describe('of a question with more than 64 terms', () => {
  const heard = Array.from({ length: 70 }, (_, i) => `heard${i}`);
  const unheard = Array.from({ length: 200 }, (_, i) => `unheard${i}`);

  test('those that somebody said are asked for, wherever in the question they stand', () => {
    const index = indexOf(strangers('heard1 heard2', 'heard3', 'x'), null);
    const { known } = weighTerms(index, [...unheard, 'heard1', 'heard2', 'heard3']);
    expect(known).toHaveLength(3);
  });

  test('the most telling 64 are asked for, and no more', () => {
    const common = Array.from({ length: 6 }, (_, i) => `common${i}`);
    const documents = strangers(heard.join(' '), ...Array.from({ length: 9 }, () => common.join(' ')));
    const index = indexOf(documents, null);
    const { known, total } = weighTerms(index, [...common, ...heard]);
    expect(known).toHaveLength(64);
    expect(new Set(known.map(({ idf }) => idf)).size).toBe(1);
    expect(total).toBeCloseTo(64 * (known[0]?.idf ?? 0), 6);
  });
});
