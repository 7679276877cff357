import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { Filing, type FilingContext } from '../../src/buffer/filing.ts';
import type { OutboxTask } from '../../src/contract/outbox.ts';
import { PRIORITY } from '../../src/contract/outbox.ts';
import { HANDLERS, handlersOf } from '../../src/memory/kinds/handlers.ts';
import { StageWaiters } from '../../src/memory/stages.ts';
import { systemIds } from '../../src/platform/ids.ts';
import { hookStore, type StoreHook } from '../support/hooked-store.ts';
import { fakeCounter } from '../support/pipeline/fake-counter.ts';
import { FakeWorker } from '../support/pipeline/fake-workers.ts';
import { openLives } from '../support/pipeline/lives.ts';
import { createPeople, post } from '../support/pipeline/people.ts';
import { openProcessorWorld, type ProcessorWorld, USUAL } from '../support/pipeline/processor.ts';
import { recordedLog } from '../support/recorded-log.ts';

let world: ProcessorWorld;
beforeEach(async () => {
  world = await openProcessorWorld();
});
afterEach(() => world.close());

const OWNER = 'this process';
const PERFORMANCE = {
  max_flush_workers: 3,
  max_flush_queue_size: 100,
  flush_timeout: 30,
  max_retries: 0,
  flush_interval: 3_600,
  force_flush_timeout: 86_400,
};

const openFiling = (more: Partial<FilingContext> = {}, hook?: StoreHook) => {
  const { store, time } = world;
  const seen = hook ? hookStore(store, hook) : store;
  const waiters = new StageWaiters(time);
  const log = recordedLog();
  const [begun, filed]: [OutboxTask[], OutboxTask[]] = [[], []];
  const errors: unknown[] = [];
  const filing = new Filing({
    settings: () => ({ enabled: true, hybrid_buffer: { max_size: 5 }, performance: PERFORMANCE }),
    background: () => USUAL,
    work: seen.work,
    bytesOf: (outcome) => handlersOf(HANDLERS, outcome).bytesOf(outcome),
    clock: time,
    scheduler: time,
    random: () => 1,
    log,
    owner: OWNER,
    waiters,
    openWorker: (id, onBeat) => new FakeWorker(id, onBeat, { work: seen.work }),
    complete: (task, draft) =>
      handlersOf(HANDLERS, task).complete(task, draft, {
        embedder: null,
        counter: fakeCounter(),
        clock: time,
        ids: systemIds,
        owner: OWNER,
      }),
    onBegun: (task) => begun.push(task),
    onFiled: (task) => filed.push(task),
    onError: (_operation, error) => errors.push(error),
    ...more,
  });
  filing.start();
  return { filing, waiters, begun, filed, errors, log, states: () => Object.fromEntries(filing.processor.tasks()) };
};

const sayInMany = async (sessions: number): Promise<OutboxTask[]> => {
  const tasks = Array.from({ length: sessions }, async (_, i) => world.say(await world.newSession(), [`message ${i}`]));
  return Promise.all(tasks);
};

