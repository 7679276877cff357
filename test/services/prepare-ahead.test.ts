import { expect, test } from 'bun:test';
import { PrepareAhead } from '../../src/services/prepare-ahead.ts';
import { turn } from '../support/manual-time.ts';

const [ada, bob] = [
  { tenantKey: 1, userKey: 1 },
  { tenantKey: 1, userKey: 2 },
];

/** Runs that end when they are told to. */
const setUp = () => {
  const runs: { readonly userKey: number; readonly end: () => void }[] = [];
  const ahead = new PrepareAhead(100, ({ userKey }) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    runs.push({ userKey, end: resolve });
    return promise;
  });
  return { ahead, runs, of: () => runs.map(({ userKey }) => userKey) };
};

test('a memory is prepared when so many messages have come, however few at a time, each user by themselves', () => {
  const { ahead, of } = setUp();
  for (let i = 0; i < 49; i += 1) for (const owner of [ada, bob]) ahead.count(owner, 2);
  expect(of()).toEqual([]);
  ahead.count(ada, 2);
  expect(of()).toEqual([1]);
  ahead.count(bob, 1_000);
  expect(of()).toEqual([1, 2]);
});

test('what comes during a run counts for the next, which begins when it is enough', async () => {
  const { ahead, runs, of } = setUp();
  ahead.count(ada, 100);
  for (let i = 0; i < 5; i += 1) ahead.count(ada, 50);
  expect(of()).toEqual([1]);
  runs[0]?.end();
  await turn();
  expect(of()).toEqual([1, 1]);
  ahead.count(ada, 50);
  runs[1]?.end();
  await turn();
  expect(of()).toEqual([1, 1]);
  ahead.count(ada, 50);
  expect(of()).toEqual([1, 1, 1]);
});
