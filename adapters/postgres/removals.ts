import type { Deletion } from '../../src/contract/identities.ts';
import type { Gone, KindFiling } from './context.ts';
import { increment, lockMemories, type SegmentedRange } from './memories.ts';
import type { Pool } from './pool.ts';
import { removeRows } from './row-removal.ts';
import removalsSql from './sql/removals.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import { arrayOf } from './text.ts';
import { inTransaction, type Transaction } from './transaction.ts';

/**
 * Work in one transaction, in rows of a page each; and what a request that deletes something does of it before it is
 * answered, so that a small thing is gone as a whole by then.
 */
const IN_A_SLICE = 256;
const BESIDE_A_REQUEST = 64;
/** What it takes to hide a session, in the same measure. */
const TO_HIDE = 4;

const STAGE = { hiding: 0, removing: 1, waiting: 2 } as const;
/** The tenant of what is hidden. */
const NOBODY = 0;

type Kind = 'user' | 'agent' | 'session';
type Removal = {
  readonly key: number;
  readonly kind: Kind;
  readonly targetKey: number;
  readonly stage: number;
  readonly reached: number;
  readonly userKey: number | null;
};
type Session = { readonly key: number; readonly tenantKey: number; readonly userKey: number };

const NO_RANGE = { userKey: null, firstKey: null, lastKey: null };

const sql = openStatements(removalsSql);

/** The deletion of users, agents and sessions. Each resolves when nobody sees it any more; null when it is not there. */
export interface Removals {
  user(tenantKey: number, userKey: number): Promise<Deletion | null>;
  agent(tenantKey: number, agentKey: number): Promise<Deletion | null>;
  session(tenantKey: number, session: { readonly key: number; readonly userKey: number }): Promise<Deletion | null>;
  /** Removes some of what is left of deletions. False when nothing is, or other processes are at all of it. */
  sweep(): Promise<boolean>;
  count(): Promise<number>;
}

const add = async (tx: Transaction, row: object): Promise<number> => {
  const added = await sql.get<{ key: number }>(tx, 'add', { ...NO_RANGE, ...row });
  if (!added) throw new Error('A removal that was written is not answered.');
  return added.key;
};

/** Files that a session is to be removed, and what an index has to take out. */
const withdraw = async (tx: Transaction, { key, tenantKey, userKey }: Session, stage: number): Promise<number> => {
  const range = await sql.get<SegmentedRange>(tx, 'range_of_session', { userKey, key });
  const { firstKey = null, lastKey = null } = range ?? {};
  await increment(tx, { tenantKey, userKey }, [{ kind: 'session', key, firstKey, lastKey }]);
  const removal = await add(tx, { tenantKey, kind: 'session', targetKey: key, stage, userKey, firstKey, lastKey });
  await sql.run(tx, 'forget_segments', { removalKey: removal });
  return removal;
};

const hide = async (tx: Transaction, userKey: number, keys: readonly number[]): Promise<void> => {
  const values = { userKey, keys: arrayOf(keys) };
  await sql.run(tx, 'forget_routes', values);
  await sql.run(tx, 'hide_sessions', values);
};

/**
 * Hides what is deleted, then removes its rows, a step in each transaction, which locks the row of the removal first: so a
 * process that was killed leaves nothing half done, and another one goes on.
 */
