import { notFound } from '../../src/contract/errors.ts';
import type { FactDraft } from '../../src/contract/fact-drafts.ts';
import {
  type EntityRecord,
  type FactEvent,
  type FactFacet,
  type FactRecord,
  MOST_NOMINATED,
  MOST_SOURCES,
  type NominatedFact,
} from '../../src/contract/facts.ts';
import type { Scope } from '../../src/contract/records.ts';
import type { WorkFacet } from '../../src/contract/work.ts';
import { afterUndo, best, MOST_ALIASES, MOST_OF_MESSAGES, MOST_OF_RANGE, patched } from '../fact-changes.ts';
import type { FactOwner, FactRow } from '../fact-making.ts';
import { toForgotten } from '../forgotten-facts.ts';
import type { Context } from './context.ts';
import { openFactBook } from './fact-book.ts';
import { FACT_TRAIL } from './fact-trail.ts';
import { pageByKey } from './key-pages.ts';
import { lockMemories } from './memories.ts';
import type { Pool, Queryable } from './pool.ts';
import factsSql from './sql/facts.sql' with { type: 'text' };
import factsFilingSql from './sql/facts-filing.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import { arrayOf } from './text.ts';
import { inTransaction, type Transaction } from './transaction.ts';

const sql = openStatements(factsSql);
const filing = openStatements(factsFilingSql);

type Keyed = { readonly key: number };
type Listed = Omit<FactRecord, 'userId' | 'entities' | 'messageIds' | 'supersedes' | 'supersededBy'> & {
  readonly supersededBy: number | null;
};
type Owned = { readonly tenantKey: number; readonly ownerKey: number; readonly userId: string };
type OfFact<T> = { readonly factKey: number } & T;

/** Facts with all that a record tells of them, in their order: a statement for each kind of it, however many there are. */
const recordsOf = async (
  db: Queryable,
  { tenantKey, ownerKey, userId }: Owned,
  rows: readonly Listed[],
): Promise<FactRecord[]> => {
  if (rows.length === 0) return [];
  const asked = { tenantKey, ownerKey, keys: arrayOf(rows.map(({ key }) => key)), limit: MOST_SOURCES };
  const newer = rows.flatMap(({ state, supersededBy }) => (state === 'superseded' ? (supersededBy ?? []) : []));
  const [entities, messages, older, ids] = await Promise.all([
    sql.all<OfFact<{ name: string }>>(db, 'entities_of', asked),
    sql.all<OfFact<{ id: string }>>(db, 'messages_of', asked),
    sql.all<OfFact<{ id: string }>>(db, 'superseded_of', asked),
    sql.all<Keyed & { id: string }>(db, 'ids_of', { ...asked, keys: arrayOf(newer) }),
  ]);
  const idOf = new Map(ids.map(({ key, id }) => [key, id]));
  const ofFact = <T extends { factKey: number }, R>(all: readonly T[], key: number, one: (row: T) => R): R[] =>
    all.filter(({ factKey }) => factKey === key).map(one);
  return rows.map(({ supersededBy, ...row }) => ({
    ...row,
    userId,
    entities: ofFact(entities, row.key, ({ name }) => name),
    messageIds: ofFact(messages, row.key, ({ id }) => id),
    supersedes: ofFact(older, row.key, ({ id }) => id),
    supersededBy: (row.state === 'superseded' && supersededBy !== null && idOf.get(supersededBy)) || null,
  }));
};

const readFacts = async (db: Queryable, scope: Scope, ids: readonly string[]): Promise<FactRecord[]> => {
  type Read = Listed & { readonly userKey: number; readonly userId: string };
  const rows = await sql.all<Read>(db, 'read', { ...scope, ids: arrayOf(ids) });
  const records = new Map<string, FactRecord>();
  for (const [ownerKey, ofOwner] of Map.groupBy(rows, ({ userKey }) => userKey)) {
    const owner = { tenantKey: scope.tenantKey, ownerKey, userId: ofOwner[0]?.userId ?? '' };
    const listed = ofOwner.map(({ userKey: _userKey, userId: _userId, ...row }) => row);
    for (const record of await recordsOf(db, owner, listed)) records.set(record.id, record);
  }
  return ids.flatMap((id) => records.get(id) ?? []);
};

