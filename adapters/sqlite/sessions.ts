import { notFound } from '../../src/contract/errors.ts';
import type { NewSession, SessionFilter } from '../../src/contract/identities.ts';
import type { Created, Once } from '../../src/contract/once.ts';
import type { Page, PageOf } from '../../src/contract/pages.ts';
import type { IdentityRecord, Scope, SessionRecord } from '../../src/contract/records.ts';
import type { Connection } from './connection.ts';
import { orNameTaken } from './errors.ts';
import { pageByKey } from './key-pages.ts';
import agentsSql from './sql/agents.sql' with { type: 'text' };
import sessionsSql from './sql/sessions.sql' with { type: 'text' };
import usersSql from './sql/users.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import type { RemovalState, WriteContext } from './writing/context.ts';

export const sessionReads = (db: Connection) => {
  const sql = openStatements(db, sessionsSql);
  const users = openStatements(db, usersSql);
  const agents = openStatements(db, agentsSql);

  /** The key of one who is named, null when nobody is; undefined for one who is not there to be seen. */
  const keyOf = (find: typeof users, scope: Scope, id: string | undefined): number | null | undefined =>
    id === undefined ? null : (find('get').get({ ...scope, id }) as { key: number } | undefined)?.key;

  return {
    list: (
      scope: Scope,
      { userId, agentId, newestFirst = false }: SessionFilter,
      page: Page,
    ): PageOf<SessionRecord> => {
      const [named, agentKey] = [keyOf(users, scope, userId), keyOf(agents, scope, agentId)];
      if (named === undefined || agentKey === undefined) return { rows: [], next: null };
      const ownerKey = named ?? scope.userKey;
      const of =
        ownerKey === null ? (agentKey === null ? '' : '_of_agent') : agentKey === null ? '_of_user' : '_of_both';
      const order = newestFirst ? '_newest_first' : '';
      return pageByKey(['sessions', scope, ownerKey, agentKey, ...(newestFirst ? ['desc'] : [])], page, {
        isDescending: newestFirst,
        lastKey: () => sql('last_key').pluck().get(scope) as number,
        read: (span) => sql(`list${of}${order}`).all({ ...scope, ownerKey, agentKey, ...span }) as SessionRecord[],
      });
    },
    get: (scope: Scope, id: string) => (sql('get').get({ ...scope, id }) as SessionRecord | undefined) ?? null,
    findByName: (scope: Scope, name: string, userId?: string) =>
      (sql('find_by_name').get({ ...scope, name, userId: userId ?? null }) as SessionRecord | undefined) ?? null,
  };
};

export const sessionWrites = (db: Connection, { claims, generations, removals }: WriteContext) => {
  const sql = openStatements(db, sessionsSql);
  const users = openStatements(db, usersSql);
  const agents = openStatements(db, agentsSql);

  /** Runs a statement that gives a session of a user a name. Errors: `name_taken`. */
  const naming = <T>(scope: Scope, name: string, userId: () => string | undefined, run: () => T): T => {
    const holder = () => sql('find_by_name').get({ ...scope, name, userId: userId() }) as SessionRecord | undefined;
    return orNameTaken({ entity: 'session', field: 'name', value: name }, run, holder);
  };

  return {
    create: (scope: Scope, { userId, agentId, ...input }: NewSession, once?: Once): Created => {
      const owner = users('get').get({ ...scope, id: userId }) as IdentityRecord | undefined;
      if (!owner) throw notFound('user', userId);
      const agent = agents('get').get({ ...scope, id: agentId }) as IdentityRecord | undefined;
      if (!agent) throw notFound('agent', agentId);
      return claims(scope.tenantKey, once, () => {
        const row = { ...scope, ...input, ownerKey: owner.key, agentKey: agent.key };
        naming(
          scope,
          input.name,
          () => userId,
          () => sql('insert').run(row),
        );
        return [input.id];
      });
    },
    update: (scope: Scope, id: string, { name = null, at }: { name?: string | null; at: number }): void => {
      const update = () => sql('update').get({ ...scope, id, name, at });
      const userId = () => (sql('get').get({ ...scope, id }) as SessionRecord | undefined)?.userId;
      const changed = naming(scope, name ?? '', userId, update) as { userKey: number } | undefined;
      if (!changed) throw notFound('session', id);
      generations(scope.tenantKey, changed.userKey);
    },
    delete: (scope: Scope, id: string): RemovalState => {
      const session = sql('get').get({ ...scope, id }) as SessionRecord | undefined;
      if (!session) throw notFound('session', id);
      return removals.session(scope.tenantKey, session);
    },
  };
};
