import { expect, test } from 'bun:test';
import { factsInOrder } from '../../src/retrieval/facts-in-order.ts';
import type { Found } from '../../src/retrieval/search.ts';

const result = (kind: Found['kind'], key: number, score: number, supersededBy?: number): Found =>
  ({
    kind,
    key,
    id: `${kind}${key}`,
    score,
    explain: [],
    ...(supersededBy !== undefined && { supersededBy }),
  }) as unknown as Found;
const idsOf = (found: readonly Found[]): string[] => found.map(({ id }) => id);

test('a fact stands above what it took the place of, with the score of that place, and everything else stays', () => {
  const found = [
    result('message', 1, 0.9),
    result('fact', 2, 0.8, 5),
    result('message', 3, 0.7),
    result('fact', 5, 0.6),
  ];
  const ordered = factsInOrder(found);
  expect(idsOf(ordered)).toEqual(['message1', 'fact5', 'fact2', 'message3']);
  expect(ordered.map(({ score }) => score)).toEqual([0.9, 0.8, 0.7, 0.6]);
  const [, moved] = ordered;
  const added = (moved?.explain ?? []).reduce((sum, { score }) => sum + score, 0);
  expect(added).toBeCloseTo(Math.log(0.8 / 0.2) - Math.log(0.6 / 0.4));
});

test('also over several steps, and over one that is not there, whatever order they came in', () => {
  const chain = [result('fact', 1, 0.9, 2), result('fact', 2, 0.8, 3), result('fact', 3, 0.7)];
  expect(idsOf(factsInOrder(chain))).toEqual(['fact3', 'fact2', 'fact1']);
  const mixed = [result('fact', 2, 0.9, 3), result('fact', 1, 0.8, 2), result('fact', 3, 0.7)];
  expect(idsOf(factsInOrder(mixed))).toEqual(['fact3', 'fact2', 'fact1']);
  const gone = [result('fact', 1, 0.9, 7), result('fact', 3, 0.7)];
  expect(idsOf(factsInOrder(gone))).toEqual(['fact1', 'fact3']);
});

test('a message with the key of a fact is none', () => {
  const found = [result('fact', 1, 0.9, 2), result('message', 2, 0.8)];
  expect(factsInOrder(found)).toEqual(found);
});
