import { notFound } from '../../src/contract/errors.ts';
import type { Page, PageOf } from '../../src/contract/pages.ts';
import type { Scope } from '../../src/contract/records.ts';
import type { RetentionPolicy } from '../../src/contract/retention.ts';
import type { Connection } from './connection.ts';
import { pageByKey } from './key-pages.ts';
import retentionSql from './sql/retention.sql' with { type: 'text' };
import { openStatements } from './statements.ts';

type UserWithDays = { readonly key: number; readonly tenantKey: number; readonly id: string };

export const retentionReads = (db: Connection) => {
  const sql = openStatements(db, retentionSql);
  return {
    get: (scope: Scope, userId: string): RetentionPolicy => {
      const policy = sql('get').get({ ...scope, id: userId }) as RetentionPolicy | undefined;
      if (!policy) throw notFound('user', userId);
      return policy;
    },
    usersWithDays: (page: Page): PageOf<Omit<UserWithDays, 'key'>> => {
      const { rows, next } = pageByKey(['users with days'], page, {
        lastKey: () => Number.MAX_SAFE_INTEGER,
        read: (span) => sql('users_with_days').all(span) as UserWithDays[],
      });
      return { rows: rows.map(({ tenantKey, id }) => ({ tenantKey, id })), next };
    },
  };
};

export const retentionWrites = (db: Connection) => {
  const sql = openStatements(db, retentionSql);
  return {
    set: (scope: Scope, userId: string, policy: RetentionPolicy, at: number): void => {
      const { changes } = sql('set').run({ ...scope, id: userId, ...policy, at });
      if (changes === 0) throw notFound('user', userId);
    },
  };
};
