import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { messagesOf } from '../contract/lists.ts';
import { MARKS } from '../support/pipeline/fake-workers.ts';
import { createProcessor, openProcessorWorld, type ProcessorWorld } from '../support/pipeline/processor.ts';

let world: ProcessorWorld;
beforeEach(async () => {
  world = await openProcessorWorld();
});
afterEach(() => world.close());

const never = (): Promise<never> => new Promise(() => {});

/** A task of one message in each of so many new sessions. */
const sayInMany = async (sessions: number) => {
  const tasks = Array.from({ length: sessions }, async (_, i) => {
    const session = await world.newSession();
    return { session, task: await world.say(session, [`message ${i}`]) };
  });
  return Promise.all(tasks);
};

describe('a queue that is full', () => {
  test('leaves the work in the outbox, which feeds it until all is done', async () => {
    const { store, scope, time } = world;
    const { processor, filed } = createProcessor(store, time, { settings: { queue_size: 4 } });
    const many = await sayInMany(30);
    const offered = many.map(({ task }) => processor.offer(task));
    expect(offered.filter(Boolean)).toHaveLength(4);
    expect([processor.queueSize, processor.queueCapacity]).toEqual([4, 4]);
    processor.start();
    await time.advance(1);
    expect(filed).toHaveLength(30);
    expect(await store.outbox.counts(scope)).toMatchObject({ waiting: 0, running: 0, failed: 0, done: 30 });
  });

  test('of one place is not blocked by what waits behind a retry', async () => {
    const { talk, say, store, time, state } = world;
    let failures = 1;
    const { processor } = createProcessor(store, time, {
      settings: { queue_size: 1 },
      beforeTask: async () => {
        failures -= 1;
        if (failures >= 0) throw new Error('once');
      },
    });
    processor.start();
    const first = await say(talk, ['one']);
    processor.offer(first);
    await time.advance(0);
    const second = await say(talk, ['two']);
    // The second takes the only place while the first is at work.
    processor.offer(second);
    await time.advance(30_000);
    expect(await state(talk)).toEqual({ chunks: ['[user]: one', '[user]: two'], left: [] });
  });

  test('is emptied of poison too: every other message is done, each poisonous one a dead letter', async () => {
    const { talk, say, store, time, state } = world;
    const { processor } = createProcessor(store, time, { settings: { queue_size: 1, workers: 1 } });
    processor.start();
    const texts = Array.from({ length: 9 }, (_, i) => `${i}${i % 4 === 1 ? MARKS.throw : ''}`);
    processor.offer(await say(talk, texts));
    await time.advance(120_000);
    const { chunks, left } = await state(talk);
    expect(left.map(({ span, state }) => [span[0], span[1], state])).toEqual([
      [2, 2, 'failed'],
      [6, 6, 'failed'],
    ]);
    expect(chunks.join('\n').match(/\d/g)).toEqual(['0', '2', '3', '4', '6', '7', '8']);
  });
});

test('the tasks of one session, of which the outbox shows one at a time, are done without a pause', async () => {
  const { talk, say, store, scope, time, state } = world;
  const { processor } = createProcessor(store, time);
  processor.start();
  for (let i = 0; i < 20; i += 1) processor.offer(await say(talk, [`${i} ${'word '.repeat(600)}`]));
  await time.advance(1);
  const messages = await messagesOf(store, scope, talk.id, { limit: 20, sortBy: 'timestamp', order: 'asc' });
  for (const { id } of messages) {
    await store.messages.update(scope, talk.id, [{ id, role: 'user', content: 'changed' }], time.now());
  }
  expect((await state(talk)).left.length).toBeGreaterThan(5);
  await time.advance(1_000);
  expect((await state(talk)).left).toEqual([]);
});

test('a task that is offered again while its lease is taken is one task, which keeps to its pauses', async () => {
  const { talk, say, store, time } = world;
  const begun: number[] = [];
  let again = (): void => {};
  const { processor } = createProcessor(store, time, {
    beforeTask: async () => {
      begun.push(time.now() - start);
      throw new Error('always');
    },
    hook: async ({ verb }, run) => {
      const answer = await run();
      if (verb === 'work.take') again();
      return answer;
    },
  });
  const start = time.now();
  processor.start();
  const task = await say(talk, ['eager']);
  again = () => processor.offer(task);
  processor.offer(task);
  await time.advance(60_000);
  expect(begun).toEqual([0, 1_000, 3_000, 7_000]);
});

test('a task over more messages than one task may have is cut, and done in parts, without a failure', async () => {
  const { talk, say, store, time, state } = world;
  const { processor, started, log } = createProcessor(store, time);
  processor.start();
  processor.offer(
    await say(
      talk,
      Array.from({ length: 2_500 }, (_, i) => `message ${i}`),
    ),
  );
  await time.advance(10_000);
  const { chunks, left } = await state(talk);
  expect([left, log.lines]).toEqual([[], []]);
  const said = chunks.flatMap((chunk) => chunk.split('\n'));
  expect(said).toEqual(Array.from({ length: 2_500 }, (_, i) => `[user]: message ${i}`));
  expect(started.every(({ attempts }) => attempts === 0)).toBe(true);
});

