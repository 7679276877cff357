import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Pool } from '../../adapters/postgres/pool.ts';
import { startLocalPostgres } from '../local/postgres.ts';
import { databaseIn } from './people.ts';
import { type AddsPlan, measureAdds } from './postgres/adds.ts';
import { type GrowthPlan, measureGrowth } from './postgres/growth.ts';
import { measureQuestions, type QuestionsPlan } from './postgres/questions.ts';
import { timeEach } from './query/timing.ts';
import { inFolders } from './seed/folders.ts';
import { measureSaturation, type SaturationPlan } from './seed/saturation.ts';
import { quantile, type Result, result, type Suite } from './suite.ts';

interface Plan {
  readonly adds: AddsPlan;
  readonly questions: QuestionsPlan;
  readonly saturation: SaturationPlan;
  readonly growth: GrowthPlan;
}

const PLAN: Plan = {
  adds: { rounds: 7, durationMs: 3_000 },
  questions: { messages: 10_000, rounds: 7, questions: 200 },
  saturation: { rounds: 7, durationMs: 2_000, stock: 8_000, queueSize: 500 },
  growth: { users: [1_000, 10_000, 100_000], messagesEach: 10, durationMs: 3_000, rounds: 3 },
};
const QUICK_PLAN: Plan = {
  adds: { rounds: 2, durationMs: 1_000 },
  questions: { messages: 2_000, rounds: 3, questions: 50 },
  saturation: { rounds: 2, durationMs: 600, stock: 400, queueSize: 50 },
  growth: { users: [1_000, 3_000], messagesEach: 2, durationMs: 700, rounds: 2 },
};

const PASSWORD = 'bench';
/** Times that a free connection is taken. */
const TAKEN = 5_000;

/** How long a call waits for a connection when one is free. */
const measurePool = async (url: string): Promise<Result[]> => {
  const pool = new Pool(url, 2);
  const take = () => pool.with(async () => {});
  await pool.query('SELECT 1');
  const times = await timeEach(Array.from({ length: TAKEN }), take);
  await pool.close();
  const p99 = quantile(times, 0.99);
  return [result('a free connection of the pool, p99', 'ms', [p99], { target: { of: 'value', atMost: 0.5 } })];
};

/** Told in adapters/postgres/README.md. */
export const postgresSuite: Suite = {
  description:
    'The store on Postgres against pgbench, the store on SQLite and itself: adds, replicas, questions, growth',
  run: async (options) => {
    const { quick, say } = options;
    const plan = quick ? QUICK_PLAN : PLAN;
    return inFolders(2, async ([folder, data]) => {
      // Every commit is on the disk before it is answered, as on SQLite.
      const settings = { max_connections: '100', shared_buffers: '512MB', max_wal_size: '4GB' };
      const server = await startLocalPostgres({
        folder: data,
        password: PASSWORD,
        settings,
        endsWithProcess: true,
      });
      say(`${server.origin}, fsync on; clients, servers and the database share the processors of this machine.`);
      say('pgbench does the same in a transaction of seven statements for each add, prepared, from one thread.');
      const admin = new Pool(server.url(), 1);
      const database = async (name: string): Promise<string> => {
        await admin.with((client) => client.command(`CREATE DATABASE ${name}`));
        return server.url(name);
      };
      const sqlite = (name: string): string => {
        mkdirSync(join(folder, name));
        return databaseIn(join(folder, name));
      };
      try {
        return [
          ...(await measureAdds({ postgresUrl: await database('adds'), sqliteUrl: sqlite('adds'), folder }, plan.adds)),
          ...(await measureQuestions(
            { postgresUrl: await database('questions'), sqliteUrl: sqlite('questions') },
            plan.questions,
          )),
          ...(await measureSaturation(options, { plan: plan.saturation, databaseUrl: await database('saturation') })),
          ...(await measureGrowth(database, plan.growth, options)),
          ...(await measurePool(await database('pool'))),
        ];
      } finally {
        await admin.close();
        await server.stop('immediate');
      }
    });
  },
};
