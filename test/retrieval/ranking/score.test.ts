import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { saturate } from '../../../src/retrieval/evidence/bm25.ts';
import { toScore } from '../../../src/retrieval/ranking/score.ts';

const SEED = 20_261_123;
const amount = fc.double({ min: 0.001, max: 1_000, noNaN: true });
const sum = fc.double({ min: -50, max: 50, noNaN: true });

describe('what a term gives a document', () => {
  test('is above nothing and at most 2.2, more with each repeat, less the longer the document is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), amount, amount, (count, length, average) => {
        const share = saturate(count, length, average);
        expect(share).toBeGreaterThan(0);
        expect(share).toBeLessThanOrEqual(2.2);
        expect(saturate(count + 1, length, average)).toBeGreaterThan(share);
        expect(saturate(count, length * 2, average)).toBeLessThan(share);
      }),
      { seed: SEED, numRuns: 1_000 },
    );
  });

  test('is one for a single mention in a document of average length', () => {
    expect(saturate(1, 12, 12)).toBeCloseTo(1, 12);
  });
});

describe('the score', () => {
  test('lies within 0 and 1 and grows with the sum', () => {
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
    const sums = [-32, -16, -8, -4, -1, 0, 0.5, 1, 2, 4, 8, 16, 32];
    const scores = sums.map(toScore);
    expect(scores).toEqual(scores.toSorted((a, b) => a - b));
    expect(new Set(scores).size).toBe(sums.length);
  });

  test('stays a number at the ends of the range', () => {
    for (const end of [0, Number.MAX_VALUE, Number.POSITIVE_INFINITY, -Number.MAX_VALUE, Number.NEGATIVE_INFINITY]) {
      expect(toScore(end)).toBeWithin(0, 1.000001);
    }
  });
});
