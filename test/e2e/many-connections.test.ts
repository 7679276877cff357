import { afterEach, beforeEach, expect, test } from 'bun:test';
import { connect, type Socket } from 'node:net';
import { rowsOf } from '../adapters/sqlite/rows.ts';
import { callApi } from '../support/crash/api.ts';
import { eventually } from '../support/eventually.ts';
import { openConnection } from '../support/raw-connection.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Descriptors of the server, and the connections that are made to it. */
const LIMIT = 120;
const CONNECTIONS = 300;
const REQUEST = 'GET /api/v1/users?limit=1 HTTP/1.1\r\nHost: localhost\r\n\r\n';

let folder: ReturnType<typeof temporaryFolder>;
let server: ServerProcess;
const sockets: Socket[] = [];
beforeEach(async () => {
  folder = temporaryFolder();
  server = await startServerProcess({
    folder: folder.path,
    // The background starts its thread a while after the first message.
    env: { MEMFUSE_BUFFER__ROUND_BUFFER__IDLE: '0.01', MEMFUSE_BUFFER__PERFORMANCE__FLUSH_INTERVAL: '2' },
    prelude: `ulimit -n ${LIMIT}`,
  });
});
afterEach(async () => {
  leave();
  await server.kill();
  folder.remove();
});

/** Connects, says something, and stays. Resolves to the status of the answer, null when there is none. */
const stay = (text: string): Promise<number | null> =>
  new Promise((resolve) => {
    const socket = connect(server.port, server.hostname, () => socket.write(text));
    sockets.push(socket);
    socket.on('data', (data) => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(data.toString('latin1'))?.[1])));
    socket.on('error', () => resolve(null)).on('close', () => resolve(null));
  });
const crowd = (text: string) => Array.from({ length: CONNECTIONS }, () => stay(text));
const leave = (): void => {
  for (const socket of sockets.splice(0)) socket.destroy();
};

const isServed = async (): Promise<boolean> => {
  try {
    return (await fetch(`${server.origin}/api/v1/users`)).status === 200;
  } catch {
    // The door is shut at the moment.
    return false;
  }
};

test('more requests at once than there are descriptors are answered or refused, and the server is there afterwards', async () => {
  const statuses = await Promise.all(crowd(REQUEST));
  expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(0);
  expect(statuses.filter((status) => status !== 200).length).toBeGreaterThan(0);
  expect(statuses.filter((status) => ![200, 503, null].includes(status))).toEqual([]);
  leave();
  await eventually('the server has room again', isServed);
});

test('a refused request hears so in the envelope on a connection that is closed, and the process still counts as alive', async () => {
  // Before the others, and within its request so that it is not idle.
  const [early, alive] = [await openConnection(server.origin), await openConnection(server.origin)];
  await early.send(REQUEST.slice(0, -2));
  await alive.send('GET /api/v1/health/live HTTP/1.1\r\nHost: localhost\r\n');
  crowd('GET /');
  await eventually('the log tells of it', async () => {
    const probe = await openConnection(server.origin).catch(() => null);
    await probe?.send(REQUEST);
    const status = await probe?.answer().then(
      (answer) => answer.status,
      () => null,
    );
    probe?.hangUp();
    return status !== 200;
  });
  await early.send('\r\n');
  const answer = await early.answer();
  expect(answer).toMatchObject({ status: 503 });
  expect(JSON.parse(answer.text)).toMatchObject({ status: 'error', code: 503, data: null });
  expect([answer.headers.get('connection'), answer.headers.get('retry-after')]).toEqual(['close', '1']);
  await alive.send('\r\n');
  expect((await alive.answer()).status).toBe(200);
});

test('a thread that starts in a crowd does not end the process: what was filed is indexed, and a stop is clean', async () => {
  await callApi(server, 'POST', '/memories', { user: 'u', messages: [{ role: 'user', content: 'My cat is Tom.' }] });
  crowd('GET /');
  await eventually(
    'the message is indexed',
    () => rowsOf(`${folder.path}/memfuse.db`, 'SELECT 1 FROM chunks').length > 0,
  );
  server.signal('SIGTERM');
  const end = await server.ended;
  expect(end.exitCode).toBe(0);
  const lines = end.complaints.trim().split('\n');
  expect(lines.filter((line) => !/too many connections|EMFILE/.test(line))).toEqual([]);
});
