import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import type { CorpusDocument, Retraction } from '../../src/contract/corpus.ts';
import { bm25 } from '../../src/retrieval/bm25.ts';
import { PostingList } from '../../src/retrieval/posting-list.ts';
import { UserIndex } from '../../src/retrieval/user-index.ts';
import { knowledge, message } from '../support/fake-corpus.ts';

const SEED = 20_261_123;
const WORDS = ['apple', 'banana', 'cherry', 'date', 'elder'];

type Step = { readonly add: CorpusDocument } | { readonly retract: Retraction };

const content = fc.array(fc.constantFrom(...WORDS), { maxLength: 6 }).map((words) => words.join(' '));
const key = fc.integer({ min: 1, max: 12 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc
    .tuple(key, content, fc.integer({ min: 1, max: 3 }))
    .map(([k, text, sessionKey]) => ({ add: message(k, text, { sessionKey }) })),
  fc.tuple(key, content).map(([k, text]) => ({ add: knowledge(k, text) })),
  fc
    .tuple(fc.constantFrom('message', 'knowledge', 'session'), key)
    .map(([kind, k]) => ({ retract: { kind, key: k } as Retraction })),
);

/** What is left of documents after these steps. */
const modelOf = (steps: readonly Step[]): CorpusDocument[] => {
  const documents = new Map<string, CorpusDocument>();
  for (const taken of steps) {
    if ('add' in taken) {
      const name = `${taken.add.kind}:${taken.add.key}`;
      documents.delete(name);
      documents.set(name, taken.add);
    } else if (taken.retract.kind === 'session') {
      for (const [name, { sessionKey }] of documents) if (sessionKey === taken.retract.key) documents.delete(name);
    } else {
      documents.delete(`${taken.retract.kind}:${taken.retract.key}`);
    }
  }
  return [...documents.values()];
};

const apply = (index: UserIndex, steps: readonly Step[]): UserIndex => {
  for (const taken of steps) {
    if ('add' in taken) index.add(taken.add);
    else index.retract(taken.retract);
  }
  return index;
};

const scoresOf = (index: UserIndex): unknown[] =>
  WORDS.map((word) =>
    [...bm25(index, [word])]
      .map(([slot, score]) => ({ ...index.document(slot), score: score.toFixed(9) }))
      .sort((a, b) => `${a.kind}:${a.key}`.localeCompare(`${b.kind}:${b.key}`)),
  );

describe('a user index', () => {
  test('after any adds and retractions finds what one built afresh finds', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const index = apply(new UserIndex(), steps);
        const left = modelOf(steps);
        const fresh = apply(
          new UserIndex(),
          left.map((document) => ({ add: document })),
        );
        expect(scoresOf(index)).toEqual(scoresOf(fresh));
        expect([index.size, index.averageLength]).toEqual([fresh.size, fresh.averageLength]);
        expect(index.slotCount).toBe(steps.filter((taken) => 'add' in taken).length);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  test('never shrinks its estimate of memory while it grows, and starts near nothing', () => {
    const index = new UserIndex();
    let before = index.bytes;
    expect(before).toBe(0);
    for (let i = 0; i < 500; i += 1) {
      index.add(message(i, `word${i} ${WORDS[i % WORDS.length]}`));
      expect(index.bytes).toBeGreaterThan(before);
      before = index.bytes;
    }
  });

  test('asks to be built anew when a quarter of its slots is left behind, and not while it is small', () => {
    const index = new UserIndex();
    for (let i = 0; i < 1_000; i += 1) index.add(message(i, 'apple'));
    for (let i = 0; i < 1_000; i += 1) index.retract({ kind: 'message', key: i });
    expect(index.worn).toBe(false);
    const large = new UserIndex();
    for (let i = 0; i < 2_000; i += 1) large.add(message(i, 'apple'));
    for (let i = 0; i < 500; i += 1) large.retract({ kind: 'message', key: i });
    expect(large.worn).toBe(false);
    large.retract({ kind: 'message', key: 500 });
    expect(large.worn).toBe(true);
  });

  test('takes a retraction of what it does not hold, and one twice, for done', () => {
    const index = apply(new UserIndex(), [{ add: message(1, 'apple') }]);
    for (let i = 0; i < 2; i += 1) {
      index.retract({ kind: 'knowledge', key: 1 });
      index.retract({ kind: 'session', key: 9 });
    }
    expect([index.size, index.averageLength]).toEqual([1, 1]);
    for (let i = 0; i < 2; i += 1) index.retract({ kind: 'message', key: 1 });
    expect([index.size, index.averageLength]).toEqual([0, 0]);
  });

  test('keeps a message and a knowledge item of the same key apart', () => {
    const index = apply(new UserIndex(), [{ add: message(1, 'apple') }, { add: knowledge(1, 'banana') }]);
    index.retract({ kind: 'message', key: 1 });
    expect(bm25(index, ['apple']).size).toBe(0);
    expect(bm25(index, ['banana']).size).toBe(1);
  });
});

describe('a posting list', () => {
  const entriesOf = (list: PostingList): [number, number][] => {
    const entries: [number, number][] = [];
    list.forEach((slot, frequency) => {
      entries.push([slot, frequency]);
    });
    return entries;
  };

  test('gives back what was added, in order, frequencies over 63 as 63', () => {
    const slots = fc.uniqueArray(fc.integer({ min: 0, max: 2 ** 26 - 1 }), { maxLength: 50 });
    const entries = fc
      .tuple(slots, fc.infiniteStream(fc.integer({ min: 1, max: 200 })))
      .map(([chosen, frequencies]) => {
        const ascending = chosen.toSorted((a, b) => a - b);
        return ascending.map((slot) => [slot, frequencies.next().value as number] as const);
      });
    fc.assert(
      fc.property(entries, (wanted) => {
        const list = new PostingList();
        for (const [slot, frequency] of wanted) list.add(slot, frequency);
        expect(entriesOf(list)).toEqual(wanted.map(([slot, frequency]) => [slot, Math.min(frequency, 63)]));
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  test('holds the highest slot there can be beside the highest frequency', () => {
    const list = new PostingList();
    list.add(2 ** 26 - 1, 63);
    expect(entriesOf(list)).toEqual([[2 ** 26 - 1, 63]]);
  });
});
