import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import Database from 'better-sqlite3';
import { compactSqlite } from '../../../adapters/sqlite/compact.ts';
import { openReadConnection } from '../../../adapters/sqlite/connection.ts';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import { sha256Hex } from '../../../src/platform/digest.ts';
import { refusal } from '../../contract/refusal.ts';
import { createVictim } from '../../contract/verbs.ts';
import { createWorld } from '../../contract/world.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { rowsOf } from './rows.ts';
import { createTalk } from './talk.ts';

let folder: ReturnType<typeof temporaryFolder>;
let file: string;
beforeEach(() => {
  folder = temporaryFolder();
  file = `${folder.path}/memfuse.db`;
});
afterEach(() => folder.remove());

/** All rows of all tables. */
const contentsOf = (path: string): Record<string, string> => {
  const db = openReadConnection(path);
  const names = db
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .pluck()
    .all() as string[];
  const entries = names.map((name) => {
    const rows = db.prepare(`SELECT * FROM "${name}"`).raw().all() as unknown[][];
    const texts = rows.map((row) => JSON.stringify(row, (_, value) => (value?.type === 'Buffer' ? value.data : value)));
    return [name, `${rows.length} rows, ${sha256Hex(texts.toSorted().join('\n'))}`];
  });
  db.close();
  return Object.fromEntries(entries);
};

/** A file that the program did not make gives no pages back, as one of an earlier version. */
const makeOldFile = (): void => {
  const db = new Database(file);
  db.exec('CREATE TABLE before (key); DROP TABLE before');
  db.close();
};

/** A database of every kind of row, most of whose pages are free. */
const fill = async (): Promise<void> => {
  const store = await openSqliteStore({ file, writer: 'here' });
  await createVictim(await createWorld(store));
  const talk = await createTalk(store);
  const messages = Array.from({ length: 300 }, () => talk.message('x'.repeat(10_000)));
  await talk.append(messages);
  const ids = messages.map(({ id }) => id);
  await store.messages.delete(talk.scope, talk.session.id, ids, 9_000);
  await store.close();
};

const names = (): string[] => readdirSync(folder.path).toSorted();
const identityOf = (path: string) => statSync(path).ino;

