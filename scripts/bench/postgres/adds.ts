import { fillDatabase, type Person } from '../people.ts';
import { interleave, type Result, result } from '../suite.ts';
import { SESSIONS } from '../workload.ts';
import { type Adder, runTogether, startAdder } from './adders.ts';
import { openPgbench } from './pgbench.ts';

export interface AddsPlan {
  readonly rounds: number;
  readonly durationMs: number;
}

const CLIENTS = 32;

/** Adds by the store on Postgres, against pgbench and the store on SQLite, and by two replicas. */
export const measureAdds = async (
  { postgresUrl, sqliteUrl, folder }: { postgresUrl: string; sqliteUrl: string; folder: string },
  { rounds, durationMs }: AddsPlan,
): Promise<Result[]> => {
  const wanted = { count: SESSIONS, messages: 0, name: 'user' };
  const people = await fillDatabase(postgresUrl, wanted);
  const sqlitePeople = await fillDatabase(sqliteUrl, wanted);
  const pgbench = openPgbench(postgresUrl, folder, people);
  const [one, two, sqlite] = await Promise.all([postgresUrl, postgresUrl, sqliteUrl].map(startAdder));
  if (!one || !two || !sqlite) throw new Error('An adder is missing.');
  const by =
    (adder: Adder, clients: number, whom = people) =>
    () =>
      adder.run({ clients, durationMs, people: whom });
  const half = people.length / 2;
  const [left, right] = [people.slice(0, half), people.slice(half)];
  const both = (ofOne: readonly Person[], ofTwo: readonly Person[]) => () =>
    runTogether([
      [one, { clients: CLIENTS / 2, durationMs, people: ofOne }],
      [two, { clients: CLIENTS / 2, durationMs, people: ofTwo }],
    ]);
  try {
    const many = await interleave(rounds, {
      store: by(one, CLIENTS),
      pgbench: () => pgbench(CLIENTS, durationMs),
      sqlite: by(sqlite, CLIENTS, sqlitePeople),
      apart: both(left, right),
      same: both(people, people),
    });
    const single = await interleave(rounds, { store: by(one, 1), pgbench: () => pgbench(1, durationMs) });
    const adds = (name: string, values: readonly number[], baseline: readonly number[], atLeast: number): Result =>
      result(name, 'adds/s', values, { baseline, target: { of: 'ratio', atLeast } });
    return [
      adds(`adds of two messages, ${CLIENTS} clients (pgbench)`, many.store, many.pgbench, 1.5),
      adds('  (the SQLite store)', many.store, many.sqlite, 1),
      adds('  one client (pgbench)', single.store, single.pgbench, 0.7),
      adds('  two replicas, users apart (one replica)', many.apart, many.store, 1.1),
      adds('  two replicas, the same users (one replica)', many.same, many.store, 0.7),
    ];
  } finally {
    await Promise.all([one.stop(), two.stop(), sqlite.stop()]);
  }
};
