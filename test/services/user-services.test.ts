import { afterEach, describe, expect, test } from 'bun:test';
import { PRIORITY } from '../../src/contract/outbox.ts';
import { EVERY_SEQUENCE } from '../contract/background.ts';
import { turn } from '../support/manual-time.ts';
import { type Life, type Lives, openLives, type WrittenSettings } from '../support/pipeline/lives.ts';
import { createPeople, type Person, post } from '../support/pipeline/people.ts';

let lives: Lives;
let life: Life;
afterEach(async () => {
  await lives.kill(life);
  await lives.remove();
});

const open = async (hotUsers: number, people: number, settings: WrittenSettings = {}) => {
  lives = await openLives({ memory: { hot_users: hotUsers }, ...settings });
  life = await lives.start();
  const created = await createPeople(life.factory, people);
  const { factory } = life;
  return {
    factory,
    ...created,
    say: (person: Person, text: string) => post(lives, factory, created.scope, person, text),
  };
};

/** Nobody but the services under test holds on to a service after this. */
const collect = async (): Promise<void> => {
  await turn();
  Bun.gc(true);
  await turn();
};

describe('the service of a user', () => {
  test('is one, however often it is asked for', async () => {
    const { factory, people } = await open(10, 2);
    const [ann, bob] = people.map(({ owner }) => factory.getBufferService(owner));
    expect(people.map(({ owner }) => factory.getBufferService(owner))).toEqual([ann, bob] as never);
    expect(factory.getBufferService({ ...(people[0] as Person).owner })).toBe(ann as never);
    expect(ann).not.toBe(bob as never);
    expect(factory.users.report()).toMatchObject({ hot: 2, cool: 0 });
  });

  test('is let go when others are hotter, and is the same as long as somebody uses it', async () => {
    const { factory, people } = await open(2, 4);
    const services = people.map(({ owner }) => factory.getBufferService(owner));
    expect(factory.users.report()).toMatchObject({ hot: 2, cool: 2 });
    await collect();
    expect(people.map(({ owner }, i) => factory.getBufferService(owner) === services[i])).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  test('is gone when it is neither hot nor in use, for thousands of users in a row', async () => {
    const { factory, people } = await open(5, 1);
    const [{ owner }] = people as [Person];
    const users = 3_000;
    for (let userKey = 1_000; userKey < 1_000 + users; userKey += 1) factory.getBufferService({ ...owner, userKey });
    for (let tries = 0; tries < 50 && factory.users.report().cool > 100; tries += 1) await collect();
    const { hot, cool } = factory.users.report();
    expect(hot).toBe(5);
    expect(cool).toBeLessThanOrEqual(100);
  });

  test('may go while what the background made for them is not filed, which is filed all the same', async () => {
    const { factory, people, scope, say } = await open(1, 3);
    const [ann, bob, carl] = people as [Person, Person, Person];
    await say(ann, 'remember this');
    await lives.time.advance(5_001);
    expect(factory.filing.report()).toMatchObject({ users: 1 });
    for (const { owner } of [bob, carl]) factory.getBufferService(owner);
    await collect();
    expect(factory.users.peek(ann.owner.userKey)).toBeUndefined();
    expect(factory.filing.report()).toMatchObject({ users: 1, rounds: 1 });
    expect(
      (await factory.store.outbox.outstanding(scope, ann.session.id, EVERY_SEQUENCE)).map(({ state }) => state),
    ).toEqual(['running']);
    await lives.until(factory.filing.flushAll(PRIORITY.normal));
    expect(factory.filing.report()).toMatchObject({ users: 0, rounds: 0 });
    expect(await factory.store.outbox.outstanding(scope, ann.session.id, EVERY_SEQUENCE)).toEqual([]);
  });

  test('is another after the user was forgotten', async () => {
    const { factory, people } = await open(10, 1);
    const [{ owner }] = people as [Person];
    const before = factory.getBufferService(owner);
    factory.forget(owner.userKey);
    expect(factory.users.peek(owner.userKey)).toBeUndefined();
    expect(factory.getBufferService(owner)).not.toBe(before);
  });
});

describe('the flush of all users', () => {
  /** Everybody has said something, and the background has made it ready. */
  const ready = async (people: number, settings: WrittenSettings = {}) => {
    const opened = await open(10_000, people, settings);
    const { factory, scope } = opened;
    await Promise.all(
      opened.people.map(({ session }) =>
        factory.addBatch(scope, session.id, [
          { role: 'user', content: 'hello', name: null, metadata: null, createdAt: null },
        ]),
      ),
    );
    await lives.time.advance(6_000);
    expect(factory.filing.report()).toMatchObject({ users: people, rounds: people });
    return opened;
  };

  test('happens every minute, and leaves out nobody, however many they are', async () => {
    const { factory, scope } = await ready(150);
    await lives.time.advance(53_000);
    expect(await factory.store.outbox.counts(scope)).toMatchObject({ running: 150, done: 0 });
    await lives.time.advance(1_001);
    expect(await factory.store.outbox.counts(scope)).toMatchObject({ running: 0, done: 150 });
    expect(factory.filing.report()).toMatchObject({ users: 0, rounds: 0 });
    expect(factory.filing.flushManager.report()).toMatchObject({ queued: 0, active: 0, succeeded: 150, failed: 0 });
  });

  test('leaves out nobody also when the queue of flushes takes one at a time', async () => {
    const { factory, scope } = await ready(20, { buffer: { performance: { max_flush_queue_size: 1 } } });
    await lives.time.advance(55_000);
    expect(await factory.store.outbox.counts(scope)).toMatchObject({ running: 0, done: 20 });
  });

  test('happens in step with an interval that was reloaded, from then on', async () => {
    const { factory, scope } = await ready(1);
    lives.writeSettings({ memory: { hot_users: 10_000 }, buffer: { performance: { flush_interval: 3 } } });
    expect(await factory.config.reload()).toEqual({
      applied: true,
      changed: ['buffer.performance.flush_interval'],
    });
    await lives.time.advance(2_999);
    expect(await factory.store.outbox.counts(scope)).toMatchObject({ running: 1, done: 0 });
    await lives.time.advance(2);
    expect(await factory.store.outbox.counts(scope)).toMatchObject({ running: 0, done: 1 });
  });
});
