import type { EntityDraft } from '../../src/contract/fact-drafts.ts';
import { type FactChange, type FactSnapshot, MOST_EVENTS, type NewMention } from '../../src/contract/facts.ts';
import {
  beginOf,
  composed,
  type FactOwner,
  type FactRow,
  type MentionRow,
  MOST_COMPOSED,
  type Source,
} from '../fact-making.ts';
import { FACT_TRAIL } from './fact-trail.ts';
import { type FiledRetraction, increment } from './memories.ts';
import factsFilingSql from './sql/facts-filing.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import { arrayOf } from './text.ts';
import type { Transaction } from './transaction.ts';

/** The changes of one transaction, which has locked the memory, to the facts of a user. */
export interface FactTransaction extends FactOwner {
  readonly tx: Transaction;
  readonly generation: number;
  readonly at: number;
  /** What an index has to take out. */
  readonly retracted: FiledRetraction[];
}

type Keyed = { readonly key: number };

const sql = openStatements(factsFilingSql);
const ownerIn = ({ tenantKey, userKey }: FactOwner): FactOwner => ({ tenantKey, userKey });

/**
 * Changes facts in the caller's transaction. A fact is made of its mentions; what a person changed is left as it is. Each change of
 * a row is written under the generation of the transaction, and told in the history of the fact.
 */
