import { expect, test } from 'bun:test';
import { quantise, quantiseQuestion } from '../../src/embedding/quantised.ts';
import { openStaticModel } from '../../src/embedding/static-model.ts';
import { norm } from '../../src/embedding/unit.ts';
import golden from './golden.json' with { type: 'json' };

const model = await openStaticModel();
const sums = golden.texts.map((text) => model.sumOfText(text)).filter((sum) => norm(sum) > 0);
const stored = new Int8Array(sums.length * model.dimensions);
const scales = sums.map((sum, i) => quantise(sum, stored, i * model.dimensions));

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, x, k) => sum + x * (b[k] ?? 0), 0);
const row = (i: number): Int8Array => stored.subarray(i * model.dimensions, (i + 1) * model.dimensions);
const asFloats = (i: number): number[] => Array.from(row(i), (x) => x * (scales[i] ?? 0));

test('a stored component is within half a step of the sum, and its largest uses the whole byte', () => {
  sums.forEach((sum, i) => {
    const step = scales[i] ?? 0;
    asFloats(i).forEach((x, k) => {
      expect(Math.abs(x - (sum[k] ?? 0))).toBeLessThanOrEqual(step * 0.500001);
    });
    expect(Math.max(...row(i).map(Math.abs))).toBe(127);
  });
});

test('cosines with stored turns and their windows are those of the sums: 19 of 20 within 0.001, all within 0.0025', () => {
  const windowOf = (vectors: readonly ArrayLike<number>[]) =>
    vectors.map((vector, i) => Array.from(vector, (x, k) => x + (vectors[(i + 1) % vectors.length]?.[k] ?? 0)));
  const kept = sums.map((_, i) => asFloats(i));
  const exact = [...sums.map((sum) => [...sum]), ...windowOf(sums)].map((vector) => ({ vector, length: norm(vector) }));
  const told = [...kept, ...windowOf(kept)].map((vector) => ({ vector, length: norm(vector) }));
  const errors = sums.flatMap((question) => {
    const { components, scale } = quantiseQuestion(question);
    return told.map(({ vector, length }, i) => {
      const cosine = dot(question, exact[i]?.vector ?? []) / (exact[i]?.length ?? 0);
      return Math.abs((dot(components, vector) * scale) / length - cosine) / norm(question);
    });
  });
  errors.sort((a, b) => a - b);
  expect(errors[Math.floor(0.95 * errors.length)]).toBeLessThan(1e-3);
  expect(errors.at(-1)).toBeLessThan(2.5e-3);
});

test('the products of a question and a stored vector add up within 32 bits, at worst, however long they are', () => {
  const worst = (length: number): number => {
    const { components } = quantiseQuestion(new Float32Array(length).fill(-3));
    const into = new Int8Array(length);
    quantise(new Float32Array(length).fill(3), into);
    return dot(components, into);
  };
  expect(worst(256)).toBe(-256 * 32_767 * 127);
  for (const length of [256, 384, 768, 1_536, 3_072, 8_192]) expect(worst(length)).toBeGreaterThan(-(2 ** 31));
});

test('a vector that is all zero stays so', () => {
  const into = new Int8Array(4).fill(1);
  expect(quantise(new Float32Array(2), into, 1)).toBe(0);
  expect([...into]).toEqual([1, 0, 0, 1]);
  expect(quantiseQuestion(new Float32Array(2))).toEqual({ components: new Int16Array(2), scale: 0 });
});
