import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { type LineProcess, startLineProcess } from './lines.ts';

interface Report {
  /** Messages that were not deleted. */
  readonly kept: readonly string[];
  /** What was answered while the disk was full. */
  readonly full: {
    readonly append: string;
    readonly small: string;
    readonly rename: string;
    readonly ping: string;
    readonly deletions: readonly string[];
  };
  readonly isReservedWhenFull: boolean;
  readonly left: { readonly small: number; readonly large: readonly string[] };
  readonly roomy: { readonly ping: string; readonly isReserved: boolean; readonly again: boolean };
  /** Messages of the smaller session, once the store was opened again. */
  readonly said: number;
}

const CHILD = new URL('children/small-disk.ts', import.meta.url).pathname;
/** Mounts a disk of some megabytes at the folder, for this process and its children alone. */
const ON_A_SMALL_DISK = [
  'unshare',
  '-rm',
  'sh',
  '-c',
  'mount -t tmpfs -o size=20m none "$1" && shift && exec "$@"',
  '-',
];
const isPossible = Bun.spawnSync(['unshare', '-rm', 'true']).exitCode === 0;

describe('a disk of twenty megabytes that is full', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let child: LineProcess | null = null;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(async () => {
    await child?.kill();
    folder.remove();
  });

  for (const writer of ['worker', 'here'] as const) {
    // Only Linux lets a user make a disk of their own.
    test.skipIf(!isPossible)(
      `takes deletions and nothing else until there is room again, and says so, writer: ${writer}`,
      async () => {
        child = startLineProcess([...ON_A_SMALL_DISK, folder.path, process.execPath, CHILD, folder.path, writer]);
        const { kept, full, isReservedWhenFull, left, roomy, said }: Report = JSON.parse(await child.next());
        expect(full.append).toContain('only deletions are taken');
        expect(full).toMatchObject({ small: 'storage_unavailable', rename: 'storage_unavailable' });
        expect(full.ping).toBe('storage_unavailable');
        expect(new Set(full.deletions)).toEqual(new Set(['accepted']));
        expect(full.deletions.length).toBeGreaterThan(50);
        expect(isReservedWhenFull).toBe(false);
        expect(left).toEqual({ small: 0, large: kept });
        expect(roomy).toEqual({ ping: 'accepted', isReserved: true, again: true });
        expect(said).toBe(1);
      },
    );
  }
});
