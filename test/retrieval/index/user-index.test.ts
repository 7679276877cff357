import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { UserIndex } from '../../../src/retrieval/index/user-index.ts';
import { knowledge, message } from '../../support/retrieval/documents.ts';
import {
  anyHistory,
  type Change,
  indexAfter,
  indexOf,
  leftOf,
  nameOf,
  WORDS,
} from '../../support/retrieval/histories.ts';
import { dot, onGround, PlainMemory, sumOfVectors } from '../../support/retrieval/plain-memory.ts';
import { realMeaning } from '../../support/retrieval/real-meaning.ts';

const SEED = 20_261_123;
const meaning = realMeaning();
const WINDOWS = ['square', 'link', 'wideSquare'] as const;

/** Runs a check against an index after a history, and closes it. */
const withIndex = (changes: readonly Change[], check: (index: UserIndex) => void): void => {
  const index = indexAfter(changes, meaning);
  try {
    check(index);
  } finally {
    index.close();
  }
};

const slotsOf = (index: UserIndex): Map<string, number> => {
  const slots = new Map<string, number>();
  for (let slot = 0; slot < index.slotCount; slot += 1) {
    const document = index.document(slot);
    if (document) slots.set(nameOf(document), slot);
  }
  return slots;
};

/** Everything that the index knows of each document by whole numbers, by name. */
const viewOf = (index: UserIndex) => {
  const { arrays } = index.columns;
  const at = (slot: number | undefined): string | null => {
    const document = slot === undefined || slot < 0 ? null : index.document(slot);
    return document && nameOf(document);
  };
  const documents = [...slotsOf(index)].map(([name, slot]) => ({
    name,
    ...index.document(slot),
    before: at(arrays.previous[slot]),
    after: at(arrays.next[slot]),
    marks: arrays.marks[slot],
    saying: arrays.saying[slot],
    length: arrays.length[slot],
    windowLength: arrays.windowLength[slot],
    sessionLength: index.sessions.lengths[arrays.session[slot] ?? -1],
  }));
  return {
    documents: documents.toSorted((a, b) => a.name.localeCompare(b.name)),
    size: index.size,
    averageWindowLength: index.averageWindowLength,
    sessions: index.sessions.live,
    averageSessionLength: index.sessions.averageLength,
  };
};

const vectorOf = (index: UserIndex, slot: number): number[] => {
  const { components, scale } = index.vectors?.read(slot) ?? { components: [], scale: 0 };
  return Array.from(components, (x) => x * scale);
};

