import type { Connection } from './connection.ts';
import type { Generations, SegmentedRange } from './generations.ts';
import { openRowRemoval } from './row-removal.ts';
import removalsSql from './sql/removals.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import type { KindFiling, RemovalState, Removals } from './writing/context.ts';

/**
 * Work in one transaction, in rows of a page each: beside a request that deletes something, which small things are removed
 * with whole, and in a slice behind the answers, which takes some five milliseconds.
 */
const BESIDE_A_REQUEST = 64;
const IN_A_SLICE = 256;
/** What it takes to hide a session, in the same measure. */
const TO_HIDE = 4;

/** The tenant of what is hidden. */
const NOBODY = 0;
const STAGE = { hiding: 0, removing: 1, waiting: 2 } as const;

type Kind = 'user' | 'agent' | 'session';
type Removal = { key: number; kind: Kind; targetKey: number; stage: number; reached: number };
type Session = { key: number; tenantKey: number; userKey: number };

const NO_RANGE = { userKey: null, firstKey: null, lastKey: null };

export const removalReads = (db: Connection) => {
  const sql = openStatements(db, removalsSql);
  return {
    isPending: (): boolean => sql('is_pending').pluck().get() === 1,
    count: (): number => sql('count').pluck().get() as number,
  };
};

/**
 * Hides what is deleted, then removes its rows. Both go on in whatever process comes next: where a removal stands is written
 * in the transaction that took it there. Segments go before the messages that they show, or each message would look for its
 * own.
 */
export const openRemovals = (db: Connection, generations: Generations, filings: readonly KindFiling[]) => {
  const sql = openStatements(db, removalsSql);

  const removeRows = openRowRemoval(sql);

  /** Deletes rows of the first of several things that has any left. */
  const removeFirst = (removers: readonly ((key: number, room: number) => number)[], key: number, room: number) => {
    for (const remove of removers) {
      const taken = remove(key, room);
      if (taken > 0) return taken;
    }
    return 0;
  };
  const rows = (name: string) => (key: number, room: number) => removeRows(name, key, room);
  const made = (of: 'session' | 'user') =>
    filings.map((filing) => (key: number, room: number) => filing.remove({ of, key }, room));

  const ofSession = [...made('session'), rows('messages')];
  const removeFromSession = (key: number, room: number): number => removeFirst(ofSession, key, room);
  const ofUserAlone = [...made('user'), rows('knowledge'), rows('retractions')];

  const forget = (what: 'tasks' | 'api_keys', key: number, room: number): number =>
    sql(`forget_${what}`).run({ key, limit: room }).changes;

  /** Files that a session is to be removed, and what an index has to take out. Nothing for one whose user is gone. */
  const withdraw = ({ key, tenantKey, userKey }: Session, stage: number): number | null => {
    if (!sql('user_is_there').get({ tenantKey, userKey })) return null;
    const range = sql('range_of_session').get({ key }) as SegmentedRange;
    generations(tenantKey, userKey, [{ kind: 'session', key, ...range }]);
    const row = { tenantKey, kind: 'session', targetKey: key, stage, userKey, ...range };
    return (sql('add').get(row) as { key: number }).key;
  };

  /** Hides sessions of a user or an agent, and deletes their tasks. */
  const hideSessions = ({ key, kind, targetKey, reached }: Removal, room: number): number => {
    if (kind === 'user') {
      const forgotten = forget('api_keys', targetKey, room);
      if (forgotten > 0) return forgotten;
    }
    const limit = Math.ceil(room / TO_HIDE);
    const sessions = sql(`sessions_of_${kind}`).all({ targetKey, reached, limit }) as Session[];
    let taken = 1;
    for (const session of sessions) {
      if (session.tenantKey !== NOBODY) {
        // Those of a user go with the user.
        if (kind === 'agent') withdraw(session, STAGE.removing);
        sql('hide_session').run(session);
      }
      const forgotten = forget('tasks', session.key, room);
      taken += TO_HIDE + forgotten;
      // When it has more tasks, it is its turn again.
      if (forgotten < room) sql('reach').run({ key, reached: session.key });
      if (taken >= room) return taken;
    }
    if (sessions.length < limit) {
      sql('enter_stage').run({ key, stage: kind === 'user' ? STAGE.removing : STAGE.waiting });
    }
    return taken;
  };

  /** One after the other of a user's sessions, then what is the user's own. */
  const removeFromUser = (userKey: number, room: number): number => {
    const segments = removeRows('segments', userKey, room);
    if (segments > 0) return segments;
    const [session] = sql('sessions_of_user').all({ targetKey: userKey, reached: 0, limit: 1 }) as Session[];
    if (!session) return removeFirst(ofUserAlone, userKey, room);
    const taken = removeFromSession(session.key, room);
    if (taken === 0) sql('remove_session').run({ key: session.key });
    return Math.max(1, taken);
  };

  const remove: Record<Kind, (key: number, room: number) => number> = {
    session: removeFromSession,
    user: removeFromUser,
    // Its sessions are removals of their own, which come before it.
    agent: () => 0,
  };

  /** Takes a removal a step further. Answers what that took. */
  const step = (removal: Removal, room: number): number => {
    const { key, kind, targetKey, stage } = removal;
    if (stage === STAGE.hiding) {
      if (kind !== 'session') return hideSessions(removal, room);
      const forgotten = forget('tasks', targetKey, room);
      if (forgotten < room) sql('enter_stage').run({ key, stage: STAGE.removing });
      return 1 + forgotten;
    }
    const taken = remove[kind](targetKey, room);
    if (taken > 0) return taken;
    sql(`remove_${kind}`).run({ key: targetKey });
    sql('finish').run({ key });
    return 1;
  };

  /** Does what there is to do, from the first removal on. */
  const work = (room: number): void => {
    for (let left = room; left > 0; ) {
      const removal = sql('next').get() as Removal | undefined;
      if (!removal) return;
      left -= step(removal, left);
    }
  };

  const stateOf = (key: number): RemovalState => {
    const stage = sql('get').pluck().get({ key }) as number | undefined;
    return { key, isHidden: stage !== STAGE.hiding, isPending: stage !== undefined };
  };

  const begin = (key: number): RemovalState => {
    work(BESIDE_A_REQUEST);
    return stateOf(key);
  };

  const beginWith = (kind: 'user' | 'agent', tenantKey: number, targetKey: number): RemovalState => {
    sql(`hide_${kind}`).run({ key: targetKey, tenantKey });
    const row = { tenantKey, kind, targetKey, stage: STAGE.hiding, ...NO_RANGE };
    return begin((sql('add').get(row) as { key: number }).key);
  };

  const removals: Removals = {
    user: (tenantKey, userKey) => beginWith('user', tenantKey, userKey),
    agent: (tenantKey, agentKey) => beginWith('agent', tenantKey, agentKey),
    session: (tenantKey, { key, userKey }) => {
      const session = { key, tenantKey, userKey };
      const removal = withdraw(session, STAGE.hiding);
      sql('hide_session').run(session);
      return removal === null ? { key: 0, isHidden: true, isPending: true } : begin(removal);
    },
  };

  return {
    removals,
    /** Goes on hiding what a deletion has to before it is answered. */
    hide: (key: number): RemovalState => {
      work(IN_A_SLICE);
      return stateOf(key);
    },
    /** Removes some of what is left of deletions. */
    sweep: (): void => work(IN_A_SLICE),
  };
};
