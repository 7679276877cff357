import { openStore } from '../../../adapters/open.ts';
import { Client } from '../../../adapters/postgres/client.ts';
import { addPeople, inParallel, type Person } from '../people.ts';
import { interleave, median, type Result, result, type SuiteOptions } from '../suite.ts';
import { runTogether, startAdder } from './adders.ts';

export interface GrowthPlan {
  /** Users of each database; each has one session. */
  readonly users: readonly number[];
  readonly messagesEach: number;
  readonly durationMs: number;
  readonly rounds: number;
}

const CLIENTS = 32;
/** Of all users so many are added to and asked about; the sizes are multiples of it. */
const ACTIVE = 1_000;
const READS = 300;

/** What a round of one database gives: adds a second by one server and by two, and a question's statements in milliseconds. */
type Round = Readonly<Record<'one' | 'two' | 'question', number>>;

/** Keys of a copy are so far from those of the original, and copies made in one statement. */
const APART = 1_000_000_000;
const COPIES_AT_A_TIME = 9;
/** What of each table is another in a copy. */
const COPIED: Readonly<Record<string, string>> = {
  users: "'key', o.key + n * @apart, 'id', o.id || '-' || n, 'name', o.name || ' ' || n",
  memories: "'user_key', o.user_key + n * @apart",
  sessions: "'user_key', o.user_key + n * @apart, 'key', o.key + n * @apart, 'id', o.id || '-' || n",
  session_routes:
    "'user_key', o.user_key + n * @apart, 'session_key', o.session_key + n * @apart, 'id', o.id || '-' || n",
  messages: "'user_key', o.user_key + n * @apart, 'session_key', o.session_key + n * @apart, 'id', o.id || '-' || n",
};

/** Copies all users with all that is theirs so many times: a hundred times as fast as to add them. */
const multiply = async (url: string, times: number): Promise<void> => {
  const client = new Client(url);
  try {
    for (let from = 1; from <= times; from += COPIES_AT_A_TIME) {
      const upTo = Math.min(times, from + COPIES_AT_A_TIME - 1);
      for (const [table, changed] of Object.entries(COPIED)) {
        const key = table === 'users' ? 'key' : 'user_key';
        await client.command(`INSERT INTO ${table}
          SELECT (jsonb_populate_record(o, jsonb_build_object(${changed.replaceAll('@apart', String(APART))}))).*
          FROM ${table} o, generate_series(${from}::bigint, ${upTo}) n WHERE o.${key} < ${APART}`);
      }
    }
    await client.command('ANALYZE');
  } finally {
    await client.close();
  }
};

/** A database with so many users, two servers' stores that add to it, and one that asks. */
const openSize = async (url: string, size: number, { messagesEach: messages, durationMs }: GrowthPlan) => {
  const store = await openStore(url, { use: 'server' });
  const active = await addPeople(store, { count: Math.min(size, ACTIVE), messages, name: `of ${size}` });
  await multiply(url, size / active.length - 1);
  const adders = [await startAdder(url), await startAdder(url)] as const;
  const [half, other] = [0, 1].map((rest) => active.filter((_, i) => i % 2 === rest)) as [Person[], Person[]];
  const order = (clients: number, of: readonly Person[]) => ({ clients, durationMs, people: of });
  const references = Array.from({ length: messages }, (_, i) => ({ kind: 'message', key: i + 1 }) as const);
  /** What a question to a memory whose index is up to date asks for. */
  const ask = async ({ tenantKey, userKey, userId }: Person): Promise<number> => {
    const beforeMs = performance.now();
    await store.corpus.resolve({ tenantKey, userKey: null }, { user: { id: userId }, sessions: [], agents: [] });
    await store.corpus.fetch(tenantKey, userKey, references);
    return performance.now() - beforeMs;
  };
  return {
    round: async (): Promise<Round> => ({
      one: await adders[0].run(order(CLIENTS, active)),
      two: await runTogether([
        [adders[0], order(CLIENTS / 2, half)],
        [adders[1], order(CLIENTS / 2, other)],
      ]),
      question: median(await inParallel(active.slice(0, READS), 1, ask)),
    }),
    stop: async () => {
      for (const adder of adders) await adder.stop();
      await store.close();
    },
  };
};

/**
 * What adds and questions cost beside more and more users and messages: flat, as each touches one user's rows alone. Each size
 * is a database of its own, and all are measured in turns.
 */
export const measureGrowth = async (
  database: (name: string) => Promise<string>,
  plan: GrowthPlan,
  { draw }: SuiteOptions,
): Promise<Result[]> => {
  const { users: sizes, messagesEach, rounds } = plan;
  const opened: Awaited<ReturnType<typeof openSize>>[] = [];
  let gathered: Record<string, Round[]>;
  try {
    for (const size of sizes) opened.push(await openSize(await database(`growth_${size}`), size, plan));
    const sides = Object.fromEntries(opened.map(({ round }, i) => [`of ${sizes[i]}`, round]));
    // The first round fills what is cached, of every size alike.
    await interleave(1, sides);
    gathered = await interleave(rounds, sides);
  } finally {
    for (const { stop } of opened) await stop();
  }
  const of = (size: number | undefined, what: keyof Round): number[] =>
    (gathered[`of ${size}`] ?? []).map((round) => round[what]);
  const line = (name: string, what: keyof Round) => ({
    name,
    points: sizes.map((size) => ({ x: size * (messagesEach + 1), y: median(of(size, what)) })),
  });
  const x = { title: 'users and messages in the database', scale: 'log' } as const;
  draw({
    kind: 'lines',
    title: 'Adds of two messages a second by 32 clients',
    x,
    y: { title: 'adds/s' },
    series: [line('one server', 'one'), line('two servers', 'two')],
  });
  draw({
    kind: 'lines',
    title: 'What a warm question asks of the database, p50',
    x,
    y: { title: 'ms' },
    series: [line('question', 'question')],
  });
  const [first] = sizes;
  const held = (
    size: number,
    what: keyof Round,
    name: string,
    unit: string,
    target: { atLeast: number } | { atMost: number },
  ) => result(name, unit, of(size, what), { baseline: of(first, what), target: { of: 'ratio', ...target } });
  return sizes.slice(1).flatMap((size) => {
    const beside = `${size.toLocaleString('en')} users (${first?.toLocaleString('en')})`;
    return [
      held(size, 'one', `adds, one server, ${beside}`, 'adds/s', { atLeast: 0.7 }),
      held(size, 'two', '  two servers', 'adds/s', { atLeast: 0.7 }),
      held(size, 'question', '  what a question asks of the database, p50', 'ms', { atMost: 1.5 }),
    ];
  });
};
