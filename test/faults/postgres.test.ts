import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { openPostgresStore } from '../../adapters/postgres/open.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { refusal } from '../contract/refusal.ts';
import { asKey, makeKey } from '../support/api-key.ts';
import { eventually } from '../support/eventually.ts';
import { createDatabase, type TestDatabase } from '../support/postgres.ts';
import { startConversation, startServer, type TestServer, type TestServerOptions } from '../support/server.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

const WRITERS = 8;
const CUTS = 20;
const DEADLINE_MS = 200;

let database: TestDatabase;
let proxy: TcpProxy;
const servers: TestServer[] = [];
beforeEach(async () => {
  database = await createDatabase();
  proxy = await startTcpProxy(Number(new URL(database.url).port));
});
afterEach(async () => {
  proxy.heal();
  for (const server of servers.splice(0)) await server.stop();
  await proxy.close();
  await database.remove();
});

const through = (port: number, url = database.url): string => Object.assign(new URL(url), { port: String(port) }).href;
const start = async (settings: Record<string, unknown> = {}, more: TestServerOptions = {}): Promise<TestServer> => {
  const server = await startServer({ ...more, settings: { 'database.url': through(proxy.port), ...settings } });
  servers.push(server);
  return server;
};
const isReady = async (server: TestServer): Promise<boolean> =>
  (await server.call('GET', '/health/ready')).status === 200;

type Talk = Awaited<ReturnType<typeof startConversation>>;
const add = (server: TestServer, { sessionId }: Talk, content: string, query = '') =>
  server.call(
    'POST',
    `/sessions/${sessionId}/messages${query}`,
    { messages: [{ role: 'user', content }] },
    { 'Idempotency-Key': content },
  );
const ask = (server: TestServer, { userId }: Talk, more: Record<string, unknown> = {}) =>
  server.call('POST', `/users/${userId}/query`, { query: 'Where does the heron stand?', ...more });
/** A question with a deadline, which something holds up: answered although that goes on. */
const expectAnswerInTime = async (server: TestServer, { userId }: Talk): Promise<void> => {
  const user = 'alice';
  for (const path of [`/users/${userId}/query`, `/users/${userId}/context`, '/memories/search', '/memories/context']) {
    const question = { query: 'Where does the heron stand?', deadline_ms: DEADLINE_MS };
    const { status, body } = await server.call(
      'POST',
      path,
      path.startsWith('/memories') ? { ...question, user } : question,
    );
    expect(status).toBe(503);
    expect(body.message).toStartWith(`deadline_ms ${DEADLINE_MS}: the database did not answer in time.`);
  }
};
const contentsOf = async (server: TestServer, { sessionId }: Talk): Promise<string[]> => {
  const listed: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { body } = await server.call('GET', `/sessions/${sessionId}/messages?limit=100&order=asc&cursor=${cursor}`);
    listed.push(...body.data.messages.map(({ content }: { content: string }) => content));
    cursor = body.data.next_cursor;
  }
  return listed;
};

/** Adds one message after the other, each until it is acknowledged, until it is told to stop. */
const startWriting = (server: TestServer, talks: readonly Talk[]) => {
  let isOver = false;
  const refused = new Set<number>();
  const write = async (talk: Talk, writer: number): Promise<string[]> => {
    const acknowledged: string[] = [];
    while (!isOver) {
      const content = `text ${acknowledged.length} of ${writer}`;
      const { status } = await add(server, talk, content);
      if (status === 201) acknowledged.push(content);
      else refused.add(status);
    }
    return acknowledged;
  };
  const writing = Promise.all(talks.map(write));
  const stop = (): Promise<string[][]> => {
    isOver = true;
    return writing;
  };
  return { refused, stop };
};
const startTalks = (server: TestServer): Promise<Talk[]> =>
  Promise.all(Array.from({ length: WRITERS }, (_, i) => startConversation(server, `user ${i}`)));

describe('a server whose connections to Postgres', () => {
  test('are cut again and again under load answers 503, and has lost and doubled nothing', async () => {
    const server = await start();
    const talks = await startTalks(server);
    const { refused, stop } = startWriting(server, talks);
    for (let cuts = 0; cuts < CUTS; cuts += 1) {
      await eventually('there are connections', async () => proxy.open > 0);
      proxy.cut();
      await Bun.sleep(20);
    }
    await eventually('it is ready', () => isReady(server));
    const acknowledged = await stop();
    expect([...refused]).toEqual([503]);
    for (const [i, talk] of talks.entries()) expect(await contentsOf(server, talk)).toEqual(acknowledged[i] ?? []);
  });

  test('lead into a black hole answers questions by their deadlines, and goes on where it was when that is mended', async () => {
    const server = await start();
    const talk = await startConversation(server);
    await add(server, talk, 'The heron stands at the pond.');
    expect((await ask(server, talk)).body.data.results).toHaveLength(1);
    proxy.swallow();
    await expectAnswerInTime(server, talk);
    const adding = add(server, talk, 'The heron is at the lake now.');
    await expectAnswerInTime(server, talk);
    expect((await server.call('GET', '/health/live')).status).toBe(200);
    proxy.heal();
    expect((await adding).status).toBe(201);
    expect(await contentsOf(server, talk)).toEqual(['The heron stands at the pond.', 'The heron is at the lake now.']);
    expect((await ask(server, talk)).body.data.results).toHaveLength(2);
  });

  test('lead into a black hole answers questions by their deadlines when keys have to be looked up first', async () => {
    const server = await start({ 'server.api_key_validation': true });
    const withKey = asKey(server, await makeKey(server));
    const talk = await startConversation(withKey);
    await add(withKey, talk, 'The heron stands at the pond.');
    proxy.swallow();
    await expectAnswerInTime(withKey, talk);
    proxy.heal();
    expect((await ask(withKey, talk, { deadline_ms: 60_000 })).body.data.results).toHaveLength(1);
  });

  test('died without a word throws them away when a statement has had its time', async () => {
    const patience = { queryMs: 300, statementMs: 250, lockMs: 200 };
    const store = await openPostgresStore({ url: through(proxy.port), use: 'server', patience });
    try {
      await store.ping();
      proxy.swallow();
      const refusals = await Promise.all(Array.from({ length: 30 }, () => refusal(store.ping())));
      expect(new Set(refusals.map(({ code }) => code))).toEqual(new Set(['storage_unavailable']));
      // The network is mended, and nobody remembers the connections of before.
      proxy.forget();
      await eventually('it answers', () =>
        store.ping().then(
          () => true,
          () => false,
        ),
      );
    } finally {
      proxy.heal();
      await store.close();
    }
  });
});

