import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import type { CorpusDocument } from '../../../src/contract/corpus.ts';
import { weighTerms } from '../../../src/retrieval/evidence/question-terms.ts';
import { Scratch } from '../../../src/retrieval/evidence/scratch.ts';
import { windowWords } from '../../../src/retrieval/evidence/window-words.ts';
import { UserIndex } from '../../../src/retrieval/index/user-index.ts';
import { type AskedWord, askedWords } from '../../../src/text/terms.ts';
import { knowledge, message } from '../../support/retrieval/documents.ts';
import { anyContent, anyHistory, byName, indexAfter, indexOf, leftOf } from '../../support/retrieval/histories.ts';
import { PlainMemory } from '../../support/retrieval/plain-memory.ts';

const SEED = 20_261_123;

const shares = (index: UserIndex, question: readonly AskedWord[]): Map<string, number> =>
  byName(index, windowWords(index, weighTerms(index, question), new Scratch()).bySlot);

const asked = (question: string): AskedWord[] => askedWords(question, []);

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
        const question = askedWords(text, []);
        const expected = new PlainMemory(leftOf(changes)).words(question);
        expectSame(shares(indexAfter(changes, null), question), expected);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  test('give between 0 and 2.2, and nothing to what holds no word within reach', () => {
    fc.assert(
      fc.property(anyHistory, anyContent, (changes, text) => {
        const question = askedWords(text, []);
        const memory = new PlainMemory(leftOf(changes));
        const found = shares(indexAfter(changes, null), question);
        for (const document of memory.documents) {
          const share = found.get(`${document.kind}:${document.key}`) ?? Number.NaN;
          const near = memory.window(document, 2).flatMap((turn) => memory.terms(turn));
          expect(share).toBeWithin(0, 2.2 + 1e-6);
          expect(share > 0).toBe(question.some(({ terms }) => terms.some((term) => near.includes(term))));
        }
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  test('reach two turns to each side, not three, and not into another session or knowledge', () => {
    const turns = ['x', 'x', 'x', 'apple', 'x', 'x', 'x'].map((text, i) => message(i, text));
    const others = [message(7, 'x', { sessionKey: 2 }), knowledge(8, 'x')];
    const found = shares(indexOf([...turns, ...others], null), asked('apple'));
    const reached = [...found].filter(([, share]) => share > 0).map(([name]) => name);
    expect(reached).toEqual(['message:1', 'message:2', 'message:3', 'message:4', 'message:5']);
  });

  test('do not care in which order the question says them', () => {
    const index = indexOf(conversation('apple pie', 'banana pie', 'cherry'), null);
    const once = shares(index, asked('apple pie'));
    expectSame(shares(index, asked('pie apple')), once);
  });

  test('tell most when they are rare, repeated, and in short texts', () => {
    const texts = ['apple', 'apple banana cherry date elder fig', 'banana', 'banana', 'banana apple apple apple'];
    const index = indexOf(strangers(...texts), null);
    const scores = shares(index, asked('apple'));
    expect(scores.get('message:0')).toBeGreaterThan(scores.get('message:1') ?? 0);
    expect(scores.get('message:4')).toBeGreaterThan(scores.get('message:1') ?? 0);
    const mixed = shares(index, asked('cherry banana'));
    expect(mixed.get('message:1')).toBeGreaterThan(mixed.get('message:2') ?? 0);
  });

  test('that nobody said lower the share of those that somebody did', () => {
    const index = indexOf(strangers('apple', 'banana'), null);
    const alone = shares(index, asked('apple')).get('message:0') ?? 0;
    expect(shares(index, asked('apple unheard')).get('message:0')).toBeWithin(0, alone);
  });

  test('are nothing in an empty memory, and for a question without words', () => {
    expect(shares(new UserIndex(null), asked('apple')).size).toBe(0);
    expect([...shares(indexOf(conversation('apple'), null), []).values()]).toEqual([0]);
    expect([...shares(indexOf(conversation('the of'), null), asked('apple')).values()]).toEqual([0]);
  });
});

describe('of a question with more than 64 words', () => {
  /** A number in letters: a word with digits has parts that are words as well. */
  const lettersOf = (i: number): string => `${String.fromCharCode(97 + (i >> 4))}${String.fromCharCode(97 + (i & 15))}`;
  const heard = Array.from({ length: 70 }, (_, i) => `heard${lettersOf(i)}`);
  const unheard = Array.from({ length: 200 }, (_, i) => `unheard${lettersOf(i)}`);

  test('those that somebody said are asked for, wherever in the question they stand', () => {
    const index = indexOf(strangers('heardab heardac', 'heardad', 'x'), null);
    const { known } = weighTerms(index, asked([...unheard, 'heardab', 'heardac', 'heardad'].join(' ')));
    expect(known).toHaveLength(3);
  });

  test('the most telling 64 are asked for, and no more', () => {
    const common = Array.from({ length: 6 }, (_, i) => `common${lettersOf(i)}`);
    const documents = strangers(heard.join(' '), ...Array.from({ length: 9 }, () => common.join(' ')));
    const index = indexOf(documents, null);
    const { known, total } = weighTerms(index, asked([...common, ...heard].join(' ')));
    expect(known).toHaveLength(64);
    expect(new Set(known.map(({ idf }) => idf)).size).toBe(1);
    expect(total).toBeCloseTo(64 * (known[0]?.idf ?? 0), 6);
  });
});
