import { Database } from 'bun:sqlite';
import { afterEach, beforeEach, expect, test } from 'bun:test';
import { fileURLToPath } from 'node:url';
import { type EmbeddingEndpoint, startEmbeddingEndpoint } from '../support/background/endpoint.ts';
import { eventually } from '../support/eventually.ts';
import { type ProcessEnd, type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const CLI = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const MESSAGES = 100;
const WARNING = 'model: vectors of another model than fake are stored, searched without them; run: bun run reindex';
const PROMPT = {
  MEMFUSE_BUFFER__ROUND_BUFFER__IDLE: '0.01',
  MEMFUSE_BUFFER__PERFORMANCE__FLUSH_INTERVAL: '0.02',
};

let folder: ReturnType<typeof temporaryFolder>;
let endpoint: EmbeddingEndpoint;
const running: ServerProcess[] = [];
/** Whether there are any by now would depend on the machine; that they are embedded too is told by test/services/reindex. */
const WITHOUT_EPISODES = { MEMFUSE_MEMORY__EPISODES__ENABLED: 'false' };

beforeEach(() => {
  folder = temporaryFolder();
  endpoint = startEmbeddingEndpoint('mended');
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.kill()));
  await endpoint.stop();
  folder.remove();
});

/** What makes a process embed by the endpoint. */
const byEndpoint = (): Record<string, string> => ({
  MEMFUSE_EMBEDDING__PROVIDER: 'openai',
  MEMFUSE_EMBEDDING__MODEL: String(endpoint.settings['embedding.model']),
  MEMFUSE_EMBEDDING__DIMENSION: String(endpoint.settings['embedding.dimension']),
  MEMFUSE_EMBEDDING__BASE_URL: String(endpoint.settings['embedding.base_url']),
  MEMFUSE_EMBEDDING__MAX_RETRIES: '0',
  MEMFUSE_EMBEDDING__BATCH_SIZE: '8',
});

const start = async (env: Record<string, string> = {}): Promise<ServerProcess> => {
  const server = await startServerProcess({ folder: folder.path, env: { ...PROMPT, ...WITHOUT_EPISODES, ...env } });
  running.push(server);
  return server;
};

const startReindex = (env: Record<string, string>, ...args: string[]) =>
  Bun.spawn([process.execPath, CLI, 'reindex', ...args], {
    cwd: folder.path,
    env: { ...process.env, MEMFUSE_DATA_DIR: folder.path, ...env },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });

const endOf = async (
  child: ReturnType<typeof startReindex>,
): Promise<Pick<ProcessEnd, 'exitCode' | 'stdout' | 'stderr'>> => {
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  await child.exited;
  return { exitCode: child.exitCode, stdout, stderr };
};

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
const call = async ({ origin }: ServerProcess, method: string, path: string, body: unknown): Promise<any> => {
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch(`${origin}/api/v1${path}`, { method, headers, body: JSON.stringify(body) });
  return ((await response.json()) as { data: unknown }).data;
};

/** A user with messages and chunks that the server has embedded. Answers the user's id. */
const fill = async (server: ServerProcess): Promise<string> => {
  const { user } = await call(server, 'POST', '/users', { name: 'alice' });
  const { agent } = await call(server, 'POST', '/agents', { name: 'helper' });
  const { session } = await call(server, 'POST', '/sessions', { user_id: user.id, agent_id: agent.id });
  for (let i = 0; i < MESSAGES; i += 50) {
    const messages = Array.from({ length: 50 }, (_, j) => ({ role: 'user', content: `report number ${i + j}` }));
    await call(server, 'POST', `/sessions/${session.id}/messages?wait_for=indexed`, { messages });
  }
  return user.id;
};

const counts = (): { messages: number; chunks: number; models: number } => {
  const db = new Database(`${folder.path}/memfuse.db`, { readonly: true });
  try {
    return db
      .query(
        `SELECT (SELECT count(*) FROM message_vectors) AS messages, (SELECT count(vector) FROM chunks) AS chunks,
           (SELECT count(DISTINCT model) FROM chunks) AS models`,
      )
      .get() as ReturnType<typeof counts>;
  } finally {
    db.close();
  }
};

const degradedOf = async (server: ServerProcess, userId: string): Promise<readonly string[]> => {
  const question = { query: 'report number 7', fields: 'all' };
  const { results, degraded } = await call(server, 'POST', `/users/${userId}/query`, question);
  expect(results[0].content).toBe('report number 7');
  return degraded;
};

test('another model is told of at the start and in answers, until it was reindexed, killed in the middle and run again', async () => {
  const before = await start();
  expect(before.report).not.toContain('warning');
  const userId = await fill(before);
  await before.kill();

  const server = await start(byEndpoint());
  expect(server.report).toContain(`warning    ${WARNING}`);
  expect(await degradedOf(server, userId)).toEqual([WARNING]);

  endpoint.becomeAfter(3, 'silent');
  const first = startReindex(byEndpoint());
  await eventually('the fourth batch is on its way', () => endpoint.held > 0);
  first.kill('SIGKILL');
  await first.exited;
  const done = counts().messages;
  expect(done).toBeGreaterThan(0);
  expect(done).toBeLessThan(MESSAGES);
  endpoint.become('mended');
  const texts = endpoint.calls.flat().length;
  expect(await degradedOf(server, userId)).toEqual([WARNING]);

  const { chunks } = counts();
  const second = await endOf(startReindex(byEndpoint()));
  expect(second.exitCode).toBe(0);
  const left = MESSAGES - done + chunks;
  expect(second.stdout).toContain(`Done: ${left} of ${left} texts embedded (100 %).`);
  // Those of the questions that were asked meanwhile beside those of the second run.
  expect(endpoint.calls.flat().length - texts).toBeLessThanOrEqual(left + 1);
  expect(counts()).toEqual({ messages: MESSAGES, chunks, models: 1 });
  await eventually('the answers are whole again', async () => (await degradedOf(server, userId)).length === 0);

  await server.kill();
  expect((await start(byEndpoint())).report).not.toContain('warning');
});

test('with the model of before again, the vectors of messages go', async () => {
  const server = await start(byEndpoint());
  await fill(server);
  await eventually('all is embedded', () => counts().messages === MESSAGES);
  await server.kill();
  const end = await endOf(startReindex({}));
  expect(end.exitCode).toBe(0);
  expect(counts()).toMatchObject({ messages: 0, models: 1 });
  const again = await start();
  expect(again.report).not.toContain('warning');
});

test('a model that refuses everything stops it with a sentence and 1', async () => {
  const server = await start();
  await fill(server);
  await server.kill();
  endpoint.become('otherSize');
  const stopped = await endOf(startReindex(byEndpoint()));
  expect(stopped.exitCode).toBe(1);
  expect(stopped.stderr).toContain('answers vectors of 5 components where embedding.dimension says 4');
  expect(stopped.stderr).toContain('Stopped: 0 of ');
  expect(stopped.stderr).not.toMatch(/^\s+at /m);
  endpoint.become('mended');
  expect((await endOf(startReindex(byEndpoint()))).exitCode).toBe(0);
});

test('says what it does and how it ends when it is asked for help', async () => {
  const { exitCode, stdout } = await endOf(startReindex({}, '--help'));
  expect(exitCode).toBe(0);
  expect(stdout).toContain('what is done stays done');
  expect(stdout).toContain('Exit code: 0 when all is done');
  expect(counts).toThrow();
});
