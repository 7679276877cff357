import { afterAll, describe, expect, test } from 'bun:test';
import { openReadConnection, openWriteConnection } from '../../../adapters/sqlite/connection.ts';
import { migrate } from '../../../adapters/sqlite/migrate.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

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

  test('set nothing aside in files, also after a migration that did', () => {
    migrate(writer);
    const IN_MEMORY = 2;
    expect([writer, reader].map((db) => db.pragma('temp_store', { simple: true }))).toEqual([IN_MEMORY, IN_MEMORY]);
  });

  test('let the reader see each commit at once and nothing before it', () => {
    const count = () => reader.prepare('SELECT count(*) FROM things').pluck().get();
    writer.exec("BEGIN; INSERT INTO things VALUES ('a')");
    expect(count()).toBe(0);
    writer.exec('COMMIT');
    expect(count()).toBe(1);
  });

  test('do not let the reader write', () => {
    expect(() => reader.exec("INSERT INTO things VALUES ('b')")).toThrow('readonly');
  });
});
