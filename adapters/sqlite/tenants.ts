import type { Connection } from './connection.ts';
import tenantsSql from './sql/tenants.sql' with { type: 'text' };
import { openStatements } from './statements.ts';

export const tenantReads = (db: Connection) => {
  const sql = openStatements(db, tenantsSql);
  return {
    find: (name: string): number | null => (sql('find').get({ name }) as { key: number } | undefined)?.key ?? null,
  };
};

export const tenantWrites = (db: Connection) => {
  const sql = openStatements(db, tenantsSql);
  const { find } = tenantReads(db);
  return {
    ensure: (name: string, at: number): number =>
      find(name) ?? (sql('insert').get({ name, at }) as { key: number }).key,
  };
};