describe('a lock that somebody else holds', () => {
  /** Runs what holds locks in a transaction of its own, until it is over. */
  const holding = async (statement: string, meanwhile: () => Promise<void>): Promise<void> => {
    await database.run('BEGIN');
    try {
      await database.run(statement);
      await meanwhile();
    } finally {
      await database.run('ROLLBACK');
    }
  };

  test('on everything holds up questions for no longer than their deadlines', async () => {
    const server = await start();
    const talk = await startConversation(server);
    await add(server, talk, 'The heron stands at the pond.');
    await holding('LOCK TABLE memories IN ACCESS EXCLUSIVE MODE', () => expectAnswerInTime(server, talk));
    expect((await ask(server, talk)).body.data.results).toHaveLength(1);
  });

  test('on one user holds up neither questions about that user nor anything of others, however many adds wait for it', async () => {
    const server = await start();
    const [locked, other] = [await startConversation(server, 'locked'), await startConversation(server, 'other')];
    await add(server, locked, 'The heron stands at the pond.');
    const waiting: Promise<{ status: number }>[] = [];
    await holding('SELECT * FROM memories ORDER BY user_key LIMIT 1 FOR UPDATE', async () => {
      for (let i = 0; i < 40; i += 1) waiting.push(add(server, locked, `waits ${i}`));
      expect((await ask(server, locked)).body.data.results).toHaveLength(1);
      expect((await add(server, other, 'The heron stands at the lake.')).status).toBe(201);
      expect((await ask(server, other)).body.data.results).toHaveLength(1);
    });
    expect(new Set((await Promise.all(waiting)).map(({ status }) => status))).toEqual(new Set([201]));
    expect(await contentsOf(server, locked)).toHaveLength(41);
  });
});

test('a Postgres that takes no more connections is told as that at the start, and later waited for', async () => {
  const { name, run } = database;
  const role = `few_${name}`;
  await run(`CREATE ROLE ${role} LOGIN PASSWORD 'few' CONNECTION LIMIT 6`);
  await run(`ALTER DATABASE ${name} OWNER TO ${role}; GRANT ALL ON ALL TABLES IN SCHEMA public TO ${role}`);
  await run(`GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO ${role}; GRANT ALL ON SCHEMA public TO ${role}`);
  const few = Object.assign(new URL(through(proxy.port)), { username: role, password: 'few' }).href;
  const server = await start({ 'database.url': few });
  try {
    const talk = await startConversation(server);
    await run(`ALTER ROLE ${role} CONNECTION LIMIT 0`);
    expect((await refusal(openPostgresStore({ url: few, use: 'server' }))).message).toContain(
      'takes no more connections. Raise its max_connections, or start fewer servers.',
    );
    proxy.cut();
    await eventually('it refuses', async () => (await add(server, talk, 'refused')).status === 503);
    expect(await isReady(server)).toBe(false);
    await run(`ALTER ROLE ${role} CONNECTION LIMIT 6`);
    await eventually('it takes adds again', async () => (await add(server, talk, 'taken')).status === 201);
    // More at once than there are connections to be had.
    const adds = await Promise.all(Array.from({ length: 30 }, (_, i) => add(server, talk, `at once ${i}`)));
    expect(adds.every(({ status }) => status === 201 || status === 503)).toBe(true);
  } finally {
    await servers.pop()?.stop();
    await run(`REASSIGN OWNED BY ${role} TO CURRENT_USER; DROP OWNED BY ${role}; DROP ROLE ${role}`);
  }
});

test('servers whose clocks are ten minutes apart do all work, and each piece of it once', async () => {
  const skewed = (byMs: number) => ({ now: () => systemClock.now() + byMs });
  const settings = { 'memory.background.lease': 1 };
  const behind = await start(settings);
  const ahead = await start(settings, { clock: skewed(600_000) });
  const talks = await Promise.all([startConversation(behind, 'of one'), startConversation(ahead, 'of the other')]);
  for (let i = 0; i < 10; i += 1) {
    for (const [writer, talk] of [
      [behind, talks[0]],
      [ahead, talks[1]],
      [ahead, talks[0]],
      [behind, talks[1]],
    ] as const) {
      const { body } = await add(
        writer,
        talk as Talk,
        `The heron number ${i} flies to ${writer.origin}.`,
        '?wait_for=indexed',
      );
      expect(body.data.reached).toBe(true);
    }
  }
  for (const talk of talks) {
    const { body } = await behind.call('GET', `/sessions/${talk.sessionId}/chunks?limit=100`);
    const covered: string[] = body.data.chunks.flatMap(
      ({ metadata }: { metadata: { message_ids: string[] } }) => metadata.message_ids,
    );
    expect(covered).toHaveLength(20);
    expect(new Set(covered).size).toBe(20);
  }
});
