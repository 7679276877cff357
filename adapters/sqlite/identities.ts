import { notFound } from '../../src/contract/errors.ts';
import type { IdentityPatch, NewIdentity } from '../../src/contract/identities.ts';
import type { Created, Once } from '../../src/contract/once.ts';
import type { Page, PageOf } from '../../src/contract/pages.ts';
import type { IdentityRecord, Scope } from '../../src/contract/records.ts';
import { type Entity, outOfReach } from '../refusals.ts';
import type { Connection } from './connection.ts';
import { orNameTaken } from './errors.ts';
import { pageByKey } from './key-pages.ts';
import agentsSql from './sql/agents.sql' with { type: 'text' };
import usersSql from './sql/users.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import type { RemovalState, RenamingState, WriteContext } from './writing/context.ts';

const SQL = { user: usersSql, agent: agentsSql } as const satisfies Record<Entity, string>;

export const identityReads = (db: Connection, entity: Entity) => {
  const sql = openStatements(db, SQL[entity]);
  return {
    list: (scope: Scope, page: Page): PageOf<IdentityRecord> => {
      const isBound = entity === 'user' && scope.userKey !== null;
      return pageByKey([`${entity}s`, scope], page, {
        lastKey: () => sql('last_key').pluck().get(scope) as number,
        read: (span) => sql(isBound ? 'list_bound' : 'list').all({ ...scope, ...span }) as IdentityRecord[],
      });
    },
    get: (scope: Scope, id: string) => (sql('get').get({ ...scope, id }) as IdentityRecord | undefined) ?? null,
    findByName: (scope: Scope, name: string) =>
      (sql('find_by_name').get({ ...scope, name }) as IdentityRecord | undefined) ?? null,
  };
};

export const identityWrites = (
  db: Connection,
  entity: Entity,
  { claims, removals, renamings, derived }: WriteContext,
) => {
  const sql = openStatements(db, SQL[entity]);

  const existing = (scope: Scope, id: string): IdentityRecord => {
    const found = sql('get').get({ ...scope, id }) as IdentityRecord | undefined;
    if (!found) throw notFound(entity, id);
    return found;
  };

  /** Runs a statement that gives something a name. Errors: `name_taken`. */
  const naming = (scope: Scope, name: string, run: () => unknown): void => {
    const holder = () => sql('find_by_name').get({ ...scope, name }) as IdentityRecord | undefined;
    orNameTaken({ entity, field: 'name', value: name }, run, holder);
  };

  return {
    create: (scope: Scope, input: NewIdentity, once?: Once): Created => {
      if (scope.userKey !== null) throw outOfReach('create', entity);
      return claims(scope.tenantKey, once, () => {
        naming(scope, input.name, () => sql('insert').run({ ...scope, ...input }));
        return [input.id];
      });
    },
    /** Answers the renaming whose sessions still need tasks, null when no kind of work depends on names. */
    update: (
      scope: Scope,
      id: string,
      { name = null, description = null, at }: IdentityPatch,
    ): RenamingState | null => {
      const before = existing(scope, id);
      if (scope.userKey !== null && entity === 'agent') throw outOfReach('change', entity);
      naming(scope, name ?? before.name, () => sql('update').run({ ...scope, id, name, description, at }));
      if (name === null || name === before.name || !derived.goesOverRenamed(entity)) return null;
      return renamings[entity](scope.tenantKey, before.key, at);
    },
    delete: (scope: Scope, id: string): RemovalState => {
      const { key } = existing(scope, id);
      if (scope.userKey !== null && entity === 'agent') throw outOfReach('delete', entity);
      return removals[entity](scope.tenantKey, key);
    },
  };
};
