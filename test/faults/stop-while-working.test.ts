import { afterEach, beforeEach, expect, test } from 'bun:test';
import { type EmbeddingEndpoint, startEmbeddingEndpoint } from '../support/background/endpoint.ts';
import { callApi } from '../support/crash/api.ts';
import { busyBackground, verifyEffects } from '../support/crash/effects.ts';
import { Ledger, type LedgerSession } from '../support/crash/ledger.ts';
import { startLoad } from '../support/crash/load.ts';
import { createSessions, createUsers, verifySessions } from '../support/crash/setting.ts';
import { eventually } from '../support/eventually.ts';
import { seededRandom } from '../support/random.ts';
import { openConnection } from '../support/raw-connection.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Tasks at work at a time, since a Worker has one until it is filed. */
const WORKERS = 3;
/** One task for each message, and none whose outcome takes others with it when it is filed. */
const ONE_KIND = { MEMFUSE_MEMORY__FACTS__ENABLED: 'false', MEMFUSE_MEMORY__EPISODES__ENABLED: 'false' };
/** Work gathers and is not filed by itself. */
const UNHURRIED = {
  ...ONE_KIND,
  MEMFUSE_BUFFER__PERFORMANCE__FLUSH_INTERVAL: '3600',
  MEMFUSE_BUFFER__PERFORMANCE__FORCE_FLUSH_TIMEOUT: '86400',
  MEMFUSE_BUFFER__ROUND_BUFFER__IDLE: '0.01',
};

interface Stats {
  readonly waiting: number;
  readonly running: number;
  readonly done: number;
  readonly workers: readonly { readonly state: string }[];
}

let folder: ReturnType<typeof temporaryFolder>;
let server: ServerProcess;
let endpoint: EmbeddingEndpoint | null = null;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  await server.kill();
  await endpoint?.stop();
  endpoint = null;
  folder.remove();
});

const start = async (env: Record<string, string>): Promise<void> => {
  server = await startServerProcess({ folder: folder.path, env });
};
const stats = () => callApi<Stats>(server, 'GET', '/tasks/stats');
const say = (session: LedgerSession, content: string, query = '') =>
  callApi<{ reached?: boolean; message_ids: string[] }>(server, 'POST', `/sessions/${session.id}/messages${query}`, {
    messages: [{ role: 'user', content }],
  });
/** Sends SIGTERM and asserts that the process ends with 0. Returns what it logged. */
const stop = async (): Promise<string> => {
  server.signal('SIGTERM');
  const { exitCode, signal, complaints } = await server.ended;
  expect([exitCode, signal]).toEqual([0, null]);
  return complaints;
};
const silentEndpoint = (): Record<string, string> => {
  endpoint = startEmbeddingEndpoint('silent');
  const variable = (key: string) => `MEMFUSE_${key.toUpperCase().replaceAll('.', '__')}`;
  const settings = Object.entries(endpoint.settings);
  return Object.fromEntries(settings.map(([key, value]) => [variable(key), String(value)]));
};

test.each([1, 2, 3])(
  'SIGTERM under load with the background busy ends with 0: every request sent before is answered, nothing is lost or done twice (%d)',
  async (seed) => {
    const random = seededRandom(seed);
    const ledger = new Ledger();
    await start(busyBackground(random));
    const sessions = await createSessions(server, ledger, await createUsers(server, 3), 20);
    const load = await startLoad({ server, ledger, sessions, random, clients: 16, name: 'term' });
    await load.reached(random.between(50, 200));
    const signalledAt = ledger.tick();
    await stop();
    const losses = await load.done;
    expect(losses.filter(({ sentAt, error }) => sentAt < signalledAt || error.begun)).toEqual([]);

    await start(busyBackground(random));
    expect(await verifySessions(server, ledger)).toEqual([]);
    expect(await verifyEffects(server, sessions)).toEqual([]);
  },
);

