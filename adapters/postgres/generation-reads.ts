import type { Pool } from './pool.ts';
import memoriesSql from './sql/memories.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import { arrayOf } from './text.ts';

type Asked = {
  readonly tenantKey: number;
  readonly userKey: number;
  readonly resolve: (generation: number | null) => void;
  readonly reject: (error: unknown) => void;
};

const sql = openStatements(memoriesSql);

/**
 * Reads the present generation of a user. All that is asked in one turn of the event loop is one statement: every question
 * asks, and one round trip for each is what Postgres would mostly be busy with.
 */
export const openGenerationReads = (pool: Pool): ((tenantKey: number, userKey: number) => Promise<number | null>) => {
  let waiting: Asked[] = [];
  const ask = async (): Promise<void> => {
    const asked = waiting;
    waiting = [];
    try {
      const userKeys = arrayOf([...new Set(asked.map(({ userKey }) => userKey))]);
      type Found = { userKey: number; tenantKey: number; generation: number };
      const found = await sql.all<Found>(pool, 'generations', { userKeys });
      const byUser = new Map(found.map((one) => [one.userKey, one]));
      for (const { tenantKey, userKey, resolve } of asked) {
        const one = byUser.get(userKey);
        resolve(one?.tenantKey === tenantKey ? one.generation : null);
      }
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  };
  return (tenantKey, userKey) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(ask);
      waiting.push({ tenantKey, userKey, resolve, reject });
    });
};
