import { Database } from 'bun:sqlite';
import { type Random, seededRandom } from '../random.ts';
import { runServer, type ServerProcess, startServerProcess } from '../server-process.ts';
import { testEngine } from '../test-store.ts';
import { openWire, type Wire, type WireAnswer } from '../wire.ts';
import { callApi, messageIds, postBatch } from './api.ts';
import { busyBackground, verifyEffects } from './effects.ts';
import { type Batch, Ledger, wordOf } from './ledger.ts';
import { startLoad } from './load.ts';
import { createSessions, createUsers, verifySessions } from './setting.ts';

export interface CrashOptions {
  /** The data folder of the server, empty. */
  readonly folder: string;
  readonly seed: number;
  readonly rounds: number;
  readonly clients?: number;
  /** Told one line for each round. */
  readonly onRound?: (line: string) => void;
}

export interface CrashResult {
  /** One sentence for each thing that was lost, doubled, torn, out of order, or not done once by the background. */
  readonly faults: readonly string[];
  /** Requests that were answered. */
  readonly answered: number;
  /** Requests that a kill cut off. */
  readonly cutOff: number;
  readonly retried: number;
}

const CLIENTS = 16;
const USERS = 3;
const SESSIONS = 8;
/** The kill comes this many answers into a round at the latest, so that no session outgrows its list. */
const MOST_ANSWERS = 60;
/** Rounds after which the background may finish; in between, the kills find it with ever more to do. */
const ROUNDS_BETWEEN_CHECKS = 20;
const MOST_DELAY_MS = 8;
/** About as long as a start takes: when a start is killed, then within this. */
const START_MS = 400;
const QUESTIONS = 4;
const RETRIERS = 4;
/** Requests of a round that are sent again. */
const MOST_RETRIES = 16;

/** Sends a batch again with its key, twice at once. Returns what is wrong. */
const retry = async (batch: Batch, wires: readonly [Wire, Wire]): Promise<string[]> => {
  const answers = await Promise.all(wires.map((wire) => postBatch(wire, batch)));
  const refused = answers.find(({ status }) => status !== 201);
  if (refused) return [`the retry of batch ${batch.label} was answered ${refused.status}`];
  const expected = batch.ids === null ? 1 : 0;
  const fresh = answers.filter(({ headers }) => headers.get('idempotency-replayed') !== 'true').length;
  const answered = new Set(answers.map((answer) => messageIds(answer).join()));
  if (batch.ids === null) {
    batch.ids = messageIds(answers[0] as WireAnswer);
    batch.possible = [batch.contents];
  }
  return [
    ...(fresh === expected ? [] : [`batch ${batch.label} was made ${fresh} times by its retries, not ${expected}`]),
    ...(answered.size === 1 && answered.has(batch.ids.join())
      ? []
      : [`batch ${batch.label} changed its ids in a retry`]),
  ];
};

const retryAll = async (server: ServerProcess, batches: readonly Batch[]): Promise<string[]> => {
  const queue = [...batches];
  const faults: string[] = [];
  const work = async (): Promise<void> => {
    const wires = [await openWire(server.origin), await openWire(server.origin)] as const;
    for (let batch = queue.pop(); batch; batch = queue.pop()) faults.push(...(await retry(batch, wires)));
    for (const wire of wires) wire.close();
  };
  await Promise.all(Array.from({ length: RETRIERS }, work));
  return faults;
};

/** Asks for the one word of some messages: those that are there come first, those that were deleted never come. */
const question = async (server: ServerProcess, batches: readonly Batch[], random: Random): Promise<string[]> => {
  if (batches.length === 0) return [];
  const ask = async (): Promise<string[]> => {
    const batch = random.pick(batches);
    const contents = batch.possible[0] ?? [];
    const content = contents[0] ?? batch.contents[0] ?? '';
    const body = { query: `Who said ${wordOf(content)}?` };
    const path = `/users/${batch.session.userId}/query`;
    const { results } = await callApi<{ results: { id: string }[] }>(server, 'POST', path, body);
    const ids = results.map(({ id }) => id);
    if (contents.length > 0 && ids[0] !== batch.ids?.[0]) return [`a question does not find batch ${batch.label}`];
    const deleted = contents.length === 0 && batch.ids?.some((id) => ids.includes(id));
    return deleted ? [`a question finds batch ${batch.label}, which was deleted`] : [];
  };
  const faults: string[] = [];
  for (let i = 0; i < QUESTIONS; i += 1) faults.push(...(await ask()));
  return faults;
};

/** What SQLite itself finds wrong with its file. */
const damageOf = (file: string): string[] => {
  const db = new Database(file);
  const findings = db.query('PRAGMA integrity_check').values().flat().map(String);
  db.close();
  return findings.filter((finding) => finding !== 'ok').map((finding) => `the database file is damaged: ${finding}`);
};

/**
 * Kills the server under load, its background busy, again and again, and after each restart on the same data compares
 * what it holds with what its clients know. Now and then a restart is itself killed on its way, and now and then the
 * background may finish, which shows whether what it was killed at was done once.
 */
export const runCrashRounds = async (options: CrashOptions): Promise<CrashResult> => {
  const { folder, seed, rounds, clients = CLIENTS, onRound } = options;
  const random = seededRandom(seed);
  const ledger = new Ledger();
  const faults: string[] = [];
  let answered = 0;
  let cutOff = 0;
  let retried = 0;
  const start = () => startServerProcess({ folder, env: busyBackground(random) });
  let server = await start();
  const userIds = await createUsers(server, USERS);

  const restart = async (): Promise<void> => {
    if (random.chance(0.2)) {
      const abort = AbortSignal.timeout(random.between(1, START_MS));
      await runServer({ folder, env: busyBackground(random), abort });
    }
    server = await start();
  };

  try {
    for (let round = 1; round <= rounds; round += 1) {
      const sessions = await createSessions(server, ledger, userIds, SESSIONS);
      const load = await startLoad({ server, ledger, sessions, random: random.fork(), clients, name: `r${round}` });
      await load.reached(random.between(1, MOST_ANSWERS));
      await Bun.sleep(random.between(0, MOST_DELAY_MS));
      server.signal('SIGKILL');
      const losses = await load.done;
      await server.ended;
      await restart();

      const batches = ledger.batches(sessions);
      const keyed = batches.filter(({ key }) => key !== null).slice(-MOST_RETRIES);
      const found = [
        ...(await verifySessions(server, ledger, sessions)),
        ...(await retryAll(server, keyed)),
        ...(await verifySessions(server, ledger, sessions)),
        ...(await question(server, batches, random)),
        ...(round % ROUNDS_BETWEEN_CHECKS === 0 ? await verifyEffects(server, sessions) : []),
      ];
      faults.push(...found.map((fault) => `round ${round}: ${fault}`));
      answered += load.answered;
      cutOff += losses.length;
      retried += keyed.length;
      onRound?.(`round ${round}: ${load.answered} answered, ${losses.length} cut off, ${found.length} faults`);
    }
    const late = [...(await verifySessions(server, ledger)), ...(await verifyEffects(server, ledger.sessions))];
    faults.push(...late.map((fault) => `after all rounds: ${fault}`));
  } finally {
    await server.kill();
  }
  if (testEngine() === 'sqlite') faults.push(...damageOf(`${folder}/memfuse.db`));
  return { faults, answered, cutOff, retried };
};
