import postgres from 'postgres';
import { openPostgresStore } from '../../adapters/postgres/open.ts';
import { type LocalPostgres, startLocalPostgres } from '../../scripts/local/postgres.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A database with the schema in it and nothing else, which others are copied from. */
const TEMPLATE = 'memfuse_template';

/** Nothing is synced: what a crash of the machine would lose is not what these tests look at. */
const SETTINGS = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', max_connections: '300' };

interface Shared {
  readonly server: LocalPostgres;
  readonly admin: postgres.Sql;
  made: number;
}

/** One Postgres for all test files of a run, which one process runs, each with modules of its own. */
const AT = Symbol.for('memfuse.test.postgres');
const shared = globalThis as unknown as { [AT]?: Promise<Shared> };

const start = async (): Promise<Shared> => {
  const folder = temporaryFolder();
  const server = await startLocalPostgres({
    folder: folder.path,
    password: 'a secret of tests',
    settings: SETTINGS,
    endsWithProcess: true,
  });
  process.on('exit', () => {
    process.kill(server.pid, 'SIGQUIT');
    folder.remove();
  });
  const admin = postgres(server.url(), { max: 1, onnotice: () => {}, idle_timeout: 0, max_lifetime: null });
  await admin.unsafe(`CREATE DATABASE ${TEMPLATE}`);
  await (await openPostgresStore({ url: server.url(TEMPLATE), use: 'command' })).close();
  return { server, admin, made: 0 };
};

const sharedServer = (): Promise<Shared> => {
  shared[AT] ??= start();
  return shared[AT];
};

/** A database of its own. */
export interface TestDatabase {
  readonly url: string;
  readonly name: string;
  /** Runs statements as a person at a terminal would, on a connection beside those of the store. */
  run(sql: string): Promise<readonly Record<string, unknown>[]>;
  remove(): Promise<void>;
}

/** Makes a database with the present schema, or an empty one. */
export const createDatabase = async (kind: 'migrated' | 'empty' = 'migrated'): Promise<TestDatabase> => {
  const state = await sharedServer();
  state.made += 1;
  const { server, admin, made } = state;
  const name = `test_${made}`;
  await admin.unsafe(`CREATE DATABASE ${name}${kind === 'migrated' ? ` TEMPLATE ${TEMPLATE}` : ''}`);
  const url = server.url(name);
  let beside: postgres.Sql | null = null;
  return {
    url,
    name,
    run: async (sql) => {
      beside ??= postgres(url, { max: 1, onnotice: () => {} });
      return beside.unsafe(sql);
    },
    remove: async () => {
      await beside?.end({ timeout: 1 });
      await admin.unsafe(`DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
};
