import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { Pool, PoolError, type PoolOptions } from '../../src/platform/pool.ts';
import { manualTime, turn } from '../support/manual-time.ts';

const SEED = 20_260_530;

type Thing = { readonly id: number };
type Leak = Parameters<PoolOptions<Thing>['onLeak']>[0];

const createPool = (options: Partial<PoolOptions<Thing>> = {}) => {
  const time = manualTime({ start: 0 });
  const opened: Thing[] = [];
  const closed: Thing[] = [];
  const leaks: Leak[] = [];
  const pool = new Pool<Thing>({
    name: 'things',
    min: 1,
    max: 3,
    open: () => {
      const thing = { id: opened.length };
      opened.push(thing);
      return thing;
    },
    close: (thing) => closed.push(thing),
    acquireTimeoutMs: 2_000,
    leakAfterMs: 60_000,
    onLeak: (leak) => leaks.push(leak),
    scheduler: time,
    nowMs: () => time.now(),
    ...options,
  });
  return { pool, time, opened, closed, leaks };
};

/** What is to be had at once. */
const take = (pool: Pool<Thing>): Thing => {
  const taken = pool.acquire();
  if (taken instanceof Promise) throw new Error('It is not to be had at once.');
  return taken;
};

/** How a wait ended; null while it has not. */
const watch = (waiting: Thing | Promise<Thing>) => {
  const end: { how: Thing | Error | null } = { how: null };
  Promise.resolve(waiting).then(
    (thing) => {
      end.how = thing;
    },
    (error) => {
      end.how = error;
    },
  );
  return end;
};

describe('a pool', () => {
  test('opens its least number at the start, and more when they are wanted', () => {
    const { pool, opened } = createPool({ min: 2 });
    expect([opened.length, pool.report()]).toEqual([2, { open: 2, free: 2, waiting: 0, leaked: 0 }]);
    const lent = [take(pool), take(pool), take(pool)];
    expect(new Set(lent).size).toBe(3);
    expect(pool.report()).toEqual({ open: 3, free: 0, waiting: 0, leaked: 0 });
  });

  test('lends what was given back last, without a look at it', () => {
    const { pool } = createPool({ min: 3 });
    const [a, b, c] = [take(pool), take(pool), take(pool)];
    for (const thing of [b, a, c]) pool.release(thing);
    expect([take(pool), take(pool), take(pool)]).toEqual([c, a, b]);
  });

  test('takes back only what it has lent, and only once', () => {
    const { pool } = createPool();
    const lent = take(pool);
    pool.release(lent);
    expect(() => pool.release(lent)).toThrow('The pool things has not lent this out.');
    expect(() => pool.release({ id: 0 })).toThrow('The pool things has not lent this out.');
    expect(pool.report()).toMatchObject({ open: 1, free: 1 });
  });

  test('visits what is lent out as well as what is free', () => {
    const { pool, opened } = createPool({ min: 2 });
    take(pool);
    const visited: Thing[] = [];
    pool.forEach((thing) => {
      visited.push(thing);
    });
    expect(visited.toSorted((a, b) => a.id - b.id)).toEqual(opened);
  });
});

describe('who finds everything lent out', () => {
  test('waits, and is served in the order of coming', async () => {
    const { pool, time } = createPool({ max: 1 });
    const lent = take(pool);
    const [first, second] = [watch(pool.acquire()), watch(pool.acquire())];
    expect(pool.report()).toEqual({ open: 1, free: 0, waiting: 2, leaked: 0 });
    pool.release(lent);
    await turn();
    expect([first.how, second.how, pool.report().waiting]).toEqual([lent, null, 1]);
    pool.release(lent);
    await turn();
    expect(second.how).toBe(lent);
    await time.advance(10_000);
    expect(second.how).toBe(lent);
  });

  test('is told so after two seconds, with the size of the pool, and nothing is lost by it', async () => {
    const { pool, time } = createPool({ max: 1 });
    const lent = take(pool);
    const end = watch(pool.acquire());
    await time.advance(1_999);
    expect(end.how).toBeNull();
    await time.advance(1);
    expect(end.how).toEqual(new PoolError('None of the 1 of the pool things came free within 2000 ms.'));
    pool.release(lent);
    expect([pool.report(), take(pool)]).toEqual([{ open: 1, free: 1, waiting: 0, leaked: 0 }, lent]);
  });
});

