import type { Scope } from '../../src/contract/records.ts';
import type { NamedSubjects, Reference, ResolvedSubjects, Subject } from '../../src/contract/subjects.ts';
import type { Connection } from './connection.ts';
import subjectsSql from './sql/subjects.sql' with { type: 'text' };
import { openStatements } from './statements.ts';

type Row = Subject & { readonly name?: string };

export const subjectReads = (db: Connection) => {
  const sql = openStatements(db, subjectsSql);

  /** Those who are named, in order: a statement for those by id, and one for those by name. */
  const all = (
    of: 'sessions' | 'agents',
    references: readonly Reference[],
    where: { readonly tenantKey: number; readonly ownerKey: number },
  ): (Subject | null)[] => {
    const found = (field: 'id' | 'name'): ReadonlyMap<string | undefined, Subject> => {
      const asked = references.flatMap((one) =>
        'id' in one ? (field === 'id' ? one.id : []) : field === 'name' ? one.name : [],
      );
      if (asked.length === 0) return new Map();
      const rows = sql(`${of}_by_${field}`).all({ ...where, asked: JSON.stringify(asked) }) as Row[];
      return new Map(rows.map((row) => [row[field], { key: row.key, id: row.id }]));
    };
    const [byId, byName] = [found('id'), found('name')];
    return references.map((one) => ('id' in one ? byId.get(one.id) : byName.get(one.name)) ?? null);
  };

  return {
    resolve: (scope: Scope, { user, sessions, agents }: NamedSubjects): ResolvedSubjects | null => {
      const found = sql('id' in user ? 'user_by_id' : 'user_by_name').get({ ...scope, ...user }) as
        | (ResolvedSubjects['user'] & { generation: number })
        | undefined;
      if (!found) return null;
      const { generation, ...one } = found;
      const where = { tenantKey: scope.tenantKey, ownerKey: one.key };
      return {
        user: one,
        generation,
        sessions: all('sessions', sessions, where),
        agents: all('agents', agents, where),
      };
    },
  };
};
