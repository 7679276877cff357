import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { assembleKernel } from '../../../../scripts/kernel.ts';
import { quantise } from '../../../../src/embedding/quantised.ts';
import { type Slab, VectorPool } from '../../../../src/retrieval/index/vectors/vector-pool.ts';
import { VectorRows } from '../../../../src/retrieval/index/vectors/vector-rows.ts';

const SEED = 20_261_123;
const SMALLEST_SLAB = 16;

test('the kernel is what its text assembles to', async () => {
  const kept = await Bun.file(new URL('../../../../src/retrieval/index/vectors/dot-kernel.ts', import.meta.url)).text();
  expect(await assembleKernel()).toBe(kept);
});

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, x, k) => sum + x * (b[k] ?? 0), 0);

const component = fc.integer({ min: -128, max: 127 });
const vectorOf = (width: number) => fc.array(component, { minLength: width, maxLength: width });

const pools = new Map<number, VectorPool>();
/** One pool for each width: to compile the kernel takes longer than all that a test does with it. */
const poolOf = (dimensions: number): VectorPool => {
  const pool = pools.get(dimensions) ?? new VectorPool(dimensions);
  pools.set(dimensions, pool);
  return pool;
};

/** Rows of so many dimensions that hold these whole numbers as they are. */
const rowsOf = (dimensions: number, vectors: readonly (readonly number[])[], scales?: readonly number[]) => {
  const pool = poolOf(dimensions);
  const rows = new VectorRows(pool);
  const components = new Int8Array(vectors.length * pool.width);
  for (const [row, vector] of vectors.entries()) components.set(vector, row * pool.width);
  rows.appendAll(
    components,
    Float32Array.from(vectors, (_, row) => scales?.[row] ?? 1),
  );
  return { pool, rows };
};

/** Some vectors of one width, of a multiple of sixteen and others, and a question of that width. */
const anyVectors = fc.constantFrom(1, 7, 15, 16, 17, 31, 32, 48, 70).chain((dimensions) =>
  fc.record({
    dimensions: fc.constant(dimensions),
    vectors: fc.array(vectorOf(dimensions), { minLength: 1, maxLength: 40 }),
    question: fc.array(fc.integer({ min: -32_767, max: 32_767 }), { minLength: dimensions, maxLength: dimensions }),
  }),
);

test('a memory that has come to its end refuses more, and gives out again what is given back', () => {
  const kernel = { memory: new WebAssembly.Memory({ initial: 4, maximum: 80 }), dots: () => {} };
  const pool = new VectorPool(256, kernel);
  const slabs: Slab[] = [];
  const refuse = () => {
    for (let i = 0; i < 1_000; i += 1) slabs.push(pool.allocate(1_000));
  };
  expect(refuse).toThrow(RangeError);
  const count = slabs.length;
  expect(count).toBeGreaterThan(10);
  for (let i = 0; i < 3; i += 1) expect(refuse).toThrow(RangeError);
  expect(slabs).toHaveLength(count);
  const [first] = slabs;
  if (!first) throw new Error('There is no slab.');
  pool.release(first);
  expect(pool.allocate(1_000)).toEqual(first);
});

