import { Database } from 'bun:sqlite';
import { afterEach, beforeEach, expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { eventually } from '../support/eventually.ts';
import { seededRandom } from '../support/random.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SECRET = 'the-combination-is-7-21-34';
const ROUNDS = 60;
const IN_A_ROUND = 200;

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

const call = async (method: string, path: string, body?: unknown): Promise<Response> =>
  fetch(`${server.origin}/api/v1${path}`, {
    method,
    headers: { 'Content-Type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
const made = async (path: string, body: object): Promise<string> => {
  const { data } = (await (await call('POST', path, body)).json()) as { data: Record<string, { id: string }> };
  return Object.values(data)[0]?.id ?? '';
};
const restart = async (): Promise<void> => {
  await server.kill();
  server = await startServerProcess({ folder: folder.path });
};

/** Twelve thousand messages of one user, with a secret in each, and one of another. */
const fill = async () => {
  const [ada, bob, agent] = [
    await made('/users', { name: 'Ada' }),
    await made('/users', { name: 'Bob' }),
    await made('/agents', { name: 'Rex' }),
  ];
  const [talk, other] = [
    await made('/sessions', { user_id: ada, agent_id: agent, name: 'talk' }),
    await made('/sessions', { user_id: bob, agent_id: agent, name: 'talk' }),
  ];
  const say = (session: string, texts: readonly string[]) =>
    call('POST', `/sessions/${session}/messages`, {
      messages: texts.map((content) => ({ role: 'user', content })),
    });
  for (let i = 0; i < ROUNDS; i += 1) {
    const texts = Array.from({ length: IN_A_ROUND }, (_, j) => `${SECRET} number ${i * IN_A_ROUND + j}`);
    expect((await say(talk, texts)).status).toBe(201);
  }
  expect((await say(other, ['Bob says hello'])).status).toBe(201);
  return { ada, bob, talk, other };
};

/** How many rows of a table belong to anybody but Bob. */
const rowsLeft = (): number => {
  const db = new Database(`${folder.path}/memfuse.db`, { readonly: true });
  try {
    const count = (table: string) =>
      (db.query(`SELECT count(*) AS n FROM ${table} WHERE user_key <> 2`).get() as { n: number }).n;
    return count('messages') + count('chunks') + count('sessions') + count('index_segments') + count('outbox');
  } finally {
    db.close();
  }
};
const filesWithSecret = (): string[] =>
  readdirSync(folder.path).filter((name) => readFileSync(`${folder.path}/${name}`).includes(SECRET));

for (const seed of [1, 2, 3]) {
  test(`a server that is killed again and again behind a deletion that it answered comes back without what was deleted, and ends it (${seed})`, async () => {
    const random = seededRandom(seed);
    const { ada, talk, other } = await fill();
    await call('POST', `/users/${ada}/query`, { query: 'combination' });
    const answer = await call('DELETE', `/users/${ada}`);
    expect([answer.status, answer.headers.get('X-Memfuse-Removal')]).toEqual([204, 'pending']);
    for (let i = 0; i < 4; i += 1) {
      await Bun.sleep(random.between(0, 60));
      await restart();
      const statuses = [
        (await call('GET', `/users/${ada}`)).status,
        (await call('GET', `/sessions/${talk}/messages`)).status,
        (await call('POST', `/users/${ada}/query`, { query: 'combination' })).status,
      ];
      expect(statuses).toEqual([404, 404, 404]);
      const { data } = (await (await call('GET', `/sessions/${other}/messages`)).json()) as {
        data: { messages: { content: string }[] };
      };
      expect(data.messages.map(({ content }) => content)).toEqual(['Bob says hello']);
    }
    expect((await call('POST', '/users', { name: 'Ada' })).status).toBe(201);
    await eventually('every row is removed', () => rowsLeft() === 0);
    await eventually('and overwritten', () => filesWithSecret().length === 0);
    await server.kill();
    const db = new Database(`${folder.path}/memfuse.db`);
    expect(db.query('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    expect(db.query('SELECT count(*) AS n FROM removals').get()).toEqual({ n: 0 });
    db.close();
  });
}

test('a server that is killed before it answers a deletion has done all of it or nothing', async () => {
  const { ada, talk } = await fill();
  const deletion = call('DELETE', `/users/${ada}`).catch(() => null);
  await restart();
  await deletion;
  const { status } = await call('GET', `/users/${ada}`);
  await eventually('the session is there as the user is', async () => {
    return (await call('GET', `/sessions/${talk}/messages`)).status === status;
  });
  if (status === 404) await eventually('every row is removed', () => rowsLeft() === 0);
  else expect((await call('DELETE', `/users/${ada}`)).status).toBe(204);
});
