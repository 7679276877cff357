import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import type { TaskWorker } from '../../src/memory/worker-slots.ts';
import { type Scheduler, systemScheduler } from '../../src/platform/scheduler.ts';
import { makeKey } from '../support/api-key.ts';
import { eventually } from '../support/eventually.ts';
import { createDatabase, type TestDatabase } from '../support/postgres.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { startConversation, startServer, type TestServer, type TestServerOptions } from '../support/server.ts';

const PER_MINUTE = 10;

let database: TestDatabase;
let redis: TestRedis;
const servers: TestServer[] = [];
beforeAll(async () => {
  [database, redis] = await Promise.all([createDatabase(), startRedis()]);
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});
afterAll(async () => {
  await redis.remove();
  await database.remove();
});

const linkOf = async (server: TestServer) => (await server.call('GET', '/health')).body.data.link;
const isLinked = (server: TestServer) =>
  eventually('the link is up', async () => (await linkOf(server)).status === 'up');
const isAlone = (server: TestServer) =>
  eventually('the link is down', async () => (await linkOf(server)).status === 'down');

/** A server of the one database. */
const start = async (settings: Record<string, unknown> = {}, more: TestServerOptions = {}): Promise<TestServer> => {
  const where = { 'database.url': database.url, 'redis.url': redis.url };
  const server = await startServer({ ...more, settings: { ...where, ...settings } });
  servers.push(server);
  return server;
};
const startTwo = async (settings: Record<string, unknown> = {}) => {
  const both = [await start(settings), await start(settings)] as const;
  await Promise.all(both.map(isLinked));
  return both;
};

const LIMITED = { 'server.api_key_validation': true, 'server.rate_limit_per_minute': PER_MINUTE };

/** How many requests of a key servers answer, asked in turns until they have refused all of a round. */
const countAllowed = async (servers: readonly TestServer[], secret: string): Promise<number> => {
  for (let allowed = 0, before = -1; ; before = allowed) {
    for (const server of servers) {
      const { status } = await server.call('GET', '/users', undefined, { Authorization: `Bearer ${secret}` });
      if (status === 200) allowed += 1;
      else expect(status).toBe(429);
    }
    if (allowed === before) return allowed;
  }
};

/** A count that Redis did not answer within 50 ms, on a machine that is busy, was counted alone: then another key is tried. */
const countTogether = (servers: readonly TestServer[]) =>
  eventually('a key is counted together', async () => {
    const [first] = servers;
    return first && (await countAllowed(servers, await makeKey(first))) === PER_MINUTE;
  });

test('two servers allow a key together what one allows; each by itself while Redis is gone, and together when it is back', async () => {
  const [one, two] = await startTwo(LIMITED);
  expect(await linkOf(one)).toEqual({ engine: 'redis', status: 'up' });
  await countTogether([one, two]);

  await redis.kill();
  await Promise.all([isAlone(one), isAlone(two)]);
  expect(await countAllowed([one, two], await makeKey(one))).toBe(2 * PER_MINUTE);

  await redis.restart();
  await Promise.all([isLinked(one), isLinked(two)]);
  await countTogether([one, two]);
});

for (const [name, fail, mend] of [
  ['killed', () => redis.kill(), () => redis.restart()],
  ['stopped', async () => redis.signal('SIGSTOP'), async () => redis.signal('SIGCONT')],
] as const) {
  test(`while Redis is ${name} every server still sees at once what the other has acknowledged, and is ready`, async () => {
    const [one, two] = await startTwo();
    const { userId, sessionId } = await startConversation(one, `reader ${name}`);
    await fail();
    try {
      for (let i = 0; i < 10; i += 1) {
        const [writer, reader] = i % 2 === 0 ? [one, two] : [two, one];
        const messages = [{ role: 'user', content: `The heron number ${i} stands at pond ${i * 7}.` }];
        const added = await writer.call('POST', `/sessions/${sessionId}/messages`, { messages });
        const query = `Where does heron number ${i} stand?`;
        const { results } = (await reader.call('POST', `/users/${userId}/query`, { query })).body.data;
        expect(results.map(({ id }: { id: string }) => id)).toContain(added.body.data.message_ids[0]);
      }
      await isAlone(one);
      expect((await one.call('GET', '/health/ready')).status).toBe(200);
    } finally {
      await mend();
    }
    await isLinked(one);
  });
}

test('a server starts while Redis is not there, says so, and takes it when it comes', async () => {
  await redis.kill();
  const server = await start(LIMITED);
  expect(await linkOf(server)).toEqual({ engine: 'redis', status: 'down' });
  expect(await countAllowed([server], await makeKey(server))).toBe(PER_MINUTE);
  await redis.restart();
  await isLinked(server);
});

/** The clock of a server that never looks by itself whether there is something to do: its looks are 250 ms and 1 s apart. */
const withoutLooks: Scheduler = {
  after: (delayMs, run) => (delayMs < 200 || delayMs > 1_000 ? systemScheduler.after(delayMs, run) : () => {}),
};

/** A Worker that begins everything and ends nothing before it is told to. */
const stuckWorker = () => {
  const end = Promise.withResolvers<never>();
  const worker: TaskWorker = {
    start: async () => {},
    run: () => end.promise,
    replace: () => {},
    close: async () => {},
  };
  return { worker, end: () => end.reject(new Error('The test is over.')) };
};

test('a server that has no Worker free wakes another, which does the work and tells the one that waits for it', async () => {
  const settings = { 'memory.background.workers': 1 };
  const more = { serviceScheduler: withoutLooks };
  const { worker, end } = stuckWorker();
  const busy = await start(settings, { ...more, outside: { openWorker: () => worker } });
  const idle = await start(settings, more);
  await Promise.all([isLinked(busy), isLinked(idle)]);
  const [one, other] = [await startConversation(busy, 'first'), await startConversation(busy, 'second')];
  const add = ({ sessionId }: { sessionId: string }) => {
    const messages = [{ role: 'user', content: 'The heron stands at the pond.' }];
    return busy.call('POST', `/sessions/${sessionId}/messages?wait_for=indexed`, { messages });
  };
  const first = add(one);
  await eventually('the Worker is taken', async () => busy.services.processor.workers()[0]?.state === 'busy');
  const second = await add(other);
  expect(second.body.data.reached).toBe(true);
  expect(idle.services.processor.workers()).toHaveLength(1);
  busy.services.endWaits();
  end();
  await first;
});