describe('products', () => {
  test('with a question are those of whole numbers, to the digits of a float, whatever the width', () => {
    fc.assert(
      fc.property(anyVectors, ({ dimensions, vectors, question }) => {
        const { rows } = rowsOf(dimensions, vectors);
        const expected = vectors.map((vector) => Math.fround(dot(vector, question)));
        expect([...rows.dots(Int16Array.from(question))]).toEqual(expected);
        rows.close();
      }),
      { seed: SEED, numRuns: 150 },
    );
  });

  test('are exact at the ends of the range, where 256 components of the largest size add up', () => {
    const extremes = [-127, 127].map((x) => Array.from({ length: 256 }, () => x));
    const { rows } = rowsOf(256, extremes);
    const question = new Int16Array(256).fill(32_767);
    expect([...rows.dots(question)]).toEqual([-127, 127].map((x) => Math.fround(x * 32_767 * 256)));
  });

  test('are those with the one of two questions that is named for each row, over slab after slab', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(component, fc.nat(1)), { minLength: 1, maxLength: 100 }), (some) => {
        const rows = new VectorRows(poolOf(20));
        // Components of a stored vector go from -127.
        for (const [value] of some) rows.append(Float32Array.of(127, Math.max(-127, value)));
        const which = Uint8Array.from(some, ([, kind]) => kind);
        const found = rows.dotsOfTwo([Int16Array.of(0, 3), Int16Array.of(1, 0)], which, new Float32Array(some.length));
        expect([...found]).toEqual(some.map(([value, kind]) => (kind === 1 ? 127 : 3 * Math.max(-127, value) + 0)));
        rows.close();
      }),
      { seed: SEED, numRuns: 150 },
    );
  });

  test('count the scale of each row', () => {
    const { rows } = rowsOf(16, [[1], [2], [3]], [2, 0.5, 0]);
    expect([...rows.dots(Int16Array.of(10))]).toEqual([20, 10, 0]);
  });

  test('of rows with rows are those of whole numbers, in the order asked for', () => {
    fc.assert(
      fc.property(
        anyVectors,
        fc.array(fc.nat(1_000), { maxLength: 10 }),
        fc.nat(1_000),
        ({ dimensions, vectors }, picks, pick) => {
          const { rows } = rowsOf(dimensions, vectors);
          const others = picks.map((other) => other % vectors.length);
          const row = pick % vectors.length;
          const expected = others.map((other) => dot(vectors[row] ?? [], vectors[other] ?? []));
          expect(rows.dotsWith(row, others)).toEqual(expected);
          rows.close();
        },
      ),
      { seed: SEED, numRuns: 150 },
    );
  });

  test('after a short question know nothing of a longer one before it', () => {
    const { rows } = rowsOf(20, [Array.from({ length: 20 }, () => 1)]);
    rows.dots(new Int16Array(20).fill(5));
    expect([...rows.dots(Int16Array.of(3))]).toEqual([3]);
  });
});

describe('rows', () => {
  test('are kept over slab after slab, each as it was added', () => {
    const count = 9_000;
    const { rows } = rowsOf(16, []);
    const vectors = Array.from({ length: count }, (_, row) => Float32Array.of(row % 127, 127, -1 - (row % 50)));
    vectors.forEach((vector, row) => {
      expect(rows.append(vector)).toBe(row);
    });
    expect(rows.length).toBe(count);
    const products = rows.dots(Int16Array.of(1, 0, 1));
    for (const [row, vector] of vectors.entries()) {
      const { components, scale } = rows.read(row);
      const kept = Array.from(components.subarray(0, 3), (x) => x * scale);
      expect(kept).toEqual([...vector]);
      if (products[row] !== (vector[0] ?? 0) + (vector[2] ?? 0)) throw new Error(`The product of row ${row} is wrong.`);
    }
  });

  test('are the same whether they come one by one or together, beside others', () => {
    const pool = new VectorPool(16);
    fc.assert(
      fc.property(fc.nat(40), fc.nat(100), fc.nat(40), (first, together, last) => {
        const [rows, plain] = [new VectorRows(pool), new VectorRows(pool)];
        const vector = (i: number) => Float32Array.of(127, i % 127, (i * 7) % 127);
        const one = (i: number) => {
          expect([rows.append(vector(i)), plain.append(vector(i))]).toEqual([i, i]);
        };
        for (let i = 0; i < first; i += 1) one(i);
        const components = new Int8Array(together * 16);
        const scales = new Float32Array(together);
        for (let i = 0; i < together; i += 1) {
          scales[i] = quantise(vector(first + i), components, i * 16);
          plain.append(vector(first + i));
        }
        rows.appendAll(components, scales);
        for (let i = 0; i < last; i += 1) one(first + together + i);
        const question = Int16Array.of(3, 5, 7);
        expect(rows.dots(question)).toEqual(plain.dots(question));
        expect(rows.length).toBe(first + together + last);
        rows.close();
        plain.close();
      }),
      { seed: SEED, numRuns: 150 },
    );
  });

  test('are all zero once cleared, and others stay', () => {
    const { rows } = rowsOf(16, [[1], [2], [3]]);
    rows.clear(1);
    expect([...rows.dots(Int16Array.of(1))]).toEqual([1, 0, 3]);
    expect(rows.read(1).scale).toBe(0);
  });

  test('of one user know nothing of those of another', () => {
    const pool = new VectorPool(16);
    const users = Array.from({ length: 5 }, () => new VectorRows(pool));
    for (let i = 0; i < 100; i += 1) {
      users.forEach((rows, user) => {
        rows.append(Float32Array.of(127, user, i));
      });
    }
    users.forEach((rows, user) => {
      expect([...rows.dots(Int16Array.of(0, 1, 0))]).toEqual(Array.from({ length: 100 }, () => user));
    });
  });

  test('count their memory as they grow, and none once closed', () => {
    const { pool, rows } = rowsOf(16, []);
    expect(rows.bytes).toBe(0);
    rows.append(new Float32Array(16));
    expect(rows.bytes).toBe(SMALLEST_SLAB * (pool.width + 4));
    for (let i = 0; i < 1_000; i += 1) rows.append(new Float32Array(16));
    expect(rows.bytes).toBeWithin(1_001 * (pool.width + 4), 2_100 * (pool.width + 4));
    rows.close();
    expect([rows.bytes, rows.length]).toEqual([0, 0]);
    expect(rows.dots(new Int16Array(16))).toBeEmpty();
  });
});

