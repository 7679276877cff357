import { notFound } from '../../src/contract/errors.ts';
import type { RetentionFacet, RetentionPolicy } from '../../src/contract/retention.ts';
import type { Context } from './context.ts';
import { pageByKey } from './key-pages.ts';
import retentionSql from './sql/retention.sql' with { type: 'text' };
import { openStatements } from './statements.ts';

const sql = openStatements(retentionSql);

type UserWithDays = { readonly key: number; readonly tenantKey: number; readonly id: string };

export const openRetention = ({ pool }: Pick<Context, 'pool'>): RetentionFacet => ({
  get: async (scope, userId) => {
    const policy = await sql.get<RetentionPolicy>(pool, 'get', { ...scope, id: userId });
    if (!policy) throw notFound('user', userId);
    return policy;
  },
  set: async (scope, userId, policy, at) => {
    const changed = await sql.run(pool, 'set', { ...scope, id: userId, ...policy, at });
    if (changed === 0) throw notFound('user', userId);
  },
  usersWithDays: async (page) => {
    const { rows, next } = await pageByKey(['users with days'], page, {
      lastKey: async () => Number.MAX_SAFE_INTEGER,
      read: (span) => sql.all<UserWithDays>(pool, 'users_with_days', { ...span }),
    });
    return { rows: rows.map(({ tenantKey, id }) => ({ tenantKey, id })), next };
  },
});
