import { notFound } from '../../src/contract/errors.ts';
import type {
  Appended,
  AppendedToSession,
  FollowingWork,
  MessageChange,
  MessageLocation,
  MessageOrder,
  NewMessage,
  Round,
  StoredBefore,
} from '../../src/contract/messages.ts';
import type { Once } from '../../src/contract/once.ts';
import type { OutboxTask } from '../../src/contract/outbox.ts';
import type { Page, PageOf } from '../../src/contract/pages.ts';
import type { MessageRecord, Scope } from '../../src/contract/records.ts';
import { type ListedRow, messagePages, orderOf } from '../message-lists.ts';
import { hasSource, messagesMissing, sourceTaken } from '../message-refusals.ts';
import { AFTER_ALL, cursorsOf, pageOf } from '../pages.ts';
import { storedBefore } from '../stored-before.ts';
import type { Connection } from './connection.ts';
import messagesSql from './sql/messages.sql' with { type: 'text' };
import { openStatements, type Statements } from './statements.ts';
import type { ChangedMessage, WriteContext } from './writing/context.ts';

type SessionRow = { key: number; userKey: number; lateFrom: number | null; lastSequence: number };

const sessionOf = (sql: Statements, scope: Scope, sessionId: string): SessionRow => {
  const session = sql('session').get({ ...scope, sessionId }) as SessionRow | undefined;
  if (!session) throw notFound('session', sessionId);
  return session;
};

export const messageReads = (db: Connection) => {
  const sql = openStatements(db, messagesSql);
  return {
    list: (scope: Scope, sessionId: string, order: MessageOrder, page: Page): PageOf<MessageRecord> => {
      const session = sessionOf(sql, scope, sessionId);
      const openFrom = (): number | undefined =>
        sql('open_from')
          .pluck()
          .get({ ...scope, sessionKey: session.key }) as number | undefined;
      const pages = messagePages({ ...session, id: sessionId }, order, page);
      const span = pages.span(pages.needsOpenFrom ? (openFrom() ?? null) : null);
      return pages.page(sql(pages.statement).all({ ...scope, ...span }) as ListedRow[], span);
    },
    read: (scope: Scope, sessionId: string, ids: readonly string[]): MessageRecord[] => {
      const sessionKey = sessionOf(sql, scope, sessionId).key;
      const rows = ids.map(
        (id) => sql('read').get({ ...scope, sessionId, sessionKey, id }) as MessageRecord | undefined,
      );
      const absent = ids.filter((_, i) => !rows[i]);
      if (absent.length > 0) throw messagesMissing(absent);
      return rows.flatMap((row) => row ?? []);
    },
    locations: (scope: Scope, sessionId: string, { after, limit, untilNow = false }: Page): PageOf<MessageLocation> => {
      const { key: sessionKey, lastSequence } = sessionOf(sql, scope, sessionId);
      // The mark stays as it was named first: clients may hold cursors of an earlier version.
      const cursors = cursorsOf(['places', sessionKey]);
      const first: readonly [number, number] = [0, after === null && untilNow ? lastSequence : AFTER_ALL];
      const [sequence, until] = cursors.read(after, first);
      const span = { ...scope, sessionId, sessionKey, after: sequence, until, limit: limit + 1 };
      return pageOf(sql('locations').all(span) as MessageLocation[], limit, ({ sequence }) =>
        cursors.write([sequence, until]),
      );
    },
    storedBefore: (before: number, page: Page): PageOf<StoredBefore> => {
      const asked = storedBefore(before, page);
      return asked.page(sql('stored_before').all(asked.span) as StoredBefore[]);
    },
    location: (scope: Scope, id: string): MessageLocation | null =>
      (sql('location').get({ ...scope, id }) as MessageLocation | undefined) ?? null,
  };
};

