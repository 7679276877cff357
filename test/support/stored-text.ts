import { Database } from 'bun:sqlite';
import type { TestServer } from './server.ts';

const holds = (value: unknown, text: string): boolean =>
  value instanceof Uint8Array ? Buffer.from(value).includes(text) : typeof value === 'string' && value.includes(text);

/** The tables of a server's database that hold `text` anywhere in a row. */
export const tablesHolding = (server: TestServer, text: string): string[] => {
  const db = new Database(server.file, { readonly: true });
  try {
    const tables = db.query("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").values().flat();
    return tables.map(String).filter((table) => {
      const rows = db.query(`SELECT * FROM "${table}"`).values();
      return rows.some((row) => row.some((value) => holds(value, text)));
    });
  } finally {
    db.close();
  }
};
