import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import type { UserIndex } from '../../../src/retrieval/index/user-index.ts';
import { bestOf, inRankOrder } from '../../../src/retrieval/ranking/candidates.ts';
import { withoutDuplicates } from '../../../src/retrieval/ranking/duplicates.ts';
import { evidenceOf } from '../../support/retrieval/asking.ts';
import { knowledge, message } from '../../support/retrieval/documents.ts';
import { indexOf, nameOf } from '../../support/retrieval/histories.ts';
import { realMeaning } from '../../support/retrieval/real-meaning.ts';

const SEED = 20_261_123;

const everything = (): boolean => true;
const namesOf = (index: UserIndex, found: readonly { readonly slot: number }[]): string[] =>
  found.map(({ slot }) => nameOf(index.document(slot) ?? { kind: 'nothing', key: slot }));

describe('the best documents', () => {
  test('are those at the top of all of them in order: by sum, then newer, then by key, messages before knowledge', () => {
    const item = fc.record({
      sum: fc.integer({ min: -2, max: 2 }),
      createdAt: fc.nat(2),
      isKnown: fc.boolean(),
      isGone: fc.boolean(),
      isWanted: fc.boolean(),
      isAbout: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(item, { maxLength: 60 }), fc.integer({ min: 1, max: 20 }), (items, count) => {
        const documents = items.map(({ createdAt, isKnown, isAbout }, i) => {
          const text = isAbout ? 'apple' : 'x';
          const key = Math.floor(i / 2);
          return isKnown !== (i % 2 === 0)
            ? { ...knowledge(key, text), createdAt }
            : message(key, text, { createdAt, sessionKey: i + 1 });
        });
        const index = indexOf(documents, null);
        for (const [i, { isGone }] of items.entries()) {
          const { kind, key } = documents[i] ?? { kind: 'message', key: -1 };
          if (isGone) index.retract({ kind, key });
        }
        const sums = Float32Array.from(items, ({ sum }) => sum);
        const wanted = (slot: number): boolean => items[slot]?.isWanted === true;
        const expected = items
          .flatMap((each, slot) => {
            const document = documents[slot];
            const stays = document && !each.isGone && each.isWanted && each.isAbout;
            return stays && index.document(slot) ? [{ ...document, slot, sum: each.sum }] : [];
          })
          .sort((a, b) => b.sum - a.sum || b.createdAt - a.createdAt || a.key - b.key || b.kind.localeCompare(a.kind))
          .slice(0, count)
          .map(({ slot, sum }) => ({ slot, sum }));
        expect(bestOf([evidenceOf(index, 'apple')], sums, count, wanted)).toEqual(expected);
        const ordered = [...inRankOrder([evidenceOf(index, 'apple')], sums, wanted)];
        expect(ordered.slice(0, count)).toEqual(expected);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  test('are only those that something speaks for: a word in or around them, a near word, or their meaning', () => {
    const meaning = realMeaning();
    const texts = ['We adopted a puppy.', 'x', 'The dog sleeps.', 'The invoice is overdue.', 'The train was late.'];
    const index = indexOf(
      texts.map((text, i) => message(i, text, { sessionKey: i + 1 })),
      meaning,
    );
    const found = bestOf([evidenceOf(index, 'dog')], new Float32Array(texts.length), 10, everything);
    expect(namesOf(index, found).sort()).toEqual(['message:0', 'message:2']);
    index.close();
  });

  test('are in order by the least difference in their sums, also beyond the scale', () => {
    const index = indexOf(
      Array.from({ length: 2_000 }, (_, i) => message(i, 'apple', { sessionKey: i + 1 })),
      null,
    );
    const sums = Float32Array.from({ length: 2_000 }, (_, i) => ((i * 7_919) % 2_000) / 1_000 + (i % 3) * 40 - 20);
    const ordered = [...inRankOrder([evidenceOf(index, 'apple')], sums, everything)];
    expect(ordered).toEqual(bestOf([evidenceOf(index, 'apple')], sums, 2_000, everything));
    expect(ordered).toHaveLength(2_000);
  });

  test('are none in an empty memory, and for no place', () => {
    const index = indexOf([message(1, 'apple')], null);
    expect(bestOf([evidenceOf(indexOf([], null), 'apple')], new Float32Array(0), 5, everything)).toEqual([]);
    expect(bestOf([evidenceOf(index, 'apple')], new Float32Array(1), 5, () => false)).toEqual([]);
  });
});

describe('what says the same', () => {
  const collapsed = (...documents: readonly Parameters<typeof message>[2][]): [string, number][] => {
    const index = indexOf(
      documents.map((more, i) => message(i, '', { sessionKey: i + 1, ...more })),
      null,
    );
    const candidates = documents.map((_, slot) => ({ slot, sum: -slot }));
    const distinct = withoutDuplicates(index, candidates);
    return namesOf(index, distinct).map((name, i) => [name, distinct[i]?.duplicates ?? Number.NaN]);
  };

  test('is one, the best of it, with the number of the others', () => {
    expect(
      collapsed(
        { content: 'I like tea.' },
        { content: 'Tea?' },
        { content: 'i like  TEA' },
        { content: 'I like tea!' },
      ),
    ).toEqual([
      ['message:0', 2],
      ['message:1', 0],
    ]);
  });

  test('is kept apart when another says it', () => {
    expect(
      collapsed(
        { content: 'I like tea.', name: 'Ada' },
        { content: 'I like tea.', name: 'Bob' },
        { content: 'I like tea.', name: 'ada' },
        { content: 'I like tea.' },
      ),
    ).toEqual([
      ['message:0', 1],
      ['message:1', 0],
      ['message:3', 0],
    ]);
  });

  test('is not what differs in a number, in "not", or in order', () => {
    const texts = ['Take 5 mg.', 'Take 50 mg.', 'I like it', 'I do not like it', 'Ann called Bob', 'Bob called Ann'];
    expect(collapsed(...texts.map((content) => ({ content }))).map(([, duplicates]) => duplicates)).toEqual(
      texts.map(() => 0),
    );
  });

  test('is nothing without words, and another with another picture', () => {
    expect(collapsed({ content: '🦊' }, { content: '🐶' }, { content: '' }, { content: '' })).toHaveLength(4);
  });
});
