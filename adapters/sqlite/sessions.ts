import { notFound } from '../../src/contract/errors.ts';
import type { NewSession, SessionFilter } from '../../src/contract/identities.ts';
import type { Created, Once } from '../../src/contract/once.ts';
import type { IdentityRecord, Scope, SessionRecord } from '../../src/contract/records.ts';
import type { Connection } from './connection.ts';
import { orNameTaken } from './errors.ts';
import agentsSql from './sql/agents.sql' with { type: 'text' };
import sessionsSql from './sql/sessions.sql' with { type: 'text' };
import usersSql from './sql/users.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import type { WriteContext } from './write-context.ts';

export const sessionReads = (db: Connection) => {
  const sql = openStatements(db, sessionsSql);
  return {
    list: (scope: Scope, { userId = undefined, agentId = undefined }: SessionFilter): SessionRecord[] => {
      const name = userId !== undefined ? 'list_of_user' : agentId !== undefined ? 'list_of_agent' : 'list';
      return sql(name).all({ ...scope, userId: userId ?? null, agentId: agentId ?? null }) as SessionRecord[];
    },
    get: (scope: Scope, id: string) => (sql('get').get({ ...scope, id }) as SessionRecord | undefined) ?? null,
    findByName: (scope: Scope, name: string, userId?: string) =>
      (sql('find_by_name').get({ ...scope, name, userId: userId ?? null }) as SessionRecord | undefined) ?? null,
  };
};

export const sessionWrites = (db: Connection, { claims, generations }: WriteContext) => {
  const sql = openStatements(db, sessionsSql);
  const users = openStatements(db, usersSql);
  const agents = openStatements(db, agentsSql);

  const taken = (name: string) => ({ entity: 'session', field: 'name', value: name }) as const;

  return {
    create: (scope: Scope, { userId, agentId, ...input }: NewSession, once?: Once): Created => {
      const owner = users('get').get({ ...scope, id: userId }) as IdentityRecord | undefined;
      if (!owner) throw notFound('user', userId);
      const agent = agents('get').get({ ...scope, id: agentId }) as IdentityRecord | undefined;
      if (!agent) throw notFound('agent', agentId);
      return claims(scope.tenantKey, once, () => {
        const row = { ...scope, ...input, ownerKey: owner.key, agentKey: agent.key };
        orNameTaken(taken(input.name), () => sql('insert').run(row));
        return [input.id];
      });
    },
    update: (scope: Scope, id: string, { name = null, at }: { name?: string | null; at: number }): void => {
      const update = () => sql('update').get({ ...scope, id, name, at });
      const changed = orNameTaken(taken(name ?? ''), update) as { userKey: number } | undefined;
      if (!changed) throw notFound('session', id);
      generations(scope.tenantKey, changed.userKey);
    },
    delete: (scope: Scope, id: string): void => {
      const gone = sql('delete').get({ ...scope, id }) as { key: number; userKey: number } | undefined;
      if (!gone) throw notFound('session', id);
      generations(scope.tenantKey, gone.userKey, [{ kind: 'session', key: gone.key }]);
    },
  };
};
