import { afterEach, beforeEach, expect, test } from 'bun:test';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPostgresStore } from '../../../adapters/postgres/open.ts';
import { answers, freePort } from '../../../scripts/local/ports.ts';
import { refusal } from '../../contract/refusal.ts';
import { eventually } from '../../support/eventually.ts';
import { createDatabase, type TestDatabase } from '../../support/postgres.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let database: TestDatabase;
let folder: ReturnType<typeof temporaryFolder>;
let pooler: Bun.Subprocess | null = null;
beforeEach(async () => {
  database = await createDatabase();
  folder = temporaryFolder();
});
afterEach(async () => {
  pooler?.kill('SIGKILL');
  await pooler?.exited;
  await database.remove();
  folder.remove();
});

/** A PgBouncer before the database, in transaction mode. Answers the URL that goes through it. */
const startPgBouncer = async (settings: Readonly<Record<string, string>> = {}): Promise<string> => {
  const { hostname, port, username, password } = new URL(database.url);
  const listenPort = await freePort();
  const usual = { listen_addr: '127.0.0.1', listen_port: listenPort, auth_type: 'any', pool_mode: 'transaction' };
  const lines = Object.entries({ ...usual, ...settings }).map(([name, value]) => `${name} = ${value}`);
  const behind = `host=${hostname} port=${port} user=${username} password='${decodeURIComponent(password)}'`;
  const file = join(folder.path, 'pgbouncer.ini');
  writeFileSync(file, ['[databases]', `${database.name} = ${behind}`, '[pgbouncer]', ...lines, ''].join('\n'));
  chmodSync(folder.path, 0o755);
  const program = Bun.which('pgbouncer', { PATH: `${process.env['PATH']}:/usr/sbin` });
  if (!program) throw new Error('There is no PgBouncer on this machine. Install it: apt-get install pgbouncer.');
  // It refuses to be root.
  const down = process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
  pooler = Bun.spawn([...down, program, '--quiet', file], { stdout: 'ignore', stderr: 'ignore', cwd: '/' });
  await eventually('PgBouncer listens', () => answers(listenPort));
  return Object.assign(new URL(database.url), { port: String(listenPort) }).href;
};

const NAMES = [
  'plan_cache_mode, enable_seqscan, enable_hashjoin, enable_mergejoin, jit, statement_timeout, lock_timeout',
  'idle_in_transaction_session_timeout, default_transaction_isolation, extra_float_digits',
];

test.each([
  ['as it is installed', {}],
  ['that is told to ignore the settings of a connection', { ignore_startup_parameters: NAMES.join(', ') }],
] as const)('PgBouncer in transaction mode, %s, is refused in one sentence', async (_name, settings) => {
  const url = await startPgBouncer(settings);
  const { code, message } = await refusal(openPostgresStore({ url, use: 'server' }));
  expect(code).toBe('storage_unavailable');
  expect(message).toMatch(
    /^At 127\.0\.0\.1:\d+ answers PgBouncer or another pooler, which .* Name Postgres itself in DATABASE_URL\.$/,
  );
});
