import { notFound } from '../../src/contract/errors.ts';
import type { MessageFacet, MessageLocation, StoredBefore } from '../../src/contract/messages.ts';
import type { MessageRecord, Scope } from '../../src/contract/records.ts';
import { type ListedRow, messagePages } from '../message-lists.ts';
import { hasSource, messagesMissing, sourceTaken } from '../message-refusals.ts';
import { AFTER_ALL, cursorsOf, pageOf } from '../pages.ts';
import { storedBefore } from '../stored-before.ts';
import type { AppendGroups } from './append-groups.ts';
import type { ChangedMessage, Context } from './context.ts';
import { increment, lockMemories } from './memories.ts';
import { type SessionPlace, sessionAgain, sessionOf } from './message-places.ts';
import messagesSql from './sql/messages.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import { arrayOf } from './text.ts';
import { inTransaction, type Transaction } from './transaction.ts';

const sql = openStatements(messagesSql);

type Located = { id: string; key: number; sequence: number; name: string | null; metadata: string | null };

/** Rows in the order of the ids that were asked for. Errors: `not_found` of the ids that have none. */
const inOrderOfIds = <Row extends { readonly id: string }>(rows: readonly Row[], ids: readonly string[]): Row[] => {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const absent = ids.filter((id) => !byId.has(id));
  if (absent.length > 0) throw messagesMissing(absent);
  return ids.flatMap((id) => byId.get(id) ?? []);
};

export const openMessages = (
  { pool, derived }: Pick<Context, 'pool' | 'derived'>,
  groups: AppendGroups,
): Omit<MessageFacet, 'appendByName'> => {
  const existing = async (scope: Scope, sessionId: string): Promise<SessionPlace> => {
    const session = await sessionOf(pool, scope, sessionId);
    if (!session) throw notFound('session', sessionId);
    return session;
  };

  /** Runs a change of messages of a session, whose memory is locked and which is still there. */
  const changing = async (
    scope: Scope,
    sessionId: string,
    ids: readonly string[],
    change: (tx: Transaction, session: SessionPlace, located: readonly Located[]) => Promise<void>,
  ): Promise<void> => {
    const session = await existing(scope, sessionId);
    const { tenantKey } = scope;
    await inTransaction(pool, async (tx) => {
      await lockMemories(tx, [session.userKey]);
      if (!(await sessionAgain(tx, tenantKey, session))) throw notFound('session', sessionId);
      const place = { tenantKey, ownerKey: session.userKey, sessionKey: session.key };
      const rows = await sql.all<Located>(tx, 'locate', { ...place, ids: arrayOf(ids) });
      const located = inOrderOfIds(rows, ids);
      if (located.length > 0) await change(tx, session, located);
    });
  };

  const changedOf = (
    { tenantKey }: Scope,
    { userKey, key: sessionKey }: SessionPlace,
    located: readonly Located[],
    change: { readonly generation: number; readonly at: number },
  ): ChangedMessage[] => located.map(({ sequence }) => ({ tenantKey, userKey, sessionKey, sequence, ...change }));

  /** Deletes what shows these messages: segments of the index, and their vectors. */
  const forgetShown = async (tx: Transaction, ownerKey: number, located: readonly Located[]): Promise<void> => {
    const values = { ownerKey, keys: arrayOf(located.map(({ key }) => key)) };
    await Promise.all([sql.run(tx, 'forget_segments', values), sql.run(tx, 'forget_vectors', values)]);
  };

  return {
    append: groups.append,
    list: async (scope, sessionId, order, page) => {
      const session = await existing(scope, sessionId);
      const place = { ...scope, ownerKey: session.userKey };
      const pages = messagePages({ ...session, id: sessionId }, order, page);
      const openFrom = async (): Promise<number | null> => {
        const values = { ...place, sessionKey: session.key };
        return (await sql.get<{ firstSequence: number }>(pool, 'open_from', values))?.firstSequence ?? null;
      };
      const span = pages.span(pages.needsOpenFrom ? await openFrom() : null);
      return pages.page(await sql.all<ListedRow>(pool, pages.statement, { ...place, ...span }), span);
    },
    read: async (scope, sessionId, ids) => {
      const { userKey: ownerKey, key: sessionKey } = await existing(scope, sessionId);
      const values = { ...scope, ownerKey, sessionKey, sessionId, ids: arrayOf(ids) };
      return inOrderOfIds(await sql.all<MessageRecord>(pool, 'read', values), ids);
    },
    update: (scope, sessionId, changes, at) =>
      changing(
        scope,
        sessionId,
        changes.map(({ id }) => id),
        async (tx, session, located) => {
          const { tenantKey } = scope;
          const { userKey } = session;
          const generation = await increment(tx, { tenantKey, userKey });
          for (const [i, { id, role, content, source = null, foundBy = null, ...change }] of changes.entries()) {
            const old = located[i] as Located;
            if (source !== null && change.metadata === undefined && hasSource(old.metadata)) throw sourceTaken(id);
            const { name = old.name, metadata = old.metadata } = change;
            const row = { role, content, source, foundBy, generation, at, name, metadata };
            await sql.run(tx, 'update', { tenantKey, ownerKey: userKey, key: old.key, ...row });
          }
          await forgetShown(tx, userKey, located);
          for (const message of changedOf(scope, session, located, { generation, at })) {
            await derived.edited(tx, message);
          }
        },
      ),
    delete: (scope, sessionId, ids, at) =>
      changing(scope, sessionId, ids, async (tx, session, located) => {
        const { tenantKey } = scope;
        const { userKey } = session;
        await forgetShown(tx, userKey, located);
        const keys = located.map(({ key }) => key);
        await sql.run(tx, 'delete', { tenantKey, ownerKey: userKey, keys: arrayOf(keys) });
        const retracted = keys.map((key) => ({ kind: 'message', key }) as const);
        const generation = await increment(tx, { tenantKey, userKey }, retracted);
        for (const message of changedOf(scope, session, located, { generation, at })) {
          await derived.deleted(tx, message);
        }
      }),
    locations: async (scope, sessionId, { after, limit, untilNow = false }) => {
      const { key: sessionKey, userKey: ownerKey, lastSequence } = await existing(scope, sessionId);
      const cursors = cursorsOf(['places', sessionKey]);
      const first: readonly [number, number] = [0, after === null && untilNow ? lastSequence : AFTER_ALL];
      const [sequence, until] = cursors.read(after, first);
      const span = { ...scope, ownerKey, sessionId, sessionKey, after: sequence, until, limit: limit + 1 };
      const rows = await sql.all<MessageLocation>(pool, 'locations', span);
      return pageOf(rows, limit, (last) => cursors.write([last.sequence, until]));
    },
    storedBefore: async (before, page) => {
      const asked = storedBefore(before, page);
      return asked.page(await sql.all<StoredBefore>(pool, 'stored_before', asked.span));
    },
    location: (scope, id) => sql.get<MessageLocation>(pool, 'location', { ...scope, id }),
  };
};
