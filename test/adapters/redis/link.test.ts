import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import { Redis } from 'ioredis';
import { RedisLink } from '../../../adapters/redis/link.ts';
import type { News } from '../../../src/contract/link.ts';
import { eventually } from '../../support/eventually.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';

const WINDOW_S = 60;
const FILED: News = { what: 'filed', queue: 'index 7', sessionKey: 7 };

let redis: TestRedis;
let opened = 0;
const links: RedisLink[] = [];
beforeAll(async () => {
  redis = await startRedis();
});
afterEach(async () => {
  await Promise.all(links.splice(0).map((link) => link.close()));
});
afterAll(() => redis.remove());

/** A server's end of the link, with what it says of its state. */
const open = ({ prefix = 'test', url = redis.url, commandTimeoutMs = 5_000 } = {}) => {
  const told: string[] = [];
  opened += 1;
  const onChange = (isUp: boolean, reason: string): void => void told.push(isUp ? 'up' : `down: ${reason}`);
  const link = new RedisLink({ url, prefix, self: `server ${opened}`, onChange, commandTimeoutMs });
  links.push(link);
  return { link, told };
};
const isUp = ({ link }: { link: RedisLink }) => eventually('the link is up', async () => link.isUp);
const isDown = ({ link }: { link: RedisLink }) => eventually('the link is down', async () => !link.isUp);

test('news reach every other server of the database, and neither the teller nor other databases', async () => {
  const [one, two, three, stranger] = [open(), open(), open(), open({ prefix: 'another' })];
  const all = [one, two, three, stranger];
  await Promise.all(all.map(isUp));
  const heard = all.map(({ link }) => {
    const news: News[] = [];
    link.listen((one) => news.push(one));
    return news;
  });
  one.link.tell(FILED);
  two.link.tell({ what: 'backlog' });
  await eventually('both are heard', async () => (heard[2]?.length ?? 0) === 2);
  expect(heard.slice(0, 2)).toEqual([[{ what: 'backlog' }], [FILED]]);
  expect(heard[3]).toEqual([]);
});

test('what is no news is not heard, whoever tells it', async () => {
  const one = open();
  const foreign = new Redis(redis.url);
  await isUp(one);
  const news: News[] = [];
  one.link.listen((heard) => news.push(heard));
  const told = ['', 'null', '{', '7', '{"from":"x"}', '{"from":"x","news":{"what":"filed","queue":3}}'];
  for (const text of told) await foreign.publish('test:news', text);
  await foreign.publish('test:news', JSON.stringify({ from: 'x', news: FILED }));
  await eventually('the news is heard', async () => news.length > 0);
  expect(news).toEqual([FILED]);
  foreign.disconnect();
});

test('servers count together, key by key, in a window that begins with the first', async () => {
  const [one, two] = [open(), open()];
  await Promise.all([isUp(one), isUp(two)]);
  const counts: (number | undefined)[] = [];
  for (const { link } of [one, two, one, two]) counts.push((await link.count('a', WINDOW_S))?.count);
  expect(counts).toEqual([1, 2, 3, 4]);
  const other = await two.link.count('b', WINDOW_S);
  expect(other?.count).toBe(1);
  expect(other?.leftMs).toBeGreaterThan(0);
  expect(other?.leftMs).toBeLessThanOrEqual(WINDOW_S * 1_000);
});

test('one that is flushed counts from the start, and goes on', async () => {
  const [one, two] = [open(), open()];
  await Promise.all([isUp(one), isUp(two)]);
  await one.link.count('flushed', WINDOW_S);
  const hand = new Redis(redis.url);
  await hand.flushall();
  await hand.script('FLUSH');
  hand.disconnect();
  expect((await two.link.count('flushed', WINDOW_S))?.count).toBe(1);
  const news: News[] = [];
  two.link.listen((heard) => news.push(heard));
  one.link.tell(FILED);
  await eventually('news are heard', async () => news.length === 1);
  expect([one.told, two.told]).toEqual([['up'], ['up']]);
});

test('one that is killed is told once, refuses at once, and comes back by itself with its ear', async () => {
  const [one, two] = [open(), open()];
  await Promise.all([isUp(one), isUp(two)]);
  await redis.kill();
  await Promise.all([isDown(one), isDown(two)]);
  expect(await one.link.count('a', WINDOW_S)).toBeNull();
  one.link.tell(FILED);
  await redis.restart();
  await Promise.all([isUp(one), isUp(two)]);
  const news: News[] = [];
  two.link.listen((heard) => news.push(heard));
  one.link.tell(FILED);
  await eventually('news are heard', async () => news.length === 1);
  expect(one.told.map((line) => line.split(':')[0])).toEqual(['up', 'down', 'up']);
});

test('one that hangs is asked no more after the first command that it does not answer, and comes back when it goes on', async () => {
  const one = open({ commandTimeoutMs: 300 });
  await isUp(one);
  redis.signal('SIGSTOP');
  try {
    // All that are under way wait for the same time.
    const first = await Promise.all([one.link.count('h', WINDOW_S), one.link.count('h', WINDOW_S)]);
    expect(first).toEqual([null, null]);
    expect(one.link.isUp).toBe(false);
    // Refused in this turn of the event loop: nothing is sent.
    let isAnswered = false;
    void one.link.count('h', WINDOW_S).then(() => {
      isAnswered = true;
    });
    await Promise.resolve().then(() => {});
    expect(isAnswered).toBe(true);
    await eventually('it is told', async () => one.told.length === 2);
    expect(one.told[1]).toStartWith('down: ');
  } finally {
    redis.signal('SIGCONT');
  }
  await isUp(one);
  expect((await one.link.count('again', WINDOW_S))?.count).toBe(1);
});

test('one that hangs while nobody asks is noticed', async () => {
  const one = open({ commandTimeoutMs: 300 });
  await isUp(one);
  redis.signal('SIGSTOP');
  try {
    await isDown(one);
  } finally {
    redis.signal('SIGCONT');
  }
  await isUp(one);
});

test('one that is not there at the start is told, and taken when it comes', async () => {
  await redis.kill();
  const one = open();
  await eventually('it is told', async () => one.told.length === 1);
  expect(one.told[0]).toContain('ECONNREFUSED');
  await redis.restart();
  await isUp(one);
  expect(one.told).toHaveLength(2);
});

test('a wrong password is told without the password', async () => {
  const { port } = redis;
  const one = open({ url: `redis://someone:hunter2@127.0.0.1:${port}` });
  await eventually('it is told', async () => one.told.length === 1);
  expect(one.told[0]).toMatch(/down: WRONGPASS/);
  expect(one.told[0]).not.toContain('hunter2');
});

test('one that is closed tells nothing more and asks for nothing more', async () => {
  const one = open();
  await isUp(one);
  await one.link.close();
  expect(await one.link.count('closed', WINDOW_S)).toBeNull();
  one.link.tell(FILED);
  const hand = new Redis(redis.url);
  await eventually(
    'no connection is left',
    async () => !((await hand.client('LIST')) as string).includes('ioredis:news'),
  );
  hand.disconnect();
  expect(one.told).toEqual(['up']);
});
