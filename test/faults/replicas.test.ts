import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { type LocalPostgres, startLocalPostgres } from '../../scripts/local/postgres.ts';
import { callApi } from '../support/crash/api.ts';
import { busyBackground, verifyEffects } from '../support/crash/effects.ts';
import { Ledger } from '../support/crash/ledger.ts';
import { startLoad } from '../support/crash/load.ts';
import { createSessions, createUsers, verifySessions } from '../support/crash/setting.ts';
import { eventually } from '../support/eventually.ts';
import { createDatabase, type TestDatabase } from '../support/postgres.ts';
import { seededRandom } from '../support/random.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SEED = 20_261_130;
const CLIENTS = 16;

const servers: ServerProcess[] = [];
const folders: ReturnType<typeof temporaryFolder>[] = [];
const newFolder = () => {
  const folder = temporaryFolder();
  folders.push(folder);
  return folder.path;
};
/** A server over a database, with a folder of its own as on another machine. */
const startReplica = async (url: string, env: Record<string, string> = {}): Promise<ServerProcess> => {
  const server = await startServerProcess({ folder: newFolder(), env: { ...env, DATABASE_URL: url } });
  servers.push(server);
  return server;
};
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.kill()));
  for (const folder of folders.splice(0)) folder.remove();
});

describe('two servers over one Postgres', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createDatabase();
  });
  afterEach(() => database.remove());

  const startTwo = async () => {
    const random = seededRandom(SEED);
    const env = busyBackground(random);
    const [one, two] = await Promise.all([startReplica(database.url, env), startReplica(database.url, env)]);
    return { random, one, two, both: [one, two] as const };
  };

  test('keep every promise about messages of the same users, with 32 clients across both', async () => {
    const { random, one, two, both } = await startTwo();
    const ledger = new Ledger();
    const userIds = await createUsers(one, 3);
    // Each adds to sessions of its own, and both to some.
    const own = [await createSessions(one, ledger, userIds, 16), await createSessions(two, ledger, userIds, 16)];
    const shared = await createSessions(one, ledger, userIds, 16);
    const loads = await Promise.all(
      both.map((server, i) => {
        const sessions = [...(own[i] ?? []), ...shared];
        return startLoad({ server, ledger, sessions, random: random.fork(), clients: CLIENTS, name: `s${i}` });
      }),
    );
    await Promise.all(loads.map((load) => load.reached(250)));
    for (const load of loads) load.stop();
    expect((await Promise.all(loads.map(({ done }) => done))).flat()).toEqual([]);
    for (const server of both) expect(await verifySessions(server, ledger)).toEqual([]);
    expect(await verifyEffects(one, own.flat())).toEqual([]);
  });

  test('see at once what the other has acknowledged: messages, answers of questions, new names, deletions', async () => {
    const { both } = await startTwo();
    for (const [here, there] of [both, both.toReversed()] as [ServerProcess, ServerProcess][]) {
      const [userId = ''] = await createUsers(here, 1);
      const [session] = await createSessions(there, new Ledger(), [userId], 1);
      const path = `/sessions/${session?.id}/messages`;
      type Found = { results: { id: string; content: string }[] };
      const ask = (server: ServerProcess, query: string) =>
        callApi<Found>(server, 'POST', `/users/${userId}/query`, { query });
      for (let i = 0; i < 10; i += 1) {
        const messages = [{ role: 'user', content: `The heron number ${i} stands at pond ${i * 7}.` }];
        const [writer, reader] = i % 2 === 0 ? [here, there] : [there, here];
        const { message_ids } = await callApi<{ message_ids: string[] }>(writer, 'POST', path, { messages });
        const { results } = await ask(reader, `Where does heron number ${i} stand?`);
        expect(results.map(({ id }) => id)).toContain(message_ids[0] as string);
      }
      await callApi(here, 'DELETE', `/sessions/${session?.id}`);
      expect((await ask(there, 'Where does heron number 3 stand?')).results).toEqual([]);
    }
  });

  test('wait for a stage of a message on either, whoever does the work', async () => {
    const { both } = await startTwo();
    const [one] = both;
    const [session] = await createSessions(one, new Ledger(), await createUsers(one, 1), 1);
    for (const server of [...both, ...both]) {
      const path = `/sessions/${session?.id}/messages?wait_for=indexed`;
      const messages = [{ role: 'user', content: 'said to wait for' }];
      await callApi(server, 'POST', path, { messages });
      const { chunks } = await callApi<{ chunks: { metadata: { message_ids: string[] } }[] }>(
        server,
        'GET',
        `/sessions/${session?.id}/chunks?limit=100`,
      );
      expect(chunks.length).toBeGreaterThan(0);
    }
  });

  test('go on when one is killed under load: nothing that either acknowledged is lost, and its work is done once', async () => {
    const { random, one, two, both } = await startTwo();
    const ledger = new Ledger();
    const userIds = await createUsers(one, 3);
    const own = [await createSessions(one, ledger, userIds, 16), await createSessions(two, ledger, userIds, 16)];
    const loads = await Promise.all(
      both.map((server, i) => {
        const sessions = own[i] ?? [];
        return startLoad({ server, ledger, sessions, random: random.fork(), clients: CLIENTS, name: `k${i}` });
      }),
    );
    await Promise.all(loads.map((load) => load.reached(100)));
    one.signal('SIGKILL');
    await loads[1]?.reached((loads[1]?.answered ?? 0) + 100);
    loads[1]?.stop();
    const losses = await Promise.all(loads.map(({ done }) => done));
    expect(losses[0]).toHaveLength(CLIENTS);
    expect(losses[1]).toEqual([]);
    expect(await verifySessions(two, ledger)).toEqual([]);
    expect(await verifyEffects(two, ledger.sessions)).toEqual([]);
  });
});

