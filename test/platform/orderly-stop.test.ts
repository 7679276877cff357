import { expect, test } from 'bun:test';
import { STOP_MS, type Stoppable, stopInOrder } from '../../src/platform/orderly-stop.ts';
import { manualTime } from '../support/manual-time.ts';

const never = (): Promise<never> => new Promise(() => {});

/** A stop of parts that end at once, but for those that are given; what happened, and when. */
const stopWith = (given: Partial<Stoppable> = {}) => {
  const time = manualTime({ start: 0 });
  const seen: [string, number][] = [];
  const part = (name: string, own: (() => Promise<void>) | undefined) => () => {
    seen.push([name, time.now()]);
    return own?.() ?? Promise.resolve();
  };
  let leftMs: number | null = null;
  const stopped = stopInOrder(
    {
      endWaits: part('waits', undefined),
      stopListening: part('listening', given.stopListening),
      breakOff: part('connections', given.breakOff),
      close: (left) => {
        leftMs = left;
        return part('services', given.close && (() => given.close?.(left) ?? never()))();
      },
    },
    { sleep: (ms) => new Promise<void>((resolve) => time.after(ms, resolve)), nowMs: time.now },
  );
  const ended = stopped.then(() => seen.push(['end', time.now()]));
  ended.catch(() => {});
  return { time, seen, ended, leftMs: () => leftMs };
};

test('a server with nothing to do stops as soon as its clients have heard of it', async () => {
  const { time, seen, leftMs } = stopWith();
  await time.advance(STOP_MS);
  expect(seen).toEqual([
    ['waits', 0],
    ['listening', 100],
    ['connections', 100],
    ['services', 100],
    ['end', 100],
  ]);
  expect(leftMs()).toBe(8_900);
});

test('requests that do not end are broken off, and what is left of the time is for the rest', async () => {
  const { time, seen, leftMs } = stopWith({ stopListening: never });
  await time.advance(STOP_MS);
  expect(seen.slice(2)).toEqual([
    ['connections', 7_100],
    ['services', 7_100],
    ['end', 7_100],
  ]);
  expect(leftMs()).toBe(1_900);
});

test.each<[string, Partial<Stoppable>]>([
  ['requests and services', { stopListening: never, close: never }],
  ['connections', { breakOff: never }],
  ['all of them', { stopListening: never, breakOff: never, close: never }],
])('whatever hangs, such as %s, it ends within nine seconds', async (_, hanging) => {
  const { time, seen } = stopWith(hanging);
  await time.advance(STOP_MS);
  expect(seen.at(-1)).toEqual(['end', STOP_MS]);
  expect(seen.map(([name]) => name)).toEqual(['waits', 'listening', 'connections', 'services', 'end']);
});

test('a part that fails is told of', async () => {
  const { time, ended } = stopWith({ breakOff: () => Promise.reject(new Error('a defect')) });
  await time.advance(STOP_MS);
  await expect(ended).rejects.toThrow('a defect');
});
