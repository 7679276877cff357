import { afterEach, describe, expect, test } from 'bun:test';
import { BufferService } from '../../src/buffer/buffer-service.ts';
import { BypassService } from '../../src/buffer/bypass-service.ts';
import { EVERY_SEQUENCE } from '../contract/background.ts';
import { present } from '../contract/world.ts';
import type { StoreHook } from '../support/hooked-store.ts';
import { type Life, type Lives, openLives, type WrittenSettings } from '../support/pipeline/lives.ts';
import { createPeople, post } from '../support/pipeline/people.ts';

let lives: Lives;
let life: Life;
afterEach(() => lives.remove());

const open = async (settings: WrittenSettings = {}, options: { hook?: StoreHook; workMs?: number } = {}) => {
  lives = await openLives(settings, options);
  life = await lives.start();
  const { scope, people } = await createPeople(life.factory, 1);
  return { factory: life.factory, scope, person: present(people[0]) };
};

/** What is left in the outbox after the end of the process, as the next one finds it. */
const leftAfterwards = async (sessionId: string, scope: { tenantKey: number; userKey: null }) => {
  const store = await lives.openStore();
  const left = await store.outbox.outstanding(scope, sessionId, EVERY_SEQUENCE);
  await store.close();
  return left.map(({ state, attempts }) => ({ state, attempts }));
};

describe('a start', () => {
  test('opens the store and starts no Worker before there is work', async () => {
    const { factory } = await open();
    await lives.time.advance(10_000);
    expect(life.workers).toEqual([]);
    expect(factory.getGlobalConfig()).toBe(factory.config);
    expect(factory.config.file).toEndWith('memfuse.config.json');
    await lives.stop(life);
  });

  test('with the buffers off builds a service for each request', async () => {
    const { factory, person } = await open({ buffer: { enabled: false } });
    const [first, second] = [factory.getBufferService(person.owner), factory.getBufferService(person.owner)];
    expect(first).toBeInstanceOf(BypassService);
    expect(first).not.toBe(second);
    expect(factory.users.report()).toMatchObject({ hot: 0, cool: 0 });
    await lives.stop(life);
  });

  test('with the buffers on hands out one service for all requests of a user', async () => {
    const { factory, person } = await open();
    expect(factory.getBufferService(person.owner)).toBeInstanceOf(BufferService);
    expect(factory.getBufferService(person.owner)).toBe(factory.getBufferService(person.owner));
    await lives.stop(life);
  });
});

test('a start that fails half-way closes what was open by then', async () => {
  const full: StoreHook = ({ verb }, run) =>
    verb === 'tenants.ensure' ? Promise.reject(new Error('The disk is full.')) : run();
  lives = await openLives({}, { hook: full });
  const store = await lives.openStore();
  let closed = 0;
  const close = store.close;
  store.close = async () => {
    closed += 1;
    await close();
  };
  expect(await lives.start(store).catch((error) => error.message)).toBe('The disk is full.');
  expect(closed).toBe(1);
});

describe('a stop', () => {
  test('files what is ready, whoever it belongs to', async () => {
    const { factory, scope, person } = await open();
    await post(lives, factory, scope, person, 'one', 'two');
    await lives.time.advance(6_000);
    expect(factory.filing.report()).toMatchObject({ users: 1, rounds: 2 });
    await lives.stop(life);
    expect(await leftAfterwards(person.session.id, { ...scope, userKey: null })).toEqual([]);
  });

  test('waits for a task that is nearly done, and files it', async () => {
    const { factory, scope, person } = await open({}, { workMs: 2_000 });
    await post(lives, factory, scope, person, 'one');
    await lives.time.advance(5_500);
    expect(factory.processor.workers()).toMatchObject([{ state: 'busy' }]);
    const startedAt = lives.time.now();
    await lives.stop(life);
    expect(lives.time.now() - startedAt).toBeLessThanOrEqual(2_000);
    expect(await leftAfterwards(person.session.id, { ...scope, userKey: null })).toEqual([]);
  });

  test('leaves what was not begun to the next process, which finds it at once', async () => {
    const { factory, scope, person } = await open();
    await post(lives, factory, scope, person, 'one');
    await lives.stop(life);
    const left = await leftAfterwards(person.session.id, { ...scope, userKey: null });
    expect(left).toEqual([{ state: 'waiting', attempts: 0 }]);
    life = await lives.start();
    await lives.time.advance(70_000);
    expect(await life.factory.store.outbox.outstanding(scope, person.session.id, EVERY_SEQUENCE)).toEqual([]);
    await lives.stop(life);
  });

  test('is over within ten seconds though a Worker hangs and the disk refuses every flush', async () => {
    const hook: StoreHook = ({ verb }, run) =>
      verb === 'work.file' ? Promise.reject(new Error('The disk is full.')) : run();
    const { factory, scope, person } = await open({}, { hook, workMs: 100 });
    await post(lives, factory, scope, person, 'one');
    await lives.time.advance(6_000);
    await post(lives, factory, scope, person, 'two');
    await lives.time.advance(5_050);
    for (const worker of life.workers) worker.isHung = true;
    const startedAt = lives.time.now();
    await lives.stop(life);
    expect(lives.time.now() - startedAt).toBeLessThanOrEqual(8_000);
    const left = await leftAfterwards(person.session.id, { ...scope, userKey: null });
    expect(left.map(({ state }) => state)).toEqual(['waiting', 'waiting']);
  });

  test('closes everything else though a part of it fails, and tells of that part', async () => {
    const closed: string[] = [];
    const full: StoreHook = ({ verb }, run) =>
      verb === 'work.release' ? Promise.reject(new Error('The disk is full.')) : run();
    const { factory, scope, person } = await open({}, { hook: full, workMs: 60_000 });
    const search = factory.search as { close: () => Promise<void> };
    search.close = () => Promise.reject(new Error('The search Worker is gone.'));
    factory.store.close = ((close) => async () => {
      closed.push('store');
      await close();
    })(factory.store.close);
    await post(lives, factory, scope, person, 'one');
    await lives.time.advance(6_000);
    await lives.stop(life);
    expect(life.workers.map(({ isClosed }) => isClosed)).toEqual([true]);
    expect(closed).toEqual(['store']);
    const told = life.log.lines.filter(({ words }) => words.startsWith('a part of the server does not close'));
    expect(told.map(({ severity, facts }) => [severity, facts['part'], (facts['err'] as Error).message])).toEqual([
      ['error', 'background', 'The disk is full.'],
      ['error', 'search', 'The search Worker is gone.'],
    ]);
  });

  test('is over in time though the disk never answers a flush', async () => {
    const never: StoreHook = ({ verb }, run) => (verb === 'work.file' ? new Promise(() => {}) : run());
    const { factory, scope, person } = await open({}, { hook: never });
    await post(lives, factory, scope, person, 'one');
    await lives.time.advance(6_000);
    const startedAt = lives.time.now();
    await lives.stop(life);
    expect(lives.time.now() - startedAt).toBeLessThanOrEqual(8_000);
  });
});