/** For each statement, of the facts that share terms with it, those that share the most and the rarest: one round trip. */
const nominatedBy = async (
  db: Queryable,
  owner: FactOwner,
  statements: readonly (readonly string[])[],
): Promise<number[][]> => {
  const terms = statements.flatMap((ofStatement, number) =>
    [...new Set(ofStatement)].map((term) => ({ number, term })),
  );
  const asked = {
    ...owner,
    numbers: arrayOf(terms.map((_, i) => i)),
    terms: arrayOf(terms.map(({ term }) => term)),
    limit: MOST_NOMINATED,
  };
  const found = terms.length > 0 ? await sql.all<OfFact<{ number: number }>>(db, 'nominated', asked) : [];
  const ofTerm = Map.groupBy(found, ({ number }) => number);
  const weights = statements.map(() => new Map<number, number>());
  for (const [i, { number }] of terms.entries()) {
    const facts = ofTerm.get(i) ?? [];
    const ofStatement = weights[number] as Map<number, number>;
    for (const { factKey } of facts) {
      ofStatement.set(factKey, (ofStatement.get(factKey) ?? 0) + 1 / facts.length);
    }
  }
  return weights.map(best);
};

/** What a background Worker reads of facts. */
export const openNominations = (pool: Pool): Pick<WorkFacet, 'nominate'> => ({
  nominate: async ({ tenantKey, userKey, sessionKey, firstSequence, lastSequence }, statements) => {
    const owner = { tenantKey, userKey };
    // Read first: what changes from here on makes the outcome stale.
    const now = await sql.get<{ generation: number }>(pool, 'facts_generation', owner);
    const keysOf = await nominatedBy(pool, owner, statements);
    const keys = arrayOf([...new Set(keysOf.flat())]);
    const range = { ...owner, sessionKey, firstSequence, lastSequence, keys };
    type Nominee = Omit<NominatedFact, 'ofRange'> & Keyed;
    const [nominees, drafts] = await Promise.all([
      sql.all<Nominee>(pool, 'nominees', range),
      sql.all<OfFact<{ draft: string }>>(pool, 'mentions_of_range', { ...range, limit: MOST_OF_RANGE }),
    ]);
    const draftsOf = Map.groupBy(drafts, ({ factKey }) => factKey);
    const byKey = new Map(nominees.map((one) => [one.key, one]));
    const places = new Map<number, number>();
    const facts: NominatedFact[] = [];
    const placeOf = (key: number): number | [] => {
      const nominee = byKey.get(key);
      if (!nominee) return [];
      const { key: _key, ...fact } = nominee;
      const ofRange = (draftsOf.get(key) ?? []).map(({ draft }) => JSON.parse(draft) as FactDraft);
      if (!places.has(key)) places.set(key, facts.push({ ...fact, ofRange }) - 1);
      return places.get(key) ?? [];
    };
    return { generation: now?.generation ?? 0, facts, ofStatements: keysOf.map((ofOne) => ofOne.flatMap(placeOf)) };
  },
});

