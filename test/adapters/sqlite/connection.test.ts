import { afterAll, describe, expect, test } from 'bun:test';
import { openReadConnection, openWriteConnection } from '../../../adapters/sqlite/connection.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startLineProcess } from './lines.ts';

describe('the connections', () => {
  const folder = temporaryFolder();
  const writer = openWriteConnection(`${folder.path}/memfuse.db`);
  writer.exec('CREATE TABLE things (name TEXT)');
  const reader = openReadConnection(`${folder.path}/memfuse.db`);
  afterAll(() => {
    reader.close();
    writer.close();
    folder.remove();
  });

  test('sync the log at every commit, check references and overwrite what is deleted', () => {
    const settings = ['journal_mode', 'synchronous', 'foreign_keys', 'secure_delete'] as const;
    expect(settings.map((name) => writer.pragma(name, { simple: true }))).toEqual(['wal', 2, 1, 1]);
  });

  test('let the reader see each commit at once and nothing before it', () => {
    const count = () => reader.prepare('SELECT count(*) FROM things').pluck().get();
    writer.exec("BEGIN; INSERT INTO things VALUES ('a')");
    expect(count()).toBe(0);
    writer.exec('COMMIT');
    expect(count()).toBe(1);
  });

  test('read and write tables of vec0', () => {
    writer.exec('CREATE VIRTUAL TABLE bits USING vec0(bits BIT[8])');
    writer.exec("INSERT INTO bits (rowid, bits) VALUES (1, vec_bit(x'01'))");
    expect(reader.prepare("SELECT rowid FROM bits WHERE bits MATCH vec_bit(x'00') AND k = 1").pluck().all()).toEqual([
      1,
    ]);
  });

  test('do not let the reader write', () => {
    expect(() => reader.exec("INSERT INTO things VALUES ('b')")).toThrow('readonly');
  });
});

test('without sqlite-vec a start ends with a sentence that names it, the platform and the way out, and no path', async () => {
  const folder = temporaryFolder();
  const script = new URL('children/no-sqlite-vec.ts', import.meta.url).pathname;
  const child = startLineProcess([process.execPath, script, `${folder.path}/memfuse.db`]);
  const { code, message } = JSON.parse(await child.next());
  expect(code).toBe('storage_unavailable');
  expect(message).toStartWith(`sqlite-vec cannot be loaded on ${process.platform}-${process.arch}. Run "bun install" `);
  expect(message).not.toContain('/');
  expect(await child.end()).toBe(0);
  folder.remove();
});
