import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import { eventually } from '../../support/eventually.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { createTalk } from './talk.ts';

let folder: ReturnType<typeof temporaryFolder>;
let umask: number;
beforeEach(() => {
  folder = temporaryFolder();
  // As on most machines: what is made is everybody's to read.
  umask = process.umask(0o022);
});
afterEach(() => {
  process.umask(umask);
  folder.remove();
});

const rightsOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe('who may read what is stored', () => {
  for (const writer of ['worker', 'here'] as const) {
    test(`is its owner alone: the folder, the database, what lies beside it, writer: ${writer}`, async () => {
      const file = `${folder.path}/data/deep/memfuse.db`;
      const store = await openSqliteStore({ file, writer });
      await createTalk(store);
      const parts = ['', '-wal', '-shm', '-reserve'];
      await eventually('room is kept for deletions', () => statSync(`${file}-reserve`, { throwIfNoEntry: false }));
      expect(parts.map((part) => rightsOf(`${file}${part}`))).toEqual(parts.map(() => '600'));
      expect([rightsOf(`${folder.path}/data`), rightsOf(`${folder.path}/data/deep`)]).toEqual(['700', '700']);
      await store.close();
    });
  }

  test('is no longer everybody, once a file that an earlier version left open to all is opened', async () => {
    const file = `${folder.path}/memfuse.db`;
    await (await openSqliteStore({ file, writer: 'here' })).close();
    chmodSync(file, 0o644);
    await (await openSqliteStore({ file, writer: 'here' })).close();
    expect(rightsOf(file)).toBe('600');
  });

  test('stays whom the owner chose: a group, and the folder that was there', async () => {
    mkdirSync(`${folder.path}/shared`, { mode: 0o755 });
    const file = `${folder.path}/shared/memfuse.db`;
    await (await openSqliteStore({ file, writer: 'here' })).close();
    chmodSync(file, 0o640);
    await (await openSqliteStore({ file, writer: 'here' })).close();
    expect([rightsOf(file), rightsOf(`${folder.path}/shared`)]).toEqual(['640', '755']);
  });
});
