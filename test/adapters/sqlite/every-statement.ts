import { readdirSync, readFileSync } from 'node:fs';
import { parseStatements } from '../../../adapters/sql-files.ts';
import { type Connection, openWriteConnection } from '../../../adapters/sqlite/connection.ts';
import { migrate } from '../../../adapters/sqlite/migrate.ts';

const FOLDER = new URL('../../../adapters/sqlite/sql/', import.meta.url);

/** Every statement of the adapter, by file and name such as `messages.insert`, without its comments. */
export const STATEMENTS: ReadonlyMap<string, string> = new Map(
  readdirSync(FOLDER).flatMap((file) => {
    const statements = [...parseStatements(readFileSync(new URL(file, FOLDER), 'utf8'))];
    return statements.map(
      ([name, sql]) => [`${file.replace('.sql', '')}.${name}`, sql.replace(/--.*$/gm, '')] as const,
    );
  }),
);

/** An empty database with the present schema. */
export const migrated = (): Connection => {
  const db = openWriteConnection(':memory:');
  migrate(db);
  return db;
};

/** The statements of every trigger, by the trigger's name and their place in it, with values in place of OLD and NEW. */
export const triggerStatements = (db: Connection): Map<string, string> => {
  const triggers = db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all();
  return new Map(
    (triggers as { name: string; sql: string }[]).flatMap(({ name, sql }) => {
      const body = sql.slice(sql.indexOf('BEGIN') + 'BEGIN'.length, sql.lastIndexOf('END'));
      const statements = body.split(';').filter((statement) => statement.trim() !== '');
      return statements.map((statement, i) => {
        return [`${name}.${i}`, statement.replaceAll(/\b(?:OLD|NEW)\.(\w+)/g, '@$1')] as const;
      });
    }),
  );
};
