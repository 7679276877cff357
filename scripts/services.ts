import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answers } from './local/ports.ts';
import { startLocalPostgres } from './local/postgres.ts';
import { findRedis, startLocalRedis } from './local/redis.ts';

const FOLDER = join(tmpdir(), `memfuse-services-${process.getuid?.() ?? 'user'}`);
const STATE = join(FOLDER, 'state.json');
const COMPOSE_FILE = 'compose.services.yaml';
const PASSWORD = 'memfuse';

interface Local {
  readonly name: string;
  readonly pid: number;
  readonly port: number;
  readonly url: string;
  readonly origin: string;
}
/** What `up` started, which `down` ends. */
type State = { readonly by: 'compose' } | { readonly by: 'processes'; readonly services: readonly Local[] };

const COMPOSED = {
  DATABASE_URL: `postgres://memfuse:${PASSWORD}@127.0.0.1:55432/memfuse`,
  REDIS_URL: 'redis://127.0.0.1:56379',
};

const hasDocker = (): boolean =>
  Bun.which('docker') !== null &&
  Bun.spawnSync(['docker', 'info'], { stdout: 'ignore', stderr: 'ignore' }).exitCode === 0;

const compose = (...args: readonly string[]): number =>
  Bun.spawnSync(['docker', 'compose', '--file', COMPOSE_FILE, ...args], { stdout: 'inherit', stderr: 'inherit' })
    .exitCode;

const stateNow = (): State | null => (existsSync(STATE) ? (JSON.parse(readFileSync(STATE, 'utf8')) as State) : null);

const tell = (by: string, variables: Readonly<Record<string, string>>): void => {
  console.log(by);
  for (const [name, value] of Object.entries(variables)) console.log(`export ${name}=${value}`);
};

const variablesOf = (services: readonly Local[]): Record<string, string> =>
  Object.fromEntries(services.map(({ name, url }) => [name === 'postgres' ? 'DATABASE_URL' : 'REDIS_URL', url]));

const up = async (): Promise<number> => {
  const before = stateNow();
  if (before) return status();
  mkdirSync(FOLDER, { recursive: true, mode: 0o755 });
  if (hasDocker()) {
    if (compose('up', '--detach', '--wait') !== 0) return 1;
    writeFileSync(STATE, JSON.stringify({ by: 'compose' } satisfies State));
    tell('Docker Compose runs Postgres and Redis.', COMPOSED);
    return 0;
  }
  const folder = join(FOLDER, 'postgres');
  mkdirSync(folder, { recursive: true });
  const postgres = await startLocalPostgres({ folder, password: PASSWORD });
  const services: Local[] = [{ ...postgres, name: 'postgres', url: postgres.url() }];
  if (findRedis()) services.push({ name: 'redis', ...(await startLocalRedis(FOLDER)) });
  writeFileSync(STATE, JSON.stringify({ by: 'processes', services } satisfies State));
  const origins = services.map(({ origin }) => origin).join(' and ');
  const missing = services.length === 1 ? ' There is no redis-server: install it to connect several servers.' : '';
  tell(
    `No Docker daemon answers: processes of this machine run ${origins}, in ${FOLDER}.${missing}`,
    variablesOf(services),
  );
  return 0;
};

const down = async (): Promise<number> => {
  const state = stateNow();
  if (state?.by === 'compose') compose('down', '--volumes');
  if (state?.by === 'processes') {
    for (const { port, pid } of state.services) {
      // Only what still answers is ours: another process may have the number by now.
      if (await answers(port)) process.kill(pid, 'SIGINT');
      while (await answers(port)) await Bun.sleep(50);
    }
  }
  rmSync(FOLDER, { recursive: true, force: true });
  console.log(state ? 'The services are down, and their data are removed.' : 'No services were up.');
  return 0;
};

const status = async (): Promise<number> => {
  const state = stateNow();
  if (!state) {
    console.log('No services are up.');
    return 1;
  }
  if (state.by === 'compose') {
    tell('Docker Compose runs Postgres and Redis.', COMPOSED);
    return compose('ps');
  }
  const up = await Promise.all(state.services.map(({ port }) => answers(port)));
  const told = state.services.map(({ origin }, i) => `${origin}: ${up[i] ? 'up' : 'does not answer'}`);
  tell(`Processes of this machine, in ${FOLDER}. ${told.join('. ')}.`, variablesOf(state.services));
  return up.every(Boolean) ? 0 : 1;
};

const COMMANDS: Readonly<Record<string, () => Promise<number>>> = { up, down, status };
const command = COMMANDS[process.argv[2] ?? ''];
if (!command) console.error('Usage: scripts/services up | down | status');
process.exit(command ? await command() : 2);
