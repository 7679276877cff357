import { expect, test } from 'bun:test';
import { systemScheduler } from '../../src/platform/scheduler.ts';
import { holdTimers } from '../adapters/sqlite/held-timers.ts';

const DAY_MS = 24 * 3_600_000;
/** Of a timer. */
const LONGEST_MS = 2 ** 31 - 1;

test('a pause of months ends when they are over, though no timer is as long', () => {
  const timers = holdTimers();
  let runs = 0;
  systemScheduler.after(2 * LONGEST_MS + DAY_MS, () => {
    runs += 1;
  });
  timers.pass(LONGEST_MS);
  timers.pass(LONGEST_MS);
  timers.pass(DAY_MS - 1);
  expect(runs).toBe(0);
  timers.pass(1);
  expect(runs).toBe(1);
  timers.release();
});

test('a pause without end never ends, and can be called off as any other', () => {
  const timers = holdTimers();
  const fail = (): void => expect.unreachable();
  const cancels = [systemScheduler.after(Number.POSITIVE_INFINITY, fail), systemScheduler.after(30 * DAY_MS, fail)];
  for (let day = 0; day < 26; day += 1) timers.pass(DAY_MS);
  for (const cancel of cancels) cancel();
  timers.pass(100 * DAY_MS);
  expect(timers.keepingAlive()).toBe(0);
  timers.release();
});
