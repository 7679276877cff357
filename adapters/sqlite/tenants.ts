import type { Connection } from './connection.ts';
import tenantsSql from './sql/tenants.sql' with { type: 'text' };
import { openStatements } from './statements.ts';

export const tenantWrites = (db: Connection) => {
  const sql = openStatements(db, tenantsSql);
  return {
    ensure: (name: string, at: number): number => {
      const found = (sql('find').get({ name }) ?? sql('insert').get({ name, at })) as { key: number };
      return found.key;
    },
  };
};
