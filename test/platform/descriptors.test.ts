import { afterEach, expect, test } from 'bun:test';
import { withDescriptors, withThread } from '../../src/platform/descriptor-reserve.ts';
import { systemDescriptors } from '../../src/platform/descriptor-table.ts';
import { type DescriptorWatch, watchDescriptors } from '../../src/platform/descriptors.ts';
import { recordedLog } from '../support/recorded-log.ts';

const LIMIT = 100;
/** The share of the limit that the watch holds by itself. */
const RESERVE = 20;
let watch: DescriptorWatch | null = null;
afterEach(() => {
  watch?.close();
  watch = null;
});

/** A process with a hundred descriptors, of which so many are taken as a test says. */
const crowd = (limit: number | null = LIMIT, loopsAtMs = Number.POSITIVE_INFINITY) => {
  const log = recordedLog();
  const door = { isOpen: true, idleClosed: 0, refusal: null as Error | null };
  let taken = 0;
  let clockMs = 0;
  let loops = 1;
  const own = watchDescriptors(
    {
      limit,
      lowestFree: () => (taken >= LIMIT ? Number.POSITIVE_INFINITY : taken),
      count: () => taken,
      loops: () => loops,
    },
    {
      log,
      nowMs: () => clockMs,
      standStill: (ms) => {
        clockMs += ms;
        if (clockMs === loopsAtMs) loops += 1;
      },
      door: {
        closeIdle: () => {
          door.idleClosed += 1;
        },
        shut: () => {
          door.isOpen = false;
        },
        open: () => {
          if (door.refusal) throw door.refusal;
          door.isOpen = true;
        },
      },
    },
  );
  watch = own;
  return {
    door,
    clockMs: () => clockMs,
    words: () => log.lines.map(({ severity, words }) => `${severity}: ${words}`),
    /** Whether they are scarce when so many are taken, a second later. */
    areScarceAt: (count: number): boolean => {
      taken = count;
      clockMs += 1000;
      return own.areScarce;
    },
  };
};

/** How many descriptors this process holds. */
const own = (): number => systemDescriptors().count();

test('requests are refused from eight in ten descriptors on, until there are less than three quarters', () => {
  const { areScarceAt, door, words } = crowd();
  expect([79, 80, 90, 76, 74, 79].map(areScarceAt)).toEqual([false, true, true, true, false, false]);
  expect(door).toMatchObject({ isOpen: true, idleClosed: 3 });
  expect(words()).toEqual([
    'warn: there are too many connections: requests are refused until some of them close',
    'info: there is room for connections again',
  ]);
});

test('no connection comes in while the last descriptors are taken, and the reserve is released only behind the shut door', () => {
  const before = own();
  const { areScarceAt, door } = crowd();
  expect(own() - before).toBe(RESERVE);
  areScarceAt(91);
  expect([door.isOpen, own() - before]).toEqual([true, RESERVE]);
  areScarceAt(92);
  expect([door.isOpen, own() - before]).toEqual([false, 0]);
  // The reserve would be taken again at once.
  expect(areScarceAt(74)).toBe(true);
  expect(door.isOpen).toBe(false);
  expect(areScarceAt(54)).toBe(false);
  expect([door.isOpen, own() - before]).toEqual([true, RESERVE]);
});

test('what starts in a crowd shuts the door first and has the reserve', () => {
  const before = own();
  const { areScarceAt, door } = crowd();
  const start = () => ({ isOpen: door.isOpen, held: own() - before });
  areScarceAt(50);
  expect(withDescriptors(start)).toEqual({ isOpen: true, held: RESERVE });
  areScarceAt(85);
  expect(withDescriptors(start)).toEqual({ isOpen: false, held: 0 });
});

test.each([
  ['until it has its loop', LIMIT, 7, 7],
  ['for a second when it never has one', LIMIT, Number.POSITIVE_INFINITY, 1_000],
  ['not at all where connections cannot take all descriptors at once', 20_000, 7, 0],
])('a thread that starts is waited for %s', (_, limit, loopsAtMs, waitedMs) => {
  const { clockMs } = crowd(limit, loopsAtMs);
  expect(withThread(() => 'started')).toBe('started');
  expect(clockMs()).toBe(waitedMs);
});

test('a door that cannot be opened is tried again, and the log says so', () => {
  const { areScarceAt, door, words } = crowd();
  areScarceAt(99);
  door.refusal = new Error('The address is taken.');
  expect(areScarceAt(10)).toBe(true);
  door.refusal = null;
  expect(areScarceAt(10)).toBe(false);
  expect(door.isOpen).toBe(true);
  expect(words().slice(1)).toEqual([
    'error: connections cannot be let in again yet',
    'info: there is room for connections again',
  ]);
});

test('nobody is refused, and nothing held, where no limit is known', () => {
  const before = own();
  const { areScarceAt, door } = crowd(null);
  expect([10, 1e6].map(areScarceAt)).toEqual([false, false]);
  expect([door.idleClosed, own() - before]).toEqual([0, 0]);
});

test('the table of the process counts what it opens', async () => {
  const table = systemDescriptors();
  const before = table.count();
  expect(before).toBeGreaterThan(0);
  const listener = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data: () => {} } });
  expect(table.count()).toBeGreaterThan(before);
  expect(table.loops()).toBeGreaterThan(0);
  listener.stop(true);
});
