import { expect, test } from 'bun:test';
import { Closers } from '../../src/platform/closers.ts';
import { manualTime } from '../support/manual-time.ts';

const never = (): Promise<never> => new Promise(() => {});

const open = () => {
  const time = manualTime();
  const failures: [string, string][] = [];
  const closed: string[] = [];
  const closers = new Closers(time, (name, error) => failures.push([name, (error as Error).message]));
  const add = (name: string, close: () => unknown = () => {}, mostMs?: number): void =>
    closers.add(
      name,
      () => {
        closed.push(name);
        return close();
      },
      mostMs,
    );
  return { time, failures, closed, closers, add };
};

test('what was opened last is closed first, one after the other, once', async () => {
  const { time, closed, closers, add } = open();
  let isOpen = true;
  add('first', () => expect(isOpen).toBe(false));
  add('second', async () => {
    await new Promise<void>((resolve) => time.after(100, resolve));
    isOpen = false;
  });
  const closing = closers.close();
  await time.advance(100);
  await closing;
  await closers.close();
  expect([closed, time.pending]).toEqual([['second', 'first'], 0]);
});

test('a part that throws, fails or never ends keeps no other open, and is told of', async () => {
  const { time, closed, failures, closers, add } = open();
  add('last');
  add('hangs', never);
  add('hangs for longer', never, 8_000);
  add('fails', () => Promise.reject(new Error('The disk is full.')));
  add('throws', () => {
    throw new Error('It was never open.');
  });
  let isOver = false;
  const closing = closers.close().then(() => {
    isOver = true;
  });
  await time.advance(12_999);
  expect(isOver).toBe(false);
  await time.advance(1);
  await closing;
  expect(closed).toEqual(['throws', 'fails', 'hangs for longer', 'hangs', 'last']);
  expect(failures).toEqual([
    ['throws', 'It was never open.'],
    ['fails', 'The disk is full.'],
    ['hangs for longer', 'It did not close within 8000 ms.'],
    ['hangs', 'It did not close within 5000 ms.'],
  ]);
  expect(time.pending).toBe(0);
});

test('when the time for all is up the rest is closed without waiting for it', async () => {
  const { time, closed, failures, closers, add } = open();
  for (const name of ['one', 'two', 'three']) add(name, never, 60_000);
  const closing = closers.close(1_000);
  await time.advance(1_000);
  await closing;
  expect([closed, failures, time.pending]).toEqual([['three', 'two', 'one'], [], 0]);
});
