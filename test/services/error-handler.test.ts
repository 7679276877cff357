import { afterEach, beforeEach, describe, expect, setSystemTime, test } from 'bun:test';
import { type ErrorCode, MemfuseError } from '../../src/contract/errors.ts';
import { ErrorHandler } from '../../src/services/error-handler.ts';
import { recordedLog } from '../support/recorded-log.ts';

const START = Date.parse('2026-05-01T09:30:00Z');

let now: number;
beforeEach(() => {
  now = START;
  setSystemTime(now);
});
afterEach(() => {
  setSystemTime();
});

/** Moves the clock that the breaker reads, and the one of the error cache. */
const pass = (ms: number): void => {
  now += ms;
  setSystemTime(now);
};

const create = () => {
  const log = recordedLog();
  return { errors: new ErrorHandler(log, () => now), log };
};

const failing = (code: ErrorCode) => async (): Promise<never> => {
  throw new MemfuseError(code, `it is ${code}`);
};

const codeOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'fine',
    (error: unknown) => (error instanceof MemfuseError ? error.code : String(error)),
  );

describe('an error that repeats', () => {
  test('is logged once and counted, under the reference of the first; repeats are told of at debug', () => {
    const { errors, log } = create();
    const first = errors.handle('search', new MemfuseError('storage_unavailable', 'no disk'), 'ref 1');
    for (let i = 2; i <= 10; i += 1) errors.handle('search', new MemfuseError('storage_unavailable', 'x'), `ref ${i}`);
    expect(first).toEqual({
      operation: 'search',
      kind: 'storage_unavailable',
      message: 'no disk',
      count: 10,
      reference: 'ref 1',
    });
    const severe = log.lines.filter(({ severity }) => severity !== 'debug');
    expect(severe).toMatchObject([{ severity: 'error', facts: { operation: 'search', kind: 'storage_unavailable' } }]);
    const again = log.lines.filter(({ severity }) => severity === 'debug').map(({ facts }) => facts);
    expect(again.map(({ count }) => count)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(new Set(again.map(({ first }) => first))).toEqual(new Set(['ref 1']));
  });

  test('is another error in another operation, and of another kind', () => {
    const { errors, log } = create();
    errors.handle('search', new TypeError('a'));
    errors.handle('search', new RangeError('b'));
    errors.handle('add', new TypeError('c'));
    errors.handle('add', 'just text');
    expect(errors.recent().map(({ operation, kind, count }) => `${operation}:${kind}:${count}`)).toEqual([
      'add:error:1',
      'add:TypeError:1',
      'search:RangeError:1',
      'search:TypeError:1',
    ]);
    expect(log.lines).toHaveLength(4);
  });

  test('is logged again after a minute, and counted from one', () => {
    const { errors, log } = create();
    errors.handle('flush', new Error('a'));
    pass(59_999);
    errors.handle('flush', new Error('a'));
    expect([log.lines.length, errors.recent()[0]?.count]).toEqual([2, 2]);
    pass(2);
    expect(errors.recent()).toEqual([]);
    expect(errors.handle('flush', new Error('a')).count).toBe(1);
    expect(log.lines.map(({ severity }) => severity)).toEqual(['error', 'debug', 'error']);
  });

  test('is one of a thousand at the most', () => {
    const { errors } = create();
    for (let i = 0; i < 1_001; i += 1) errors.handle(`operation ${i}`, new Error('x'));
    const kept = errors.recent().map(({ operation }) => operation);
    expect([kept.length, kept.includes('operation 0'), kept.includes('operation 1000')]).toEqual([1_000, false, true]);
  });
});

describe('a circuit', () => {
  test('opens after five failures in a row: calls are refused at once, with the time of the rest', async () => {
    const { errors } = create();
    for (let i = 0; i < 5; i += 1) {
      expect(errors.openCircuits()).toEqual([]);
      expect(await codeOf(errors.guard('search', failing('storage_unavailable')))).toBe('storage_unavailable');
    }
    expect(errors.openCircuits()).toEqual(['search:storage_unavailable']);
    let calls = 0;
    const refused = await errors
      .guard('search', async () => {
        calls += 1;
      })
      .catch((error: MemfuseError) => error);
    expect(calls).toBe(0);
    expect(refused).toMatchObject({ code: 'overloaded', details: { retryAfterS: 10 } });
  });

  test('stays closed when one call in between succeeds', async () => {
    const { errors } = create();
    for (let round = 0; round < 5; round += 1) {
      for (let i = 0; i < 4; i += 1) await codeOf(errors.guard('search', failing('storage_unavailable')));
      expect(await errors.guard('search', async () => 7)).toBe(7);
    }
    expect(errors.openCircuits()).toEqual([]);
  });

  test('lets one call through after its rest, and closes when that succeeds', async () => {
    const { errors } = create();
    for (let i = 0; i < 5; i += 1) await codeOf(errors.guard('search', failing('storage_unavailable')));
    pass(9_999);
    expect(await codeOf(errors.guard('search', async () => {}))).toBe('overloaded');
    pass(1);
    let finish = (): void => {};
    const probe = errors.guard(
      'search',
      () =>
        new Promise<void>((resolve) => {
          finish = resolve;
        }),
    );
    expect(errors.openCircuits()).toEqual(['search:storage_unavailable']);
    finish();
    await probe;
    expect(errors.openCircuits()).toEqual([]);
    expect(await codeOf(errors.guard('search', async () => {}))).toBe('fine');
  });

  test('opens again for as long when the call that it let through fails', async () => {
    const { errors } = create();
    for (let i = 0; i < 5; i += 1) await codeOf(errors.guard('search', failing('storage_unavailable')));
    pass(10_000);
    expect(await codeOf(errors.guard('search', failing('storage_unavailable')))).toBe('storage_unavailable');
    expect(await codeOf(errors.guard('search', async () => {}))).toBe('overloaded');
    pass(9_999);
    expect(await codeOf(errors.guard('search', async () => {}))).toBe('overloaded');
    pass(1);
    expect(await codeOf(errors.guard('search', async () => {}))).toBe('fine');
  });

  test('is one for each operation and kind of failure', async () => {
    const { errors } = create();
    for (let i = 0; i < 4; i += 1) {
      await codeOf(errors.guard('search', failing('storage_unavailable')));
      await codeOf(errors.guard('embed', failing('storage_unavailable')));
    }
    for (let i = 0; i < 4; i += 1) await codeOf(errors.guard('search', failing('overloaded')));
    expect(errors.openCircuits()).toEqual([]);
    await codeOf(errors.guard('search', failing('overloaded')));
    expect(errors.openCircuits()).toEqual(['search:overloaded']);
    expect(await codeOf(errors.guard('embed', async () => {}))).toBe('fine');
  });

  test.each(['not_found', 'invalid', 'idempotency_mismatch', 'internal'] as const)(
    'never opens for %s, which no rest would heal',
    async (code) => {
      const { errors } = create();
      for (let i = 0; i < 20; i += 1) expect(await codeOf(errors.guard('search', failing(code)))).toBe(code);
      expect(errors.openCircuits()).toEqual([]);
    },
  );

  test('never opens for a defect, which is passed on as it is', async () => {
    const { errors } = create();
    const defect = new TypeError('undefined is not a function');
    for (let i = 0; i < 20; i += 1) {
      expect(await errors.guard('search', () => Promise.reject(defect)).catch((error) => error)).toBe(defect);
    }
    expect(errors.openCircuits()).toEqual([]);
  });
});
