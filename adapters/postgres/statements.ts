import { parseStatements } from '../sql-files.ts';
import type { Parameter } from './client.ts';
import type { Queryable } from './pool.ts';

/** Values by the names that a statement has for them; it takes those that it names. */
export type Values = Readonly<Record<string, unknown>>;

/** A statement as Postgres takes it: `@name` is `$1` and so on. */
export interface Prepared {
  readonly text: string;
  readonly names: readonly string[];
}

/** `@name` in place of `$1`; `--` comments are left out, because one may hold such a name. */
export const prepare = (source: string): Prepared => {
  const names: string[] = [];
  const text = source.replaceAll(/--.*$/gm, '').replaceAll(/@(\w+)/g, (_, name: string) => {
    if (!names.includes(name)) names.push(name);
    return `$${names.indexOf(name) + 1}`;
  });
  return { text: text.trim().replace(/;$/, ''), names };
};

/** The statements of one `.sql` file, by name, to be run on a pool or in a transaction. */
export interface Statements {
  all<Row>(db: Queryable, name: string, values?: Values): Promise<Row[]>;
  get<Row>(db: Queryable, name: string, values?: Values): Promise<Row | null>;
  /** Answers how many rows it changed. */
  run(db: Queryable, name: string, values?: Values): Promise<number>;
}

export const openStatements = (text: string): Statements => {
  const statements = new Map([...parseStatements(text)].map(([name, source]) => [name, prepare(source)]));
  const send = (db: Queryable, name: string, values: Values = {}) => {
    const statement = statements.get(name);
    if (!statement) throw new Error(`There is no SQL statement named "${name}".`);
    const parameters = statement.names.map((one) => {
      const value = values[one];
      if (value === undefined) throw new Error(`The statement "${name}" is not given "${one}".`);
      return value as Parameter;
    });
    return db.query(statement.text, parameters);
  };
  return {
    all: async <Row>(db: Queryable, name: string, values?: Values) => [...(await send(db, name, values)).rows] as Row[],
    get: async <Row>(db: Queryable, name: string, values?: Values) =>
      ((await send(db, name, values)).rows[0] as Row | undefined) ?? null,
    run: async (db, name, values) => (await send(db, name, values)).count,
  };
};