const openFactReads = (pool: Pool): Omit<FactFacet, 'update' | 'delete' | 'undo'> => {
  const ownerOf = async (scope: Scope, userId: string): Promise<Owned> => {
    const owner = await sql.get<Keyed>(pool, 'owner', { ...scope, userId });
    if (!owner) throw notFound('user', userId);
    return { tenantKey: scope.tenantKey, ownerKey: owner.key, userId };
  };

  const sessionOf = async (owner: Owned, sessionId: string | undefined): Promise<number | null> => {
    if (sessionId === undefined) return null;
    const session = await sql.get<Keyed>(pool, 'session', { ...owner, sessionId });
    if (!session) throw notFound('session', sessionId);
    return session.key;
  };

  return {
    read: (scope, ids) => readFacts(pool, scope, ids),
    list: async (scope, userId, filter, page) => {
      const owner = await ownerOf(scope, userId);
      const { state, subject = null, category = null, asOf = null } = filter;
      const asked = { ...owner, subject, category, asOf, sessionKey: await sessionOf(owner, filter.sessionId) };
      const list = ['facts', owner.ownerKey, state ?? null, subject, category, asOf, asked.sessionKey];
      const { rows, next } = await pageByKey(list, page, {
        lastKey: async () => (await sql.get<Keyed>(pool, 'last_key', { ...owner }))?.key ?? 0,
        read: (span) =>
          state === undefined
            ? sql.all<Listed>(pool, 'list', { ...asked, ...span })
            : sql.all<Listed>(pool, 'list_of_state', { ...asked, ...span, state }),
      });
      return { rows: await recordsOf(pool, owner, rows), next };
    },
    ofMessages: async (scope, userId, messageIds) => {
      const owner = await ownerOf(scope, userId);
      const asked = { ...owner, messageIds: arrayOf(messageIds), limit: MOST_OF_MESSAGES };
      const found = await sql.all<{ id: string }>(pool, 'of_messages', asked);
      return readFacts(
        pool,
        scope,
        found.map(({ id }) => id),
      );
    },
    find: async (scope, userId, terms, limit) => {
      const owner = await ownerOf(scope, userId);
      const { tenantKey, ownerKey } = owner;
      const [keys = []] = await nominatedBy(pool, { tenantKey, userKey: ownerKey }, [terms]);
      const rows = await sql.all<Keyed & { id: string }>(pool, 'ids_of', { ...owner, keys: arrayOf(keys) });
      const idOf = new Map(rows.map(({ key, id }) => [key, id]));
      const found = await readFacts(
        pool,
        scope,
        keys.flatMap((key) => idOf.get(key) ?? []),
      );
      return found.filter(({ state }) => state !== 'retracted').slice(0, limit);
    },
    history: async (scope, id) => {
      const found = await filing.get<Keyed & { userKey: number }>(pool, 'key_in_scope', { ...scope, id });
      if (!found) throw notFound('fact', id);
      const place = { tenantKey: scope.tenantKey, ownerKey: found.userKey, key: found.key };
      type Told = Omit<FactEvent, 'before' | 'after'> & { readonly before: string | null; readonly after: string };
      return (await sql.all<Told>(pool, 'history', place)).map(({ before, after, ...event }) => ({
        ...event,
        before: before === null ? null : JSON.parse(before),
        after: JSON.parse(after),
      }));
    },
    entities: async (scope, userId, page) => {
      const owner = await ownerOf(scope, userId);
      const { rows, next } = await pageByKey(['entities', owner.ownerKey], page, {
        lastKey: async () => (await sql.get<Keyed>(pool, 'last_entity', { ...owner }))?.key ?? 0,
        read: (span) => sql.all<Omit<EntityRecord, 'aliases'>>(pool, 'entities', { ...owner, ...span }),
      });
      const [keys, names] = [arrayOf(rows.map(({ key }) => key)), arrayOf(rows.map(({ name }) => name))];
      type Alias = { readonly entityKey: number; readonly name: string };
      const aliases = await sql.all<Alias>(pool, 'aliases', { ...owner, keys, names, limit: MOST_ALIASES });
      const aliasesOf = Map.groupBy(aliases, ({ entityKey }) => entityKey);
      return {
        rows: rows.map((row) => ({ ...row, aliases: (aliasesOf.get(row.key) ?? []).map(({ name }) => name) })),
        next,
      };
    },
  };
};

