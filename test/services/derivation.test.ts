import { expect, test } from 'bun:test';
import { Derivation } from '../../src/services/derivation.ts';
import { manualTime } from '../support/manual-time.ts';

const open = (slices: number) => {
  const time = manualTime({ rest: () => Bun.sleep(0) });
  const asked: number[] = [];
  const errors: unknown[] = [];
  let fails = false;
  const derive = async (_kind: string, version: number): Promise<boolean> => {
    asked.push(version);
    if (fails) throw new Error('The disk is full.');
    return asked.length >= slices;
  };
  const derivation = new Derivation({
    outbox: { derive },
    scheduler: time,
    now: () => time.now(),
    onError: (error) => errors.push(error),
  });
  const fail = (): void => {
    fails = true;
  };
  return { time, asked, errors, derivation, fail };
};

test('goes on slice by slice until all tasks are written', async () => {
  const { time, asked, derivation } = open(4);
  derivation.start('extract', 2);
  await time.advance(1_000);
  expect(asked).toEqual([2, 2, 2, 2]);
});

test('ends when it is stopped, and begins anew with another version', async () => {
  const { time, asked, derivation } = open(100);
  derivation.start('extract', 2);
  await time.advance(15);
  derivation.start('extract', 0);
  derivation.stop();
  const before = asked.length;
  await time.advance(1_000);
  expect(asked.length).toBe(before);
  expect(asked.at(-1)).toBe(0);
});

test('tells of an error and leaves the rest to the next start', async () => {
  const { time, asked, errors, derivation, fail } = open(100);
  fail();
  derivation.start('extract', 2);
  await time.advance(1_000);
  expect([asked.length, errors.length]).toEqual([1, 1]);
});
