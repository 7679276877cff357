import { Database } from 'bun:sqlite';
import { createDatabase, type TestDatabase } from './postgres.ts';

/** The engines that the tests of the whole server run on. */
export const ENGINES = ['sqlite', 'postgres'] as const;
export type Engine = (typeof ENGINES)[number];

/** The engine of this run: `MEMFUSE_TEST_ENGINE`, SQLite when it is not set. */
export const testEngine = (): Engine => {
  const named = process.env['MEMFUSE_TEST_ENGINE'] ?? 'sqlite';
  const engine = ENGINES.find((one) => one === named);
  if (!engine) throw new Error(`MEMFUSE_TEST_ENGINE is "${named}"; it may be ${ENGINES.join(' or ')}.`);
  return engine;
};

/** Where a server of a test stores, and looks at what is there beside the server. */
export interface TestStore {
  /** The database URL. */
  readonly url: string;
  readonly settings: Readonly<Record<string, string>>;
  /** The same as variables of the environment, for a server in a process of its own. */
  readonly env: Readonly<Record<string, string>>;
  /** What the server may tell nobody of it. */
  readonly secrets: readonly string[];
  tables(): Promise<string[]>;
  rows(table: string): Promise<readonly Record<string, unknown>[]>;
  remove(): Promise<void>;
}

const sqliteIn = (folder: string): TestStore => {
  const file = `${folder}/memfuse.db`;
  const look = <T>(use: (db: Database) => T): T => {
    const db = new Database(file, { readonly: true });
    try {
      return use(db);
    } finally {
      db.close();
    }
  };
  return {
    url: `sqlite:${file}`,
    settings: {},
    env: {},
    secrets: [file],
    tables: async () =>
      look((db) =>
        db.query("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").values().flat().map(String),
      ),
    rows: async (table) => look((db) => db.query(`SELECT * FROM "${table}"`).all() as Record<string, unknown>[]),
    remove: async () => {},
  };
};

const TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename";

const postgresOf = ({ url, run, remove }: TestDatabase): TestStore => ({
  url,
  settings: { 'database.url': url },
  env: { DATABASE_URL: url },
  secrets: [url, new URL(url).password],
  tables: async () => (await run(TABLES)).map(({ tablename }) => String(tablename)),
  rows: (table) => run(`SELECT * FROM "${table}"`),
  remove,
});

/** Databases by the folder of the server that was started first with it, so that the next one there finds the same. */
const databases = new Map<string, Promise<TestDatabase>>();

/** The place to store of a server with this data folder: the file in it, or a database that goes with it. */
export const testStoreOf = async (folder: string): Promise<TestStore> => {
  if (testEngine() === 'sqlite') return sqliteIn(folder);
  const database = databases.get(folder) ?? createDatabase();
  databases.set(folder, database);
  return postgresOf(await database);
};
