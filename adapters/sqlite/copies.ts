import {
  type Copy,
  type EpisodeCopy,
  type FactCopy,
  type ForgottenCopy,
  MOST_MENTIONS,
  type PendingCopy,
} from '../../src/contract/copies.ts';
import { notFound } from '../../src/contract/errors.ts';
import { PRIORITY } from '../../src/contract/outbox.ts';
import type { Page, PageOf } from '../../src/contract/pages.ts';
import type { Scope } from '../../src/contract/records.ts';
import { episodeColumns } from '../episode-rows.ts';
import {
  draftWith,
  type EntityNameRow,
  type EpisodeCopyRow,
  type EventRow,
  type FactCopyRow,
  type ForgottenRow,
  type MentionCopyRow,
  messageKeysOf,
  type PendingRow,
  pendingCursors,
  toEpisodeCopy,
  toFactCopy,
  toForgottenCopy,
  toPending,
} from '../fact-copies.ts';
import type { Source } from '../fact-making.ts';
import { isForgotten } from '../forgotten-facts.ts';
import { cursorsOf, pageOf } from '../pages.ts';
import type { Connection } from './connection.ts';
import { type FactTransaction, openFactBook } from './fact-book.ts';
import { pageByKey } from './key-pages.ts';
import copiesSql from './sql/copies.sql' with { type: 'text' };
import episodesSql from './sql/episodes.sql' with { type: 'text' };
import factsSql from './sql/facts.sql' with { type: 'text' };
import factsFilingSql from './sql/facts-filing.sql' with { type: 'text' };
import { openStatements, type Statements } from './statements.ts';
import type { WriteContext } from './writing/context.ts';

type Session = { readonly key: number; readonly userKey: number };

const ownerOf = (sql: Statements, scope: Scope, userId: string): number => {
  const key = sql('owner')
    .pluck()
    .get({ ...scope, userId }) as number | undefined;
  if (key === undefined) throw notFound('user', userId);
  return key;
};

export const copyReads = (db: Connection) => {
  const sql = openStatements(db, copiesSql);
  const facts = openStatements(db, factsSql);
  const episodes = openStatements(db, episodesSql);

  const sessionOf = (scope: Scope, sessionId: string): Session => {
    const session = sql('session').get({ ...scope, sessionId }) as Session | undefined;
    if (!session) throw notFound('session', sessionId);
    return session;
  };

  const factOf = (tenantKey: number, row: FactCopyRow): FactCopy => {
    const place = { tenantKey, key: row.key };
    const mentions = sql('mentions').all({ ...place, ...MOST_MENTIONS }) as MentionCopyRow[];
    const ids = new Map<number, string | undefined>();
    for (const messageKey of mentions.flatMap(messageKeysOf)) {
      ids.set(messageKey, sql('message_id').pluck().get({ tenantKey, messageKey }) as string | undefined);
    }
    const parts = {
      terms: sql('terms').pluck().all(place) as string[],
      entities: sql('entities').all(place) as EntityNameRow[],
      history: sql('history').all(place) as EventRow[],
      mentions,
    };
    return toFactCopy(row, parts, (key) => ids.get(key));
  };

  return {
    facts: (scope: Scope, userId: string, page: Page): PageOf<FactCopy> => {
      const { tenantKey } = scope;
      const owned = { tenantKey, ownerKey: ownerOf(sql, scope, userId) };
      const { rows, next } = pageByKey(['copies of facts', owned.ownerKey], page, {
        lastKey: () => facts('last_key').pluck().get(owned) as number,
        read: (span) => sql('facts').all({ ...owned, ...span }) as FactCopyRow[],
      });
      return { rows: rows.map((row) => factOf(tenantKey, row)), next };
    },
    episodes: (scope: Scope, userId: string, page: Page): PageOf<EpisodeCopy> => {
      const owned = { tenantKey: scope.tenantKey, ownerKey: ownerOf(sql, scope, userId) };
      const { rows, next } = pageByKey(['copies of episodes', owned.ownerKey], page, {
        lastKey: () => episodes('last_key').pluck().get(owned) as number,
        read: (span) => sql('episodes').all({ ...owned, ...span }) as EpisodeCopyRow[],
      });
      return { rows: rows.map(toEpisodeCopy), next };
    },
    forgotten: (scope: Scope, sessionId: string, page: Page): PageOf<ForgottenCopy> => {
      const { key: sessionKey, userKey } = sessionOf(scope, sessionId);
      const cursors = cursorsOf(['copies of what is forgotten', sessionKey]);
      const [after] = cursors.read<readonly [number]>(page.after, [0]);
      const asked = { tenantKey: scope.tenantKey, sessionKey, after, limit: page.limit + 1 };
      const found = sql('forgotten').all(asked) as ForgottenRow[];
      const { rows, next } = pageOf(found, page.limit, ({ sequence }) => cursors.write([sequence]));
      return { rows: rows.map((row) => toForgottenCopy(userKey, row)), next };
    },
    pending: (scope: Scope, sessionId: string, page: Page): PageOf<PendingCopy> => {
      const { key: sessionKey } = sessionOf(scope, sessionId);
      const { after, cursorOf } = pendingCursors(sessionKey, page.after);
      const asked = { tenantKey: scope.tenantKey, sessionKey, ...after, limit: page.limit + 1 };
      const { rows, next } = pageOf(sql('pending').all(asked) as PendingRow[], page.limit, cursorOf);
      return { rows: rows.flatMap(toPending), next };
    },
  };
};

