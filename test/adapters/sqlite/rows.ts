import { openReadConnection } from '../../../adapters/sqlite/connection.ts';

/** What a statement finds in a database file, by a connection of its own. */
export const rowsOf = <T>(file: string, sql: string): T[] => {
  const db = openReadConnection(file);
  try {
    return db.prepare(sql).all() as T[];
  } finally {
    db.close();
  }
};
