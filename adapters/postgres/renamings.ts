import type { Entity } from '../refusals.ts';
import type { Derived } from './context.ts';
import { lockMemories } from './memories.ts';
import type { Pool } from './pool.ts';
import renamingsSql from './sql/renamings.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import { arrayOf } from './text.ts';
import { inTransaction, type Transaction } from './transaction.ts';

/** Sessions that a new name reaches in one transaction. */
const AT_A_TIME = 100;

type Renaming = {
  readonly key: number;
  readonly tenantKey: number;
  readonly kind: Entity;
  readonly targetKey: number;
  readonly at: number;
  readonly reached: number;
};
type Session = { readonly sessionKey: number; readonly userKey: number; readonly lastSequence: number };

const sql = openStatements(renamingsSql);

/** New names of users and agents, and the tasks of kinds of work whose results show them. */
export interface Renamings {
  /** Writes down a new name, in the transaction of the name itself. */
  add(tx: Transaction, renaming: Omit<Renaming, 'key' | 'reached'>): Promise<void>;
  /** Resolves when the tasks of every session have been written. */
  finish(renamed: { readonly kind: Entity; readonly targetKey: number }): Promise<void>;
  /** Writes the tasks of some sessions of a renaming that a process left unfinished. False when there is none. */
  sweep(): Promise<boolean>;
}

/**
 * There may be any number of sessions: each transaction writes the tasks of some and records how far it came, so that any
 * process can go on.
 */
export const openRenamings = (
  { pool, background }: { readonly pool: Pool; readonly background: Pool },
  derived: Pick<Derived, 'renamed'>,
): Renamings => {
  const step = async (tx: Transaction, renaming: Renaming): Promise<void> => {
    const { key, tenantKey, kind, targetKey, at, reached } = renaming;
    const span = { tenantKey, targetKey, reached, limit: AT_A_TIME };
    const sessions = await sql.all<Session>(tx, `sessions_of_${kind}`, span);
    const users = sessions.map(({ userKey }) => userKey);
    await lockMemories(tx, users);
    type Found = { userKey: number; generation: number };
    const found = await sql.all<Found>(tx, 'generations', { tenantKey, userKeys: arrayOf(users) });
    const generations = new Map(found.map(({ userKey, generation }) => [userKey, generation]));
    for (const session of sessions) {
      const generation = generations.get(session.userKey);
      // The user may be one who is being deleted.
      if (generation === undefined || session.lastSequence === 0) continue;
      await derived.renamed(tx, { tenantKey, ...session, generation, at }, kind);
    }
    const last = sessions.at(-1);
    if (last && sessions.length === AT_A_TIME) await sql.run(tx, 'reach', { key, reached: last.sessionKey });
    else await sql.run(tx, 'finish', { key });
  };

  return {
    add: async (tx, renaming) => {
      await sql.run(tx, 'add', { ...renaming });
    },
    finish: async (renamed) => {
      const isLeft = (): Promise<boolean> =>
        inTransaction(pool, async (tx) => {
          const next = await sql.get<Renaming>(tx, 'hold_of', renamed);
          if (next) await step(tx, next);
          return next !== null;
        });
      while (await isLeft());
    },
    sweep: () =>
      inTransaction(background, async (tx) => {
        const next = await sql.get<Renaming>(tx, 'hold_next');
        if (next) await step(tx, next);
        return next !== null;
      }),
  };
};
