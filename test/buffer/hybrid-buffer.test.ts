import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { HybridBuffer, type HybridItem } from '../../src/buffer/hybrid-buffer.ts';
import { type OutboxTask, PRIORITY, type Priority } from '../../src/contract/outbox.ts';
import type { IndexOutcome } from '../../src/contract/work.ts';
import { manualClock } from '../support/manual-clock.ts';
import { turn } from '../support/manual-time.ts';
import { deliveredLife } from '../support/pipeline/items.ts';

const SEED = 20_260_520;

/** An outcome over so many rounds. What is in it is nothing to the buffer. */
const outcome = (rounds: number): HybridItem => ({
  rounds,
  life: deliveredLife({} as OutboxTask),
  outcome: {} as IndexOutcome,
});

type Flush = {
  readonly items: readonly HybridItem[];
  readonly priority: Priority;
  readonly succeed: () => Promise<void>;
  readonly fail: () => Promise<void>;
};

const createBuffer = (maxSize = 5) => {
  const clock = manualClock(1_000);
  const flushes: Flush[] = [];
  const state = { isFull: false };
  const buffer = new HybridBuffer({
    limits: () => ({ max_size: maxSize }),
    clock,
    flush: (items, priority) => {
      if (state.isFull) return null;
      return new Promise((resolve, reject) => {
        const succeed = async (): Promise<void> => {
          resolve();
          await turn();
        };
        const fail = async (): Promise<void> => {
          reject(new Error('full disk'));
          await turn();
        };
        flushes.push({ items, priority, succeed, fail });
      });
    },
  });
  return { buffer, clock, flushes, state };
};

describe('outcomes', () => {
  test('gather until they hold five rounds, and are filed together then', async () => {
    const { buffer, flushes } = createBuffer();
    const items = [outcome(2), outcome(2), outcome(1)];
    for (const item of items.slice(0, 2)) buffer.add(item);
    expect([buffer.rounds, flushes.length]).toEqual([4, 0]);
    buffer.add(items[2] as HybridItem);
    expect(flushes.map(({ items, priority }) => [items, priority])).toEqual([[items, PRIORITY.normal]]);
    expect([buffer.rounds, buffer.isEmpty]).toEqual([5, false]);
    await flushes[0]?.succeed();
    expect([buffer.rounds, buffer.isEmpty]).toEqual([0, true]);
  });

  test('of many rounds at once do not wait for others', () => {
    const { buffer, flushes } = createBuffer();
    buffer.add(outcome(17));
    expect(flushes).toHaveLength(1);
  });

  test('that come during a flush are not in it, and wait for the next', async () => {
    const { buffer, flushes } = createBuffer(2);
    buffer.add(outcome(2));
    buffer.add(outcome(1));
    expect(flushes).toHaveLength(1);
    void buffer.flush(PRIORITY.high);
    expect(flushes.map(({ items }) => items.map(({ rounds }) => rounds))).toEqual([[2], [1]]);
    await flushes[1]?.succeed();
    expect(buffer.rounds).toBe(2);
    await flushes[0]?.succeed();
    expect(buffer.isEmpty).toBe(true);
  });

  test('are filed when asked for, at the priority that was asked for, and nothing is when there is nothing', async () => {
    const { buffer, flushes } = createBuffer();
    await buffer.flush(PRIORITY.critical);
    expect(flushes).toEqual([]);
    buffer.add(outcome(1));
    const flushed = buffer.flush(PRIORITY.critical);
    expect(flushes.map(({ priority }) => priority)).toEqual([PRIORITY.critical]);
    await flushes[0]?.succeed();
    await flushed;
  });
});

