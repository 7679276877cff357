import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { callApi } from '../support/crash/api.ts';
import { Ledger } from '../support/crash/ledger.ts';
import { startLoad } from '../support/crash/load.ts';
import { createSessions, createUsers, verifySessions } from '../support/crash/setting.ts';
import { seededRandom } from '../support/random.ts';
import { openConnection } from '../support/raw-connection.ts';
import { type ProcessEnd, type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { openWire } from '../support/wire.ts';

let folder: ReturnType<typeof temporaryFolder>;
let server: ServerProcess;
beforeEach(async () => {
  folder = temporaryFolder();
  server = await startServerProcess({ folder: folder.path });
});
afterEach(async () => {
  await server.kill();
  folder.remove();
});

/** Sends the signal and waits for the end. That a stop takes nine seconds at most is told by a clock that tests set. */
const end = (name: 'SIGTERM' | 'SIGINT'): Promise<ProcessEnd> => {
  server.signal(name);
  return server.ended;
};

test.each([1, 2, 3])(
  'SIGTERM under load ends with 0, every request sent before it is answered, nothing is lost (%d)',
  async (seed) => {
    const random = seededRandom(seed);
    const ledger = new Ledger();
    const sessions = await createSessions(server, ledger, await createUsers(server, 3), 40);
    const load = await startLoad({ server, ledger, sessions, random, clients: 16, name: 'term' });
    await load.reached(random.between(50, 300));
    const { answered } = load;
    const signalledAt = ledger.tick();
    const { exitCode, complaints } = await end('SIGTERM');
    const losses = await load.done;

    expect({ exitCode, complaints }).toEqual({ exitCode: 0, complaints: '' });
    expect(load.answered).toBeGreaterThan(answered);
    // The clients ask on until they are cut off, so each loses a request; it must be one that it sent after the signal.
    expect(losses.filter(({ sentAt }) => sentAt < signalledAt)).toEqual([]);
    expect(losses.filter(({ error }) => error.begun)).toEqual([]);

    server = await startServerProcess({ folder: folder.path });
    expect(await verifySessions(server, ledger)).toEqual([]);
  },
);

describe('a server that is told to stop', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('ends with 0 on %s when it has nothing to do', async (name) => {
    expect(await end(name)).toMatchObject({ exitCode: 0, signal: null, complaints: '' });
  });

  test('is told several times and stops once', async () => {
    for (const name of ['SIGTERM', 'SIGINT', 'SIGTERM'] as const) server.signal(name);
    expect(await server.ended).toMatchObject({ exitCode: 0, signal: null, complaints: '' });
  });

  // Which of the two a waking server sees first is up to chance, so it is asked four times.
  test.each([1, 2, 3, 4])('answers the requests that had arrived before the signal, read or not (%d)', async () => {
    const wires = await Promise.all(Array.from({ length: 16 }, () => openWire(server.origin)));
    await Promise.all(wires.map((wire) => wire.send({ method: 'GET', target: '/api/v1/health' })));
    server.signal('SIGSTOP');
    const headers = { 'Content-Type': 'application/json' };
    const answers = wires.map((wire, i) =>
      wire.send({ method: 'POST', target: '/api/v1/users', headers, body: JSON.stringify({ name: `user ${i}` }) }),
    );
    server.signal('SIGTERM');
    server.signal('SIGCONT');
    const lost = (await Promise.allSettled(answers)).filter(({ status }) => status === 'rejected');
    expect(lost).toHaveLength(0);
    expect((await server.ended).exitCode).toBe(0);
  });

  test('answers a request whose body is still on its way', async () => {
    const body = JSON.stringify({ name: 'late' });
    const head = `POST /api/v1/users HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
    const connection = await openConnection(server.origin);
    connection.send(`${head}\r\n\r\n${body.slice(0, 5)}`);
    // An answer on another connection: by now the server has seen the first half.
    await callApi(server, 'GET', '/health');
    server.signal('SIGTERM');
    connection.send(body.slice(5));
    expect((await connection.answer()).status).toBe(201);
    expect((await server.ended).exitCode).toBe(0);

    server = await startServerProcess({ folder: folder.path });
    const { users } = await callApi<{ users: { name: string }[] }>(server, 'GET', '/users?name=late');
    expect(users).toMatchObject([{ name: 'late' }]);
  });

  test('is not held by a client that never finishes its request', async () => {
    const connection = await openConnection(server.origin);
    connection.send(
      'POST /api/v1/users HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"name"',
    );
    await callApi(server, 'GET', '/health');
    const { exitCode } = await end('SIGTERM');
    connection.hangUp();
    expect(exitCode).toBe(0);
    // A body may take 60 seconds.
  }, 50_000);
});
