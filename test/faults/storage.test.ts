import { Database } from 'bun:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { copyFileSync, renameSync, rmSync } from 'node:fs';
import { eventually } from '../support/eventually.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let folder: ReturnType<typeof temporaryFolder>;
let server: ServerProcess;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  await server.kill();
  folder.remove();
});

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: { readonly message: string; readonly data: unknown; readonly errors: unknown };
}

const call = async (method: string, path: string, body?: unknown): Promise<Answer> => {
  const response = await fetch(`${server.origin}/api/v1${path}`, {
    method,
    headers: { 'Content-Type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] };
};

/** Opens a session and returns the path of its messages. */
const openSession = async (): Promise<string> => {
  const made = async (path: string, body: object) =>
    (await call('POST', path, body)).body.data as Record<string, { id: string }>;
  const { user } = await made('/users', { name: 'Ada' });
  const { agent } = await made('/agents', { name: 'helper' });
  const { session } = await made('/sessions', { user_id: user?.id, agent_id: agent?.id });
  return `/sessions/${session?.id}/messages`;
};

const say = (path: string, ...contents: string[]): Promise<Answer> =>
  call('POST', path, { messages: contents.map((content) => ({ role: 'user', content })) });

const heard = async (path: string): Promise<string[]> => {
  const { body } = await call('GET', `${path}?limit=100&order=asc`);
  return (body.data as { messages: { content: string }[] }).messages.map(({ content }) => content);
};

/** Asserts that a request was turned away for now: 503, when to come back, a sentence without a path or SQL. */
const expectUnavailable = ({ status, headers, body }: Answer, sentence: RegExp): void => {
  expect(status).toBe(503);
  expect(headers.get('Retry-After')).toMatch(/^\d+$/);
  expect(body).toMatchObject({ status: 'error', code: 503, data: null, errors: [{ field: 'general' }] });
  expect(body.message).toMatch(sentence);
  expect(JSON.stringify(body)).not.toMatch(/SQLITE|memfuse\.db|INSERT|BEGIN/);
};

describe('a disk without room', () => {
  /** Files may grow to one or two megabytes (the unit differs between shells), and writing on is an error, no signal. */
  const prelude = "trap '' XFSZ; ulimit -f 2048";
  const LARGE = 'x'.repeat(100_000);

  test('turns writes away, loses nothing, goes on reading, and takes writes again when there is room', async () => {
    server = await startServerProcess({ folder: folder.path, prelude });
    const path = await openSession();
    const kept: string[] = [];
    let refused: Answer | undefined;
    for (let i = 0; i < 60 && !refused; i += 1) {
      const batch = [`${i} first ${LARGE}`, `${i} second ${LARGE}`];
      const answer = await say(path, ...batch);
      if (answer.status === 201) kept.push(...batch);
      else refused = answer;
    }
    expect(kept).not.toBeEmpty();
    expectUnavailable(refused as Answer, /^The disk that holds the database/);
    expect(await heard(path)).toEqual(kept);
    expect((await call('GET', '/health')).status).toBe(200);
    await server.kill();

    server = await startServerProcess({ folder: folder.path });
    expect(await heard(path)).toEqual(kept);
    expect((await say(path, 'there is room again')).status).toBe(201);
    expect(await heard(path)).toEqual([...kept, 'there is room again']);
  });
});

describe('a database that is taken away', () => {
  const LOSSES: Readonly<Record<string, (file: string) => void>> = {
    'is removed': (file) => rmSync(file),
    'is replaced by a copy': (file) => {
      copyFileSync(file, `${file}.copy`);
      renameSync(`${file}.copy`, file);
    },
    'loses its log': (file) => rmSync(`${file}-wal`),
  };
  for (const [name, lose] of Object.entries(LOSSES)) {
    test(`and ${name} is told of in the log once, and no add is answered 201 from then on`, async () => {
      server = await startServerProcess({ folder: folder.path });
      const path = await openSession();
      expect((await say(path, 'before')).status).toBe(201);
      lose(`${folder.path}/memfuse.db`);
      expectUnavailable(await say(path, 'lost'), /^The database file was taken away/);
      expectUnavailable(await say(path, 'lost'), /^The database file was taken away/);
      expectUnavailable(await call('GET', '/health/ready'), /^The database file was taken away/);
      expectUnavailable(await call('GET', path), /^The database file was taken away/);
      expect((await call('GET', '/health/live')).status).toBe(200);
      const { stderr } = await server.kill();
      expect(stderr.match(/the database file is not where it was opened/g)).toHaveLength(1);
    });
  }

  test('is noticed within a second or two when nobody writes', async () => {
    server = await startServerProcess({ folder: folder.path });
    const path = await openSession();
    rmSync(`${folder.path}/memfuse.db`);
    await eventually('reads are refused', async () => (await call('GET', path)).status === 503);
  });
});

describe('a database that another process holds', () => {
  const hold = (): Database => {
    const db = new Database(`${folder.path}/memfuse.db`);
    db.run('BEGIN IMMEDIATE');
    return db;
  };

  test('is waited for, while reads go on', async () => {
    server = await startServerProcess({ folder: folder.path });
    const path = await openSession();
    await say(path, 'before');
    const other = hold();
    const waiting = say(path, 'meanwhile');
    expect(await heard(path)).toEqual(['before']);
    other.run('ROLLBACK');
    other.close();
    expect((await waiting).status).toBe(201);
    expect(await heard(path)).toEqual(['before', 'meanwhile']);
  });

  test('is not waited for without end: the writes are turned away, and taken when it is free', async () => {
    server = await startServerProcess({ folder: folder.path });
    const path = await openSession();
    const other = hold();
    const answers = await Promise.all([say(path, 'one'), say(path, 'two')]);
    for (const answer of answers) expectUnavailable(answer, /^Another process is holding the database/);
    other.run('ROLLBACK');
    other.close();
    expect((await say(path, 'three')).status).toBe(201);
    expect(await heard(path)).toEqual(['three']);
  });
});
