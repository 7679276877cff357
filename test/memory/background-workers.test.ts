import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { present } from '../contract/world.ts';
import type { StoreCall } from '../support/hooked-store.ts';
import { MARKS } from '../support/pipeline/fake-workers.ts';
import { createProcessor, openProcessorWorld, type ProcessorWorld, USUAL } from '../support/pipeline/processor.ts';

let world: ProcessorWorld;
beforeEach(async () => {
  world = await openProcessorWorld();
});
afterEach(() => world.close());

const LEASE_MS = USUAL.lease * 1_000;
const never = (): Promise<never> => new Promise(() => {});

describe('a Worker that dies', () => {
  test('fails its task, which its successor completes, and nobody else hears of it', async () => {
    const { talk, newSession, say, store, time, state } = world;
    const other = await newSession();
    let isFirst = true;
    const { processor, workers } = createProcessor(store, time, {
      beforeTask: async ({ sessionKey }) => {
        if (sessionKey !== talk.key || !isFirst) return;
        isFirst = false;
        await never();
      },
    });
    processor.start();
    processor.offer(await say(talk, ['one']));
    processor.offer(await say(other, ['two']));
    await time.advance(1);
    expect((await state(other)).left).toEqual([]);
    expect((await state(talk)).left).toMatchObject([{ state: 'running' }]);
    workers[0]?.die();
    await time.advance(1_000);
    expect(await state(talk)).toEqual({ chunks: ['[user]: one'], left: [] });
    expect(processor.workers().map(({ restarts }) => restarts)).toEqual([1, 0]);
  });

  test('of a message again and again makes that message a dead letter, and the rest is done', async () => {
    const { talk, say, store, time, state } = world;
    const { processor } = createProcessor(store, time);
    processor.start();
    processor.offer(await say(talk, ['a', `b ${MARKS.die}`, 'c']));
    await time.advance(60_000);
    const { chunks, left } = await state(talk);
    expect(chunks).toEqual(['[user]: a', '[user]: c']);
    expect(left).toEqual([
      { span: [2, 2], state: 'failed', attempts: 4, reason: 'The background 0 Worker stopped before it answered.' },
    ]);
  });
});

describe('a Worker that hangs', () => {
  test('is replaced when its lease ends, not sooner, and its task completes', async () => {
    const { talk, say, store, time, state } = world;
    let isFirst = true;
    const { processor, workers, log } = createProcessor(store, time, {
      beforeTask: async () => {
        if (!isFirst) return;
        isFirst = false;
        await never();
      },
    });
    processor.start();
    // Not in step with the renewal of leases.
    await time.advance(4_321);
    processor.offer(await say(talk, ['stuck']));
    await time.advance(LEASE_MS - 1);
    expect(processor.workers()).toMatchObject([{ state: 'busy', restarts: 0 }]);
    await time.advance(1);
    expect(processor.workers()).toMatchObject([{ state: 'idle', restarts: 1 }]);
    expect(log.lines).toMatchObject([{ severity: 'error', facts: { worker: 0 } }]);
    await time.advance(1_000);
    expect(await state(talk)).toEqual({ chunks: ['[user]: stuck'], left: [] });
    expect(workers).toHaveLength(1);
  });

  test('is not one that still starts, however short the lease', async () => {
    const { talk, say, store, time, state } = world;
    const { processor, log } = createProcessor(store, time, {
      settings: { lease: 0.1 },
      beforeStart: () => new Promise((resolve) => time.after(1_000, resolve)),
    });
    processor.start();
    processor.offer(await say(talk, ['patience']));
    await time.advance(1_001);
    expect(await state(talk)).toEqual({ chunks: ['[user]: patience'], left: [] });
    expect([processor.workers(), log.lines]).toMatchObject([[{ restarts: 0 }], []]);
  });

  test('after its start is replaced when the lease ends that began with it', async () => {
    const { talk, say, store, time } = world;
    let isFirst = true;
    const { processor } = createProcessor(store, time, {
      settings: { lease: 3 },
      beforeStart: () => new Promise((resolve) => time.after(10_000, resolve)),
      beforeTask: async () => {
        if (!isFirst) return;
        isFirst = false;
        await never();
      },
    });
    processor.start();
    processor.offer(await say(talk, ['stuck']));
    await time.advance(12_999);
    expect(processor.workers()).toMatchObject([{ state: 'busy', restarts: 0 }]);
    await time.advance(2);
    expect(processor.workers()).toMatchObject([{ state: 'idle', restarts: 1 }]);
  });

  test('is not one that takes its time and gives signs of life', async () => {
    const { talk, say, store, time, state } = world;
    const { processor } = createProcessor(store, time, {
      beforeTask: async (_task, worker) => {
        for (let beats = 0; beats < 10; beats += 1) {
          await new Promise<void>((resolve) => time.after(LEASE_MS - 1_000, resolve));
          worker.beat();
        }
      },
    });
    processor.start();
    processor.offer(await say(talk, ['slow']));
    await time.advance(10 * LEASE_MS);
    expect(processor.workers()).toMatchObject([{ restarts: 0 }]);
    expect((await state(talk)).left).toEqual([]);
  });
});

