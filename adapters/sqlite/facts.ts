import { notFound } from '../../src/contract/errors.ts';
import type { FactDraft } from '../../src/contract/fact-drafts.ts';
import {
  type EntityRecord,
  type FactEvent,
  type FactFilter,
  type FactPatch,
  type FactRecord,
  MOST_NOMINATED,
  MOST_SOURCES,
  type NominatedFact,
  type Nominations,
} from '../../src/contract/facts.ts';
import type { Page, PageOf } from '../../src/contract/pages.ts';
import type { Scope } from '../../src/contract/records.ts';
import type { SessionRange } from '../../src/contract/work.ts';
import { afterUndo, best, MOST_ALIASES, MOST_OF_MESSAGES, MOST_OF_RANGE, patched } from '../fact-changes.ts';
import type { FactRow } from '../fact-making.ts';
import { toForgotten } from '../forgotten-facts.ts';
import type { Connection } from './connection.ts';
import { openFactBook } from './fact-book.ts';
import { pageByKey } from './key-pages.ts';
import factsSql from './sql/facts.sql' with { type: 'text' };
import factsFilingSql from './sql/facts-filing.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import type { WriteContext } from './writing/context.ts';

type Listed = Omit<FactRecord, 'userId' | 'entities' | 'messageIds' | 'supersedes' | 'supersededBy'> & {
  readonly supersededBy: number | null;
};
type Place = { readonly sessionKey: number; readonly sequence: number; readonly draft: string; readonly terms: string };
type Owned = { readonly tenantKey: number; readonly ownerKey: number; readonly userId: string };

export const factReads = (db: Connection) => {
  const sql = openStatements(db, factsSql);

  const ownerOf = (scope: Scope, userId: string): Owned => {
    const owner = sql('owner').get({ ...scope, userId }) as { key: number } | undefined;
    if (!owner) throw notFound('user', userId);
    return { tenantKey: scope.tenantKey, ownerKey: owner.key, userId };
  };

  const recordOf = ({ tenantKey, ownerKey, userId }: Owned, { supersededBy, ...row }: Listed): FactRecord => {
    const place = { tenantKey, ownerKey, key: row.key, limit: MOST_SOURCES };
    const namesOf = (statement: string): string[] => sql(statement).pluck().all(place) as string[];
    const newer = row.state === 'superseded' && supersededBy !== null;
    const id = newer ? sql('id_of').pluck().get({ tenantKey, key: supersededBy }) : undefined;
    return {
      ...row,
      userId,
      entities: namesOf('entities_of'),
      messageIds: namesOf('messages_of'),
      supersedes: namesOf('superseded_of'),
      supersededBy: (id as string | undefined) ?? null,
    };
  };

  const read = (scope: Scope, ids: readonly string[]): FactRecord[] =>
    ids.flatMap((id) => {
      const found = sql('read').get({ ...scope, id }) as (Listed & { userKey: number; userId: string }) | undefined;
      if (!found) return [];
      const { userKey: ownerKey, userId, ...row } = found;
      return [recordOf({ tenantKey: scope.tenantKey, ownerKey, userId }, row)];
    });

  const sessionOf = (owner: Owned, sessionId: string | undefined): number | null => {
    if (sessionId === undefined) return null;
    const key = sql('session')
      .pluck()
      .get({ ...owner, sessionId }) as number | undefined;
    if (key === undefined) throw notFound('session', sessionId);
    return key;
  };

  /** Of the facts that share terms with a statement those that share the most, and the rarest. */
  const nominatedBy = (
    { tenantKey, userKey }: Pick<SessionRange, 'tenantKey' | 'userKey'>,
    terms: readonly string[],
  ): number[] => {
    const weights = new Map<number, number>();
    for (const term of new Set(terms)) {
      const keys = sql('nominated').pluck().all({ tenantKey, userKey, term, limit: MOST_NOMINATED }) as number[];
      for (const key of keys) weights.set(key, (weights.get(key) ?? 0) + 1 / keys.length);
    }
    return best(weights);
  };

  const nominee = (range: SessionRange, key: number): NominatedFact[] => {
    const place = { ...range, key, limit: MOST_OF_RANGE };
    const row = sql('nominee').get(place) as
      | (Omit<NominatedFact, 'isOfRange' | 'ofRange'> & { isOfRange: 0 | 1 })
      | undefined;
    if (!row) return [];
    const drafts = sql('mentions_of_range').pluck().all(place) as string[];
    return [{ ...row, isOfRange: row.isOfRange === 1, ofRange: drafts.map((draft) => JSON.parse(draft) as FactDraft) }];
  };

  return {
    read,
    list: (scope: Scope, userId: string, filter: FactFilter, page: Page): PageOf<FactRecord> => {
      const owner = ownerOf(scope, userId);
      const { state, subject = null, category = null, asOf = null } = filter;
      const asked = { ...owner, subject, category, asOf, sessionKey: sessionOf(owner, filter.sessionId) };
      const list = ['facts', owner.ownerKey, state ?? null, subject, category, asOf, asked.sessionKey];
      const { rows, next } = pageByKey(list, page, {
        lastKey: () => sql('last_key').pluck().get(owner) as number,
        read: (span) =>
          (state === undefined
            ? sql('list').all({ ...asked, ...span })
            : sql('list_of_state').all({ ...asked, ...span, state })) as Listed[],
      });
      return { rows: rows.map((row) => recordOf(owner, row)), next };
    },
    ofMessages: (scope: Scope, userId: string, messageIds: readonly string[]): FactRecord[] => {
      const asked = { ...ownerOf(scope, userId), messageIds: JSON.stringify(messageIds), limit: MOST_OF_MESSAGES };
      return read(scope, sql('of_messages').pluck().all(asked) as string[]);
    },
    find: (scope: Scope, userId: string, terms: readonly string[], limit: number): FactRecord[] => {
      const { tenantKey, ownerKey: userKey } = ownerOf(scope, userId);
      const ids = nominatedBy({ tenantKey, userKey }, terms).flatMap((key) =>
        sql('id_of').pluck().all({ tenantKey, key }),
      );
      return read(scope, ids as string[])
        .filter(({ state }) => state !== 'retracted')
        .slice(0, limit);
    },
    history: (scope: Scope, id: string): FactEvent[] => {
      const [fact] = read(scope, [id]);
      if (!fact) throw notFound('fact', id);
      const rows = sql('history').all({ tenantKey: scope.tenantKey, key: fact.key });
      return (rows as (FactEvent & { before: string | null; after: string })[]).map(({ before, after, ...event }) => ({
        ...event,
        before: before === null ? null : JSON.parse(before),
        after: JSON.parse(after),
      }));
    },
    entities: (scope: Scope, userId: string, page: Page): PageOf<EntityRecord> => {
      const owner = ownerOf(scope, userId);
      const { rows, next } = pageByKey(['entities', owner.ownerKey], page, {
        lastKey: () => sql('last_entity').pluck().get(owner) as number,
        read: (span) => sql('entities').all({ ...owner, ...span }) as Omit<EntityRecord, 'aliases'>[],
      });
      const withAliases = rows.map((row) => {
        const { tenantKey } = scope;
        const asked = { tenantKey, key: row.key, name: row.name, limit: MOST_ALIASES };
        return { ...row, aliases: sql('aliases').pluck().all(asked) as string[] };
      });
      return { rows: withAliases, next };
    },
    nominate: (range: SessionRange, statements: readonly (readonly string[])[]): Nominations => {
      const generation = (sql('facts_generation').pluck().get(range) as number | undefined) ?? 0;
      const places = new Map<number, number>();
      const facts: NominatedFact[] = [];
      const placeOf = (key: number): number[] => {
        const [found] = places.has(key) ? [] : nominee(range, key);
        if (found) places.set(key, facts.push(found) - 1);
        return [places.get(key) ?? []].flat();
      };
      const ofStatements = statements.map((terms) => nominatedBy(range, terms).flatMap(placeOf));
      return { generation, facts, ofStatements };
    },
  };
};

