import type { TaskKind } from '../../src/contract/kinds.ts';
import { PRIORITY } from '../../src/contract/outbox.ts';
import type { Connection } from './connection.ts';
import derivationsSql from './sql/derivations.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import type { WriteContext } from './writing/context.ts';

/** Sessions that get their tasks in one transaction: some two milliseconds. */
const AT_A_TIME = 100;

type Derivation = { readonly version: number; readonly reached: number; readonly until: number };
type Session = {
  readonly sessionKey: number;
  readonly tenantKey: number;
  readonly userKey: number;
  readonly lastSequence: number;
  readonly generation: number;
};

/** Writes tasks for everything that is stored, when a kind of work is new or works in another way. */
export const derivationWrites = (db: Connection, { tasks, ids }: Pick<WriteContext, 'tasks' | 'ids'>) => {
  const sql = openStatements(db, derivationsSql);
  return {
    derive: (kind: TaskKind, version: number, at: number): boolean => {
      if (version === 0) {
        sql('forget').run({ kind });
        return true;
      }
      const found = sql('get').get({ kind }) as Derivation | undefined;
      if (found?.version !== version) sql('begin').run({ kind, version });
      const { reached, until } = sql('get').get({ kind }) as Derivation;
      if (reached >= until) return true;
      const sessions = sql('sessions').all({ reached, until, limit: AT_A_TIME }) as Session[];
      for (const session of sessions) {
        if (session.lastSequence === 0) continue;
        const task = { ...session, firstSequence: 1, kind, id: ids.uuid(), priority: PRIORITY.low };
        tasks.add({ ...task, dueAt: at, at });
      }
      const last = sessions.length < AT_A_TIME ? until : (sessions.at(-1)?.sessionKey ?? until);
      sql('reach').run({ kind, reached: last });
      return last >= until;
    },
  };
};