describe('a lease', () => {
  test('is renewed while the task is at work, so that no other process takes it', async () => {
    const { talk, say, store, time, state } = world;
    const ours = createProcessor(store, time, {
      beforeTask: async (_task, worker) => {
        for (let beats = 0; beats < 6; beats += 1) {
          await new Promise<void>((resolve) => time.after(LEASE_MS / 2, resolve));
          worker.beat();
        }
      },
    });
    const theirs = createProcessor(store, time, { owner: 'another process' });
    ours.processor.start();
    theirs.processor.start();
    ours.processor.offer(await say(talk, ['ours']));
    await time.advance(4 * LEASE_MS);
    expect([ours.filed.length, theirs.started.length]).toEqual([1, 0]);
    expect((await state(talk)).left).toEqual([]);
  });

  test('ends with its process, and the next process takes the task after it', async () => {
    const { talk, say, store, time, state } = world;
    const dead = createProcessor(store, time, { beforeTask: never });
    dead.processor.start();
    dead.processor.offer(await say(talk, ['orphan']));
    await time.advance(1);
    time.forget();
    const next = createProcessor(store, time, { owner: 'the next process' });
    next.processor.start();
    await time.advance(LEASE_MS - 1_000);
    expect(next.started).toEqual([]);
    await time.advance(2_001);
    expect(await state(talk)).toEqual({ chunks: ['[user]: orphan'], left: [] });
  });

  test('that was lost makes what came of it count for nothing', async () => {
    const { talk, say, store, time, state } = world;
    let release = (): void => {};
    const slow = createProcessor(store, time, {
      beforeTask: () =>
        new Promise((resolve) => {
          release = resolve;
        }),
      // It cannot reach the store while its lease runs out.
      hook: ({ verb }, run) => (verb === 'work.beat' ? Promise.reject(new Error('unreachable')) : run()),
      settings: { lease: 3 },
    });
    slow.processor.start();
    slow.processor.offer(await say(talk, ['contested']));
    await time.advance(1);
    const [worker] = slow.workers;
    for (let beats = 0; beats < 3; beats += 1) {
      present(worker).beat();
      await time.advance(1_000);
    }
    const quick = createProcessor(store, time, { owner: 'another process' });
    quick.processor.start();
    present(worker).beat();
    await time.advance(1_001);
    expect(quick.filed).toHaveLength(1);
    release();
    await time.advance(1);
    expect(slow.filed).toEqual([]);
    expect(await state(talk)).toEqual({ chunks: ['[user]: contested'], left: [] });
  });
});

describe('a store that cannot be reached', () => {
  const failing = (verb: string, times: number) => {
    let left = times;
    return (call: StoreCall, run: () => Promise<unknown>): Promise<unknown> => {
      if (call.verb !== verb || left === 0) return run();
      left -= 1;
      return Promise.reject(new Error('The disk is gone.'));
    };
  };

  test.each([
    ['work.take', 3],
    ['work.due', 5],
    ['work.beat', 2],
  ])('for %s costs time and nothing else', async (verb, times) => {
    const { talk, say, store, time, state } = world;
    const { processor, log } = createProcessor(store, time, { hook: failing(verb, times) });
    processor.start();
    processor.offer(await say(talk, ['safe']));
    await time.advance(20_000);
    expect(await state(talk)).toEqual({ chunks: ['[user]: safe'], left: [] });
    expect(log.lines.every(({ severity }) => severity === 'warn')).toBe(true);
  });

  test('when a failure is to be filed leaves the task to the next sign of life, with which it is given back', async () => {
    const { talk, say, store, time, state } = world;
    let isFirst = true;
    const { processor, log } = createProcessor(store, time, {
      hook: failing('work.retry', 1),
      beforeTask: async () => {
        if (!isFirst) return;
        isFirst = false;
        throw new Error('once');
      },
    });
    processor.start();
    processor.offer(await say(talk, ['late']));
    await time.advance(LEASE_MS / 3 - 1);
    expect((await state(talk)).left).toMatchObject([{ state: 'running', attempts: 0 }]);
    expect(log.lines).toMatchObject([{ words: 'the end of a background task cannot be filed' }]);
    await time.advance(1_002);
    expect((await state(talk)).left).toEqual([]);
  });
});
