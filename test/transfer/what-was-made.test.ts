import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { openSqliteStore } from '../../adapters/sqlite/open.ts';
import { MemFuse } from '../../src/client/index.ts';
import { COPIED_KINDS } from '../../src/contract/copies.ts';
import { TASK_KINDS } from '../../src/contract/kinds.ts';
import { exportAll } from '../../src/transfer/export.ts';
import { Importer, type ReadRecord } from '../../src/transfer/import.ts';
import { readRecords } from '../../src/transfer/read.ts';
import { eventually } from '../support/eventually.ts';
import { createDatabase, type TestDatabase } from '../support/postgres.ts';
import { startServer, type TestAnswer, type TestServer } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const MAKES = { 'memory.facts.enabled': true, 'memory.episodes.enabled': true };

let from: TestServer;
let onPostgres: TestServer;
let back: TestServer;
let database: TestDatabase;
let userId = '';
let text = '';

const clientOf = ({ origin }: TestServer): MemFuse => new MemFuse({ baseUrl: origin, retries: 0 });
const exported = async (server: TestServer): Promise<string> =>
  new Response(await clientOf(server).export(null)).text();
/** An export of a server that has done all its work. */
const settled = (server: TestServer): Promise<string> =>
  eventually('all work is done', async () => {
    const file = await exported(server);
    return file.includes('"type":"pending"') ? null : file;
  });
const linesIn = (file: string): string[] => file.trim().split('\n').slice(1, -1);
const dataOf = ({ status, body }: TestAnswer): TestAnswer['body'] => {
  expect(status).toBeOneOf([200, 201]);
  return body.data;
};
const get = async (server: TestServer, path: string) => dataOf(await server.call('GET', path));
const factsOf = async (server: TestServer) => (await get(server, `/users/${userId}/facts?state=all`)).facts;
const say = async (server: TestServer, sessionId: string, ...texts: readonly string[]): Promise<string[]> => {
  const messages = texts.map((content) => ({ role: 'user', content }));
  const path = `/sessions/${sessionId}/messages?wait_for=extracted&timeout_ms=20000`;
  const { message_ids, reached } = dataOf(await server.call('POST', path, { messages }));
  expect(reached).toBe(true);
  return message_ids;
};

/** What a person sees of what was made. */
const shown = async (server: TestServer) => {
  const facts: { id: string }[] = await factsOf(server);
  return {
    facts,
    histories: await Promise.all(facts.map(({ id }) => get(server, `/facts/${id}/history`))),
    profile: await get(server, `/users/${userId}/profile`),
    entities: await get(server, `/users/${userId}/entities`),
    episodes: await get(server, `/users/${userId}/episodes`),
  };
};

const sessionOf = async (server: TestServer): Promise<string> =>
  (await Array.fromAsync(clientOf(server).sessions.list())).find(({ name }) => name === 'daily')?.id ?? '';

beforeAll(async () => {
  database = await createDatabase();
  [from, onPostgres, back] = await Promise.all([
    startServer({ settings: MAKES }),
    startServer({ settings: { ...MAKES, 'database.url': database.url } }),
    startServer({ settings: MAKES }),
  ]);
  const client = clientOf(from);
  const memory = client.for({ user: 'Alice', agent: 'helper', session: 'daily' });
  await memory.add([{ role: 'user', content: 'Good morning!' }]);
  ({ userId } = await memory.ids());
  const sessionId = await sessionOf(from);
  await say(from, sessionId, 'I live in Lisbon.', 'My sister Eva works at Siemens in Graz.', 'I am 31 years old.');
  await say(from, sessionId, 'I moved to Porto, so I live in Porto now.', 'I love black tea.', 'I own a red bike.');
  const facts: { id: string; text: string }[] = await factsOf(from);
  const idOf = (word: string): string => facts.find((fact) => fact.text.includes(word))?.id ?? `no fact of ${word}`;
  dataOf(await from.call('PATCH', `/facts/${idOf('tea')}`, { text: 'Alice loves green tea.' }));
  dataOf(await from.call('PATCH', `/facts/${idOf('bike')}`, { state: 'retracted' }));
  await from.call('DELETE', `/facts/${idOf('31')}`);
  text = await settled(from);
}, 60_000);
afterAll(async () => {
  await Promise.all([from.stop(), onPostgres.stop(), back.stop()]);
  await database.remove();
});