export const openFactBook = (newId: () => string) => {
  const rowOf = (tx: Transaction, owner: FactOwner, key: number): Promise<FactRow | null> =>
    sql.get<FactRow>(tx, 'fact', { ...ownerIn(owner), key });

  const keyOf = async (tx: Transaction, owner: FactOwner, id: string): Promise<number | null> =>
    (await sql.get<Keyed>(tx, 'key_of', { ...ownerIn(owner), id }))?.key ?? null;

  const snapshotOf = async (tx: Transaction, owner: FactOwner, row: FactRow): Promise<FactSnapshot> => {
    const { text, subject, predicate, object, category, confidence, validFrom, validTo, state, endedAt } = row;
    const isOver = state === 'superseded';
    const newer = isOver && row.supersededBy !== null ? await rowOf(tx, owner, row.supersededBy) : null;
    const said = { text, subject, predicate, object, category, confidence };
    return { ...said, validFrom, validTo: isOver ? endedAt : validTo, state, supersededBy: newer?.id ?? null };
  };

  const write = async (change: FactTransaction, row: FactRow): Promise<void> => {
    const { tx, generation, at } = change;
    await sql.run(tx, 'update', { ...row, ...ownerIn(change), generation, at });
    if (row.state === 'retracted') change.retracted.push({ kind: 'fact', key: row.key });
  };

  const tell = async (
    change: FactTransaction,
    row: FactRow,
    event: { readonly change: FactChange; readonly reason: string; readonly before: FactSnapshot | null },
  ): Promise<void> => {
    const { tx, at } = change;
    const after = await snapshotOf(tx, change, row);
    await FACT_TRAIL.add(tx, { ...ownerIn(change), factKey: row.key, at }, { ...event, after }, MOST_EVENTS);
  };

  const entitiesOf = async (change: FactTransaction, factKey: number): Promise<number[]> => {
    const rows = await sql.all<{ entityKey: number }>(change.tx, 'entities_of', { ...ownerIn(change), factKey });
    return rows.map(({ entityKey }) => entityKey);
  };

  const deleteOfNothing = async (change: FactTransaction, keys: readonly number[]): Promise<void> => {
    if (keys.length === 0) return;
    await sql.run(change.tx, 'delete_entities_of_nothing', { ...ownerIn(change), keys: arrayOf(keys) });
  };

  const nameEntities = async (
    change: FactTransaction,
    row: FactRow,
    entities: readonly EntityDraft[],
  ): Promise<void> => {
    const { tx } = change;
    const owner = ownerIn(change);
    const owned = { ...owner, factKey: row.key };
    const before = await entitiesOf(change, row.key);
    await sql.run(tx, 'unname_entities', owned);
    for (const { name, kind } of entities) {
      const folded = name.toLowerCase();
      const found =
        (await sql.get<Keyed>(tx, 'find_entity', { ...owner, folded })) ??
        (await sql.get<Keyed>(tx, 'insert_entity', { ...owner, id: newId(), folded, name, kind }));
      if (found) await sql.run(tx, 'name_entity', { ...owned, entityKey: found.key, name, saidAt: row.saidAt });
    }
    await deleteOfNothing(change, before);
  };

  const addTerms = async (change: FactTransaction, factKey: number, terms: readonly string[]): Promise<void> => {
    if (terms.length === 0) return;
    await sql.run(change.tx, 'insert_terms', { ...ownerIn(change), factKey, terms: arrayOf([...new Set(terms)]) });
  };

  const supersededBy = async (change: FactTransaction, key: number): Promise<FactRow[]> => {
    const keys = await sql.all<Keyed>(change.tx, 'superseded_by', { ...ownerIn(change), key });
    const rows: FactRow[] = [];
    for (const one of keys) {
      const row = await rowOf(change.tx, change, one.key);
      if (row) rows.push(row);
    }
    return rows;
  };

  /** Facts that a fact has superseded go to what superseded it, or hold again. */
  const passOn = async (change: FactTransaction, gone: FactRow, reason: string): Promise<void> => {
    const { tx } = change;
    const next = gone.supersededBy === null ? null : await rowOf(tx, change, gone.supersededBy);
    for (const row of await supersededBy(change, gone.key)) {
      const before = await snapshotOf(tx, change, row);
      const holds = !next || next.state === 'retracted';
      const state = row.state === 'superseded' && holds ? 'active' : row.state;
      const after: FactRow = { ...row, supersededBy: next?.key ?? null, endedAt: next ? beginOf(next) : null, state };
      await write(change, after);
      await tell(change, after, { change: holds ? 'reopened' : 'superseded', reason, before });
    }
  };

  const remove = async (change: FactTransaction, row: FactRow, reason: string): Promise<void> => {
    await passOn(change, row, reason);
    const named = await entitiesOf(change, row.key);
    await sql.run(change.tx, 'delete', { ...ownerIn(change), key: row.key });
    await deleteOfNothing(change, named);
    change.retracted.push({ kind: 'fact', key: row.key });
  };

  return {
    rowOf,
    keyOf,
    snapshotOf,
    write,
    tell,
    remove,
    addTerms,

    /** Adds a mention, and the fact when it is the first. Answers the key of the fact. */
    mention: async (
      change: FactTransaction,
      { factId, draft, terms, saidAt }: NewMention,
      sources: readonly Source[],
    ): Promise<number> => {
      const { tx, generation, at } = change;
      const owner = ownerIn(change);
      const newest = sources[0] as Source;
      const { text, subject, predicate, object, category, confidence, validFromMs, validToMs } = draft;
      const said = { id: factId, sessionKey: newest.sessionKey, saidAt, text, subject, predicate, object, category };
      const held = { confidence, validFrom: validFromMs, validTo: validToMs };
      const known = await keyOf(tx, change, factId);
      const factKey =
        known ?? (await sql.get<Keyed>(tx, 'insert', { ...owner, generation, at, ...said, ...held }))?.key;
      if (factKey === undefined) throw new Error('A fact that was written is not answered.');
      const place = { ...owner, factKey, sessionKey: newest.sessionKey, sequence: newest.sequence, saidAt };
      const row = { ...place, text, draft: JSON.stringify(draft), terms: JSON.stringify(terms) };
      const mentionKey = (await sql.get<Keyed>(tx, 'insert_mention', row))?.key;
      for (const source of sources) await sql.run(tx, 'insert_source', { ...owner, mentionKey, factKey, ...source });
      await addTerms(change, factKey, terms);
      return factKey;
    },

    removeMention: async (tx: Transaction, owner: FactOwner, key: number): Promise<void> => {
      await sql.run(tx, 'delete_mention', { ...ownerIn(owner), key });
    },

    /**
     * Makes a fact anew of its mentions, after these have changed; deletes it when none is left. `isLess`: some are gone, so that
     * nothing of what they said may be left, in the history and the terms neither.
     */
    settle: async (change: FactTransaction, key: number, isLess: boolean): Promise<void> => {
      const { tx } = change;
      const owner = ownerIn(change);
      const row = await rowOf(tx, change, key);
      if (!row) return;
      const mentions = await sql.all<MentionRow>(tx, 'first_mentions', { ...owner, key, limit: MOST_COMPOSED });
      const [first] = mentions;
      const said = composed(mentions);
      if (!first || !said) {
        await remove(change, row, 'what superseded it is no longer said');
        return;
      }
      const { entities, ...fields } = said;
      const isNew = await FACT_TRAIL.isEmpty(tx, { ...owner, factKey: key });
      const before = isNew ? null : await snapshotOf(tx, change, row);
      const place = { sessionKey: first.sessionKey, saidAt: first.saidAt };
      const after: FactRow = row.editedAt === null ? { ...row, ...place, ...fields } : { ...row, ...place };
      if (isLess) {
        const terms = mentions.flatMap((mention) => JSON.parse(mention.terms) as string[]);
        await sql.run(tx, 'delete_terms', { ...owner, factKey: key });
        await addTerms(change, key, terms);
        await FACT_TRAIL.clear(tx, { ...owner, factKey: key });
      }
      await write(change, after);
      if (row.editedAt === null) await nameEntities(change, after, entities);
      const [what, reason] = isNew
        ? (['created', 'said in a message'] as const)
        : isLess
          ? (['rederived', 'a message that said it was changed or deleted'] as const)
          : (['repeated', 'said again'] as const);
      await tell(change, after, { change: what, reason, before: isLess ? null : before });
    },

    /** Closes a fact at the beginning of what took its place. */
    supersede: async (change: FactTransaction, olderKey: number, newerKey: number, reason: string): Promise<void> => {
      const { tx } = change;
      const [older, newer] = [await rowOf(tx, change, olderKey), await rowOf(tx, change, newerKey)];
      if (!older || !newer || older.key === newer.key || newer.state === 'retracted') return;
      const before = await snapshotOf(tx, change, older);
      const state = older.state === 'retracted' ? 'retracted' : 'superseded';
      const after: FactRow = { ...older, supersededBy: newer.key, endedAt: beginOf(newer), state };
      await write(change, after);
      await tell(change, after, { change: 'superseded', reason, before });
    },

    /** After a person retracted a fact, or took that back: what it had superseded holds again, or no longer. */
    followState: async (change: FactTransaction, row: FactRow): Promise<void> => {
      for (const other of await supersededBy(change, row.key)) {
        const state = row.state === 'retracted' ? 'active' : 'superseded';
        if (other.state === 'retracted' || other.state === state) continue;
        const before = await snapshotOf(change.tx, change, other);
        const after: FactRow = { ...other, state };
        await write(change, after);
        const [what, reason] =
          state === 'active'
            ? (['reopened', 'what superseded it was retracted'] as const)
            : (['superseded', 'what superseded it is no longer retracted'] as const);
        await tell(change, after, { change: what, reason, before });
      }
    },

    /** Runs changes of a user's facts under one generation, which their caches and indexes then ask for. */
    change: async <T>(
      tx: Transaction,
      owner: FactOwner,
      at: number,
      run: (change: FactTransaction) => Promise<T>,
    ): Promise<T> => {
      const own = ownerIn(owner);
      const generation = await increment(tx, own);
      const change: FactTransaction = { ...own, tx, at, generation, retracted: [] };
      const result = await run(change);
      if (change.retracted.length > 0) await increment(tx, own, change.retracted);
      await sql.run(tx, 'touch_owner', { ...own, generation });
      return result;
    },
  };
};

export type FactBook = ReturnType<typeof openFactBook>;
