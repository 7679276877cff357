import { notFound } from '../../src/contract/errors.ts';
import type { IdentityFacet, NewIdentity } from '../../src/contract/identities.ts';
import type { IdentityRecord, Scope } from '../../src/contract/records.ts';
import { type Entity, outOfReach } from '../refusals.ts';
import { NOBODY, withClaim } from './claims.ts';
import type { Context } from './context.ts';
import { isUniqueViolation, nameTakenBy } from './errors.ts';
import { pageByKey } from './key-pages.ts';
import type { Queryable } from './pool.ts';
import type { Removals } from './removals.ts';
import type { Renamings } from './renamings.ts';
import agentsSql from './sql/agents.sql' with { type: 'text' };
import usersSql from './sql/users.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import { inTransaction, type Transaction } from './transaction.ts';

const SQL = { user: openStatements(usersSql), agent: openStatements(agentsSql) } as const;

type Found = { readonly key: number };

export const getIdentity = (db: Queryable, entity: Entity, scope: Scope, id: string): Promise<IdentityRecord | null> =>
  SQL[entity].get(db, 'get', { ...scope, id });

export const findIdentity = (
  db: Queryable,
  entity: Entity,
  scope: Scope,
  name: string,
): Promise<IdentityRecord | null> => SQL[entity].get(db, 'find_by_name', { ...scope, name });

/** Creates a user or an agent in the transaction of the moment. Answers its key, null when the name is taken. */
export const insertIdentity = async (
  tx: Transaction,
  entity: Entity,
  { tenantKey }: Scope,
  input: NewIdentity,
): Promise<number | null> => {
  const created = await SQL[entity].get<Found>(tx, 'insert', { tenantKey, ...input });
  if (created && entity === 'user') await SQL.user.run(tx, 'insert_memory', { key: created.key, tenantKey });
  return created?.key ?? null;
};

/** Keeps an agent from being deleted before the transaction ends; false when it is not there. */
export const holdAgent = async (tx: Transaction, tenantKey: number, key: number): Promise<boolean> =>
  (await SQL.agent.get(tx, 'hold', { key, tenantKey })) !== null;

export const openIdentities = (
  { pool, derived }: Pick<Context, 'pool' | 'derived'>,
  entity: Entity,
  { removals, renamings }: { readonly removals: Removals; readonly renamings: Renamings },
): IdentityFacet => {
  const sql = SQL[entity];
  const naming = (name: string) => ({ entity, field: 'name', value: name }) as const;

  const existing = async (scope: Scope, id: string): Promise<IdentityRecord> => {
    const found = await getIdentity(pool, entity, scope, id);
    if (!found) throw notFound(entity, id);
    return found;
  };

  return {
    list: (scope, page) => {
      const isBound = entity === 'user' && scope.userKey !== null;
      return pageByKey([`${entity}s`, scope], page, {
        lastKey: async () => (await sql.get<Found>(pool, 'last_key', { ...scope }))?.key ?? 0,
        read: (span) => sql.all<IdentityRecord>(pool, isBound ? 'list_bound' : 'list', { ...scope, ...span }),
      });
    },
    get: (scope, id) => getIdentity(pool, entity, scope, id),
    findByName: (scope, name) => findIdentity(pool, entity, scope, name),
    create: async (scope, input, once) => {
      if (scope.userKey !== null) throw outOfReach('create', entity);
      return inTransaction(pool, (tx) =>
        withClaim(tx, { tenantKey: scope.tenantKey, userKey: NOBODY }, once, async () => {
          const key = await insertIdentity(tx, entity, scope, input);
          if (key === null) throw nameTakenBy(naming(input.name), await findIdentity(tx, entity, scope, input.name));
          return [input.id];
        }),
      );
    },
    update: async (scope, id, { name = null, description = null, at }) => {
      const before = await existing(scope, id);
      if (scope.userKey !== null && entity === 'agent') throw outOfReach('change', entity);
      const { tenantKey } = scope;
      const { key } = before;
      const isRenamed = name !== null && name !== before.name && derived.goesOverRenamed(entity);
      try {
        await inTransaction(pool, async (tx) => {
          if ((await sql.run(tx, 'update', { key, tenantKey, name, description, at })) === 0)
            throw notFound(entity, id);
          if (isRenamed) await renamings.add(tx, { kind: entity, tenantKey, targetKey: key, at });
        });
      } catch (error) {
        if (!isUniqueViolation(error) || name === null) throw error;
        throw nameTakenBy(naming(name), await findIdentity(pool, entity, scope, name));
      }
      if (isRenamed) await renamings.finish({ kind: entity, targetKey: key });
    },
    delete: async (scope, id) => {
      const { key } = await existing(scope, id);
      if (scope.userKey !== null && entity === 'agent') throw outOfReach('delete', entity);
      const removed = await removals[entity](scope.tenantKey, key);
      if (!removed) throw notFound(entity, id);
      return removed;
    },
  };
};