describe('what was made of messages', () => {
  test('goes from SQLite to Postgres and back as it was, with what people did, and is not made again', async () => {
    const before = await shown(from);
    expect(before.facts.length).toBeGreaterThan(3);
    for (const [source, target] of [
      [from, onPostgres],
      [onPostgres, back],
    ] as const) {
      const file = await exported(source);
      const { imported, skipped, errors } = await clientOf(target).import(file);
      expect({ errors, skipped }).toEqual({ errors: [], skipped: 0 });
      expect(imported).toMatchObject({ fact: before.facts.length, forgotten: 1, pending: 0 });
      const tasks = (await get(target, '/tasks')).tasks;
      expect(tasks.filter(({ kind }: { kind: string }) => kind !== 'index')).toEqual([]);
      expect(linesIn(await exported(target))).toEqual(linesIn(text));
      expect(await shown(target)).toEqual(before);
      const twice = await clientOf(target).import(file);
      expect(twice.skipped).toBe(linesIn(file).length);
      expect(linesIn(await exported(target))).toEqual(linesIn(text));
    }
  });

  test('is changed there as where it comes from: taken back, and closed by what is said later', async () => {
    const facts: { id: string; text: string; state: string }[] = await factsOf(back);
    const tea = facts.find((fact) => fact.text.includes('green tea'));
    const undone = dataOf(await back.call('POST', `/facts/${tea?.id}/undo`));
    expect(undone.fact.text).toContain('black tea');
    await say(back, await sessionOf(back), 'I moved to Braga, so I live in Braga now.');
    const porto = facts.find((fact) => fact.text.includes('Porto') && fact.state === 'active');
    const after: { id: string; state: string }[] = await factsOf(back);
    expect(after.find(({ id }) => id === porto?.id)?.state).toBe('superseded');
    // An import that comes again changes nothing of that.
    const now = linesIn(await settled(back));
    expect((await clientOf(back).import(text)).imported).toMatchObject({ fact: 0, message: 0 });
    expect(linesIn(await exported(back))).toEqual(now);
  });

  test('is made there of an export of an earlier version, and of one of a server that makes nothing', async () => {
    const without = await startServer();
    const fresh = await startServer({ settings: MAKES });
    try {
      const lines = linesIn(text).filter((line) => /"type":"(?:user|agent|session|message)"/.test(line));
      const old = ['{"memfuse_export":1}', ...lines.map((line) => line.replace(/,"made":\[[^\]]*\]/, ''))];
      const body = `${old.join('\n')}\n`;
      const sha256 = createHash('sha256').update(body).digest('hex');
      const file = `${body}${JSON.stringify({ end: true, records: lines.length, sha256 })}\n`;
      expect((await clientOf(without).import(file)).errors).toEqual([]);
      expect((await clientOf(fresh).import(await exported(without))).errors).toEqual([]);
      await say(fresh, await sessionOf(fresh), 'I play chess.');
      const texts = ((await factsOf(fresh)) as { text: string }[]).map((fact) => fact.text).join('\n');
      expect(texts).toContain('Porto');
      expect(texts).toContain('black tea');
    } finally {
      await Promise.all([without.stop(), fresh.stop()]);
    }
  });

  test('is refused by its line where a file holds more than a server makes', async () => {
    const much = Array.from({ length: 2_000 }, (_, i) => `term${i}`);
    const lines = linesIn(text);
    const at = lines.findIndex((line) => line.startsWith('{"type":"fact"'));
    lines[at] = JSON.stringify({ ...JSON.parse(lines[at] ?? ''), terms: much });
    const body = `${[text.split('\n')[0], ...lines].join('\n')}\n`;
    const sha256 = createHash('sha256').update(body).digest('hex');
    const file = `${body}${JSON.stringify({ end: true, records: lines.length, sha256 })}\n`;
    const { errors } = await clientOf(back).import(file, { dryRun: true });
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ line: at + 2 });
  });

  test('comes in whole wherever an import broke off before', async () => {
    const folder = temporaryFolder();
    const records: ReadRecord[] = [];
    const open = async function* () {
      yield new TextEncoder().encode(text);
    };
    for await (const read of readRecords(open, { user: 'x', atMs: 0 })) records.push(read);
    const exportOf = async (store: Awaited<ReturnType<typeof openSqliteStore>>, tenantKey: number) => {
      const scope = { tenantKey, userKey: null };
      return linesIn((await Array.fromAsync(exportAll({ store, scope, made: COPIED_KINDS, at: 0 }))).join(''));
    };
    try {
      for (let broken = 1; broken < records.length; broken += 2) {
        const store = await openSqliteStore({ file: `${folder.path}/${broken}.db`, writer: 'here' });
        const tenantKey = await store.tenants.ensure('default', 0);
        const to = { store, scope: { tenantKey, userKey: null }, now: () => 1, kinds: TASK_KINDS };
        const importer = () => new Importer({ ...to, mayAddKeys: true, isDryRun: false });
        const cut = async function* () {
          for (const [i, record] of records.entries()) {
            if (i === broken) throw new Error('The process was killed.');
            // Nothing waits for more to come.
            yield record;
          }
        };
        await expect(importer().import(cut())).rejects.toThrow('killed');
        const partly = async function* () {
          yield* records.slice(0, broken);
        };
        await importer().import(partly());
        expect((await importer().import(whole(records))).errors).toEqual([]);
        expect(await exportOf(store, tenantKey)).toEqual(linesIn(text));
        await store.close();
      }
    } finally {
      folder.remove();
    }
  });
});

async function* whole<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