export const copyWrites = (db: Connection, { generations, ids, tasks }: WriteContext) => {
  const sql = openStatements(db, copiesSql);
  const facts = openStatements(db, factsFilingSql);
  const episodes = openStatements(db, episodesSql);
  const book = openFactBook(db, generations, () => ids.uuid());

  const placeOf = ({ tenantKey, userKey: ownerKey }: FactTransaction, messageId: string): Source | null =>
    (sql('place').get({ tenantKey, ownerKey, messageId }) as Source | undefined) ?? null;

  /** The mentions of a fact whose messages are there, and that nobody has deleted here. */
  const saidHere = (change: FactTransaction, { mentions }: FactCopy) =>
    mentions.flatMap((mention) => {
      const sources = mention.messageIds.flatMap((id) => placeOf(change, id) ?? []);
      if (sources.length === 0 || sources.length < mention.messageIds.length) return [];
      const draft = draftWith(
        mention,
        sources.map(({ messageKey }) => messageKey),
      );
      const { tenantKey, userKey } = change;
      const isGone = sources.some(({ sessionKey, sequence }) =>
        (facts('forgotten_at').pluck().all({ tenantKey, sessionKey, sequence }) as string[]).some((stored) =>
          isForgotten(userKey, { draft, terms: mention.terms }, stored),
        ),
      );
      return isGone ? [] : [{ sources, draft, terms: mention.terms, saidAt: mention.saidAt }];
    });

  const addFact = (change: FactTransaction, copy: FactCopy): boolean => {
    const { tenantKey, userKey, generation } = change;
    if (book.keyOf(change, copy.id) !== null) return false;
    const said = saidHere(change, copy);
    const first = said.toSorted((a, b) => a.saidAt - b.saidAt)[0]?.sources[0];
    if (!first) return false;
    const { kind: _kind, terms, entities, history, mentions: _mentions, supersededBy: _by, ...row } = copy;
    const placed = { ...row, tenantKey, userKey, generation, sessionKey: first.sessionKey };
    const factKey = sql('insert_fact').pluck().get(placed) as number;
    const owned = { tenantKey, userKey, factKey };
    for (const { sources, ...mention } of said) book.mention(change, { factId: copy.id, ...mention }, sources);
    book.addTerms(change, factKey, terms);
    for (const { of, name, saidAt } of entities) {
      const entity = { tenantKey, userKey, folded: of.toLowerCase() };
      const found = facts('find_entity').pluck().get(entity) as number | undefined;
      const named = { ...entity, id: ids.uuid(), name: of, kind: 'other' };
      const entityKey = found ?? facts('insert_entity').pluck().get(named);
      facts('name_entity').run({ ...owned, entityKey, name, saidAt });
    }
    history.forEach(({ isUndone, ...event }, i) => {
      sql('insert_event').run({ ...owned, ...event, number: i + 1, isUndone: isUndone ? 1 : 0 });
    });
    return true;
  };

  const addPending = (change: FactTransaction, { work, firstMessageId, lastMessageId }: PendingCopy): boolean => {
    const [first, last] = [placeOf(change, firstMessageId), placeOf(change, lastMessageId)];
    if (!first || !last || first.sessionKey !== last.sessionKey) return false;
    const { tenantKey, userKey, generation, at } = change;
    const { sessionKey } = first;
    if (tasks.covers({ tenantKey, sessionKey, sequence: first.sequence, kind: work })) return false;
    const range = { firstSequence: first.sequence, lastSequence: last.sequence };
    const task = { tenantKey, userKey, sessionKey, ...range, kind: work, generation, id: ids.uuid() };
    tasks.add({ ...task, priority: PRIORITY.low, dueAt: at, at });
    return true;
  };

  const addEpisode = (change: FactTransaction, copy: EpisodeCopy): boolean => {
    const { tenantKey, userKey, generation } = change;
    if (sql('episode_key').get({ tenantKey, userKey, id: copy.id })) return false;
    const [first, last] = [placeOf(change, copy.firstMessageId), placeOf(change, copy.lastMessageId)];
    if (!first || !last || first.sessionKey !== last.sessionKey) return false;
    const { sessionKey, sequence: firstSequence } = first;
    const range = { firstSequence, lastSequence: last.sequence };
    const place = { tenantKey, sessionKey, ...range };
    const { kind: _kind, firstMessageId, lastMessageId, messages, createdAt, updatedAt, ...rest } = copy;
    if (episodes('overlapping').all(place).length > 0) return false;
    if (sql('count').pluck().get(place) !== messages) {
      addPending(change, { kind: 'pending', work: 'summarise', firstMessageId, lastMessageId });
      return false;
    }
    const row = { ...place, userKey, generation, createdAt, updatedAt };
    sql('insert_episode').run({ ...row, ...episodeColumns({ ...rest, ...range }) });
    return true;
  };

  const addForgotten = (change: FactTransaction, { messageId, statements }: ForgottenCopy): boolean => {
    const { tenantKey, userKey } = change;
    const place = placeOf(change, messageId);
    if (!place) return false;
    const { sessionKey, sequence } = place;
    const added = statements.map(
      (digests) => facts('forget_mention').run({ tenantKey, userKey, sessionKey, sequence, digests }).changes,
    );
    return added.some((count) => count > 0);
  };

  const addOne = (change: FactTransaction, copy: Copy): boolean => {
    const { tenantKey, userKey, generation } = change;
    switch (copy.kind) {
      case 'fact':
        return addFact(change, copy);
      case 'supersession': {
        const [olderKey, newerKey] = [book.keyOf(change, copy.olderId), book.keyOf(change, copy.newerId)];
        if (olderKey === null || newerKey === null) return false;
        const { updatedAt } = copy;
        return sql('supersede').run({ tenantKey, generation, olderKey, newerKey, updatedAt }).changes > 0;
      }
      case 'entity': {
        const { id, name, entityKind } = copy;
        const entity = { tenantKey, userKey, folded: name.toLowerCase() };
        if (facts('find_entity').get(entity)) return false;
        facts('insert_entity').get({ ...entity, id, name, kind: entityKind });
        return true;
      }
      case 'forgotten':
        return addForgotten(change, copy);
      case 'episode':
        return addEpisode(change, copy);
      case 'pending':
        return addPending(change, copy);
      case 'edit':
        return sql('edit').run({ tenantKey, userKey, messageId: copy.messageId, at: copy.at }).changes > 0;
      default:
        return copy satisfies never;
    }
  };

  return {
    add: (scope: Scope, userId: string, copies: readonly Copy[], at: number): boolean[] => {
      const owner = { tenantKey: scope.tenantKey, userKey: ownerOf(sql, scope, userId) };
      return book.change(owner, at, (change) => copies.map((copy) => addOne(change, copy)));
    },
  };
};
