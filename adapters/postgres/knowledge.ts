import { notFound } from '../../src/contract/errors.ts';
import type { KnowledgeFacet } from '../../src/contract/knowledge.ts';
import type { KnowledgeRecord, Scope } from '../../src/contract/records.ts';
import { withClaim } from './claims.ts';
import type { Context } from './context.ts';
import { pageByKey } from './key-pages.ts';
import { increment, lockMemories, takeKeys } from './memories.ts';
import type { Queryable } from './pool.ts';
import knowledgeSql from './sql/knowledge.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import { arrayOf } from './text.ts';
import { inTransaction, type Transaction } from './transaction.ts';

const sql = openStatements(knowledgeSql);

type Found = { readonly key: number };
type KeyedRecord = KnowledgeRecord & Found;

export const openKnowledge = ({ pool }: Pick<Context, 'pool'>): KnowledgeFacet => {
  const ownerOf = async (db: Queryable, scope: Scope, userId: string): Promise<number> => {
    const owner = await sql.get<Found>(db, 'owner', { ...scope, userId });
    if (!owner) throw notFound('user', userId);
    return owner.key;
  };

  /** Locks the memory of a user who is there, and stays so until the end of the transaction. */
  const lockOwner = async (tx: Transaction, scope: Scope, userId: string, ownerKey: number): Promise<void> => {
    await lockMemories(tx, [ownerKey]);
    await ownerOf(tx, scope, userId);
  };

  const read = async (db: Queryable, scope: Scope, userId: string, ownerKey: number, ids: readonly string[]) => {
    const rows = await sql.all<KeyedRecord>(db, 'read', { ...scope, userId, ownerKey, ids: arrayOf(ids) });
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  };

  return {
    list: async (scope, userId, page) => {
      const owner = { ...scope, userId, ownerKey: await ownerOf(pool, scope, userId) };
      const { rows, next } = await pageByKey(['knowledge', owner.ownerKey], page, {
        lastKey: async () => (await sql.get<Found>(pool, 'last_key', owner))?.key ?? 0,
        read: (span) => sql.all<KeyedRecord>(pool, 'list', { ...owner, ...span }),
      });
      return { rows: rows.map(({ key: _key, ...record }) => record), next };
    },
    add: async (scope, userId, items, at, once) => {
      const { tenantKey } = scope;
      const ownerKey = await ownerOf(pool, scope, userId);
      return inTransaction(pool, (tx) =>
        withClaim(tx, { tenantKey, userKey: ownerKey }, once, async () => {
          await lockOwner(tx, scope, userId, ownerKey);
          const taken =
            items.length > 0 && (await takeKeys(tx, 'knowledge', { tenantKey, userKey: ownerKey }, items.length));
          if (taken) {
            const { generation, before } = taken;
            const rows = items.map((item, i) => ({
              tenantKey,
              ownerKey,
              generation,
              at,
              key: before + 1 + i,
              ...item,
            }));
            await Promise.all(rows.map((row) => sql.run(tx, 'insert', row)));
          }
          return items.map(({ id }) => id);
        }),
      );
    },
    read: async (scope, userId, ids) => {
      const found = await read(pool, scope, userId, await ownerOf(pool, scope, userId), ids);
      return found.map(({ key: _key, ...record }) => record);
    },
    update: async (scope, userId, changes, at) => {
      const { tenantKey } = scope;
      const ownerKey = await ownerOf(pool, scope, userId);
      return inTransaction(pool, async (tx) => {
        await lockOwner(tx, scope, userId, ownerKey);
        const found = await read(
          tx,
          scope,
          userId,
          ownerKey,
          changes.map(({ id }) => id),
        );
        const known = new Set(found.map(({ id }) => id));
        const present = changes.filter(({ id }) => known.has(id));
        if (present.length > 0) {
          const generation = await increment(tx, { tenantKey, userKey: ownerKey });
          for (const change of present) await sql.run(tx, 'update', { tenantKey, ownerKey, generation, at, ...change });
        }
        return present.map(({ id }) => id);
      });
    },
    delete: async (scope, userId, ids) => {
      const { tenantKey } = scope;
      const ownerKey = await ownerOf(pool, scope, userId);
      return inTransaction(pool, async (tx) => {
        await lockOwner(tx, scope, userId, ownerKey);
        const rows = await sql.all<Found & { id: string }>(tx, 'delete', { tenantKey, ownerKey, ids: arrayOf(ids) });
        const gone = new Map(rows.map((row) => [row.id, row.key]));
        const retracted = rows.map(({ key }) => ({ kind: 'knowledge', key }) as const);
        if (rows.length > 0) await increment(tx, { tenantKey, userKey: ownerKey }, retracted);
        // In the order of the input, each once.
        return ids.filter((id) => gone.delete(id));
      });
    },
  };
};
