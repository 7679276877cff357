import { expect, test } from 'bun:test';
import { Scratch } from '../../../src/retrieval/evidence/scratch.ts';

test('arrays are zeros of the length asked for, whatever the search before left in them', () => {
  const scratch = new Scratch();
  const first = scratch.zeros(5);
  first.fill(7);
  const second = scratch.zeros(5);
  expect(second.every((x) => x === 0)).toBe(true);
  second.fill(8);
  expect(first.every((x) => x === 7)).toBe(true);
  scratch.reset();
  for (const length of [3, 9, 0]) expect(scratch.zeros(length)).toEqual(new Float32Array(length));
});

test('lists of slots do not lie over one another, and are handed out again after a reset', () => {
  const scratch = new Scratch();
  const [first, second] = [scratch.slots(4).fill(1), scratch.slots(4).fill(2)];
  expect([...first, ...second]).toEqual([1, 1, 1, 1, 2, 2, 2, 2]);
  scratch.reset();
  expect(scratch.slots(4).buffer).toBe(first.buffer);
});
