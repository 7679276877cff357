import {
  type Copy,
  type CopyFacet,
  type EpisodeCopy,
  type FactCopy,
  type ForgottenCopy,
  type MentionCopy,
  MOST_MENTIONS,
  type PendingCopy,
} from '../../src/contract/copies.ts';
import { notFound } from '../../src/contract/errors.ts';
import { PRIORITY } from '../../src/contract/outbox.ts';
import type { Scope } from '../../src/contract/records.ts';
import type { SessionRange } from '../../src/contract/work.ts';
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
import type { Context } from './context.ts';
import { type FactTransaction, openFactBook } from './fact-book.ts';
import { pageByKey } from './key-pages.ts';
import { lockMemories } from './memories.ts';
import type { Pool, Queryable } from './pool.ts';
import copiesSql from './sql/copies.sql' with { type: 'text' };
import episodesSql from './sql/episodes.sql' with { type: 'text' };
import factsSql from './sql/facts.sql' with { type: 'text' };
import factsFilingSql from './sql/facts-filing.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import { arrayOf } from './text.ts';
import { inTransaction } from './transaction.ts';

const sql = openStatements(copiesSql);
const filing = openStatements(factsFilingSql);
const facts = openStatements(factsSql);
const episodes = openStatements(episodesSql);

type Keyed = { readonly key: number };
type Owned = { readonly tenantKey: number; readonly ownerKey: number };
type OfFact<T> = T & { readonly factKey: number };

const ownerOf = async (db: Queryable, scope: Scope, userId: string): Promise<Owned> => {
  const owner = await sql.get<Keyed>(db, 'owner', { ...scope, userId });
  if (!owner) throw notFound('user', userId);
  return { tenantKey: scope.tenantKey, ownerKey: owner.key };
};

const openCopyReads = (pool: Pool): Omit<CopyFacet, 'add'> => {
  const sessionOf = async (scope: Scope, sessionId: string): Promise<Owned & { readonly sessionKey: number }> => {
    const session = await sql.get<Keyed & { userKey: number }>(pool, 'session', { ...scope, sessionId });
    if (!session) throw notFound('session', sessionId);
    return { tenantKey: scope.tenantKey, ownerKey: session.userKey, sessionKey: session.key };
  };

  const factsOf = async (owned: Owned, rows: readonly FactCopyRow[]): Promise<FactCopy[]> => {
    const asked = { ...owned, keys: arrayOf(rows.map(({ key }) => key)) };
    const [terms, entities, history, mentions] = await Promise.all([
      sql.all<OfFact<{ term: string }>>(pool, 'terms', asked),
      sql.all<OfFact<EntityNameRow>>(pool, 'entities', asked),
      sql.all<OfFact<EventRow>>(pool, 'history', asked),
      sql.all<OfFact<MentionCopyRow>>(pool, 'mentions', { ...asked, ...MOST_MENTIONS }),
    ]);
    const keys = arrayOf([...new Set(mentions.flatMap(messageKeysOf))]);
    const messages = await sql.all<Keyed & { id: string }>(pool, 'message_ids', { ...owned, keys });
    const ids = new Map(messages.map(({ key, id }) => [key, id]));
    const ofFact = <T extends object>(all: readonly OfFact<T>[]) => {
      const byFact = Map.groupBy(all, ({ factKey }) => factKey);
      return (key: number) => (byFact.get(key) ?? []).map(({ factKey: _factKey, ...row }) => row);
    };
    const [termsOf, entitiesOf, historyOf, mentionsOf] = [
      ofFact<{ term: string }>(terms),
      ofFact<EntityNameRow>(entities),
      ofFact<EventRow>(history),
      ofFact<MentionCopyRow>(mentions),
    ];
    return rows.map((row) => {
      const parts = {
        terms: termsOf(row.key).map(({ term }) => term),
        entities: entitiesOf(row.key),
        history: historyOf(row.key),
        mentions: mentionsOf(row.key),
      };
      return toFactCopy(row, parts, (key) => ids.get(key));
    });
  };

  return {
    facts: async (scope, userId, page) => {
      const owned = await ownerOf(pool, scope, userId);
      const { rows, next } = await pageByKey(['copies of facts', owned.ownerKey], page, {
        lastKey: async () => (await facts.get<Keyed>(pool, 'last_key', { ...owned }))?.key ?? 0,
        read: (span) => sql.all<FactCopyRow>(pool, 'facts', { ...owned, ...span }),
      });
      return { rows: rows.length > 0 ? await factsOf(owned, rows) : [], next };
    },
    episodes: async (scope, userId, page) => {
      const owned = await ownerOf(pool, scope, userId);
      const { rows, next } = await pageByKey(['copies of episodes', owned.ownerKey], page, {
        lastKey: async () => (await episodes.get<Keyed>(pool, 'last_key', { ...owned }))?.key ?? 0,
        read: (span) => sql.all<EpisodeCopyRow>(pool, 'episodes', { ...owned, ...span }),
      });
      return { rows: rows.map(toEpisodeCopy), next };
    },
    forgotten: async (scope, sessionId, page) => {
      const session = await sessionOf(scope, sessionId);
      const cursors = cursorsOf(['copies of what is forgotten', session.sessionKey]);
      const [after] = cursors.read<readonly [number]>(page.after, [0]);
      const found = await sql.all<ForgottenRow>(pool, 'forgotten', { ...session, after, limit: page.limit + 1 });
      const { rows, next } = pageOf(found, page.limit, ({ sequence }) => cursors.write([sequence]));
      return { rows: rows.map((row) => toForgottenCopy(session.ownerKey, row)), next };
    },
    pending: async (scope, sessionId, page) => {
      const session = await sessionOf(scope, sessionId);
      const { after, cursorOf } = pendingCursors(session.sessionKey, page.after);
      const found = await sql.all<PendingRow>(pool, 'pending', { ...session, ...after, limit: page.limit + 1 });
      const { rows, next } = pageOf(found, page.limit, cursorOf);
      return { rows: rows.flatMap(toPending), next };
    },
  };
};

