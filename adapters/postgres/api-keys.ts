import type { ApiKeyFacet } from '../../src/contract/api-keys.ts';
import { notFound } from '../../src/contract/errors.ts';
import type { ApiKeyRecord } from '../../src/contract/records.ts';
import { NOBODY, withClaim } from './claims.ts';
import type { Context } from './context.ts';
import { nameTakenBy } from './errors.ts';
import { pageByKey } from './key-pages.ts';
import { lockMemories } from './memories.ts';
import type { Queryable } from './pool.ts';
import apiKeysSql from './sql/api-keys.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import { inTransaction } from './transaction.ts';

const sql = openStatements(apiKeysSql);

type Found = { readonly key: number };
type ApiKeyRow = Omit<ApiKeyRecord, 'scopes'> & { scopes: string };

const toRecord = (row: ApiKeyRow): ApiKeyRecord => ({ ...row, scopes: JSON.parse(row.scopes) });

export const openApiKeys = ({ pool }: Pick<Context, 'pool'>): ApiKeyFacet => {
  const ownerOf = async (db: Queryable, tenantKey: number, userId: string): Promise<number> => {
    const owner = await sql.get<Found>(db, 'owner', { tenantKey, userId });
    if (!owner) throw notFound('user', userId);
    return owner.key;
  };
  const oneOf = (row: ApiKeyRow | null): ApiKeyRecord | null => row && toRecord(row);

  return {
    findByHash: async (hash) => oneOf(await sql.get(pool, 'find_by_hash', { hash })),
    get: async (tenantKey, id, userId) => oneOf(await sql.get(pool, 'get', { tenantKey, id, userId: userId ?? null })),
    list: async (tenantKey, userId, page) => {
      const owner = userId === null ? null : await sql.get<Found>(pool, 'owner', { tenantKey, userId });
      if (userId !== null && !owner) return { rows: [], next: null };
      const { rows, next } = await pageByKey(['api keys', tenantKey, owner?.key ?? null], page, {
        lastKey: async () => (await sql.get<Found>(pool, 'last_key', { tenantKey }))?.key ?? 0,
        read: (span) => {
          const values = { tenantKey, ownerKey: owner?.key ?? null, ...span };
          return sql.all<ApiKeyRow & Found>(pool, owner ? 'list_of_user' : 'list', values);
        },
      });
      return { rows: rows.map(({ key: _key, ...row }) => toRecord(row)), next };
    },
    create: async (tenantKey, { userId, scopes, ...input }, once) => {
      const ownerKey = userId === null ? null : await ownerOf(pool, tenantKey, userId);
      return inTransaction(pool, (tx) =>
        withClaim(tx, { tenantKey, userKey: ownerKey ?? NOBODY }, once, async () => {
          if (userId !== null && ownerKey !== null) {
            // A key of a user who is being deleted would outlive the user.
            await lockMemories(tx, [ownerKey]);
            await ownerOf(tx, tenantKey, userId);
          }
          const row = { ...input, tenantKey, ownerKey, scopes: JSON.stringify(scopes) };
          if (!(await sql.get(tx, 'insert', row))) throw nameTakenBy({ entity: 'api_key', field: 'key' }, null);
          return [input.id];
        }),
      );
    },
    delete: async (tenantKey, id, userId) =>
      (await sql.run(pool, 'delete', { tenantKey, id, userId: userId ?? null })) > 0,
  };
};