export const openRemovals = (
  { pool, background }: { readonly pool: Pool; readonly background: Pool },
  filings: readonly KindFiling[],
): Removals => {
  type Remover = (tx: Transaction, room: number) => Promise<number>;
  /** Deletes rows of the first of several things that has any left. */
  const removeFirst = async (tx: Transaction, removers: readonly Remover[], room: number): Promise<number> => {
    for (const remove of removers) {
      const taken = await remove(tx, room);
      if (taken > 0) return taken;
    }
    return 0;
  };
  const made = (gone: Gone): Remover[] => filings.map((filing) => (tx, room) => filing.remove(tx, gone, room));
  const rows =
    (name: string, owner: { readonly userKey: number | null; readonly key: number }): Remover =>
    (tx, room) =>
      removeRows(sql, tx, name, owner, room);

  const removeFromSession = (tx: Transaction, userKey: number, key: number, room: number): Promise<number> =>
    removeFirst(tx, [...made({ of: 'session', userKey, key }), rows('messages', { userKey, key })], room);

  /** One after the other of a user's sessions, then what is the user's own. */
  const removeFromUser = async (tx: Transaction, key: number, room: number): Promise<number> => {
    const owner = { userKey: key, key };
    const segments = await removeRows(sql, tx, 'segments', owner, room);
    if (segments > 0) return segments;
    const [session] = await sql.all<Session>(tx, 'sessions_of_user', { targetKey: key, reached: 0, limit: 1 });
    if (!session) {
      const own = ['knowledge', 'retractions', 'claims'].map((name) => rows(name, owner));
      return removeFirst(tx, [...made({ of: 'user', userKey: key, key }), ...own], room);
    }
    const taken = await removeFromSession(tx, key, session.key, room);
    if (taken === 0) await sql.run(tx, 'remove_session', { userKey: key, key: session.key });
    return Math.max(1, taken);
  };

  /** Hides some sessions of a user or an agent, and deletes their tasks. */
  const hideSome = async (tx: Transaction, { key, kind, targetKey, reached }: Removal): Promise<number> => {
    if (kind === 'user') {
      const forgotten = await sql.run(tx, 'forget_api_keys', { key: targetKey, limit: IN_A_SLICE });
      if (forgotten > 0) return forgotten;
    }
    const limit = IN_A_SLICE / TO_HIDE;
    const sessions = await sql.all<Session>(tx, `sessions_of_${kind}`, { targetKey, reached, limit });
    await lockMemories(
      tx,
      sessions.map(({ userKey }) => userKey),
    );
    let taken = 1;
    for (const session of sessions) {
      if (session.tenantKey !== NOBODY) {
        const { tenantKey, userKey } = session;
        const there = await sql.get(tx, 'users_there', { tenantKey, userKeys: arrayOf([userKey]) });
        // Those of a user go with the user.
        if (kind === 'agent' && there) await withdraw(tx, session, STAGE.removing);
        await hide(tx, userKey, [session.key]);
      }
      const task = { userKey: session.userKey, key: session.key, limit: IN_A_SLICE };
      const forgotten = await sql.run(tx, 'forget_tasks', task);
      taken += TO_HIDE + forgotten;
      // When it has more tasks, it is its turn again.
      if (forgotten === IN_A_SLICE) return taken;
      await sql.run(tx, 'reach', { key, reached: session.key });
    }
    if (sessions.length < limit) {
      await sql.run(tx, 'enter_stage', { key, stage: kind === 'user' ? STAGE.removing : STAGE.waiting });
    }
    return taken;
  };

  const removeSome = async (tx: Transaction, { key, kind, targetKey, userKey }: Removal): Promise<number> => {
    const taken =
      kind === 'session'
        ? await removeFromSession(tx, userKey ?? NOBODY, targetKey, IN_A_SLICE)
        : kind === 'user'
          ? await removeFromUser(tx, targetKey, IN_A_SLICE)
          : // Its sessions are removals of their own, which come before it.
            0;
    if (taken > 0) return taken;
    await sql.run(tx, `remove_${kind}`, { userKey, key: targetKey });
    if (kind === 'user') await sql.run(tx, 'remove_memory', { key: targetKey });
    await sql.run(tx, 'finish', { key });
    return 1;
  };

  /** Takes a removal, whose row is locked, a step further. Answers what that took. */
  const step = async (tx: Transaction, removal: Removal): Promise<number> => {
    const { key, kind, targetKey, stage, userKey } = removal;
    if (stage !== STAGE.hiding) return removeSome(tx, removal);
    if (kind !== 'session') return hideSome(tx, removal);
    const forgotten = await sql.run(tx, 'forget_tasks', { userKey, key: targetKey, limit: IN_A_SLICE });
    if (forgotten < IN_A_SLICE) await sql.run(tx, 'enter_stage', { key, stage: STAGE.removing });
    return 1 + forgotten;
  };

  /** The step of the removal that comes first among those that no process is at; null when there is none. */
  const stepAny = (on: Pool): Promise<number | null> =>
    inTransaction(on, async (tx) => {
      const next = await sql.get<Removal>(tx, 'hold_next');
      return next && step(tx, next);
    });

  /** Takes a removal to where nobody sees anything of it any more, and further when that is little. */
  const finish = async (key: number): Promise<Deletion> => {
    let left = BESIDE_A_REQUEST;
    for (let isHidden = false; !isHidden; ) {
      isHidden = await inTransaction(pool, async (tx) => {
        const removal = await sql.get<Removal>(tx, 'hold', { key });
        if (removal?.stage !== STAGE.hiding) return true;
        left -= await step(tx, removal);
        return false;
      });
    }
    const isThere = async (): Promise<boolean> => (await sql.get(pool, 'get', { key })) !== null;
    while (left > 0 && (await isThere())) {
      const taken = await stepAny(pool);
      if (taken === null) break;
      left -= taken;
    }
    return { isPending: await isThere() };
  };

  const begin = async (run: (tx: Transaction) => Promise<number | null>): Promise<Deletion | null> => {
    const key = await inTransaction(pool, run);
    return key === null ? null : finish(key);
  };

  return {
    user: (tenantKey, key) =>
      begin(async (tx) => {
        await lockMemories(tx, [key]);
        if ((await sql.run(tx, 'hide_user', { key, tenantKey })) === 0) return null;
        await sql.run(tx, 'hide_memory', { key, tenantKey });
        return add(tx, { tenantKey, kind: 'user', targetKey: key, stage: STAGE.hiding });
      }),
    agent: (tenantKey, key) =>
      begin(async (tx) => {
        if ((await sql.run(tx, 'hide_agent', { key, tenantKey })) === 0) return null;
        return add(tx, { tenantKey, kind: 'agent', targetKey: key, stage: STAGE.hiding });
      }),
    session: (tenantKey, { key, userKey }) =>
      begin(async (tx) => {
        await lockMemories(tx, [userKey]);
        const there = await sql.get(tx, 'session_there', { tenantKey, userKey, key });
        if (!there) return null;
        const removal = await withdraw(tx, { key, tenantKey, userKey }, STAGE.hiding);
        await hide(tx, userKey, [key]);
        return removal;
      }),
    sweep: async () => (await stepAny(background)) !== null,
    count: async () => (await sql.get<{ count: number }>(pool, 'count'))?.count ?? 0,
  };
};
