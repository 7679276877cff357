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
import type { Connection } from './connection.ts';
import { openFactTrail } from './fact-trail.ts';
import type { FiledRetraction, Generations } from './generations.ts';
import filingSql from './sql/facts-filing.sql' with { type: 'text' };
import { openStatements } from './statements.ts';

/** The changes of one transaction to the facts of a user. */
export interface FactTransaction extends FactOwner {
  readonly generation: number;
  readonly at: number;
  /** What an index has to take out. */
  readonly retracted: FiledRetraction[];
}

/**
 * Changes facts in the caller's transaction. A fact is made of its mentions; what a person changed is left as it is. Each change of
 * a row is written under the generation of the transaction, and told in the history of the fact.
 */
export const openFactBook = (db: Connection, generations: Generations, newId: () => string) => {
  const sql = openStatements(db, filingSql);
  const trail = openFactTrail(sql);

  const rowOf = ({ tenantKey }: FactOwner, key: number): FactRow | undefined =>
    sql('fact').get({ tenantKey, key }) as FactRow | undefined;

  const idOf = (owner: FactOwner, key: number | null): string | null =>
    key === null ? null : (rowOf(owner, key)?.id ?? null);

  const snapshotOf = (owner: FactOwner, row: FactRow): FactSnapshot => {
    const { text, subject, predicate, object, category, confidence, validFrom, validTo, state, endedAt } = row;
    const isOver = state === 'superseded';
    const supersededBy = isOver ? idOf(owner, row.supersededBy) : null;
    const said = { text, subject, predicate, object, category, confidence };
    return { ...said, validFrom, validTo: isOver ? endedAt : validTo, state, supersededBy };
  };

  const write = (change: FactTransaction, row: FactRow): void => {
    const { tenantKey, generation, at } = change;
    sql('update').run({ ...row, tenantKey, generation, at });
    if (row.state === 'retracted') change.retracted.push({ kind: 'fact', key: row.key });
  };

  const tell = (
    { tenantKey, userKey, at }: FactTransaction,
    row: FactRow,
    event: { readonly change: FactChange; readonly reason: string; readonly before: FactSnapshot | null },
  ): void => {
    const after = snapshotOf({ tenantKey, userKey }, row);
    trail.add({ tenantKey, userKey, factKey: row.key, at }, { ...event, after }, MOST_EVENTS);
  };

  const nameEntities = (change: FactTransaction, row: FactRow, entities: readonly EntityDraft[]): void => {
    const { tenantKey, userKey } = change;
    const owned = { tenantKey, userKey, factKey: row.key };
    const before = sql('entities_of').pluck().all(owned) as number[];
    sql('unname_entities').run(owned);
    for (const { name, kind } of entities) {
      const folded = name.toLowerCase();
      const found = sql('find_entity').pluck().get({ tenantKey, userKey, folded }) as number | undefined;
      const entityKey =
        found ?? sql('insert_entity').pluck().get({ tenantKey, userKey, id: newId(), folded, name, kind });
      sql('name_entity').run({ ...owned, entityKey, name, saidAt: row.saidAt });
    }
    for (const key of before) sql('delete_entity_of_nothing').run({ tenantKey, key });
  };

  const addTerms = ({ tenantKey, userKey }: FactOwner, factKey: number, terms: readonly string[]): void => {
    for (const term of terms) sql('insert_term').run({ tenantKey, userKey, term, factKey });
  };

  /** Facts that a fact has superseded go to what superseded it, or hold again. */
  const passOn = (change: FactTransaction, gone: FactRow, reason: string): void => {
    const next = gone.supersededBy === null ? undefined : rowOf(change, gone.supersededBy);
    const { tenantKey, userKey } = change;
    for (const key of sql('superseded_by').pluck().all({ tenantKey, userKey, key: gone.key }) as number[]) {
      const row = rowOf(change, key);
      if (!row) continue;
      const before = snapshotOf(change, row);
      const holds = !next || next.state === 'retracted';
      const end = next ? beginOf(next) : null;
      const state = row.state === 'superseded' && holds ? 'active' : row.state;
      const after: FactRow = { ...row, supersededBy: next?.key ?? null, endedAt: end, state };
      write(change, after);
      tell(change, after, { change: holds ? 'reopened' : 'superseded', reason, before });
    }
  };

  const remove = (change: FactTransaction, row: FactRow, reason: string): void => {
    const { tenantKey, userKey } = change;
    passOn(change, row, reason);
    const named = sql('entities_of').pluck().all({ tenantKey, userKey, factKey: row.key }) as number[];
    sql('delete').run({ tenantKey, key: row.key });
    for (const key of named) sql('delete_entity_of_nothing').run({ tenantKey, key });
    change.retracted.push({ kind: 'fact', key: row.key });
  };

  return {
    rowOf,
    snapshotOf,
    write,
    tell,
    remove,
    addTerms,
    trail,

    keyOf: ({ tenantKey, userKey }: FactOwner, id: string): number | null =>
      (sql('key_of').pluck().get({ tenantKey, userKey, id }) as number | undefined) ?? null,

    /** Adds a mention, and the fact when it is the first. Answers the key of the fact. */
    mention: (
      change: FactTransaction,
      { factId, draft, terms, saidAt }: NewMention,
      sources: readonly Source[],
    ): number => {
      const { tenantKey, userKey, generation, at } = change;
      const newest = sources[0] as Source;
      const { text, subject, predicate, object, category, confidence, validFromMs, validToMs } = draft;
      const known = sql('key_of').pluck().get({ tenantKey, userKey, id: factId }) as number | undefined;
      const said = { id: factId, sessionKey: newest.sessionKey, saidAt, text, subject, predicate, object, category };
      const held = { confidence, validFrom: validFromMs, validTo: validToMs };
      const owned = { tenantKey, userKey };
      const insert = () =>
        sql('insert')
          .pluck()
          .get({ ...owned, generation, at, ...said, ...held }) as number;
      const factKey = known ?? insert();
      const place = { ...owned, factKey, sessionKey: newest.sessionKey, sequence: newest.sequence, saidAt };
      const mention = { ...place, draft: JSON.stringify(draft), terms: JSON.stringify(terms) };
      const mentionKey = sql('insert_mention').pluck().get(mention) as number;
      for (const source of sources) sql('insert_source').run({ ...owned, mentionKey, factKey, ...source });
      addTerms(change, factKey, terms);
      return factKey;
    },

    removeMention: ({ tenantKey }: FactOwner, key: number): void => {
      sql('delete_mention').run({ tenantKey, key });
    },

    /**
     * Makes a fact anew of its mentions, after these have changed; deletes it when none is left. `isLess`: some are gone, so that
     * nothing of what they said may be left, in the history and the terms neither.
     */
    settle: (change: FactTransaction, key: number, isLess: boolean): void => {
      const { tenantKey } = change;
      const row = rowOf(change, key);
      if (!row) return;
      const mentions = sql('first_mentions').all({ tenantKey, key, limit: MOST_COMPOSED }) as MentionRow[];
      const [first] = mentions;
      const said = composed(mentions);
      if (!first || !said) {
        remove(change, row, 'what superseded it is no longer said');
        return;
      }
      const { entities, ...fields } = said;
      const isNew = trail.isEmpty({ ...change, factKey: key });
      const before = isNew ? null : snapshotOf(change, row);
      const place = { sessionKey: first.sessionKey, saidAt: first.saidAt };
      const after: FactRow = row.editedAt === null ? { ...row, ...place, ...fields } : { ...row, ...place };
      if (isLess) {
        const terms = mentions.flatMap((mention) => JSON.parse(mention.terms) as string[]);
        sql('delete_terms').run({ tenantKey, factKey: key });
        addTerms(change, key, terms);
        trail.clear({ ...change, factKey: key });
      }
      write(change, after);
      if (row.editedAt === null) nameEntities(change, after, entities);
      const [what, reason] = isNew
        ? (['created', 'said in a message'] as const)
        : isLess
          ? (['rederived', 'a message that said it was changed or deleted'] as const)
          : (['repeated', 'said again'] as const);
      tell(change, after, { change: what, reason, before: isLess ? null : before });
    },

    /** Closes a fact at the beginning of what took its place. */
    supersede: (change: FactTransaction, olderKey: number, newerKey: number, reason: string): void => {
      const [older, newer] = [rowOf(change, olderKey), rowOf(change, newerKey)];
      if (!older || !newer || older.key === newer.key || newer.state === 'retracted') return;
      const before = snapshotOf(change, older);
      const state = older.state === 'retracted' ? 'retracted' : 'superseded';
      const after: FactRow = { ...older, supersededBy: newer.key, endedAt: beginOf(newer), state };
      write(change, after);
      tell(change, after, { change: 'superseded', reason, before });
    },

    /** After a person retracted a fact, or took that back: what it had superseded holds again, or no longer. */
    followState: (change: FactTransaction, row: FactRow): void => {
      const { tenantKey, userKey } = change;
      for (const key of sql('superseded_by').pluck().all({ tenantKey, userKey, key: row.key }) as number[]) {
        const other = rowOf(change, key);
        const state = row.state === 'retracted' ? 'active' : 'superseded';
        if (!other || other.state === 'retracted' || other.state === state) continue;
        const before = snapshotOf(change, other);
        const after: FactRow = { ...other, state };
        write(change, after);
        const [what, reason] =
          state === 'active'
            ? (['reopened', 'what superseded it was retracted'] as const)
            : (['superseded', 'what superseded it is no longer retracted'] as const);
        tell(change, after, { change: what, reason, before });
      }
    },

    /** Runs changes of a user's facts under one generation, which their caches and indexes then ask for. */
    change: <T>({ tenantKey, userKey }: FactOwner, at: number, run: (change: FactTransaction) => T): T => {
      const change = { tenantKey, userKey, at, generation: generations(tenantKey, userKey), retracted: [] };
      const result = run(change);
      if (change.retracted.length > 0) generations(tenantKey, userKey, change.retracted);
      sql('touch_owner').run({ tenantKey, userKey, generation: change.generation });
      return result;
    },
  };
};

export type FactBook = ReturnType<typeof openFactBook>;
