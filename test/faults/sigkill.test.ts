import { afterEach, beforeEach, expect, test } from 'bun:test';
import { Ledger } from '../support/crash/ledger.ts';
import { startLoad } from '../support/crash/load.ts';
import { runCrashRounds } from '../support/crash/rounds.ts';
import { createSessions, createUsers, verifySessions } from '../support/crash/setting.ts';
import { seededRandom } from '../support/random.ts';
import { runServer, startServerProcess } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { testStoreOf } from '../support/test-store.ts';

const SEED = Number(process.env['CHAOS_SEED'] ?? 20_261_123);
const ROUNDS = 50;
const KILLED_STARTS = 8;
/** About as long as the first start takes. */
const START_MS = 400;

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

test('what was acknowledged survives fifty kills, the background busy: in order, once, whole, found by questions, each message in one chunk', async () => {
  console.log(`seed ${SEED}; another one: CHAOS_SEED=n`);
  const result = await runCrashRounds({ folder: folder.path, seed: SEED, rounds: ROUNDS });
  expect(result.faults).toEqual([]);
  // The kills hit something: requests were cut off, and keys were there to retry.
  expect(result.cutOff).toBeGreaterThan(ROUNDS);
  expect(result.retried).toBeGreaterThan(ROUNDS);
  expect(result.answered).toBeGreaterThan(ROUNDS);
}, 480_000);

test('a kill at any moment of the first start leaves a folder in which the next one works', async () => {
  const random = seededRandom(SEED);
  for (let i = 0; i < KILLED_STARTS; i += 1) {
    const fresh = temporaryFolder();
    await testStoreOf(fresh.path);
    await runServer({ folder: fresh.path, abort: AbortSignal.timeout(random.between(1, START_MS)) });
    const server = await startServerProcess({ folder: fresh.path });
    expect(await createUsers(server, 1)).toHaveLength(1);
    await server.kill();
    fresh.remove();
  }
});

test('a kill of an idle server loses nothing', async () => {
  const random = seededRandom(SEED);
  const ledger = new Ledger();
  const before = await startServerProcess({ folder: folder.path });
  const sessions = await createSessions(before, ledger, await createUsers(before, 1), 8);
  const load = await startLoad({ server: before, ledger, sessions, random, clients: 4, name: 'idle' });
  await load.reached(50);
  load.stop();
  expect(await load.done).toEqual([]);
  await before.kill();

  const after = await startServerProcess({ folder: folder.path });
  expect(await verifySessions(after, ledger)).toEqual([]);
  await after.kill();
});