describe('a user index', () => {
  test('after any history is the one that is built afresh from what is left', () => {
    fc.assert(
      fc.property(anyHistory, (changes) => {
        withIndex(changes, (index) => {
          const fresh = indexOf(leftOf(changes), meaning);
          expect(viewOf(index)).toEqual(viewOf(fresh));
          expect(index.slotCount).toBe(changes.filter((taken) => 'add' in taken).length);
          fresh.close();
        });
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  test('has lengths, neighbours and averages as they are counted from the documents', () => {
    fc.assert(
      fc.property(anyHistory, (changes) => {
        withIndex(changes, (index) => {
          const memory = new PlainMemory(leftOf(changes));
          const view = viewOf(index);
          expect(view.documents.map(({ name }) => name)).toEqual(memory.documents.map(nameOf).sort());
          for (const document of memory.documents) {
            const { before = null, after = null } = { before: memory.before(document), after: memory.after(document) };
            expect(view.documents.find(({ name }) => name === nameOf(document))).toMatchObject({
              sessionKey: document.sessionKey,
              role: document.role,
              createdAt: document.createdAt,
              before: before && nameOf(before),
              after: after && nameOf(after),
              length: memory.terms(document).length,
              windowLength: memory.windowLength(document),
              sessionLength: memory.session(document).flatMap((turn) => memory.terms(turn)).length,
            });
          }
          expect(view.averageWindowLength).toBeCloseTo(memory.averageWindowLength(), 9);
          expect(view.sessions).toBe(
            new Set(memory.documents.map((each) => nameOf(memory.session(each)[0] ?? each))).size,
          );
        });
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  test('has the norms of windows as the vectors of today add up to them', () => {
    fc.assert(
      fc.property(anyHistory, (changes) => {
        withIndex(changes, (index) => {
          const memory = new PlainMemory(leftOf(changes));
          const slots = slotsOf(index);
          const { arrays } = index.columns;
          // A vector of one model has no product with one of the other.
          const vector = (of: (typeof memory.documents)[number]) => {
            const slot = slots.get(nameOf(of)) ?? -1;
            return onGround(arrays.ground[slot] as number, vectorOf(index, slot));
          };
          for (const document of memory.documents) {
            const slot = slots.get(nameOf(document)) ?? -1;
            const own = vector(document);
            const before = memory.before(document);
            const wide = sumOfVectors(memory.window(document, 2).map(vector));
            const expected = {
              square: dot(own, own),
              link: before ? dot(own, vector(before)) : 0,
              wideSquare: dot(wide, wide),
            };
            const tolerance = 1e-5 * (1 + expected.wideSquare);
            for (const name of WINDOWS) {
              expect(Math.abs((arrays[name][slot] ?? Number.NaN) - expected[name])).toBeLessThan(tolerance);
            }
          }
        });
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  test('holds the vector of each document as it is spoken, to the rounding of a byte', () => {
    const said = message(1, 'I like tea.', { name: 'Ada' });
    withIndex([{ add: said }], (index) => {
      const exact = Array.from(meaning.read('Ada: I like tea.').sum);
      const largest = Math.max(...exact.map(Math.abs));
      vectorOf(index, 0).forEach((x, k) => {
        expect(Math.abs(x - (exact[k] ?? 0))).toBeLessThanOrEqual(largest / 127 / 2 + 1e-6);
      });
    });
  });

  test('never shrinks its estimate of memory while it grows, and starts near nothing', () => {
    const index = new UserIndex(meaning);
    let before = index.bytes;
    expect(before).toBeLessThan(4_096);
    for (let i = 0; i < 500; i += 1) {
      index.add(message(i, `word${i} ${WORDS[i % WORDS.length]}`));
      expect(index.bytes).toBeGreaterThan(before);
      before = index.bytes;
    }
    index.close();
  });

  test('asks to be built anew when a quarter of its slots is left behind, and not while it is small', () => {
    const index = new UserIndex(null);
    for (let i = 0; i < 1_000; i += 1) index.add(message(i, 'apple'));
    for (let i = 0; i < 1_000; i += 1) index.retract({ kind: 'message', key: i });
    expect(index.worn).toBe(false);
    const large = new UserIndex(null);
    for (let i = 0; i < 2_000; i += 1) large.add(message(i, 'apple'));
    for (let i = 0; i < 500; i += 1) large.retract({ kind: 'message', key: i });
    expect(large.worn).toBe(false);
    large.retract({ kind: 'message', key: 500 });
    expect(large.worn).toBe(true);
  });

  test('takes a retraction of what it does not hold, and one twice, for done', () => {
    const index = indexOf([message(1, 'apple')], null);
    for (let i = 0; i < 2; i += 1) {
      index.retract({ kind: 'knowledge', key: 1 });
      index.retract({ kind: 'session', key: 9 });
    }
    expect([index.size, index.averageWindowLength, index.sessions.live]).toEqual([1, 1, 1]);
    for (let i = 0; i < 2; i += 1) index.retract({ kind: 'message', key: 1 });
    expect([index.size, index.averageWindowLength, index.sessions.live]).toEqual([0, 0, 0]);
  });

  test('keeps a message and a knowledge item of the same key apart', () => {
    const index = indexOf([message(1, 'apple'), knowledge(1, 'banana')], null);
    index.retract({ kind: 'message', key: 1 });
    expect([index.document(0), index.document(1)?.kind]).toEqual([null, 'knowledge']);
  });
});