describe('the Workers', () => {
  test('are as many as the settings say, and the rest waits', async () => {
    const { store, time } = world;
    const { processor, started } = createProcessor(store, time, { beforeTask: never });
    for (const { task } of await sayInMany(5)) processor.offer(task);
    processor.start();
    await time.advance(100);
    expect([started.length, processor.workers().length, processor.queueSize]).toEqual([3, 3, 2]);
    expect(processor.workers().every(({ state, task }) => state === 'busy' && task !== null)).toBe(true);
  });

  test('are busy until what they made is delivered, so that no more tasks are taken than there are Workers', async () => {
    const { store, scope, time } = world;
    const handedOver: (() => void)[] = [];
    let underWay = 0;
    let most = 0;
    const { processor, filed, file } = createProcessor(store, time, {
      deliver: async (task, draft) => {
        underWay += 1;
        most = Math.max(most, underWay);
        await new Promise<void>((resolve) => handedOver.push(resolve));
        await file(task, draft);
        underWay -= 1;
      },
    });
    for (const { task } of await sayInMany(40)) processor.offer(task);
    processor.start();
    await time.advance(100);
    expect(await store.outbox.counts(scope)).toMatchObject({ waiting: 37, running: 3 });
    expect(processor.workers().map(({ state }) => state)).toEqual(['busy', 'busy', 'busy']);
    // Workers that wait for an endpoint have done their part, and do not hang.
    await time.advance(10 * 60_000 - 1_000);
    expect(processor.workers().map(({ restarts }) => restarts)).toEqual([0, 0, 0]);
    while (filed.length < 40) {
      for (const go of handedOver.splice(0)) go();
      await time.advance(1);
    }
    expect([most, processor.workers().length]).toEqual([3, 3]);
  });

  test('are free again when a delivery does not end within ten minutes, and the task is tried again', async () => {
    const { talk, say, store, time, state } = world;
    let isFirst = true;
    const { processor, file, started } = createProcessor(store, time, {
      settings: { workers: 1 },
      deliver: async (task, draft) => {
        if (!isFirst) return file(task, draft);
        isFirst = false;
        return never();
      },
    });
    processor.start();
    processor.offer(await say(talk, ['slow food']));
    await time.advance(10 * 60_000 - 1);
    expect(processor.workers()).toMatchObject([{ state: 'busy' }]);
    await time.advance(1);
    expect(processor.workers()).toMatchObject([{ state: 'idle' }]);
    expect((await state(talk)).left).toMatchObject([
      { state: 'waiting', attempts: 0, reason: 'The result of the task was not delivered within 600 s.' },
    ]);
    await time.advance(30_000);
    expect(await state(talk)).toEqual({ chunks: ['[user]: slow food'], left: [] });
    expect(started).toHaveLength(2);
  });

  test('are started when there is work for them', async () => {
    const { store, time } = world;
    const { processor, workers } = createProcessor(store, time);
    processor.start();
    await time.advance(10_000);
    expect(workers).toEqual([]);
    for (const { task } of await sayInMany(2)) processor.offer(task);
    await time.advance(1);
    expect(workers).toHaveLength(2);
  });
});

describe('a stop', () => {
  test('lets what is at work come to its end and takes nothing new', async () => {
    const { store, time } = world;
    const { processor, filed } = createProcessor(store, time, {
      settings: { workers: 1 },
      beforeTask: () => new Promise((resolve) => time.after(500, resolve)),
    });
    const many = await sayInMany(3);
    for (const { task } of many) processor.offer(task);
    processor.start();
    await time.advance(100);
    const stopping = processor.stop(3_000);
    await time.advance(400);
    await stopping;
    await processor.close();
    expect(filed).toHaveLength(1);
    await time.advance(60_000);
    expect(filed).toHaveLength(1);
  });

  test('waits for no longer than it was told, and puts back what is still at work, as if it had never been begun', async () => {
    const { talk, say, store, time, state } = world;
    const { processor, workers, log } = createProcessor(store, time, { beforeTask: never });
    processor.start();
    processor.offer(await say(talk, ['endless']));
    await time.advance(1);
    let isStopped = false;
    const stopping = processor.stop(3_000).then(() => {
      isStopped = true;
    });
    await time.advance(2_999);
    expect(isStopped).toBe(false);
    await time.advance(1);
    await stopping;
    await processor.close();
    expect(workers.map(({ isClosed }) => isClosed)).toEqual([true]);
    expect((await state(talk)).left).toEqual([{ span: [1, 1], state: 'waiting', attempts: 0, reason: null }]);
    expect(log.lines).toEqual([]);
  });

  test('in the middle of taking a lease gives it back', async () => {
    const { talk, say, store, time, state } = world;
    let answer = (): void => {};
    const { processor, workers } = createProcessor(store, time, {
      hook: async ({ verb }, run) => {
        const claimed = await run();
        if (verb === 'work.take') {
          await new Promise<void>((resolve) => {
            answer = resolve;
          });
        }
        return claimed;
      },
    });
    processor.start();
    processor.offer(await say(talk, ['too late']));
    await time.advance(0);
    expect((await state(talk)).left).toMatchObject([{ state: 'running' }]);
    const stopping = processor.stop(3_000);
    await time.rest();
    answer();
    await stopping;
    await processor.close();
    expect(workers).toEqual([]);
    expect((await state(talk)).left).toMatchObject([{ state: 'waiting', attempts: 0 }]);
  });

  test('that was asked for twice, or before a start, is a stop', async () => {
    const { processor } = createProcessor(world.store, world.time);
    await processor.stop(1);
    processor.start();
    processor.start();
    await processor.stop(1);
    await processor.stop(1);
    await processor.close();
    expect(world.time.pending).toBeLessThanOrEqual(3);
  });
});
