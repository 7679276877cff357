import type { TestServer } from './server.ts';

const holds = (value: unknown, text: string): boolean =>
  value instanceof Uint8Array ? Buffer.from(value).includes(text) : typeof value === 'string' && value.includes(text);

/** The tables of a server's database that hold `text` anywhere in a row. */
export const tablesHolding = async ({ stored }: TestServer, text: string): Promise<string[]> => {
  const tables = await stored.tables();
  const holding = await Promise.all(
    tables.map(async (table) => {
      const rows = await stored.rows(table);
      return rows.some((row) => Object.values(row).some((value) => holds(value, text)));
    }),
  );
  return tables.filter((_, i) => holding[i]);
};
