import { afterEach, beforeEach, expect, test } from 'bun:test';
import { join } from 'node:path';
import { answers, freePort } from '../../scripts/local/ports.ts';
import { eventually } from '../support/eventually.ts';
import { haproxy } from '../support/haproxy.ts';

const FILE = join(import.meta.dir, '..', '..', 'deploy', 'haproxy.cfg');

/** A server that tells its name, and whether it is ready. */
const startBackend = (name: string) => {
  let isReady = true;
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: (request) => {
      if (!request.url.endsWith('/api/v1/health/ready')) return new Response(name);
      return new Response(null, { status: isReady ? 200 : 503 });
    },
  });
  return {
    server,
    setReady: (ready: boolean) => {
      isReady = ready;
    },
  };
};

let backends: ReturnType<typeof startBackend>[];
let proxy: Bun.Subprocess;
let origin: string;
beforeEach(async () => {
  backends = [startBackend('one'), startBackend('two')];
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  const [one, two] = backends.map(({ server }) => `127.0.0.1:${server.port}`);
  const env = { LISTEN: `127.0.0.1:${port}`, MEMFUSE_1: one ?? '', MEMFUSE_2: two ?? '' };
  proxy = Bun.spawn([haproxy(), '-db', '-f', FILE], { env, stdout: 'ignore', stderr: 'ignore' });
  await eventually('HAProxy listens', () => answers(port));
});
afterEach(async () => {
  proxy.kill('SIGKILL');
  await proxy.exited;
  for (const { server } of backends) await server.stop(true);
});

const ask = async (path: string): Promise<string> => {
  const response = await fetch(origin + path);
  return response.ok ? response.text() : String(response.status);
};
const USERS = Array.from({ length: 40 }, (_, i) => `01a22ec4-1285-74fa-8cfa-10b4ce2a${1_000 + i}`);
const whereUsersGo = () => Promise.all(USERS.map((id) => ask(`/api/v1/users/${id}/query`)));

test('what is about a user or a session goes to one server, and users are spread over both', async () => {
  const first = await whereUsersGo();
  expect(new Set(first)).toEqual(new Set(['one', 'two']));
  expect(await whereUsersGo()).toEqual(first);
  const others = await Promise.all(USERS.map((id) => ask(`/api/v1/users/${id}/context?x=1`)));
  expect(others).toEqual(first);
  const sessions = () => Promise.all(USERS.map((id) => ask(`/api/v1/sessions/${id}/messages`)));
  expect(await sessions()).toEqual(await sessions());
});

test('what names nobody goes to both in turns', async () => {
  const answered = new Set<string>();
  for (let i = 0; i < 10; i += 1) answered.add(await ask('/api/v1/users'));
  expect(answered).toEqual(new Set(['one', 'two']));
});

test('a server that is not ready is asked nothing, its users go to the other, and they come back with it', async () => {
  const before = await whereUsersGo();
  backends[0]?.setReady(false);
  await eventually('all go to the other', async () => (await whereUsersGo()).every((name) => name === 'two'));
  backends[0]?.setReady(true);
  await eventually('they come back', async () => Bun.deepEquals(await whereUsersGo(), before));
});
