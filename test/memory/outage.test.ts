import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { MemfuseError } from '../../src/contract/errors.ts';
import {
  createProcessor,
  openProcessorWorld,
  type ProcessorOptions,
  type ProcessorWorld,
} from '../support/pipeline/processor.ts';

let world: ProcessorWorld;
beforeEach(async () => {
  world = await openProcessorWorld();
});
afterEach(() => world.close());

const HOUR_MS = 3_600_000;
const DOWN = new MemfuseError('overloaded', 'The embedding endpoint cannot be reached.');
const NO_KEY = new MemfuseError('internal', 'The embedding endpoint refuses the key (401).', { untilMended: true });

/** A processor whose deliveries fail as long as there is an error to fail with. */
const startProcessor = (first: Error | null, options: ProcessorOptions = {}) => {
  const { store, time } = world;
  const tried: number[] = [];
  let error = first;
  const made = createProcessor(store, time, {
    ...options,
    deliver: async (task, draft) => {
      tried.push(time.now());
      if (error) throw error;
      await made.file(task, draft);
    },
  });
  made.processor.start();
  return {
    ...made,
    tried,
    become: (next: Error | null) => {
      error = next;
    },
  };
};

describe('an hour without what the tasks need', () => {
  for (const [name, error] of [
    ['an endpoint that is down', DOWN],
    ['a key that is refused', NO_KEY],
  ] as const) {
    test(`costs them nothing but time: no tries, no cut, no dead letter (${name})`, async () => {
      const { talk, newSession, say, store, scope, time, state } = world;
      const { processor, become } = startProcessor(error);
      const others = await Promise.all(Array.from({ length: 20 }, newSession));
      processor.offer(
        await say(
          talk,
          Array.from({ length: 10 }, (_, i) => `message ${i}`),
        ),
      );
      for (const other of others) processor.offer(await say(other, ['hello']));
      await time.advance(HOUR_MS);
      expect((await state(talk)).left).toEqual([
        { span: [1, 10], state: 'waiting', attempts: 0, reason: error.message },
      ]);
      expect(await store.outbox.counts(scope)).toMatchObject({ waiting: 21, running: 0, failed: 0 });
      become(null);
      await time.advance(60_000);
      expect(await store.outbox.counts(scope)).toMatchObject({ waiting: 0, running: 0, failed: 0 });
    });
  }

  test('costs the endpoint a few calls each half minute, however many tasks wait', async () => {
    const { newSession, say, time } = world;
    const { processor, tried, log } = startProcessor(DOWN);
    for (let i = 0; i < 60; i += 1) processor.offer(await say(await newSession(), ['hello']));
    await time.advance(HOUR_MS);
    expect(tried.length).toBeWithin(3 * 100, 3 * 130);
    expect(log.lines.map(({ severity, words }) => [severity, words])).toEqual([
      ['warn', 'the background waits for what it needs'],
    ]);
  });

  test('is over for all as soon as one task has been done', async () => {
    const { newSession, say, store, scope, time } = world;
    const { processor, become, tried, log } = startProcessor(DOWN);
    for (let i = 0; i < 60; i += 1) processor.offer(await say(await newSession(), ['hello']));
    await time.advance(HOUR_MS);
    become(null);
    const before = tried.length;
    const start = time.now();
    while (tried.length === before) await time.advance(1_000);
    expect(time.now() - start).toBeLessThanOrEqual(31_000);
    // Those that met it themselves keep to their pauses.
    await time.advance(1_000);
    expect((await store.outbox.counts(scope)).waiting).toBeLessThanOrEqual(3);
    expect(log.lines.at(-1)).toMatchObject({ severity: 'info', words: 'the background goes on' });
  });
});

test('a pause that the endpoint asks for is kept, and not made longer than half of the longest', async () => {
  const { talk, say, time } = world;
  const busy = new MemfuseError('overloaded', 'It asks for a pause (429).', { retryAfterS: 90 });
  const { processor, tried } = startProcessor(busy, { random: () => 0.5 });
  const start = time.now();
  processor.offer(await say(talk, ['hello']));
  await time.advance(HOUR_MS / 2);
  const pauses = [start, ...tried].slice(1).map((at, i) => at - ([start, ...tried][i] ?? 0));
  expect(pauses.slice(1, 4)).toEqual([97_500, 97_500, 97_500]);
});

test('tries before an outage and after it count as if it had not been', async () => {
  const { talk, say, time, state } = world;
  const { processor, become } = startProcessor(new Error('poison'));
  processor.offer(await say(talk, ['bad']));
  await time.advance(1);
  expect((await state(talk)).left).toMatchObject([{ attempts: 1, reason: 'poison' }]);
  become(DOWN);
  await time.advance(HOUR_MS);
  expect((await state(talk)).left).toMatchObject([{ state: 'waiting', attempts: 1, reason: DOWN.message }]);
  become(new Error('poison'));
  await time.advance(60_000);
  expect((await state(talk)).left).toMatchObject([{ state: 'failed', attempts: 4, reason: 'poison' }]);
});

test('one task that always meets an outage of its own keeps nobody else waiting', async () => {
  const { talk, newSession, say, store, time, state } = world;
  const filed: number[] = [];
  const made = createProcessor(store, time, {
    settings: { workers: 1 },
    deliver: async (task, draft) => {
      if (task.sessionKey === talk.key) throw DOWN;
      await made.file(task, draft);
      filed.push(time.now());
    },
  });
  made.processor.start();
  made.processor.offer(await say(talk, ['as it seems']));
  for (let i = 0; i < 100; i += 1) {
    made.processor.offer(await say(await newSession(), ['hello']));
    await time.advance(2_000);
  }
  expect(filed).toHaveLength(100);
  expect((await state(talk)).left).toMatchObject([{ state: 'waiting', attempts: 0 }]);
});
