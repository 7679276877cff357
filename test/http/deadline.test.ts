import { expect, test } from 'bun:test';
import { withDeadline } from '../../src/http/deadline.ts';
import { manualTime } from '../support/manual-time.ts';

const never = (): Promise<never> => new Promise(() => {});

test('work that ends in time is answered with, and leaves no timer behind', async () => {
  const time = manualTime();
  const answer = withDeadline(100, time, (deadline) =>
    deadline.orElse(
      async () => 'found',
      () => 'nothing',
    ),
  );
  expect([await answer, time.pending]).toEqual(['found', 0]);
});

test('work that takes longer is answered for, and what follows is not begun', async () => {
  const time = manualTime();
  let begun = 0;
  const answer = withDeadline(100, time, async (deadline) => {
    const first = await deadline.orElse(never, () => 'nothing');
    const second = await deadline.orElse(
      async () => {
        begun += 1;
        return 'counted';
      },
      () => 'estimated',
    );
    return [first, second, deadline.isOver];
  });
  await time.advance(99);
  expect(time.pending).toBe(1);
  await time.advance(1);
  expect([await answer, begun, time.pending]).toEqual([['nothing', 'estimated', true], 0, 0]);
});

test('work that fails in time fails the answer; who fails later is not heard', async () => {
  const time = manualTime();
  const failing = withDeadline(100, time, (deadline) =>
    deadline.orElse(
      () => Promise.reject(new Error('broken')),
      () => 1,
    ),
  );
  expect(await failing.catch((error) => error.message)).toBe('broken');
  const late = withDeadline(100, time, (deadline) =>
    deadline.orElse(
      () => new Promise<number>((_, reject) => time.after(200, () => reject(new Error('too late')))),
      () => 1,
    ),
  );
  await time.advance(300);
  expect(await late).toBe(1);
});

test('without a deadline the work may take any time', async () => {
  const time = manualTime();
  const answer = withDeadline(null, time, (deadline) =>
    deadline.orElse(
      () => new Promise<string>((resolve) => time.after(3_600_000, () => resolve('found'))),
      () => 'nothing',
    ),
  );
  await time.advance(3_600_000);
  expect(await answer).toBe('found');
});