describe('a flush that fails, or finds no room,', () => {
  test('leaves everything where it was, for the next', async () => {
    const { buffer, flushes } = createBuffer(2);
    const [first, second] = [outcome(2), outcome(1)];
    buffer.add(first);
    await flushes[0]?.fail();
    expect(buffer.rounds).toBe(2);
    buffer.add(second);
    expect(flushes[1]?.items).toEqual([first, second]);
    await flushes[1]?.succeed();
    expect(buffer.isEmpty).toBe(true);
  });

  test('is over for whoever waits for it', async () => {
    const { buffer, state, flushes } = createBuffer();
    buffer.add(outcome(1));
    state.isFull = true;
    await buffer.flush(PRIORITY.normal);
    expect([buffer.rounds, flushes.length]).toEqual([1, 0]);
    state.isFull = false;
    const flushed = buffer.flush(PRIORITY.normal);
    await flushes[0]?.fail();
    await flushed;
    expect(buffer.rounds).toBe(1);
  });
});

describe('an outcome whose lease was lost', () => {
  test('is filed by nobody here, whether it waits or a flush of it has failed', async () => {
    const { buffer, flushes } = createBuffer();
    const [lost, kept, lostLater] = [outcome(1), outcome(2), outcome(1)];
    for (const item of [lost, kept, lostLater]) buffer.add(item);
    lost.life.move('ended');
    void buffer.flush(PRIORITY.normal);
    expect(flushes.map(({ items }) => items)).toEqual([[kept, lostLater]]);
    lostLater.life.move('ended');
    await flushes[0]?.fail();
    expect([buffer.rounds, kept.life.state]).toEqual([2, 'made']);
    void buffer.flush(PRIORITY.normal);
    expect(flushes[1]?.items).toEqual([kept]);
  });
});

describe('the age of the buffer', () => {
  test('is that of the oldest outcome that is not filed, whatever was filed meanwhile', async () => {
    const { buffer, clock, flushes } = createBuffer();
    buffer.add(outcome(1));
    clock.advance(10);
    void buffer.flush(PRIORITY.normal);
    buffer.add(outcome(1));
    clock.advance(10);
    expect(buffer.since).toBe(1_000);
    await flushes[0]?.succeed();
    expect(buffer.since).toBe(1_010);
    void buffer.flush(PRIORITY.normal);
    await flushes[1]?.fail();
    expect(buffer.since).toBe(1_010);
  });
});

test('whatever comes in and however flushes end, each outcome is filed once and none is lost', async () => {
  const step = fc.oneof(
    fc.record({ add: fc.integer({ min: 0, max: 4 }) }),
    fc.record({ flush: fc.constantFrom<Priority>(...Object.values(PRIORITY)) }),
    fc.record({ end: fc.nat({ max: 5 }), isGood: fc.boolean() }),
    fc.record({ isFull: fc.boolean() }),
  );
  const property = fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
    const { buffer, flushes, state } = createBuffer(3);
    const [added, filed, underWay] = [new Set<HybridItem>(), new Set<HybridItem>(), new Set<HybridItem>()];
    const end = async (index: number, isGood: boolean): Promise<void> => {
      const [flush] = flushes.splice(index % Math.max(1, flushes.length), 1);
      if (!flush) return;
      for (const item of flush.items) {
        if (isGood) expect(filed.has(item)).toBe(false);
        if (isGood) filed.add(item);
      }
      await (isGood ? flush.succeed() : flush.fail());
    };
    for (const step of steps) {
      if ('add' in step) {
        const item = outcome(step.add);
        added.add(item);
        buffer.add(item);
      } else if ('flush' in step) void buffer.flush(step.flush);
      else if ('end' in step) await end(step.end, step.isGood);
      else state.isFull = step.isFull;
      underWay.clear();
      for (const { items } of flushes) {
        for (const item of items) {
          expect(underWay.has(item)).toBe(false);
          underWay.add(item);
        }
      }
      const left = [...added].filter((item) => !filed.has(item));
      expect(buffer.rounds).toBe(left.reduce((sum, { rounds }) => sum + rounds, 0));
      expect(buffer.isEmpty).toBe(left.length === 0);
    }
    state.isFull = false;
    while (flushes.length > 0) await end(0, true);
    void buffer.flush(PRIORITY.normal);
    while (flushes.length > 0) await end(0, true);
    expect(filed).toEqual(added);
  });
  await fc.assert(property, { seed: SEED, numRuns: 200 });
});
