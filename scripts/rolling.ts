import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineCommand } from 'citty';
import { runCommandLine } from '../src/cli/command-line.ts';
import { busyBackground, verifyEffects } from '../test/support/crash/effects.ts';
import { Ledger, type LedgerSession } from '../test/support/crash/ledger.ts';
import { startLoad } from '../test/support/crash/load.ts';
import { createSessions, createUsers, verifySessions } from '../test/support/crash/setting.ts';
import { seededRandom } from '../test/support/random.ts';
import { startServerProcess } from '../test/support/server-process.ts';
import { startLocalPostgres } from './local/postgres.ts';

/** `bun run rolling`: puts this version beside an earlier one over one Postgres under load, then takes the earlier one away. */

const ROOT = join(import.meta.dir, '..');
/** The last commit before the fourth migration of Postgres: new tables, and work for all that is stored. */
const BEFORE_EPISODES = '3912c92';
const CLIENTS = 16;
const USERS = 3;
/** Of each version, and as many of both: so many that none is full before the end. */
const SESSIONS = 80;
/** Answers before this version comes, of each version side by side, and after the earlier one has gone. */
const ALONE = 200;
const BESIDE = 250;
const AFTER = 100;

const run = (command: readonly string[], cwd: string): void => {
  const { exitCode, stderr } = Bun.spawnSync([...command], { cwd, stdout: 'ignore', stderr: 'pipe' });
  if (exitCode !== 0) throw new Error(`${command.join(' ')} failed:\n${stderr}`);
};

/** Runs with an earlier version of the program, which is removed afterwards. */
const withVersion = async <T>(commit: string, folder: string, use: (main: string) => Promise<T>): Promise<T> => {
  run(['git', 'worktree', 'add', '--detach', folder, commit], ROOT);
  try {
    run([process.execPath, 'install', '--frozen-lockfile'], folder);
    return await use(join(folder, 'src', 'main.ts'));
  } finally {
    run(['git', 'worktree', 'remove', '--force', folder], ROOT);
  }
};

/** Answers what is wrong, in sentences. */
const upgrade = async (folder: string, earlierMain: string, seed: number): Promise<readonly string[]> => {
  const random = seededRandom(seed);
  // Long enough for Workers that share their processors with all of this.
  const env = { ...busyBackground(random), MEMFUSE_MEMORY__BACKGROUND__LEASE: '20' };
  const made = (name: string): string => {
    mkdirSync(join(folder, name));
    return join(folder, name);
  };
  const postgres = await startLocalPostgres({ folder: made('postgres'), password: 'rolling', endsWithProcess: true });
  using cleanUp = new DisposableStack();
  cleanUp.defer(() => void postgres.stop('immediate'));
  const start = async (name: string, main?: string) => {
    const own = { ...env, DATABASE_URL: postgres.url() };
    const server = await startServerProcess({ folder: made(name), env: own, ...(main && { main }) });
    cleanUp.defer(() => server.signal('SIGKILL'));
    return server;
  };
  const earlier = await start('earlier', earlierMain);
  const ledger = new Ledger();
  const userIds = await createUsers(earlier, USERS);
  const open = () => createSessions(earlier, ledger, userIds, SESSIONS);
  // Of those that two servers write to chunks follow the sequence, and lists the clocks.
  const [ofEarlier, ofLater, shared] = [await open(), await open(), await open()];
  const load = (server: typeof earlier, name: string, own: readonly LedgerSession[]) => {
    const sessions = [...own, ...shared];
    return startLoad({ server, ledger, sessions, random: random.fork(), clients: CLIENTS, name });
  };
  const onEarlier = await load(earlier, 'earlier', ofEarlier);
  await onEarlier.reached(ALONE);
  console.log(`${onEarlier.answered} requests answered by the earlier version`);
  const later = await start('later');
  const atMigration = onEarlier.answered;
  console.log(`${atMigration} when this version is up and has migrated`);
  const onLater = await load(later, 'later', ofLater);
  await Promise.all([onEarlier.reached(atMigration + BESIDE), onLater.reached(BESIDE)]);
  onEarlier.stop();
  const lost = [...(await onEarlier.done)];
  earlier.signal('SIGTERM');
  const { exitCode, complaints } = await earlier.ended;
  await onLater.reached(onLater.answered + AFTER);
  onLater.stop();
  lost.push(...(await onLater.done));
  console.log(`${onEarlier.answered} answered by the earlier version, ${onLater.answered} by this one`);
  const faults = [
    ...(exitCode === 0 ? [] : [`The earlier version ended with ${exitCode}.`]),
    ...(complaints === '' ? [] : [`The earlier version complained:\n${complaints}`]),
    ...lost.map(({ error }) => `A request was not answered: ${error.message}`),
    ...(await verifySessions(later, ledger)),
    ...(await verifyEffects(later, [...ofEarlier, ...ofLater])),
  ];
  later.signal('SIGTERM');
  const end = await later.ended;
  return end.complaints === '' ? faults : [...faults, `This version complained:\n${end.complaints}`];
};

const rolling = defineCommand({
  meta: {
    name: 'rolling',
    description:
      'Put this version beside an earlier one over one Postgres, under load, and migrate: nothing that either acknowledged is lost.',
  },
  args: {
    from: { type: 'string', default: BEFORE_EPISODES, description: 'The commit of the earlier version.' },
    seed: { type: 'string', default: '1', description: 'Makes the same choices as another run.' },
  },
  run: async ({ args }) => {
    const folder = mkdtempSync(join(tmpdir(), 'memfuse-rolling-'));
    // Postgres may have to be another user.
    chmodSync(folder, 0o755);
    const upgraded = (main: string) => upgrade(folder, main, Number(args.seed));
    const faults = await withVersion(args.from, join(folder, 'version'), upgraded);
    if (faults.length === 0) {
      rmSync(folder, { recursive: true });
      console.log('Nothing lost, doubled, torn or out of order, and all work is done once.');
      return;
    }
    for (const fault of faults) console.error(fault);
    console.error(`${faults.length} faults. The data is kept in ${folder}.`);
    process.exitCode = 1;
  },
});

await runCommandLine(rolling);