/** What was made of messages, as it goes to another store and comes from one. */
export const openCopies = ({ pool, ids, tasks }: Pick<Context, 'pool' | 'ids' | 'tasks'>): CopyFacet => {
  const book = openFactBook(() => ids.uuid());

  /** The places of messages, in the order of their ids; those that are not there are left out. */
  const placesOf = async (change: FactTransaction, messageIds: readonly string[]): Promise<Source[]> => {
    const { tx, tenantKey, userKey } = change;
    const asked = { tenantKey, userKey, ids: arrayOf(messageIds) };
    const found = await sql.all<Source & { id: string }>(tx, 'places', asked);
    const byId = new Map(found.map(({ id, ...source }) => [id, source]));
    return messageIds.flatMap((id) => byId.get(id) ?? []);
  };

  const rangeOf = async (
    change: FactTransaction,
    { firstMessageId, lastMessageId }: Pick<PendingCopy, 'firstMessageId' | 'lastMessageId'>,
  ): Promise<SessionRange | null> => {
    const [first, last] = await placesOf(change, [firstMessageId, lastMessageId]);
    if (!first || !last || first.sessionKey !== last.sessionKey) return null;
    const { tenantKey, userKey } = change;
    const { sessionKey, sequence: firstSequence } = first;
    return { tenantKey, userKey, sessionKey, firstSequence, lastSequence: last.sequence };
  };

  const wasDeleted = async (
    { tx, tenantKey, userKey }: FactTransaction,
    statement: Parameters<typeof isForgotten>[1],
    sources: readonly Source[],
  ): Promise<boolean> => {
    for (const { sessionKey, sequence } of sources) {
      const place = { tenantKey, userKey, sessionKey, sequence };
      const found = await filing.all<{ digests: string }>(tx, 'forgotten_at', place);
      if (found.some(({ digests }) => isForgotten(userKey, statement, digests))) return true;
    }
    return false;
  };

  /** A mention whose messages are there, and that nobody has deleted here; null for another. */
  const saidHere = async (change: FactTransaction, mention: MentionCopy) => {
    const sources = await placesOf(change, mention.messageIds);
    if (sources.length === 0 || sources.length < mention.messageIds.length) return null;
    const { terms, saidAt } = mention;
    const draft = draftWith(
      mention,
      sources.map(({ messageKey }) => messageKey),
    );
    return (await wasDeleted(change, { draft, terms }, sources)) ? null : { sources, draft, terms, saidAt };
  };

  const nameEntities = async (change: FactTransaction, factKey: number, { entities }: FactCopy): Promise<void> => {
    const { tx, tenantKey, userKey } = change;
    for (const { of, name, saidAt } of entities) {
      const entity = { tenantKey, userKey, folded: of.toLowerCase() };
      const found =
        (await filing.get<Keyed>(tx, 'find_entity', entity)) ??
        (await filing.get<Keyed>(tx, 'insert_entity', { ...entity, id: ids.uuid(), name: of, kind: 'other' }));
      const named = { tenantKey, userKey, factKey, name, saidAt };
      if (found) await filing.run(tx, 'name_entity', { ...named, entityKey: found.key });
    }
  };

  const addFact = async (change: FactTransaction, copy: FactCopy): Promise<boolean> => {
    const { tx, tenantKey, userKey, generation } = change;
    if ((await book.keyOf(tx, change, copy.id)) !== null) return false;
    const said: NonNullable<Awaited<ReturnType<typeof saidHere>>>[] = [];
    for (const mention of copy.mentions) {
      const here = await saidHere(change, mention);
      if (here) said.push(here);
    }
    const first = said.toSorted((a, b) => a.saidAt - b.saidAt)[0]?.sources[0];
    if (!first) return false;
    const { kind: _kind, terms, entities: _names, history, mentions: _mentions, supersededBy: _by, ...row } = copy;
    const placed = { ...row, tenantKey, userKey, generation, sessionKey: first.sessionKey };
    const inserted = await sql.get<Keyed>(tx, 'insert_fact', placed);
    if (!inserted) throw new Error('A fact that was written is not answered.');
    const factKey = inserted.key;
    for (const { sources, ...mention } of said) await book.mention(change, { factId: copy.id, ...mention }, sources);
    await book.addTerms(change, factKey, terms);
    await nameEntities(change, factKey, copy);
    for (const [i, event] of history.entries()) {
      await sql.run(tx, 'insert_event', { tenantKey, userKey, factKey, ...event, number: i + 1 });
    }
    return true;
  };

  const addWork = async (change: FactTransaction, range: SessionRange, work: PendingCopy['work']): Promise<boolean> => {
    const { tx, generation, at } = change;
    const { firstSequence: sequence, lastSequence: _last, ...session } = range;
    if (await tasks.covers(tx, { ...session, sequence, kind: work })) return false;
    const task = { ...range, kind: work, generation, id: ids.uuid() };
    await tasks.add(tx, { ...task, priority: PRIORITY.low, dueAt: at, at });
    return true;
  };

  const addEpisode = async (change: FactTransaction, copy: EpisodeCopy): Promise<boolean> => {
    const { tx, tenantKey, userKey, generation } = change;
    if (await sql.get(tx, 'episode_key', { tenantKey, userKey, id: copy.id })) return false;
    const range = await rangeOf(change, copy);
    if (!range || (await episodes.all(tx, 'overlapping', { ...range })).length > 0) return false;
    const there = await sql.get<{ messages: number }>(tx, 'count', { ...range });
    if (there?.messages !== copy.messages) {
      await addWork(change, range, 'summarise');
      return false;
    }
    const { kind: _kind, firstMessageId: _first, lastMessageId: _last, ...rest } = copy;
    const { messages: _messages, createdAt, updatedAt, ...episode } = rest;
    const columns = episodeColumns({ ...episode, ...range });
    await sql.run(tx, 'insert_episode', { ...columns, ...range, generation, createdAt, updatedAt });
    return true;
  };

  const addForgotten = async (change: FactTransaction, { messageId, statements }: ForgottenCopy): Promise<boolean> => {
    const { tx, tenantKey, userKey } = change;
    const [place] = await placesOf(change, [messageId]);
    if (!place) return false;
    const { sessionKey, sequence } = place;
    let added = 0;
    for (const digests of statements) {
      added += await filing.run(tx, 'forget_mention', { tenantKey, userKey, sessionKey, sequence, digests });
    }
    return added > 0;
  };

  const addOne = async (change: FactTransaction, copy: Copy): Promise<boolean> => {
    const { tx, tenantKey, userKey, generation } = change;
    switch (copy.kind) {
      case 'fact':
        return addFact(change, copy);
      case 'supersession': {
        const olderKey = await book.keyOf(tx, change, copy.olderId);
        const newerKey = await book.keyOf(tx, change, copy.newerId);
        if (olderKey === null || newerKey === null) return false;
        const { updatedAt } = copy;
        const link = { tenantKey, userKey, generation, olderKey, newerKey, updatedAt };
        return (await sql.run(tx, 'supersede', link)) > 0;
      }
      case 'entity': {
        const { id, name, entityKind } = copy;
        const entity = { tenantKey, userKey, folded: name.toLowerCase() };
        if (await filing.get(tx, 'find_entity', entity)) return false;
        await filing.get(tx, 'insert_entity', { ...entity, id, name, kind: entityKind });
        return true;
      }
      case 'forgotten':
        return addForgotten(change, copy);
      case 'episode':
        return addEpisode(change, copy);
      case 'pending': {
        const range = await rangeOf(change, copy);
        return range !== null && addWork(change, range, copy.work);
      }
      case 'edit':
        return (await sql.run(tx, 'edit', { tenantKey, userKey, messageId: copy.messageId, at: copy.at })) > 0;
      default:
        return copy satisfies never;
    }
  };

  return {
    ...openCopyReads(pool),
    add: async (scope, userId, copies, at) => {
      const { tenantKey, ownerKey: userKey } = await ownerOf(pool, scope, userId);
      return inTransaction(pool, async (tx) => {
        await lockMemories(tx, [userKey]);
        // They may have gone since they were looked up.
        await ownerOf(tx, scope, userId);
        return book.change(tx, { tenantKey, userKey }, at, async (change) => {
          const added: boolean[] = [];
          for (const copy of copies) added.push(await addOne(change, copy));
          return added;
        });
      });
    },
  };
};