export const messageWrites = (db: Connection, { claims, generations, tasks, derived, ids }: WriteContext) => {
  const sql = openStatements(db, messagesSql);

  type Located = { key: number; sequence: number; name: string | null; metadata: string | null };
  const locateAll = (scope: Scope, sessionKey: number, ids: readonly string[]): Located[] => {
    const rows = ids.map((id) => sql('locate').get({ ...scope, sessionKey, id }) as Located | undefined);
    const absent = ids.filter((_, i) => !rows[i]);
    if (absent.length > 0) throw messagesMissing(absent);
    return rows.flatMap((row) => row ?? []);
  };

  const insertRound = (scope: Scope, sessionId: string, messages: readonly NewMessage[]) => {
    const session = sql('take_sequences').get({ ...scope, sessionId, count: messages.length, ...orderOf(messages) }) as
      | { key: number; userKey: number; lastSequence: number; late: 0 | 1 }
      | undefined;
    if (!session) throw notFound('session', sessionId);
    const { tenantKey } = scope;
    const { userKey, key: sessionKey, lastSequence, late } = session;
    const generation = generations(tenantKey, userKey);
    const round = lastSequence + 1;
    const insert = sql('insert');
    messages.forEach(({ source = null, foundBy = null, ...message }, i) => {
      const location = { tenantKey, userKey, sessionKey, sequence: round + i, round, generation, late };
      insert.run({ ...message, ...location, source, foundBy });
    });
    const range = { firstSequence: round, lastSequence: lastSequence + messages.length };
    return { userKey, sessionKey, ...range, generation };
  };

  const fileWork = (
    { tenantKey }: Scope,
    round: Round & { readonly generation: number },
    { kinds, ...work }: FollowingWork,
  ): OutboxTask[] => kinds.map((kind) => tasks.extend({ ...round, ...work, tenantKey, kind, id: ids.uuid() }));

  const following = (
    scope: Scope,
    added: ReturnType<typeof insertRound> | null,
    work: FollowingWork | undefined,
  ): Pick<Appended, 'round' | 'tasks'> => {
    if (!added) return { round: null, tasks: [] };
    if (!work) tasks.close(added, scope.tenantKey);
    const { generation: _generation, ...round } = added;
    return { round, tasks: work ? fileWork(scope, added, work) : [] };
  };

  const changed = (
    { tenantKey }: Scope,
    { userKey, key: sessionKey }: SessionRow,
    located: readonly Located[],
    change: { readonly generation: number; readonly at: number },
  ): ChangedMessage[] => located.map(({ sequence }) => ({ tenantKey, userKey, sessionKey, sequence, ...change }));

  return {
    append: (
      scope: Scope,
      sessionId: string,
      messages: readonly NewMessage[],
      once?: Once,
      work?: FollowingWork,
    ): AppendedToSession => {
      // Without a claim the session is found while its sequence is taken.
      let userKey = once || messages.length === 0 ? sessionOf(sql, scope, sessionId).userKey : 0;
      let added: ReturnType<typeof insertRound> | null = null;
      const created = claims(scope.tenantKey, once, () => {
        if (messages.length > 0) {
          added = insertRound(scope, sessionId, messages);
          ({ userKey } = added);
        }
        return messages.map(({ id }) => id);
      });
      return { ...created, ...following(scope, added, work), userKey };
    },
    update: (scope: Scope, sessionId: string, changes: readonly MessageChange[], at: number): void => {
      const session = sessionOf(sql, scope, sessionId);
      const located = locateAll(
        scope,
        session.key,
        changes.map(({ id }) => id),
      );
      if (located.length === 0) return;
      const { tenantKey } = scope;
      const generation = generations(tenantKey, session.userKey);
      changes.forEach(({ id, role, content, source = null, foundBy = null, name, metadata }, i) => {
        const old = located[i] as Located;
        if (source !== null && metadata === undefined && hasSource(old.metadata)) throw sourceTaken(id);
        const kept = {
          name: name === undefined ? old.name : name,
          metadata: metadata === undefined ? old.metadata : metadata,
        };
        sql('update').run({ tenantKey, key: old.key, role, content, source, foundBy, generation, at, ...kept });
      });
      for (const message of changed(scope, session, located, { generation, at })) derived.edited(message);
    },
    delete: (scope: Scope, sessionId: string, messageIds: readonly string[], at: number): void => {
      const session = sessionOf(sql, scope, sessionId);
      const located = locateAll(scope, session.key, messageIds);
      if (located.length === 0) return;
      const { tenantKey } = scope;
      for (const { key } of located) sql('delete').run({ tenantKey, key });
      const retracted = located.map(({ key }) => ({ kind: 'message', key }) as const);
      const generation = generations(tenantKey, session.userKey, retracted);
      for (const message of changed(scope, session, located, { generation, at })) derived.deleted(message);
    },
  };
};
