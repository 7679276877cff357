import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { type LineProcess, startLineProcess } from './lines.ts';
import { rowsOf } from './rows.ts';

interface Report {
  readonly acknowledged: readonly string[];
  readonly refused: readonly string[];
  /** What could be read while the disk was full. */
  readonly readable: readonly string[];
  readonly ends: { readonly full: readonly string[]; readonly roomy: readonly string[] };
}

const CHILD = new URL('children/fill-disk.ts', import.meta.url).pathname;

describe('a full disk', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let child: LineProcess | null = null;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(async () => {
    await child?.kill();
    folder.remove();
  });

  for (const [writer, ending] of [
    ['worker', 'closes'],
    ['worker', 'is killed'],
    ['here', 'closes'],
    ['here', 'is killed'],
  ] as const) {
    test(`refuses what it cannot hold, loses nothing, and takes writes again once there is room; writer: ${writer}, which then ${ending}`, async () => {
      const file = `${folder.path}/memfuse.db`;
      // The shell only sees to it that the signal which comes with the limit does not end the child.
      const shell = ['sh', '-c', 'trap "" XFSZ; exec "$0" "$@"'];
      child = startLineProcess([...shell, process.execPath, CHILD, file, writer]);
      const report: Report = JSON.parse(await child.next());
      if (ending === 'closes') child.send('close');
      expect(await (ending === 'closes' ? child.end() : child.kill())).toBe(ending === 'closes' ? 0 : 137);

      const { acknowledged, refused, readable, ends } = report;
      expect(new Set(ends.full)).toEqual(new Set(['accepted', 'storage_unavailable']));
      expect(ends.full.slice(-25)).toEqual(Array.from({ length: 25 }, () => 'storage_unavailable'));
      expect(readable).toEqual(acknowledged.slice(0, readable.length));
      expect(readable.length).toBe(ends.full.filter((end) => end === 'accepted').length);
      expect(ends.roomy).toEqual(Array.from({ length: 21 }, () => 'accepted'));

      await (await openSqliteStore({ file, writer: 'here' })).close();
      const rows = rowsOf<{ id: string; size: number }>(
        file,
        'SELECT id, length(content) AS size FROM messages ORDER BY sequence',
      );
      expect(rows.map(({ id }) => id)).toEqual([...acknowledged]);
      expect(new Set(rows.map(({ size }) => size))).toEqual(new Set([20_000]));
      expect(refused.length).toBeGreaterThan(0);
      expect(rowsOf(file, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    });
  }
});
