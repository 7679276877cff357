import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import type { KeyRange } from '../../../src/contract/corpus.ts';
import { Coverage } from '../../../src/retrieval/index/coverage.ts';
import { decodeSegment, encodeSegment } from '../../../src/retrieval/index/segment-codec.ts';

const SEED = 20_261_123;
const END = Number.MAX_SAFE_INTEGER;

const anyNumbers = fc.dictionary(
  fc.string({ minLength: 1, maxLength: 5 }).filter((name) => name !== '__proto__'),
  fc.oneof(
    fc.float64Array(),
    fc.float32Array(),
    fc.uint32Array(),
    fc.int32Array(),
    fc.uint8Array(),
    fc.int8Array(),
    // A piece of a larger buffer, as a column of an index may be.
    fc.uint32Array({ minLength: 3 }).map((array) => array.subarray(1, -1)),
  ),
  { noNullPrototype: true, maxKeys: 8 },
);
const anyTexts = fc.record({ terms: fc.array(fc.string({ unit: 'binary' })), speakers: fc.array(fc.string()) });

describe('the bytes of a segment', () => {
  test('hold any texts and arrays of numbers as they were, wherever in memory the bytes come to lie', () => {
    fc.assert(
      fc.property(anyTexts, anyNumbers, fc.nat({ max: 9 }), fc.boolean(), (texts, numbers, shift, isBuffer) => {
        const bytes = encodeSegment(texts, numbers);
        const moved = isBuffer ? Buffer.alloc(bytes.length + 20, 7) : new Uint8Array(bytes.length + 20).fill(7);
        moved.set(bytes, shift);
        const read = decodeSegment(moved.subarray(shift, shift + bytes.length));
        expect(read.texts).toEqual(texts);
        expect(Object.keys(read.numbers)).toEqual(Object.keys(numbers));
        for (const [name, array] of Object.entries(numbers)) {
          const found = read.numbers[name];
          expect(found?.constructor).toBe(array.constructor);
          expect(Array.from(found ?? [])).toEqual(Array.from(array));
        }
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  const whole = encodeSegment({ terms: ['apple'] }, { key: Float64Array.of(1, 2), role: Uint8Array.of(1, 2, 3) });

  test('are refused when any of them are missing', () => {
    for (let length = 0; length < whole.length; length += 1) {
      expect(() => decodeSegment(whole.slice(0, length))).toThrow(RangeError);
      // What follows in the same buffer makes up for nothing.
      expect(() => decodeSegment(whole.subarray(0, length))).toThrow(RangeError);
    }
  });

  test('are refused when one of them is another, or there is one more', () => {
    for (let at = 0; at < whole.length; at += 1) {
      const damaged = whole.slice();
      damaged[at] = (damaged[at] as number) ^ (1 << (at % 8));
      expect(() => decodeSegment(damaged)).toThrow(RangeError);
    }
    expect(() => decodeSegment(Uint8Array.of(...whole, 0))).toThrow(RangeError);
  });

  test('are refused when they are something else altogether', () => {
    for (const text of ['', '{}', 'not a segment at all', '\0'.repeat(100)]) {
      expect(() => decodeSegment(new TextEncoder().encode(text))).toThrow(RangeError);
    }
  });
});

describe('coverage', () => {
  const KEYS = 30;
  const range = fc
    .tuple(fc.nat({ max: KEYS }), fc.nat({ max: 6 }))
    .map(([firstKey, more]) => ({ firstKey, lastKey: firstKey + more }));
  const act = fc.oneof(
    range.map((add) => ({ add })),
    fc.nat({ max: KEYS }).map((drop) => ({ drop })),
  );

  test('after any gifts and drops has the gaps that are left when each key is looked at by itself', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
        const coverage = new Coverage();
        const kept = new Map<number, { firstKey: number; lastKey: number }>();
        for (const taken of acts) {
          if ('drop' in taken) {
            coverage.drop(taken.drop);
            const gone = kept.get(taken.drop);
            for (const [key, owner] of kept) if (owner === gone) kept.delete(key);
            continue;
          }
          const { firstKey, lastKey } = taken.add;
          const keys = Array.from({ length: lastKey - firstKey + 1 }, (_, i) => firstKey + i);
          const isWithin = (other: KeyRange | undefined) =>
            !other || (other.firstKey >= firstKey && other.lastKey <= lastKey);
          // None overlaps a part of another: the store would have refused it.
          if (!keys.every((key) => isWithin(kept.get(key)))) continue;
          coverage.add({ ...taken.add, messages: keys.length });
          for (const key of keys) kept.set(key, taken.add);
        }
        const gaps = coverage.gaps();
        for (let key = 0; key < KEYS + 10; key += 1) {
          const holding = gaps.filter(({ firstKey, lastKey }) => key >= firstKey && key <= lastKey);
          expect(holding).toHaveLength(kept.has(key) ? 0 : 1);
        }
        expect(gaps.at(-1)?.lastKey).toBe(END);
        expect(gaps.filter(({ firstKey, lastKey }) => lastKey < firstKey)).toEqual([]);
        expect(gaps).toEqual(gaps.toSorted((a, b) => a.firstKey - b.firstKey));
      }),
      { seed: SEED, numRuns: 1_000 },
    );
  });

  test('that starts from what is kept has the gaps between', () => {
    const coverage = new Coverage();
    for (const [firstKey, lastKey] of [
      [0, 4],
      [5, 9],
      [20, 29],
    ] as const) {
      coverage.add({ firstKey, lastKey, messages: 3 });
    }
    expect([coverage.before(10), coverage.before(9)]).toEqual([{ firstKey: 5, lastKey: 9, messages: 3 }, undefined]);
    expect(coverage.gaps()).toEqual([
      { firstKey: 10, lastKey: 19 },
      { firstKey: 30, lastKey: END },
    ]);
  });
});
