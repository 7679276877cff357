import { notFound } from '../../src/contract/errors.ts';
import type { AppendedToSession, FollowingWork, NewMessage } from '../../src/contract/messages.ts';
import type { Once } from '../../src/contract/once.ts';
import type { OutboxTask } from '../../src/contract/outbox.ts';
import type { Scope } from '../../src/contract/records.ts';
import { orderOf } from '../message-lists.ts';
import { withClaim } from './claims.ts';
import type { Context } from './context.ts';
import { lockMemories, takeKeys } from './memories.ts';
import { sessionOf } from './message-places.ts';
import messagesSql from './sql/messages.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import { inTransaction, type Transaction } from './transaction.ts';

const sql = openStatements(messagesSql);

export type AppendOne = (
  scope: Scope,
  sessionId: string,
  messages: readonly NewMessage[],
  once?: Once,
  work?: FollowingWork,
) => Promise<AppendedToSession>;

type Session = { readonly key: number; readonly userKey: number };
type Added = Pick<AppendedToSession, 'round' | 'tasks'>;
const NOTHING: Added = { round: null, tasks: [] };

/** Adds rounds one by one, with every rule. `append-groups.ts` adds many at once, and leaves to this what is unusual. */
export const openAppending = ({ pool, tasks, ids }: Pick<Context, 'pool' | 'tasks' | 'ids'>) => {
  const insertRound = async (tx: Transaction, tenantKey: number, session: Session, messages: readonly NewMessage[]) => {
    const place = { tenantKey, ownerKey: session.userKey, sessionKey: session.key };
    const numbers = { ...place, count: messages.length, ...orderOf(messages) };
    const [taken, keys] = await Promise.all([
      sql.get<{ before: number; late: boolean }>(tx, 'take_sequences', {
        ...numbers,
        inOrder: numbers.inOrder === 1,
      }),
      takeKeys(tx, 'message', { tenantKey, userKey: session.userKey }, messages.length),
    ]);
    if (!taken || !keys) return null;
    const round = taken.before + 1;
    const rows = messages.map(({ source = null, foundBy = null, ...message }, i) => ({
      ...message,
      ...place,
      source,
      foundBy,
      key: keys.before + 1 + i,
      sequence: round + i,
      round,
      generation: keys.generation,
      late: taken.late,
    }));
    await Promise.all(rows.map((row) => sql.run(tx, 'insert', row)));
    return {
      round: {
        userKey: session.userKey,
        sessionKey: session.key,
        firstSequence: round,
        lastSequence: taken.before + messages.length,
      },
      generation: keys.generation,
    };
  };

  /** Adds messages to a session, in a transaction that has locked the memory of its user; null when it is not there. */
  const appendTo = async (
    tx: Transaction,
    tenantKey: number,
    session: Session,
    messages: readonly NewMessage[],
    work: FollowingWork | undefined,
  ): Promise<Added | null> => {
    const added = await insertRound(tx, tenantKey, session, messages);
    if (!added) return null;
    const { round, generation } = added;
    if (!work) {
      await tasks.close(tx, { tenantKey, ...round });
      return { round, tasks: [] };
    }
    const { kinds, ...when } = work;
    const grown: OutboxTask[] = [];
    for (const kind of kinds) {
      grown.push(await tasks.extend(tx, { ...round, ...when, generation, tenantKey, kind, id: ids.uuid() }));
    }
    return { round, tasks: grown };
  };

  const append: AppendOne = async (scope, sessionId, messages, once, work) => {
    const session = await sessionOf(pool, scope, sessionId);
    if (!session) throw notFound('session', sessionId);
    const { tenantKey } = scope;
    const { userKey } = session;
    return inTransaction(pool, async (tx) => {
      let added = NOTHING;
      const created = await withClaim(tx, { tenantKey, userKey }, once, async () => {
        if (messages.length > 0) {
          await lockMemories(tx, [userKey]);
          const found = await appendTo(tx, tenantKey, session, messages, work);
          // It was deleted since it was looked up.
          if (!found) throw notFound('session', sessionId);
          added = found;
        }
        return messages.map(({ id }) => id);
      });
      return { ...created, ...added, userKey };
    });
  };

  return { append, appendTo };
};

export type Appending = ReturnType<typeof openAppending>;