describe('a database that nobody has open', () => {
  test('becomes as small as what is stored in it, keeps every row, and gives space back by itself from then on', async () => {
    makeOldFile();
    await fill();
    chmodSync(file, 0o640);
    const contents = contentsOf(file);
    const { before, after } = await compactSqlite(file, {});
    expect(before).toBeGreaterThan(3_000_000);
    expect(after).toBeLessThan(before / 4);
    expect(statSync(file)).toMatchObject({ size: after });
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(names()).toEqual(['memfuse.db']);
    expect(contentsOf(file)).toEqual(contents);
    expect(rowsOf(file, 'PRAGMA auto_vacuum')).toEqual([{ auto_vacuum: 2 }]);
    expect(rowsOf(file, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    const store = await openSqliteStore({ file, writer: 'worker' });
    await createVictim(await createWorld(store));
    await store.close();
  });

  test('that a link names becomes small where it lies, and the link stays', async () => {
    mkdirSync(`${folder.path}/disk`);
    writeFileSync(`${folder.path}/disk/real.db`, '');
    symlinkSync(`${folder.path}/disk/real.db`, file);
    await fill();
    expect(readdirSync(`${folder.path}/disk`).toSorted()).toEqual(['real.db']);
    const { before, after } = await compactSqlite(file, {});
    expect(after).toBeLessThan(before);
    expect(readdirSync(`${folder.path}/disk`)).toEqual(['real.db']);
    expect(statSync(`${folder.path}/disk/real.db`).size).toBe(after);
  });

  test('is made small again after an earlier run was killed, which left the half of a copy', async () => {
    await fill();
    const contents = contentsOf(file);
    writeFileSync(`${file}-compact`, readFileSync(file).subarray(0, 10_000));
    await compactSqlite(file, {});
    expect(names()).toEqual(['memfuse.db']);
    expect(contentsOf(file)).toEqual(contents);
  });

  test('takes in first what a killed server left in the log', async () => {
    const store = await openSqliteStore({ file, writer: 'here' });
    const talk = await createTalk(store);
    await talk.append([talk.message('said before the kill')]);
    const killed = `${folder.path}/killed.db`;
    for (const part of ['', '-wal']) copyFileSync(`${file}${part}`, `${killed}${part}`);
    await store.close();
    await compactSqlite(killed, {});
    expect(rowsOf(killed, 'SELECT content FROM messages')).toEqual([{ content: 'said before the kill' }]);
    expect(existsSync(`${killed}-wal`)).toBe(false);
  });

  test('and is damaged stays as it is, and says how to restore it', async () => {
    await fill();
    const bytes = readFileSync(file).fill(7, 20 * 4_096, 60 * 4_096);
    writeFileSync(file, bytes);
    const { code, message } = await refusal(compactSqlite(file, {}));
    expect(code).toBe('storage_unavailable');
    expect(message).toContain('is damaged');
    expect(message).toContain('put a copy in its place');
    expect(names()).toEqual(['memfuse.db']);
    expect((await refusal(compactSqlite(file, { to: `${folder.path}/copy.db` }))).message).toContain('is damaged');
    expect(names()).toEqual(['memfuse.db']);
  });
});

for (const writer of ['worker', 'here'] as const) {
  describe(`a database that is served, writer: ${writer},`, () => {
    test('is not replaced: that is refused, says so, and the server goes on', async () => {
      const store = await openSqliteStore({ file, writer });
      const talk = await createTalk(store);
      const inode = identityOf(file);
      const { code, message } = await refusal(compactSqlite(file, {}));
      expect(code).toBe('storage_unavailable');
      expect(message).toContain('Stop the server first');
      const said = talk.message('afterwards');
      await talk.append([said]);
      expect(await talk.ids()).toEqual([said.id]);
      expect(identityOf(file)).toBe(inode);
      expect(names().filter((name) => name.includes('compact'))).toEqual([]);
      await store.close();
    });

    test('can be copied meanwhile, as it stood at a moment, for its owner alone', async () => {
      const store = await openSqliteStore({ file, writer });
      const talk = await createTalk(store);
      const messages = Array.from({ length: 200 }, (_, i) => talk.message(`number ${i} ${'x'.repeat(2_000)}`));
      await talk.append(messages.slice(0, 100));
      const copy = `${folder.path}/copy.db`;
      const copying = compactSqlite(file, { to: copy });
      for (const message of messages.slice(100)) await talk.append([message]);
      const { after } = await copying;
      await store.close();
      expect(statSync(copy)).toMatchObject({ size: after });
      expect(statSync(copy).mode & 0o777).toBe(0o600);
      expect(rowsOf(copy, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
      const restored = await openSqliteStore({ file: copy, writer: 'here' });
      const ids = await talk.ids(restored);
      await restored.close();
      expect(ids.length).toBeGreaterThanOrEqual(100);
      expect(ids).toEqual(messages.slice(0, ids.length).map(({ id }) => id));
    });
  });
}

describe('a copy', () => {
  test('takes the place of nothing', async () => {
    await fill();
    writeFileSync(`${folder.path}/notes.txt`, 'mine');
    for (const to of [`${folder.path}/notes.txt`, file]) {
      expect((await refusal(compactSqlite(file, { to }))).message).toBe(
        `${to} is there already. Name a file that is not.`,
      );
    }
    expect(readFileSync(`${folder.path}/notes.txt`, 'utf8')).toBe('mine');
  });

  test('cannot be made where there is no folder, and says so', async () => {
    await fill();
    const { code, message } = await refusal(compactSqlite(file, { to: `${folder.path}/none/copy.db` }));
    expect(code).toBe('storage_unavailable');
    expect(message).toContain(`${folder.path}/none`);
  });

  test('that takes the place of a database while that is being opened is noticed', async () => {
    await fill();
    // The file is brought up to date by then, and the storage Worker has still to open it.
    const opening = openSqliteStore({ file, writer: 'worker' });
    copyFileSync(file, `${file}.other`);
    renameSync(`${file}.other`, file);
    expect((await refusal(opening)).message).toContain('another took its place');
  });
});