type Found = { readonly owner: FactOwner; readonly row: FactRow };

export const openFacts = ({ pool, ids }: Pick<Context, 'pool' | 'ids'>): FactFacet => {
  const book = openFactBook(() => ids.uuid());

  /** Runs a change of a fact whose memory is locked; null when the scope sees no such fact. */
  const changing = async <T>(
    scope: Scope,
    id: string,
    run: (tx: Transaction, found: Found) => Promise<T>,
  ): Promise<T | null> => {
    const place = { ...scope, id };
    const seen = await filing.get<Keyed & { userKey: number }>(pool, 'key_in_scope', place);
    if (!seen) return null;
    return inTransaction(pool, async (tx) => {
      await lockMemories(tx, [seen.userKey]);
      const owner = { tenantKey: scope.tenantKey, userKey: seen.userKey };
      // It may have gone since it was looked up.
      const still = await filing.get<Keyed>(tx, 'key_in_scope', place);
      const row = still && (await book.rowOf(tx, owner, seen.key));
      return row ? run(tx, { owner, row }) : null;
    });
  };

  const put = (
    tx: Transaction,
    { owner, row }: Found,
    next: FactRow,
    at: number,
    event: {
      readonly change: 'edited' | 'undone';
      readonly reason: string;
      readonly terms?: readonly string[] | undefined;
    },
  ): Promise<void> =>
    book.change(tx, owner, at, async (change) => {
      const before = await book.snapshotOf(tx, owner, row);
      await book.write(change, next);
      await book.addTerms(change, row.key, event.terms ?? []);
      await book.tell(change, next, { change: event.change, reason: event.reason, before });
      if ((row.state === 'retracted') !== (next.state === 'retracted')) await book.followState(change, next);
    });

  const recordIn = async (tx: Transaction, scope: Scope, id: string): Promise<FactRecord> => {
    const [fact] = await readFacts(tx, scope, [id]);
    if (!fact) throw notFound('fact', id);
    return fact;
  };

  return {
    ...openFactReads(pool),
    update: async (scope, id, patch, at) => {
      const updated = await changing(scope, id, async (tx, found) => {
        const next = patched(found.row, patch, at);
        await put(tx, found, next, at, { change: 'edited', reason: 'changed by a person', terms: patch.terms });
        return recordIn(tx, scope, id);
      });
      if (!updated) throw notFound('fact', id);
      return updated;
    },
    delete: async (scope, factIds, at) => {
      const deleted: string[] = [];
      for (const id of factIds) {
        const isGone = await changing(scope, id, async (tx, { owner, row }) => {
          type Place = { sessionKey: number; sequence: number; draft: string; terms: string };
          const places = await filing.all<Place>(tx, 'places_of_mentions', { ...owner, key: row.key });
          for (const { draft, terms, ...place } of places) {
            const digests = toForgotten(owner.userKey, {
              draft: JSON.parse(draft) as FactDraft,
              terms: JSON.parse(terms) as string[],
            });
            await filing.run(tx, 'forget_mention', { ...owner, ...place, digests });
          }
          await book.change(tx, owner, at, (change) => book.remove(change, row, 'what superseded it was deleted'));
          return true;
        });
        if (isGone) deleted.push(id);
      }
      return deleted;
    },
    undo: async (scope, id, at) => {
      const undone = await changing(scope, id, async (tx, found) => {
        const { owner, row } = found;
        const before = await FACT_TRAIL.takeBack(tx, { ...owner, factKey: row.key });
        if (!before) return { fact: null };
        const newer = before.supersededBy === null ? null : await book.keyOf(tx, owner, before.supersededBy);
        const next = afterUndo(row, before, newer, at);
        await put(tx, found, next, at, { change: 'undone', reason: 'taken back by a person' });
        return { fact: await recordIn(tx, scope, id) };
      });
      if (!undone) throw notFound('fact', id);
      return undone.fact;
    },
  };
};
