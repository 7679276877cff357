import type { EpisodeBefore, EpisodeFacet, EpisodeRecord } from '../../src/contract/episodes.ts';
import { notFound } from '../../src/contract/errors.ts';
import type { SequenceRange } from '../../src/contract/outbox.ts';
import type { Page, PageOf } from '../../src/contract/pages.ts';
import type { Scope } from '../../src/contract/records.ts';
import type { SessionRange, SummariseOutcome } from '../../src/contract/work.ts';
import { type EpisodeRow, episodeColumns, toEpisode } from '../episode-rows.ts';
import { cursorsOf, pageOf } from '../pages.ts';
import type { Context, KindFiling } from './context.ts';
import { pageByKey } from './key-pages.ts';
import { increment } from './memories.ts';
import type { Queryable } from './pool.ts';
import { removeRows } from './row-removal.ts';
import episodesSql from './sql/episodes.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import { arrayOf } from './text.ts';
import type { Transaction } from './transaction.ts';

const sql = openStatements(episodesSql);

type Keyed = { readonly key: number };
type Held = SequenceRange & Keyed;
type Owned = { readonly tenantKey: number; readonly ownerKey: number };

/** The episode that ends right before a range, or reaches into it. */
export const episodeBefore = (
  db: Queryable,
  { tenantKey, userKey, sessionKey, firstSequence }: SessionRange,
): Promise<EpisodeBefore | null> => sql.get(db, 'before', { tenantKey, userKey, sessionKey, firstSequence });

/** The episodes of users as people list them. */
export const openEpisodes = ({ pool }: Pick<Context, 'pool'>): EpisodeFacet => {
  const ofSession = async (owned: Owned & { sessionKey: number }, page: Page): Promise<PageOf<EpisodeRow>> => {
    const cursors = cursorsOf(['episodes of a session', owned.sessionKey]);
    const [after] = cursors.read<readonly [number]>(page.after, [0]);
    const found = await sql.all<EpisodeRow>(pool, 'list_of_session', { ...owned, after, limit: page.limit + 1 });
    return pageOf(found, page.limit, ({ firstSequence }) => cursors.write([firstSequence]));
  };
  const ofUser = (owned: Owned, page: Page): Promise<PageOf<EpisodeRow>> =>
    pageByKey(['episodes', owned.ownerKey], page, {
      lastKey: async () => (await sql.get<Keyed>(pool, 'last_key', owned))?.key ?? 0,
      read: (span) => sql.all<EpisodeRow>(pool, 'list', { ...owned, ...span }),
    });

  const ownerOf = async (scope: Scope, userId: string): Promise<Owned> => {
    const owner = await sql.get<Keyed>(pool, 'owner', { ...scope, userId });
    if (!owner) throw notFound('user', userId);
    return { tenantKey: scope.tenantKey, ownerKey: owner.key };
  };
  const presented = (owned: Owned, userId: string, rows: readonly EpisodeRow[]): Promise<EpisodeRecord[]> =>
    Promise.all(
      rows.map(async (row) => {
        const { sessionKey, firstSequence, lastSequence } = row;
        const span = { ...owned, sessionKey, firstSequence, lastSequence };
        const ids = await sql.all<{ readonly id: string }>(pool, 'message_ids', span);
        return toEpisode(
          row,
          userId,
          ids.map(({ id }) => id),
        );
      }),
    );

  return {
    list: async (scope, userId, { sessionId }, page) => {
      const owned = await ownerOf(scope, userId);
      const session = sessionId === undefined ? null : await sql.get<Keyed>(pool, 'session', { ...owned, sessionId });
      if (sessionId !== undefined && !session) throw notFound('session', sessionId);
      const { rows, next } = await (session
        ? ofSession({ ...owned, sessionKey: session.key }, page)
        : ofUser(owned, page));
      return { rows: await presented(owned, userId, rows), next };
    },
    read: async (scope, userId, ids) => {
      const owned = await ownerOf(scope, userId);
      const rows = await sql.all<EpisodeRow>(pool, 'read', { ...owned, ids: arrayOf(ids) });
      const records = new Map((await presented(owned, userId, rows)).map((record) => [record.id, record]));
      return ids.flatMap((id) => records.get(id) ?? []);
    },
  };
};

const overlapping = (tx: Transaction, { tenantKey, userKey, sessionKey, firstSequence, lastSequence }: SessionRange) =>
  sql.all<Held>(tx, 'overlapping', { tenantKey, userKey, sessionKey, firstSequence, lastSequence });

/** What is kept of `summarise` tasks: episodes. */
export const SUMMARISE_FILING: KindFiling<SummariseOutcome> = {
  isOutdated: async (tx, outcome) => {
    const now = await episodeBefore(tx, outcome);
    return now?.key !== outcome.before?.key || now?.generation !== outcome.before?.generation;
  },
  file: async (tx, { before: grown, episodes, at, ...range }) => {
    const { tenantKey, userKey, sessionKey } = range;
    // What comes before stays as it is when there is nothing to go on with.
    const { firstSequence } = (episodes.length > 0 && grown) || range;
    const held = await overlapping(tx, { ...range, firstSequence });
    if (held.length + episodes.length === 0) return;
    const starts = new Set(episodes.map((episode) => episode.firstSequence));
    const gone = held.filter((one) => !starts.has(one.firstSequence));
    const retracted = gone.map(({ key }) => ({ kind: 'episode', key }) as const);
    const generation = await increment(tx, { tenantKey, userKey }, retracted);
    for (const { key } of gone) await sql.run(tx, 'delete', { tenantKey, userKey, key });
    for (const episode of episodes) {
      const key = held.find((one) => one.firstSequence === episode.firstSequence)?.key;
      const row = { ...episodeColumns(episode), tenantKey, userKey, sessionKey, generation, at };
      await (key === undefined ? sql.run(tx, 'insert', row) : sql.run(tx, 'update', { ...row, key }));
    }
  },
  void: async (tx, { sequence, ...session }) => {
    const { tenantKey, userKey } = session;
    const held = await overlapping(tx, { ...session, firstSequence: sequence, lastSequence: sequence });
    if (held.length === 0) return [];
    for (const { key } of held) await sql.run(tx, 'delete', { tenantKey, userKey, key });
    const retracted = held.map(({ key }) => ({ kind: 'episode', key }) as const);
    await increment(tx, { tenantKey, userKey }, retracted);
    return held.map(({ firstSequence, lastSequence }) => ({ firstSequence, lastSequence }));
  },
  remove: async (tx, { of, userKey, key }, room) =>
    of === 'session' ? removeRows(sql, tx, 'of_gone_session', { userKey, key }, room) : 0,
};
