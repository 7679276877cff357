import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { openWriteConnection } from '../../../adapters/sqlite/connection.ts';
import { MIGRATIONS } from '../../../adapters/sqlite/migrate.ts';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';

import { ALL, ANN, handsOf, spansOf } from '../../contract/background.ts';
import { rowsIn, WHOLE } from '../../contract/lists.ts';
import { createWorld, mintId, present } from '../../contract/world.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { type LineProcess, startLineProcess } from './lines.ts';
import { rowsOf } from './rows.ts';

/** Kinds whose migration writes a task for each session; facts are looked for by their version (`derivations`). */
const MADE_ANEW = ['index', 'summarise'] as const;
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** A session as version 1 kept it: how many messages it ever had, and which of them are left. */
interface EarlierSession {
  readonly tenant: string;
  readonly ever: number;
  readonly left: readonly number[];
}

/** Writes a database of version 1, as a program of that time would have left it. Returns the keys of the sessions. */
const writeVersion1 = (file: string, sessions: readonly EarlierSession[]): number[] => {
  const db = openWriteConnection(file);
  db.exec(present(MIGRATIONS[0]));
  db.pragma('user_version = 1');
  const tenant = db.prepare('INSERT INTO tenants (name, created_at) VALUES (?, 1000) RETURNING key').pluck();
  const user = db
    .prepare(
      'INSERT INTO users (tenant_key, id, name, created_at, updated_at) VALUES (?, ?, ?, 1000, 1000) RETURNING key',
    )
    .pluck();
  const agent = db
    .prepare(
      'INSERT INTO agents (tenant_key, id, name, created_at, updated_at) VALUES (?, ?, ?, 1000, 1000) RETURNING key',
    )
    .pluck();
  const session = db
    .prepare(
      `INSERT INTO sessions (tenant_key, id, user_key, agent_key, name, last_sequence, created_at, updated_at)
       VALUES (?, ?, ?, ?, ?, ?, 1000, 1000) RETURNING key`,
    )
    .pluck();
  const message = db.prepare(
    `INSERT INTO messages (tenant_key, user_key, session_key, sequence, round, generation, id, role, content, created_at,
       updated_at) VALUES (?, ?, ?, ?, ?, 1, ?, 'user', ?, 1000, 1000)`,
  );
  const owners = new Map<string, readonly [number, number, number]>();
  const ownersOf = (name: string): readonly [number, number, number] => {
    const tenantKey = tenant.get(name) as number;
    const add = (statement: typeof user): number => {
      const id = mintId();
      return statement.get(tenantKey, id, id) as number;
    };
    return [tenantKey, add(user), add(agent)];
  };
  const keys = db.transaction(() =>
    sessions.map(({ tenant: name, ever, left }) => {
      const [tenantKey, userKey, agentKey] = owners.get(name) ?? ownersOf(name);
      owners.set(name, [tenantKey, userKey, agentKey]);
      const id = mintId();
      const sessionKey = session.get(tenantKey, id, userKey, agentKey, id, ever) as number;
      for (const sequence of left) {
        message.run(tenantKey, userKey, sessionKey, sequence, sequence, mintId(), `said ${sequence}`);
      }
      return sessionKey;
    }),
  )();
  db.close();
  return keys;
};

const EARLIER: readonly EarlierSession[] = [
  { tenant: 'tenant', ever: 3, left: [1, 2, 3] },
  { tenant: 'tenant', ever: 0, left: [] },
  { tenant: 'tenant', ever: 1, left: [1] },
  { tenant: 'another', ever: 7, left: [2, 5] },
  { tenant: 'another', ever: 0, left: [] },
];

