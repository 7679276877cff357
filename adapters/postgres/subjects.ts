import type { CorpusFacet } from '../../src/contract/corpus.ts';
import type { Reference, ResolvedSubjects, Subject } from '../../src/contract/subjects.ts';
import type { Context } from './context.ts';
import subjectsSql from './sql/subjects.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import { arrayOf } from './text.ts';

type User = ResolvedSubjects['user'] & { readonly generation: number };
type UserRow = User & { readonly entity: 'user' };
type OtherRow = Subject & { readonly entity: 'session' | 'agent'; readonly name: string | null };

const sql = openStatements(subjectsSql);

const idsIn = (references: readonly Reference[]): string =>
  arrayOf(references.flatMap((one) => ('id' in one ? one.id : [])));
const namesIn = (references: readonly Reference[]): string =>
  arrayOf(references.flatMap((one) => ('name' in one ? one.name : [])));

/** What every question begins with: one statement, whatever it names, which is a snapshot and one trip. */
export const openSubjects = ({ pool }: Pick<Context, 'pool'>): Pick<CorpusFacet, 'resolve'> => ({
  resolve: async (scope, { user, sessions, agents }) => {
    if (sessions.length + agents.length === 0) {
      const found = await sql.get<User>(pool, 'id' in user ? 'user_by_id' : 'user_by_name', { ...scope, ...user });
      if (!found) return null;
      const { generation, ...one } = found;
      return { user: one, generation, sessions: [], agents: [] };
    }
    const rows = await sql.all<UserRow | OtherRow>(pool, 'user_with_others', {
      ...scope,
      ownerId: 'id' in user ? user.id : null,
      ownerName: 'name' in user ? user.name : null,
      sessionIds: idsIn(sessions),
      sessionNames: namesIn(sessions),
      agentIds: idsIn(agents),
      agentNames: namesIn(agents),
    });
    const found = rows.find((row) => row.entity === 'user');
    if (!found) return null;
    const others = rows.filter((row) => row.entity !== 'user');
    const resolve = (entity: OtherRow['entity'], reference: Reference): Subject | null => {
      const row = others.find((row) => {
        if (row.entity !== entity) return false;
        return 'id' in reference ? row.id === reference.id : row.name === reference.name;
      });
      return row ? { key: row.key, id: row.id } : null;
    };
    return {
      user: { key: found.key, id: found.id, name: found.name },
      generation: found.generation,
      sessions: sessions.map((reference) => resolve('session', reference)),
      agents: agents.map((reference) => resolve('agent', reference)),
    };
  },
});
