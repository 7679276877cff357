import { type OutboxFacet, PRIORITY } from '../../src/contract/outbox.ts';
import type { Context } from './context.ts';
import { lockMemories } from './memories.ts';
import derivationsSql from './sql/derivations.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import { arrayOf } from './text.ts';
import { inTransaction } from './transaction.ts';

/** Sessions that get their tasks in one transaction. */
const AT_A_TIME = 100;

type Derivation = { readonly reached: number; readonly until: number };
type Session = {
  readonly sessionKey: number;
  readonly tenantKey: number;
  readonly userKey: number;
  readonly lastSequence: number;
};

const sql = openStatements(derivationsSql);

/** Writes tasks for everything that is stored, when a kind of work is new or works in another way. */
export const openDerivations = ({
  background,
  tasks,
  ids,
}: Pick<Context, 'background' | 'tasks' | 'ids'>): Pick<OutboxFacet, 'derive'> => ({
  derive: (kind, version, at) =>
    inTransaction(background, async (tx) => {
      if (version === 0) {
        await sql.run(tx, 'forget', { kind });
        return true;
      }
      await sql.run(tx, 'begin', { kind, version });
      const derivation = await sql.get<Derivation>(tx, 'hold', { kind });
      if (!derivation || derivation.reached >= derivation.until) return true;
      const { reached, until } = derivation;
      const sessions = await sql.all<Session>(tx, 'sessions', { reached, until, limit: AT_A_TIME });
      const users = sessions.map(({ userKey }) => userKey);
      await lockMemories(tx, users);
      type Present = { readonly userKey: number; readonly generation: number };
      const present = await sql.all<Present>(tx, 'generations', { userKeys: arrayOf(users) });
      const generations = new Map(present.map(({ userKey, generation }) => [userKey, generation]));
      for (const session of sessions) {
        const generation = generations.get(session.userKey);
        if (session.lastSequence === 0 || generation === undefined) continue;
        const task = { ...session, generation, firstSequence: 1, kind, id: ids.uuid(), priority: PRIORITY.low };
        await tasks.add(tx, { ...task, dueAt: at, at });
      }
      const last = sessions.length < AT_A_TIME ? until : (sessions.at(-1)?.sessionKey ?? until);
      await sql.run(tx, 'reach', { kind, reached: last });
      return last >= until;
    }),
});