describe('a task', () => {
  test('is made, held until there is enough of its user, filed, and told of', async () => {
    const { filing, begun, filed, states } = openFiling();
    const tasks = await sayInMany(4);
    for (const task of tasks) filing.processor.offer(task);
    await world.time.advance(1);
    expect([states()['made'], filing.report(), filed]).toEqual([4, { users: 1, rounds: 4 }, []]);
    tasks.push(...(await sayInMany(1)));
    filing.processor.offer(tasks[4] as OutboxTask);
    await world.time.advance(1);
    expect([Object.values(states()).every((tasks) => tasks === 0), filing.report()]).toEqual([
      true,
      { users: 0, rounds: 0 },
    ]);
    const keys = tasks.map(({ key }) => key).toSorted((a, b) => a - b);
    for (const told of [begun, filed]) expect(told.map(({ key }) => key).toSorted((a, b) => a - b)).toEqual(keys);
  });

  test('is filed at once when somebody waits for its session, and when nothing is to be held', async () => {
    const waited = openFiling();
    const waiting = waited.waiters.wait(world.talk.key, 60_000, async () => waited.filed.length > 0);
    waited.filing.processor.offer(await world.say(world.talk, ['hello']));
    await world.time.advance(1);
    expect(await waiting).toBe(true);

    // Whoever waits may do so at another process, and has written into the task that somebody does.
    const urgent = openFiling();
    urgent.filing.processor.offer(await world.say(world.talk, ['hello'], { priority: PRIORITY.high }));
    await world.time.advance(1);
    expect(urgent.filed).toHaveLength(1);

    const performance = PERFORMANCE;
    const unheld = openFiling({ settings: () => ({ enabled: false, hybrid_buffer: { max_size: 5 }, performance }) });
    unheld.filing.processor.offer(await world.say(world.talk, ['hello']));
    await world.time.advance(1);
    expect(unheld.filed).toHaveLength(1);
  });

  test('whose delivery comes after its lease was lost is filed by nobody here', async () => {
    let complete = (): void => {};
    const { filing, filed, states, log, errors } = openFiling({
      complete: async (task, draft) => {
        await new Promise<void>((resolve) => {
          complete = resolve;
        });
        const context = { embedder: null, counter: fakeCounter(), clock: world.time, ids: systemIds, owner: OWNER };
        return handlersOf(HANDLERS, task).complete(task, draft, context);
      },
    });
    const task = await world.say(world.talk, ['hello']);
    filing.processor.offer(task);
    await world.time.advance(1);
    expect(states()).toMatchObject({ delivering: 1 });
    await world.store.work.release([task.key], OWNER, world.time.now());
    await world.store.work.take([task.key], 'another process', world.time.now(), world.time.now() + 3_600_000);
    await world.time.advance(10_000);
    expect(states()).toMatchObject({ delivering: 0 });
    complete();
    await world.time.advance(1);
    expect([filing.report(), filed, log.lines, errors]).toEqual([{ users: 0, rounds: 0 }, [], [], []]);
  });
});

describe('what is made and not filed', () => {
  const FULL: StoreHook = ({ verb }, run) =>
    verb === 'work.file' ? Promise.reject(new Error('The disk is full.')) : run();

  for (const [name, most] of [
    ['tasks', { tasks: 4, bytes: 1e9 }],
    ['bytes', { tasks: 1e9, bytes: 4 * 60 }],
  ] as const) {
    test(`is bounded in ${name}: Workers keep what finds no room, and nothing more is taken`, async () => {
      const { filing, states, begun } = openFiling({ most }, FULL);
      for (const task of await sayInMany(40)) filing.processor.offer(task);
      await world.time.advance(5_000);
      expect(begun.length).toBeWithin(5, 13);
      expect(states()).toMatchObject({ delivering: 3, queued: 40 - begun.length });
      const held = (states()['made'] ?? 0) + (states()['filing'] ?? 0);
      expect(held).toBe(begun.length - 3);
    });
  }

  test('goes on as soon as there is room again, and everything is filed once', async () => {
    let isFull = true;
    const { filing, filed } = openFiling({ most: { tasks: 4, bytes: 1e9 } }, (call, run) =>
      isFull ? FULL(call, run) : run(),
    );
    const tasks = await sayInMany(40);
    for (const task of tasks) filing.processor.offer(task);
    await world.time.advance(60_000);
    isFull = false;
    await world.time.advance(60_000);
    await filing.flushAll(PRIORITY.high);
    await world.time.advance(1);
    const keys = tasks.map(({ key }) => key).toSorted((a, b) => a - b);
    expect(filed.map(({ key }) => key).toSorted((a, b) => a - b)).toEqual(keys);
  });
});

test('work of the background for many makes no user hotter than those who ask', async () => {
  const lives = await openLives({ memory: { hot_users: 2 }, buffer: { performance: { flush_interval: 1 } } });
  try {
    const life = await lives.start();
    const { scope, people } = await createPeople(life.factory, 12);
    for (const person of people) await post(lives, life.factory, scope, person, 'hello');
    const [ann, bob] = people;
    const hot = [ann, bob].map((person) => life.factory.getBufferService(person?.owner as never));
    await lives.time.advance(20_000);
    expect(await life.factory.store.outbox.counts(scope)).toMatchObject({ waiting: 0, running: 0, done: 12 });
    Bun.gc(true);
    expect([ann, bob].map((person) => life.factory.users.peek(person?.owner.userKey as never))).toEqual(hot as never);
    expect(life.factory.users.report().hot).toBe(2);
    await lives.stop(life);
  } finally {
    await lives.remove();
  }
});
