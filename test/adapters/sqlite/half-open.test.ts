import { Database } from 'bun:sqlite';
import { expect, spyOn, test } from 'bun:test';
import { Worker } from 'node:worker_threads';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import { refusal } from '../../contract/refusal.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const POOL = { min: 1, max: 4, acquireTimeoutMs: 2_000, leakAfterMs: 60_000, onLeak: () => {} };

test('a store whose readers cannot be opened leaves no Worker behind, and no connection', async () => {
  const folder = temporaryFolder();
  const file = `${folder.path}/memfuse.db`;
  const terminate = spyOn(Worker.prototype, 'terminate');
  try {
    const background = {
      ...POOL,
      get min(): number {
        throw new Error('too many open files');
      },
    };
    const opening = openSqliteStore({ file, writer: 'worker', pools: { foreground: POOL, background } });
    expect((await refusal(opening)).message).toContain('too many open files');
    expect(terminate).toHaveBeenCalledTimes(1);
    // Nobody holds the log any more: it went with the last connection.
    expect(await Bun.file(`${file}-wal`).exists()).toBe(false);
    new Database(file).close();
  } finally {
    terminate.mockRestore();
    folder.remove();
  }
});