describe('messages from before there was background work', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let file: string;
  const children: LineProcess[] = [];
  beforeEach(() => {
    folder = temporaryFolder();
    file = `${folder.path}/memfuse.db`;
  });
  afterEach(async () => {
    await Promise.all(children.splice(0).map((child) => child.kill()));
    folder.remove();
  });
  const openStore = () => openSqliteStore({ file, writer: 'here' });

  test('are work once the file is opened: a task of each kind for each session that has some, over all of them, due at once', async () => {
    const keys = writeVersion1(file, EARLIER);
    const before = Date.now();
    const store = await openStore();
    const after = Date.now();
    const tasks = await store.work.due(ANN, before, ALL);
    await store.close();
    const byPlace = new Map(tasks.map((task) => [`${task.kind} ${task.sessionKey}`, task]));
    expect(tasks).toHaveLength(byPlace.size);
    for (const kind of MADE_ANEW) {
      EARLIER.forEach(({ left }, i) => {
        const task = byPlace.get(`${kind} ${keys[i]}`);
        const covered = left.filter((it) => task && task.firstSequence <= it && task.lastSequence >= it);
        expect([i, task !== undefined, covered]).toEqual([i, left.length > 0, [...left]]);
        if (!task) return;
        expect(task.attempts).toBe(0);
        expect(task.id).toMatch(UUID_V7);
        const madeAt = Number.parseInt(task.id.replace('-', '').slice(0, 12), 16);
        expect(madeAt).toBeWithin(before, after + 1);
      });
    }
    expect(new Set(tasks.map(({ id }) => id)).size).toBe(tasks.length);
  });

  test('belong to the tenant and the user of their session', async () => {
    writeVersion1(file, EARLIER);
    await (await openStore()).close();
    const rows = rowsOf<{ same: number }>(
      file,
      `SELECT o.tenant_key = s.tenant_key AND o.user_key = s.user_key AS same
       FROM outbox o JOIN sessions s ON s.key = o.session_key`,
    );
    expect(rows).toEqual(Array.from({ length: 3 * MADE_ANEW.length }, () => ({ same: 1 })));
  });

  test('are no work in a session that has lost them all', async () => {
    writeVersion1(file, [{ tenant: 'tenant', ever: 4, left: [] }]);
    await (await openStore()).close();
    expect(rowsOf(file, 'SELECT first_sequence, last_sequence FROM outbox')).toEqual([]);
  });

  test('stay as they were, uncounted, and can be processed like any other', async () => {
    const [sessionKey] = writeVersion1(file, EARLIER);
    const store = await openStore();
    expect(rowsOf(file, 'SELECT content, token_count AS tokens FROM messages ORDER BY key')).toEqual(
      EARLIER.flatMap(({ left }) => left.map((sequence) => ({ content: `said ${sequence}`, tokens: null }))),
    );
    const tenantKey = present(await store.tenants.find('tenant'));
    const world = { ...(await createWorld(store)), tenantKey, scope: { tenantKey, userKey: null } };
    const { open, finish, append, chunks } = handsOf(world);
    const session = present(
      (await rowsIn(store.sessions.list(world.scope, {}, WHOLE))).find(({ key }) => key === sessionKey),
    );
    await finish(present((await open()).find((task) => task.sessionKey === sessionKey && task.kind === 'index')));
    expect(present((await chunks(session))[0]).messageIds).toHaveLength(3);
    expect(rowsOf(file, `SELECT token_count AS tokens FROM messages WHERE session_key = ${sessionKey}`)).toEqual([
      { tokens: 10 },
      { tokens: 20 },
      { tokens: 30 },
    ]);
    expect(spansOf((await append(session, ['new'])).tasks)).toEqual([[4, 4]]);
    await store.close();
  });

  test('do not take those in that follow, which are work of their own', async () => {
    const [sessionKey] = writeVersion1(file, EARLIER);
    const store = await openStore();
    const tenantKey = present(await store.tenants.find('tenant'));
    const world = { ...(await createWorld(store)), tenantKey, scope: { tenantKey, userKey: null } };
    const { append, outstanding } = handsOf(world);
    const session = present(
      (await rowsIn(store.sessions.list(world.scope, {}, WHOLE))).find(({ key }) => key === sessionKey),
    );
    await append(session, ['new', 'newer']);
    const covered = spansOf((await outstanding(session)).filter(({ kind }) => kind === 'index'));
    expect(covered.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i))).toEqual([
      1, 2, 3, 4, 5,
    ]);
    await store.close();
  });

  test('of thousands of sessions are as many tasks of each kind, each with an id of its own', async () => {
    writeVersion1(
      file,
      Array.from({ length: 3_000 }, () => ({ tenant: 'tenant', ever: 1, left: [1] })),
    );
    await (await openStore()).close();
    const ids = rowsOf<{ id: string }>(file, 'SELECT id FROM outbox').map(({ id }) => id);
    expect(new Set(ids).size).toBe(3_000 * MADE_ANEW.length);
    expect(ids.filter((id) => !UUID_V7.test(id))).toEqual([]);
  });

  test('are work once when two processes open the file at once, time after time, and when it is opened again', async () => {
    const script = new URL('children/open-files.ts', import.meta.url).pathname;
    children.push(...[0, 1].map(() => startLineProcess([process.execPath, script])));
    const hear = () => Promise.all(children.map((child) => child.next()));
    await hear();
    for (let i = 0; i < 8; i += 1) {
      const one = `${folder.path}/${i}.db`;
      writeVersion1(one, EARLIER);
      for (const child of children) child.send(one);
      expect(await hear()).toEqual(['opened, tenant 1', 'opened, tenant 1']);
      if (i === 0) await (await openSqliteStore({ file: one, writer: 'worker' })).close();
      const tasks = rowsOf<{ sessions: number; tasks: number }>(
        one,
        'SELECT count(DISTINCT session_key) AS sessions, count(*) AS tasks FROM outbox',
      );
      expect(tasks).toEqual([{ sessions: 3, tasks: 3 * MADE_ANEW.length }]);
      expect(rowsOf(one, 'PRAGMA user_version')).toEqual([{ user_version: MIGRATIONS.length }]);
    }
    await Promise.all(children.map((child) => child.end()));
  });
});
