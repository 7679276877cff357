import { Database } from 'bun:sqlite';
import type { TestServer } from './server.ts';

const holds = (value: unknown, text: string): boolean =>
  value instanceof Uint8Array ? Buffer.from(value).includes(text) : typeof value === 'string' && value.includes(text);

/** The tables of a server's database that hold `text` anywhere in a row; those of vec0 are read as what it stores them in. */
export const tablesHolding = (server: TestServer, text: string): string[] => {
  const db = new Database(server.file, { readonly: true });
  try {
    const written =
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name";
    const tables = db.query(written).values().flat();
    return tables.map(String).filter((table) => {
      const rows = db.query(`SELECT * FROM "${table}"`).values();
      return rows.some((row) => row.some((value) => holds(value, text)));
    });
  } finally {
    db.close();
  }
};
