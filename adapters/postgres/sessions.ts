import { notFound } from '../../src/contract/errors.ts';
import type { NewSession, SessionFacet } from '../../src/contract/identities.ts';
import type { Scope, SessionRecord } from '../../src/contract/records.ts';
import { withClaim } from './claims.ts';
import type { Context } from './context.ts';
import { isUniqueViolation, nameTakenBy } from './errors.ts';
import { getIdentity, holdAgent } from './identities.ts';
import { pageByKey } from './key-pages.ts';
import { increment, lockMemories } from './memories.ts';
import type { Queryable } from './pool.ts';
import type { Removals } from './removals.ts';
import sessionsSql from './sql/sessions.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import { inTransaction, type Transaction } from './transaction.ts';

const sql = openStatements(sessionsSql);

type Found = { readonly key: number };

export const getSession = (db: Queryable, scope: Scope, id: string): Promise<SessionRecord | null> =>
  sql.get(db, 'get', { ...scope, id });

export const findSession = (
  db: Queryable,
  scope: Scope,
  name: string,
  userId?: string,
): Promise<SessionRecord | null> =>
  userId === undefined
    ? sql.get(db, 'find_by_name', { ...scope, name })
    : sql.get(db, 'find_by_name_of_user', { ...scope, name, userId });

/** Creates a session, in a transaction that has locked the memory of its user. Answers its key, null when the name is taken. */
export const insertSession = async (
  tx: Transaction,
  { tenantKey, ownerKey, agentKey }: { tenantKey: number; ownerKey: number; agentKey: number },
  { id, name, at }: Pick<NewSession, 'id' | 'name' | 'at'>,
): Promise<number | null> => {
  const created = await sql.get<Found>(tx, 'insert', { tenantKey, ownerKey, agentKey, id, name, at });
  if (created) await sql.run(tx, 'insert_route', { id, ownerKey, key: created.key });
  return created?.key ?? null;
};

export const openSessions = ({ pool }: Pick<Context, 'pool'>, removals: Removals): SessionFacet => {
  /** The key of one who is named, null when nobody is; undefined for one who is not there to be seen. */
  const keyOf = async (
    entity: 'user' | 'agent',
    scope: Scope,
    id: string | undefined,
  ): Promise<number | null | undefined> =>
    id === undefined ? null : (await getIdentity(pool, entity, scope, id))?.key;

  const naming = (name: string) => ({ entity: 'session', field: 'name', value: name }) as const;

  return {
    list: async (scope, { userId, agentId, newestFirst = false }, page) => {
      const [named, agentKey] = await Promise.all([keyOf('user', scope, userId), keyOf('agent', scope, agentId)]);
      if (named === undefined || agentKey === undefined) return { rows: [], next: null };
      const ownerKey = named ?? scope.userKey;
      const of =
        ownerKey === null ? (agentKey === null ? '' : '_of_agent') : agentKey === null ? '_of_user' : '_of_both';
      const order = newestFirst ? '_newest_first' : '';
      return pageByKey(['sessions', scope, ownerKey, agentKey, ...(newestFirst ? ['desc'] : [])], page, {
        isDescending: newestFirst,
        lastKey: async () => (await sql.get<Found>(pool, 'last_key', { ...scope }))?.key ?? 0,
        read: (span) => sql.all<SessionRecord>(pool, `list${of}${order}`, { ...scope, ownerKey, agentKey, ...span }),
      });
    },
    get: (scope, id) => getSession(pool, scope, id),
    findByName: (scope, name, userId) => findSession(pool, scope, name, userId),
    create: async (scope, { userId, agentId, ...input }, once) => {
      const { tenantKey } = scope;
      const owner = await getIdentity(pool, 'user', scope, userId);
      if (!owner) throw notFound('user', userId);
      const agent = await getIdentity(pool, 'agent', scope, agentId);
      if (!agent) throw notFound('agent', agentId);
      return inTransaction(pool, (tx) =>
        withClaim(tx, { tenantKey, userKey: owner.key }, once, async () => {
          await lockMemories(tx, [owner.key]);
          // Either may have been deleted since it was looked up.
          if (!(await getIdentity(tx, 'user', scope, userId))) throw notFound('user', userId);
          if (!(await holdAgent(tx, tenantKey, agent.key))) throw notFound('agent', agentId);
          const place = { tenantKey, ownerKey: owner.key, agentKey: agent.key };
          const key = await insertSession(tx, place, input);
          if (key === null) throw nameTakenBy(naming(input.name), await findSession(tx, scope, input.name, userId));
          return [input.id];
        }),
      );
    },
    update: async (scope, id, { name = null, at }) => {
      const session = await getSession(pool, scope, id);
      if (!session) throw notFound('session', id);
      const { tenantKey } = scope;
      const { userKey, userId, key } = session;
      try {
        await inTransaction(pool, async (tx) => {
          await lockMemories(tx, [userKey]);
          const changed = await sql.run(tx, 'update', { ownerKey: userKey, key, tenantKey, name, at });
          if (changed === 0) throw notFound('session', id);
          await increment(tx, { tenantKey, userKey });
        });
      } catch (error) {
        if (!isUniqueViolation(error) || name === null) throw error;
        throw nameTakenBy(naming(name), await findSession(pool, scope, name, userId));
      }
    },
    delete: async (scope, id) => {
      const session = await getSession(pool, scope, id);
      const removed = session && (await removals.session(scope.tenantKey, session));
      if (!removed) throw notFound('session', id);
      return removed;
    },
  };
};
