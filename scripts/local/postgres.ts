import { chmodSync, chownSync, closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './ports.ts';
import { findPostgres } from './postgres-binaries.ts';

/** The user that Postgres runs as when this process is root, as which it refuses to run: nobody. */
const NOBODY = 65_534;
const USER = 'memfuse';
const READY = 'database system is ready to accept connections';
const PATIENCE_MS = 60_000;

export interface LocalPostgresOptions {
  /** An existing folder, which holds everything that it writes. */
  readonly folder: string;
  readonly password: string;
  /** A free port when left out. */
  readonly port?: number;
  /** Settings beyond the usual ones, such as `fsync: 'off'`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** It ends when this process does, however that happens. */
  readonly endsWithProcess?: boolean;
}

export interface LocalPostgres {
  /** The URL of a database, `postgres` when none is named. */
  url(database?: string): string;
  readonly port: number;
  readonly pid: number;
  readonly origin: string;
  /** Ends it: `fast` lets it write what it has, `immediate` is a crash. */
  stop(how?: 'fast' | 'immediate'): Promise<void>;
}

const isRoot = (): boolean => process.getuid?.() === 0;

/** A command as another user when this one is root; it ends with this process if it is told to. */
const steppingDown = (command: readonly string[], endsWithProcess: boolean): string[] => {
  const user = isRoot() ? [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] : [];
  const end = endsWithProcess && process.platform === 'linux' ? ['--pdeathsig=INT'] : [];
  const options = [...user, ...end];
  return options.length > 0 ? ['setpriv', ...options, ...command] : [...command];
};

const run = (command: readonly string[], cwd: string): void => {
  const { exitCode, stderr, stdout } = Bun.spawnSync([...command], { cwd, stdout: 'pipe', stderr: 'pipe' });
  if (exitCode !== 0) throw new Error(`${command.join(' ')} failed:\n${stdout}${stderr}`);
};

/**
 * Starts a Postgres of its own in a folder, on loopback, with a password. As root it runs as nobody. A folder that it has
 * used before goes on from there.
 */
export const startLocalPostgres = async (options: LocalPostgresOptions): Promise<LocalPostgres> => {
  const { folder, password, settings = {}, endsWithProcess = false } = options;
  const { folder: bin, origin } = findPostgres();
  const [data, log, secret] = [join(folder, 'data'), join(folder, 'postgres.log'), join(folder, 'password')];
  chmodSync(folder, 0o755);
  try {
    mkdirSync(data, { mode: 0o700 });
    writeFileSync(secret, password, { mode: 0o600 });
    if (isRoot()) for (const path of [data, secret]) chownSync(path, NOBODY, NOBODY);
    const initdb = [join(bin, 'initdb'), '--pgdata', data, '--username', USER, '--pwfile', secret];
    const kind = ['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale', 'C', '--no-sync'];
    run(steppingDown([...initdb, ...kind], false), folder);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EEXIST') throw error;
  }
  const port = options.port ?? (await freePort());
  const usual = { listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: '' };
  const given = Object.entries({ ...usual, ...settings }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  writeFileSync(log, '');
  const fd = openSync(log, 'a');
  const child = Bun.spawn(steppingDown([join(bin, 'postgres'), '-D', data, ...given], endsWithProcess), {
    cwd: folder,
    stdin: 'ignore',
    stdout: fd,
    stderr: fd,
  });
  closeSync(fd);
  child.unref();
  const deadlineMs = performance.now() + PATIENCE_MS;
  while (!readFileSync(log, 'utf8').includes(READY)) {
    if (child.exitCode !== null || performance.now() > deadlineMs) {
      child.kill('SIGQUIT');
      throw new Error(`Postgres did not start:\n${readFileSync(log, 'utf8')}`);
    }
    await Bun.sleep(20);
  }
  return {
    url: (database = 'postgres') => `postgres://${USER}:${password}@127.0.0.1:${port}/${database}`,
    port,
    pid: child.pid,
    origin,
    stop: async (how = 'fast') => {
      child.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT');
      await child.exited;
    },
  };
};