export const factWrites = (db: Connection, { generations, ids }: WriteContext) => {
  const sql = openStatements(db, factsFilingSql);
  const { read } = factReads(db);
  const book = openFactBook(db, generations, () => ids.uuid());

  const find = (scope: Scope, id: string) => {
    const found = sql('key_in_scope').get({ ...scope, id }) as { key: number; userKey: number } | undefined;
    const owner = found && { tenantKey: scope.tenantKey, userKey: found.userKey };
    const row = owner && book.rowOf(owner, found.key);
    return row ? { owner, row } : null;
  };
  const recordOf = (scope: Scope, id: string): FactRecord => {
    const [fact] = read(scope, [id]);
    if (!fact) throw notFound('fact', id);
    return fact;
  };

  const put = (
    owner: { readonly tenantKey: number; readonly userKey: number },
    { row, next, at }: { readonly row: FactRow; readonly next: FactRow; readonly at: number },
    event: {
      readonly change: 'edited' | 'undone';
      readonly reason: string;
      readonly terms?: readonly string[] | undefined;
    },
  ): void => {
    book.change(owner, at, (change) => {
      const before = book.snapshotOf(owner, row);
      book.write(change, next);
      book.addTerms(change, row.key, event.terms ?? []);
      book.tell(change, next, { change: event.change, reason: event.reason, before });
      if ((row.state === 'retracted') !== (next.state === 'retracted')) book.followState(change, next);
    });
  };

  return {
    update: (scope: Scope, id: string, patch: FactPatch, at: number): FactRecord => {
      const found = find(scope, id);
      if (!found) throw notFound('fact', id);
      const { owner, row } = found;
      const next = patched(row, patch, at);
      put(owner, { row, next, at }, { change: 'edited', reason: 'changed by a person', terms: patch.terms });
      return recordOf(scope, id);
    },
    delete: (scope: Scope, factIds: readonly string[], at: number): string[] =>
      factIds.filter((id) => {
        const found = find(scope, id);
        if (!found) return false;
        const { owner, row } = found;
        const places = sql('places_of_mentions').all({ tenantKey: scope.tenantKey, key: row.key });
        for (const { draft, terms, ...place } of places as Place[]) {
          const digests = toForgotten(owner.userKey, {
            draft: JSON.parse(draft) as FactDraft,
            terms: JSON.parse(terms) as string[],
          });
          sql('forget_mention').run({ ...owner, ...place, digests });
        }
        book.change(owner, at, (change) => book.remove(change, row, 'what superseded it was deleted'));
        return true;
      }),
    undo: (scope: Scope, id: string, at: number): FactRecord | null => {
      const found = find(scope, id);
      if (!found) throw notFound('fact', id);
      const { owner, row } = found;
      const before = book.trail.takeBack({ ...owner, factKey: row.key });
      if (!before) return null;
      const newer = before.supersededBy === null ? null : book.keyOf(owner, before.supersededBy);
      const next = afterUndo(row, before, newer, at);
      put(owner, { row, next, at }, { change: 'undone', reason: 'taken back by a person' });
      return recordOf(scope, id);
    },
  };
};