describe('a call that borrows', () => {
  test('answers at once when something is free, and gives it back whether it works or throws', () => {
    const { pool } = createPool();
    expect(pool.use(({ id }) => id)).toBe(0);
    expect(() =>
      pool.use(() => {
        throw new Error('broken');
      }),
    ).toThrow('broken');
    expect(pool.report()).toMatchObject({ open: 1, free: 1 });
  });

  test('waits when nothing is free, and gives it back whether it works or throws', async () => {
    const { pool } = createPool({ max: 1 });
    const lent = take(pool);
    const calls = [
      pool.use(({ id }) => id),
      pool.use(() => {
        throw new Error('broken');
      }),
    ].map((call) => Promise.resolve(call).catch((error: Error) => error.message));
    pool.release(lent);
    expect(await Promise.all(calls)).toEqual([0, 'broken']);
    expect(pool.report()).toMatchObject({ open: 1, free: 1, waiting: 0 });
  });
});

describe('what is not given back', () => {
  // Not in tail position, where the engine leaves no trace of a call.
  const forgetful = (pool: Pool<Thing>): number => take(pool).id;

  test('within a minute is reported once, with the stack of whoever borrowed it', async () => {
    const { pool, time, leaks } = createPool();
    await time.advance(30_000);
    forgetful(pool);
    await time.advance(59_999);
    expect(leaks).toEqual([]);
    await time.advance(60_000);
    expect(leaks.map(({ pool, heldMs }) => [pool, heldMs >= 60_000])).toEqual([['things', true]]);
    expect(leaks[0]?.stack).toContain('forgetful');
    await time.advance(600_000);
    expect([leaks.length, pool.report().leaked]).toEqual([1, 1]);
  });

  test('in time is no leak, however often it is lent', async () => {
    const { pool, time, leaks } = createPool();
    for (let i = 0; i < 5; i += 1) {
      const lent = take(pool);
      await time.advance(50_000);
      pool.release(lent);
    }
    expect([leaks, pool.report().leaked]).toEqual([[], 0]);
  });
});

describe('a pool that is closed', () => {
  test('closes what is free at once, what is lent out when it comes back, and lends no more', async () => {
    const { pool, time, closed } = createPool({ min: 2 });
    const lent = take(pool);
    pool.close();
    expect([closed.length, time.pending]).toEqual([1, 0]);
    expect(() => pool.acquire()).toThrow(new PoolError('The pool things is closed.'));
    pool.release(lent);
    expect(closed).toHaveLength(2);
    await time.advance(600_000);
    expect(closed).toHaveLength(2);
  });

  test('tells those who wait', async () => {
    const { pool } = createPool({ max: 1 });
    take(pool);
    const end = watch(pool.acquire());
    pool.close();
    await turn();
    expect(end.how).toEqual(new PoolError('The pool things is closed.'));
  });
});

test('a pool that cannot open what is asked for says why, and lends it later', () => {
  let isBroken = true;
  const { pool } = createPool({
    min: 0,
    open: () => {
      if (isBroken) throw new Error('no more files');
      return { id: 1 };
    },
  });
  expect(() => pool.acquire()).toThrow('no more files');
  isBroken = false;
  expect(take(pool)).toEqual({ id: 1 });
});

test('whoever borrows, waits, gives back or gives up, nothing is lent twice, and there are never more than the most', async () => {
  const step = fc.oneof(
    fc.record({ acquire: fc.constant(true) }),
    fc.record({ release: fc.nat({ max: 10 }) }),
    fc.record({ pass: fc.constantFrom(500, 2_000) }),
  );
  const bounds = fc.record({ min: fc.nat({ max: 2 }), max: fc.integer({ min: 2, max: 4 }) });
  const property = fc.asyncProperty(bounds, fc.array(step, { maxLength: 50 }), async (bounds, steps) => {
    const { pool, time, opened, closed } = createPool(bounds);
    const lent: Thing[] = [];
    let waiting = 0;
    for (const step of steps) {
      if ('acquire' in step) {
        const got = pool.acquire();
        if (got instanceof Promise) {
          expect(pool.report().free).toBe(0);
          waiting += 1;
          const end = (): void => {
            waiting -= 1;
          };
          got.then((thing) => {
            end();
            lent.push(thing);
          }, end);
        } else lent.push(got);
      } else if ('release' in step) {
        const [thing] = lent.splice(step.release % Math.max(1, lent.length), 1);
        if (thing) pool.release(thing);
      } else await time.advance(step.pass);
      await turn();
      expect(new Set(lent).size).toBe(lent.length);
      expect(opened.length).toBeLessThanOrEqual(bounds.max);
      expect(pool.report()).toMatchObject({ open: opened.length, free: opened.length - lent.length, waiting });
      if (waiting > 0) expect(lent).toHaveLength(bounds.max);
    }
    pool.close();
    await turn();
    for (const thing of lent) pool.release(thing);
    expect([new Set(closed), waiting]).toEqual([new Set(opened), 0]);
    expect(closed).toHaveLength(opened.length);
  });
  await fc.assert(property, { seed: SEED, numRuns: 100 });
});
