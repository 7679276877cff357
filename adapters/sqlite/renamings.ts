import type { Connection } from './connection.ts';
import renamingsSql from './sql/renamings.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import type { Derived, RenamingState, Renamings } from './writing/context.ts';

/** Sessions that a new name reaches in one transaction: some two milliseconds. */
const AT_A_TIME = 100;

type Kind = keyof Renamings;
type Renaming = { key: number; tenantKey: number; kind: Kind; targetKey: number; at: number; reached: number };
type Session = { sessionKey: number; userKey: number; lastSequence: number };

export const renamingReads = (db: Connection) => {
  const sql = openStatements(db, renamingsSql);
  return { isPending: (): boolean => sql('is_pending').pluck().get() === 1 };
};

/**
 * Writes tasks for the sessions of a renamed user or agent, of the kinds of work whose results show names. There may be any
 * number of sessions: each transaction writes the tasks of some and records how far it came, so that any process can go on.
 */
export const openRenamings = (db: Connection, derived: Pick<Derived, 'renamed'>) => {
  const sql = openStatements(db, renamingsSql);

  const step = ({ key, tenantKey, kind, targetKey, at, reached }: Renaming): void => {
    const span = { tenantKey, targetKey, reached, limit: AT_A_TIME };
    const sessions = sql(`sessions_of_${kind}`).all(span) as Session[];
    for (const session of sessions) {
      const generation = sql('generation').pluck().get({ tenantKey, userKey: session.userKey });
      // The user may be one who is being deleted.
      if (typeof generation !== 'number' || session.lastSequence === 0) continue;
      derived.renamed({ tenantKey, ...session, generation, at }, kind);
    }
    const last = sessions.at(-1);
    if (last && sessions.length === AT_A_TIME) sql('reach').run({ key, reached: last.sessionKey });
    else sql('finish').run({ key });
  };

  const goOn = (key: number): RenamingState => {
    const renaming = sql('get').get({ key }) as Renaming | undefined;
    if (renaming) step(renaming);
    return { key, isDone: sql('get').get({ key }) === undefined };
  };

  const begin = (kind: Kind, tenantKey: number, targetKey: number, at: number): RenamingState =>
    goOn((sql('add').get({ tenantKey, kind, targetKey, at }) as { key: number }).key);

  const renamings: Renamings = {
    user: (tenantKey, userKey, at) => begin('user', tenantKey, userKey, at),
    agent: (tenantKey, agentKey, at) => begin('agent', tenantKey, agentKey, at),
  };

  return {
    renamings,
    /** Writes the tasks of some more sessions before the renaming is answered. */
    goOn,
    /** Does the same for a renaming that a process left unfinished. False when there is none. */
    goOnWithAny: (): boolean => {
      const renaming = sql('next').get() as Renaming | undefined;
      if (renaming) step(renaming);
      return renaming !== undefined;
    },
  };
};
