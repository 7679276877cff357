import type { TenantFacet } from '../../src/contract/identities.ts';
import type { Context } from './context.ts';
import tenantsSql from './sql/tenants.sql' with { type: 'text' };
import { openStatements } from './statements.ts';

const sql = openStatements(tenantsSql);

type Found = { readonly key: number };

export const openTenants = ({ pool }: Pick<Context, 'pool'>): TenantFacet => {
  const find = async (name: string): Promise<number | null> =>
    (await sql.get<Found>(pool, 'find', { name }))?.key ?? null;
  return {
    find,
    ensure: async (name, at) => {
      const known = (await find(name)) ?? (await sql.get<Found>(pool, 'insert', { name, at }))?.key;
      // Another call created it meanwhile.
      const key = known ?? (await find(name));
      if (key === null) throw new Error('A tenant that exists is not found.');
      return key;
    },
  };
};
