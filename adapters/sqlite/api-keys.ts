import type { NewApiKey } from '../../src/contract/api-keys.ts';
import { notFound } from '../../src/contract/errors.ts';
import type { Created, Once } from '../../src/contract/once.ts';
import type { Page, PageOf } from '../../src/contract/pages.ts';
import type { ApiKeyRecord } from '../../src/contract/records.ts';
import type { Connection } from './connection.ts';
import { orNameTaken } from './errors.ts';
import { pageByKey } from './key-pages.ts';
import apiKeysSql from './sql/api-keys.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import type { WriteContext } from './writing/context.ts';

type ApiKeyRow = Omit<ApiKeyRecord, 'scopes'> & { scopes: string };

const toRecord = (row: ApiKeyRow): ApiKeyRecord => ({ ...row, scopes: JSON.parse(row.scopes) });

export const apiKeyReads = (db: Connection) => {
  const sql = openStatements(db, apiKeysSql);
  return {
    findByHash: (hash: string): ApiKeyRecord | null => {
      const row = sql('find_by_hash').get({ hash }) as ApiKeyRow | undefined;
      return row ? toRecord(row) : null;
    },
    get: (tenantKey: number, id: string, userId?: string): ApiKeyRecord | null => {
      const row = sql('get').get({ tenantKey, id, userId: userId ?? null }) as ApiKeyRow | undefined;
      return row ? toRecord(row) : null;
    },
    list: (tenantKey: number, userId: string | null, page: Page): PageOf<ApiKeyRecord> => {
      const owner = userId === null ? null : (sql('owner').get({ tenantKey, userId }) as { key: number } | undefined);
      if (owner === undefined) return { rows: [], next: null };
      const { rows, next } = pageByKey(['api keys', tenantKey, owner?.key ?? null], page, {
        lastKey: () => sql('last_key').pluck().get({ tenantKey }) as number,
        read: (span) => {
          const list = owner ? sql('list_of_user') : sql('list');
          return list.all({ tenantKey, ownerKey: owner?.key ?? null, ...span }) as (ApiKeyRow & { key: number })[];
        },
      });
      return { rows: rows.map(({ key: _key, ...row }) => toRecord(row)), next };
    },
  };
};

export const apiKeyWrites = (db: Connection, { claims }: WriteContext) => {
  const sql = openStatements(db, apiKeysSql);

  const ownerOf = (tenantKey: number, userId: string | null): number | null => {
    if (userId === null) return null;
    const owner = sql('owner').get({ tenantKey, userId }) as { key: number } | undefined;
    if (!owner) throw notFound('user', userId);
    return owner.key;
  };

  return {
    create: (tenantKey: number, { userId, scopes, ...input }: NewApiKey, once?: Once): Created => {
      const ownerKey = ownerOf(tenantKey, userId);
      return claims(tenantKey, once, () => {
        const row = { ...input, tenantKey, ownerKey, scopes: JSON.stringify(scopes) };
        orNameTaken({ entity: 'api_key', field: 'key' }, () => sql('insert').run(row));
        return [input.id];
      });
    },
    delete: (tenantKey: number, id: string, userId?: string): boolean =>
      sql('delete').run({ tenantKey, id, userId: userId ?? null }).changes > 0,
  };
};
