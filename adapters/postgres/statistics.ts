import type { Pool } from './pool.ts';
import statisticsSql from './sql/statistics.sql' with { type: 'text' };
import { openStatements } from './statements.ts';

const sql = openStatements(statisticsSql);

/**
 * Tells the planner what a table is like by now that has grown a lot: with what it knows of an empty one it may read all
 * of a user's rows for one of them. Postgres does the same once a minute, where a person has not turned that off. Answers whether
 * there was such a table.
 */
export const refreshStatistics = async (pool: Pool): Promise<boolean> => {
  const table = await sql.get<{ name: string }>(pool, 'outdated');
  if (!table) return false;
  await pool.with((client) => client.command(`ANALYZE "${table.name}"`));
  return true;
};
