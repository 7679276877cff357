import type { CorpusFacet } from '../../src/contract/corpus.ts';
import type { Reference, ResolvedSubjects, Subject } from '../../src/contract/subjects.ts';
import type { Context } from './context.ts';
import type { Queryable } from './pool.ts';
import subjectsSql from './sql/subjects.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import { arrayOf } from './text.ts';
import { inTransaction } from './transaction.ts';

type User = ResolvedSubjects['user'] & { readonly generation: number };
type Row = Subject & { readonly entity: 'session' | 'agent'; readonly name: string | null };

const sql = openStatements(subjectsSql);

const idsIn = (references: readonly Reference[]): string =>
  arrayOf(references.flatMap((one) => ('id' in one ? one.id : [])));
const namesIn = (references: readonly Reference[]): string =>
  arrayOf(references.flatMap((one) => ('name' in one ? one.name : [])));

export const openSubjects = ({ pool }: Pick<Context, 'pool'>): Pick<CorpusFacet, 'resolve'> => ({
  resolve: async (scope, { user, sessions, agents }) => {
    const findUser = (db: Queryable) =>
      sql.get<User>(db, 'id' in user ? 'user_by_id' : 'user_by_name', { ...scope, ...user });
    if (sessions.length + agents.length === 0) {
      const found = await findUser(pool);
      if (!found) return null;
      const { generation, ...one } = found;
      return { user: one, generation, sessions: [], agents: [] };
    }
    return inTransaction(
      pool,
      async (tx) => {
        const found = await findUser(tx);
        if (!found) return null;
        const { generation, ...one } = found;
        const rows = await sql.all<Row>(tx, 'subjects', {
          tenantKey: scope.tenantKey,
          ownerKey: one.key,
          sessionIds: idsIn(sessions),
          sessionNames: namesIn(sessions),
          agentIds: idsIn(agents),
          agentNames: namesIn(agents),
        });
        const resolve = (entity: Row['entity'], reference: Reference): Subject | null => {
          const row = rows.find((row) => {
            if (row.entity !== entity) return false;
            return 'id' in reference ? row.id === reference.id : row.name === reference.name;
          });
          return row ? { key: row.key, id: row.id } : null;
        };
        return {
          user: one,
          generation,
          sessions: sessions.map((reference) => resolve('session', reference)),
          agents: agents.map((reference) => resolve('agent', reference)),
        };
      },
      'snapshot',
    );
  },
});