describe('the pool', () => {
  const fill = (rows: VectorRows, count: number, value: number): void => {
    for (let i = 0; i < count; i += 1) rows.append(Float32Array.of(127, value));
  };

  test('gives memory that was given back out again before it takes more', () => {
    const pool = new VectorPool(16);
    const first = new VectorRows(pool);
    fill(first, 5_000, 1);
    const size = pool.components.length;
    first.close();
    for (let round = 2; round < 20; round += 1) {
      const next = new VectorRows(pool);
      fill(next, 5_000, round);
      expect([...next.dots(Int16Array.of(0, 1))].every((product) => product === round)).toBe(true);
      next.close();
    }
    expect(pool.components.length).toBe(size);
  });

  test('leaves nothing of what was there before in memory that it gives out again', () => {
    const pool = new VectorPool(20);
    const first = new VectorRows(pool);
    for (let i = 0; i < 100; i += 1) first.append(new Float32Array(20).fill(9));
    first.close();
    const next = new VectorRows(pool);
    for (let i = 0; i < 100; i += 1) next.append(Float32Array.from({ length: 20 }, (_, k) => (k === 19 ? 127 : 0)));
    const question = new Int16Array(20).fill(1);
    expect([...next.dots(question)]).toEqual(Array.from({ length: 100 }, () => 127));
  });

  test('hands no slab to two at once, whatever comes and goes', () => {
    const pool = new VectorPool(16);
    const act = fc.record({ user: fc.nat(5), count: fc.integer({ min: 0, max: 60 }), closes: fc.boolean() });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
        const users = Array.from({ length: 6 }, () => ({ rows: new VectorRows(pool), held: 0 }));
        for (const { user, count, closes } of acts) {
          const one = users[user] ?? { rows: new VectorRows(pool), held: 0 };
          if (closes) one.rows.close();
          fill(one.rows, count, user + 1);
          one.held = closes ? count : one.held + count;
          users.forEach(({ rows, held }, i) => {
            expect([...rows.dots(Int16Array.of(0, 1))]).toEqual(Array.from({ length: held }, () => i + 1));
          });
        }
        for (const { rows } of users) rows.close();
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  test('has a width that is a multiple of sixteen, and takes no more than 8,192 dimensions', () => {
    expect([1, 16, 17, 256, 384, 8_192].map((dimensions) => new VectorPool(dimensions).width)).toEqual([
      16, 16, 32, 256, 384, 8_192,
    ]);
    expect(() => new VectorPool(8_193)).toThrow('8193 dimensions are too many: at most 8192.');
  });
});
