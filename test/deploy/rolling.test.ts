import { afterEach, beforeEach, expect, test } from 'bun:test';
import { join } from 'node:path';
import { answers, freePort } from '../../scripts/local/ports.ts';
import { MemFuse } from '../../src/client/index.ts';
import { eventually } from '../support/eventually.ts';
import { haproxy } from '../support/haproxy.ts';
import { createDatabase, type TestDatabase } from '../support/postgres.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const FILE = join(import.meta.dir, '..', '..', 'deploy', 'haproxy.cfg');
const CLIENTS = 8;
/** Adds that are acknowledged before the next step, so that each step is under load. */
const ADDS_A_STEP = 20;
const ADDED = 'method="POST",route="/api/v1/sessions/{session_id}/messages",status="201"';

let database: TestDatabase;
const folders: ReturnType<typeof temporaryFolder>[] = [];
const servers = new Map<number, ServerProcess>();
let proxy: Bun.Subprocess;
let origin: string;

/** A server at a port, with a new folder as a new container has one. */
const start = async (port: number): Promise<void> => {
  const folder = temporaryFolder();
  folders.push(folder);
  const env = { DATABASE_URL: database.url, PORT: String(port) };
  servers.set(port, await startServerProcess({ folder: folder.path, env }));
};

beforeEach(async () => {
  database = await createDatabase();
  const ports = [await freePort(), await freePort()];
  await Promise.all(ports.map(start));
  const listen = await freePort();
  origin = `http://127.0.0.1:${listen}`;
  const [one, two] = ports.map((port) => `127.0.0.1:${port}`);
  const env = { LISTEN: `127.0.0.1:${listen}`, MEMFUSE_1: one ?? '', MEMFUSE_2: two ?? '' };
  proxy = Bun.spawn([haproxy(), '-db', '-f', FILE], { env, stdout: 'ignore', stderr: 'ignore' });
  await eventually('HAProxy listens', () => answers(listen));
});
afterEach(async () => {
  proxy.kill('SIGKILL');
  await proxy.exited;
  await Promise.all([...servers.values()].map((server) => server.kill()));
  servers.clear();
  for (const folder of folders.splice(0)) folder.remove();
  await database.remove();
});

test('servers that are replaced one after the other lose nothing that was acknowledged, and a client that tries again notices nothing', async () => {
  const client = new MemFuse({ baseUrl: origin });
  const { agent } = await client.call('createAgent', { body: { name: 'agent' } });
  let isOver = false;
  let acknowledged = 0;
  const talk = async (i: number) => {
    const user = await client.users.create({ name: `user ${i}` });
    const body = { user_id: user.id, agent_id: agent.id };
    const { session } = await client.call('createSession', { body });
    const said: string[] = [];
    while (!isOver) {
      const content = `Sentence ${said.length} of user ${i}.`;
      const path = { session_id: session.id };
      await client.call('addMessages', { path, body: { messages: [{ role: 'user', content }] } });
      said.push(content);
      acknowledged += 1;
      const { results } = await client.call('queryUser', { path: { user_id: user.id }, body: { query: content } });
      expect(results.length).toBeGreaterThan(0);
    }
    return { sessionId: session.id, said };
  };
  // A call that fails also after its further tries ends the talk, and so the test.
  const talks = Promise.all(Array.from({ length: CLIENTS }, (_, i) => talk(i)));
  let fault: unknown = null;
  talks.catch((error: unknown) => {
    fault = error;
  });
  const moreAdds = (when: string): Promise<unknown> => {
    const from = acknowledged;
    return eventually(`adds are acknowledged ${when}`, () => fault !== null || acknowledged >= from + ADDS_A_STEP);
  };

  await moreAdds('by both');
  for (const [port, server] of [...servers]) {
    server.signal('SIGTERM');
    expect((await server.ended).exitCode).toBe(0);
    await moreAdds('by the other alone');
    await start(port);
    // The other may go when the proxy asks this one again, as whoever rolls waits for it to be ready.
    await eventually('the new one is given adds', async () => {
      const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      return metrics.includes(ADDED);
    });
    await moreAdds('by both again');
  }
  isOver = true;
  for (const { sessionId, said } of await talks) {
    const stored: string[] = [];
    for await (const { content } of client.sessions.messages(sessionId)) stored.push(content);
    expect(stored).toEqual(said);
  }
});
