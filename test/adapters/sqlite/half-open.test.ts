import { Database } from 'bun:sqlite';
import { expect, spyOn, test } from 'bun:test';
import { Worker } from 'node:worker_threads';
import BetterSqlite from 'better-sqlite3';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import { refusal } from '../../contract/refusal.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

// The first connection of this thread brings the file up to date, the next two are for requests and for the background.
test.each([1, 2])(
  'a store whose reader number %i cannot be used leaves no Worker behind, and no connection',
  async (number) => {
    const folder = temporaryFolder();
    const file = `${folder.path}/memfuse.db`;
    const terminate = spyOn(Worker.prototype, 'terminate');
    const { prepare } = BetterSqlite.prototype;
    let begins = 0;
    const preparing = spyOn(BetterSqlite.prototype, 'prepare').mockImplementation(function (this: never, sql: string) {
      if (sql === 'BEGIN') begins += 1;
      if (begins === number) throw new Error('too many open files');
      return prepare.call(this, sql);
    } as typeof prepare);
    try {
      const opening = openSqliteStore({ file, writer: 'worker' });
      expect((await refusal(opening)).message).toContain('too many open files');
      expect(terminate).toHaveBeenCalledTimes(1);
      // Nobody holds the log any more: it went with the last connection.
      expect(await Bun.file(`${file}-wal`).exists()).toBe(false);
      new Database(file).close();
    } finally {
      preparing.mockRestore();
      terminate.mockRestore();
      folder.remove();
    }
  },
);
