import { describe, expect, test } from 'bun:test';
import { type Cost, planOf } from '../../src/retrieval/context-plan.ts';

const cost = (whole: number, more: Partial<Cost> = {}): Cost => ({ whole, bare: 5, part: 0, section: 'a', ...more });
const NO_HEADINGS = new Map<string, number>();

describe('the tokens of a block', () => {
  test('are for whole lines, the best first, while there is room', () => {
    expect(planOf([cost(10), cost(20), cost(5)], NO_HEADINGS, 100)).toEqual([
      { rank: 0, room: null },
      { rank: 1, room: null },
      { rank: 2, room: null },
    ]);
    expect(planOf([], NO_HEADINGS, 100)).toEqual([]);
  });

  test('are a third at the most for a long one, so that others have room beside it', () => {
    const plan = planOf([cost(500), cost(20), cost(20), cost(20)], NO_HEADINGS, 92);
    expect(plan[0]).toEqual({ rank: 0, room: 32 - 5 });
    expect(planOf([cost(500), cost(50), cost(50), cost(50)], NO_HEADINGS, 300)[0]).toEqual({ rank: 0, room: 150 - 5 });
  });

  test('are for the most telling part of a long one as far as that takes more than a third', () => {
    expect(planOf([cost(500, { part: 45 }), cost(30), cost(30)], NO_HEADINGS, 90)[0]).toEqual({
      rank: 0,
      room: 45 + 10,
    });
    expect(planOf([cost(500, { part: 300 }), cost(30), cost(30)], NO_HEADINGS, 90)).toEqual([
      { rank: 0, room: 55 },
      { rank: 1, room: null },
    ]);
  });

  test('that are left go to what is cut, the best first, until it is whole', () => {
    expect(planOf([cost(60), cost(70)], NO_HEADINGS, 150)).toEqual([
      { rank: 0, room: null },
      { rank: 1, room: null },
    ]);
    expect(planOf([cost(60), cost(70)], NO_HEADINGS, 120)).toEqual([
      { rank: 0, room: null },
      { rank: 1, room: 55 },
    ]);
  });

  test('that are left when nothing is cut go to one more that is', () => {
    expect(planOf([cost(20), cost(20), cost(20)], NO_HEADINGS, 52)).toEqual([
      { rank: 0, room: null },
      { rank: 1, room: null },
      { rank: 2, room: 7 },
    ]);
    expect(planOf([cost(20), cost(20)], NO_HEADINGS, 29)).toEqual([{ rank: 0, room: null }]);
  });

  test('pay for a heading once', () => {
    const headings = new Map([['a', 10]]);
    expect(planOf([cost(20), cost(20)], headings, 50)).toHaveLength(2);
    expect(planOf([cost(20), cost(20, { section: 'b' })], new Map([...headings, ['b', 10]]), 50)).toEqual([
      { rank: 0, room: null },
      { rank: 1, room: 5 },
    ]);
  });

  test('are given anew without the least of all, to what fills them best', () => {
    const costs = [cost(20), cost(19), cost(15), cost(26), cost(40)];
    expect(planOf(costs, NO_HEADINGS, 45, 1)).toEqual([
      { rank: 0, room: null },
      { rank: 3, room: 20 },
    ]);
  });
});