describe('a server whose Postgres', () => {
  let postgres: LocalPostgres;
  let folder: string;
  const startPostgres = async (port?: number): Promise<void> => {
    postgres = await startLocalPostgres({ folder, password: 'secret', endsWithProcess: true, ...(port && { port }) });
  };
  beforeEach(async () => {
    folder = newFolder();
    await startPostgres();
  });
  afterEach(() => postgres.stop('immediate'));

  const isReady = async ({ origin }: ServerProcess): Promise<boolean> =>
    (await fetch(`${origin}/api/v1/health/ready`)).ok;

  for (const how of ['immediate', 'fast'] as const) {
    test(`is stopped (${how}) under load answers 503, comes back by itself, and has lost and doubled nothing`, async () => {
      const server = await startReplica(postgres.url());
      const [userId = ''] = await createUsers(server, 1);
      const sessions = await createSessions(server, new Ledger(), [userId], CLIENTS);
      let isOver = false;
      const refused = new Set<number>();

      /** Adds one message after the other, each until it is acknowledged. */
      const write = async (id: string): Promise<string[]> => {
        const acknowledged: string[] = [];
        for (let i = 0; !isOver; ) {
          const text = `text ${i} of ${id}`;
          const response = await fetch(`${server.origin}/api/v1/sessions/${id}/messages`, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json', 'Idempotency-Key': text },
            body: JSON.stringify({ messages: [{ role: 'user', content: text }] }),
          });
          const body = await response.text();
          if (response.status === 201) {
            acknowledged.push(text);
            i += 1;
            continue;
          }
          refused.add(response.status);
          expect(body).not.toContain('secret');
        }
        return acknowledged;
      };

      const writing = sessions.map(({ id }) => write(id));
      await eventually(
        'adds are under way',
        async () => (await callApi<{ waiting: number }>(server, 'GET', '/tasks/stats')).waiting > 0,
      );
      await postgres.stop(how);
      await eventually('it says that it is not ready', async () => !(await isReady(server)));
      await startPostgres(postgres.port);
      await eventually('it is ready again', () => isReady(server));
      await Bun.sleep(200);
      isOver = true;
      const acknowledged = await Promise.all(writing);
      expect([...refused]).toEqual([503]);
      for (const [i, session] of sessions.entries()) {
        const texts: string[] = [];
        for (let cursor: string | null = ''; cursor !== null; ) {
          const path = `/sessions/${session.id}/messages?limit=100&order=asc&cursor=${cursor}`;
          type Listed = { messages: { content: string }[]; next_cursor: string | null };
          const page: Listed = await callApi<Listed>(server, 'GET', path);
          texts.push(...page.messages.map(({ content }) => content));
          cursor = page.next_cursor;
        }
        expect(texts).toEqual(acknowledged[i] ?? []);
      }
    });
  }
});