test('SIGTERM files what the buffers hold of many users, and leaves no lease behind', async () => {
  const USERS = 150;
  const ledger = new Ledger();
  await start(UNHURRIED);
  const sessions = await createSessions(server, ledger, await createUsers(server, USERS), USERS);
  await Promise.all(sessions.map((session, i) => say(session, `message ${i}`)));
  await eventually('everything is made and nothing filed', async () => {
    const { waiting, running, done, workers } = await stats();
    const isMade = waiting === 0 && workers.every(({ state }) => state === 'idle');
    return isMade && running === USERS && done === 0;
  });
  await stop();

  await start({ ...UNHURRIED, MEMFUSE_BUFFER__ROUND_BUFFER__IDLE: '3600' });
  // What was filed before the stop is counted no more.
  expect(await stats()).toMatchObject({ waiting: 0, running: 0, failed: 0, done: 0 });
  expect(await verifyEffects(server, sessions)).toEqual([]);
});

test('SIGTERM right after the first adds, while their tokens are being counted, is no fault and logs none', async () => {
  await start({ ...UNHURRIED, MEMFUSE_BUFFER__ROUND_BUFFER__IDLE: '3600' });
  const ledger = new Ledger();
  const sessions = await createSessions(server, ledger, await createUsers(server, 1), 4);
  await Promise.all(sessions.map((session, i) => say(session, `message ${i}`)));
  expect(await stop()).toBe('');
});

test('SIGTERM answers those who wait for a stage that will not be reached, and their messages are stored', async () => {
  await start(silentEndpoint());
  const ledger = new Ledger();
  const sessions = await createSessions(server, ledger, await createUsers(server, 1), 8);
  const waits = sessions.map((session) => say(session, 'slow food', '?wait_for=indexed&timeout_ms=60000'));
  await eventually('the endpoint is asked', () => (endpoint?.held ?? 0) > 0);
  await stop();
  const answers = await Promise.all(waits);
  expect(answers.map(({ reached }) => reached)).toEqual(Array(sessions.length).fill(false));

  endpoint?.become('mended');
  await start({ ...busyBackground(seededRandom(1)), ...UNHURRIED });
  for (const session of sessions) {
    const { messages } = await callApi<{ messages: unknown[] }>(server, 'GET', `/sessions/${session.id}/messages`);
    expect(messages).toHaveLength(1);
  }
});

test('SIGTERM gives back the tasks that cannot end, and the next process does them without waiting for a lease', async () => {
  const env = silentEndpoint();
  await start({ ...env, ...UNHURRIED });
  const ledger = new Ledger();
  const sessions = await createSessions(server, ledger, await createUsers(server, 1), 4);
  await Promise.all(sessions.map((session) => say(session, 'slow food')));
  await eventually('tasks are at work', async () => (await stats()).running === WORKERS);
  await stop();

  endpoint?.become('mended');
  await start({ ...env, ...ONE_KIND, MEMFUSE_BUFFER__PERFORMANCE__FLUSH_INTERVAL: '0.05' });
  expect((await stats()).running).toBeLessThan(sessions.length + 1);
  // The usual lease is 30 seconds.
  await eventually('they are done', async () => (await stats()).done === sessions.length);
  expect(await stats()).toMatchObject({ waiting: 0, running: 0, failed: 0 });
  expect(await verifyEffects(server, sessions)).toEqual([]);
});

test('SIGTERM ends the process also when a client never finishes its request and a task never ends', async () => {
  await start({ ...silentEndpoint(), ...UNHURRIED });
  const ledger = new Ledger();
  const sessions = await createSessions(server, ledger, await createUsers(server, 1), 4);
  await Promise.all(sessions.map((session) => say(session, 'slow food')));
  await eventually('tasks are at work', async () => (await stats()).running === WORKERS);
  const connection = await openConnection(server.origin);
  connection.send('POST /api/v1/users HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"name"');
  await callApi(server, 'GET', '/health');
  await stop();
  connection.hangUp();
});
