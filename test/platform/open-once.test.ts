import { expect, test } from 'bun:test';
import { openOnce } from '../../src/platform/open-once.ts';

test('what is opened once is one for all who ask, also at the same time, and is not opened before', async () => {
  let opened = 0;
  const once = openOnce(async () => {
    opened += 1;
    return { number: opened };
  });
  expect([opened, once.peek()]).toEqual([0, null]);
  const [a, b] = await Promise.all([once.get(), once.get()]);
  expect([a, await once.get(), await once.peek()]).toEqual([b, b, b]);
  expect(opened).toBe(1);
});

test('what fails to open fails for all who asked by then, and is tried again by the next', async () => {
  let tries = 0;
  const once = openOnce(async () => {
    tries += 1;
    if (tries === 1) throw new Error('not yet');
    return tries;
  });
  const ends = await Promise.allSettled([once.get(), once.get()]);
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect([tries, once.peek()]).toEqual([1, null]);
  expect(await once.get()).toBe(2);
});
