import type { EpisodeBefore, EpisodeRecord } from '../../src/contract/episodes.ts';
import { notFound } from '../../src/contract/errors.ts';
import type { SequenceRange } from '../../src/contract/outbox.ts';
import type { Page, PageOf } from '../../src/contract/pages.ts';
import type { Scope } from '../../src/contract/records.ts';
import type { SummariseOutcome } from '../../src/contract/work.ts';
import { type EpisodeRow, episodeColumns, toEpisode } from '../episode-rows.ts';
import { cursorsOf, pageOf } from '../pages.ts';
import type { Connection } from './connection.ts';
import { pageByKey } from './key-pages.ts';
import { openRowRemoval } from './row-removal.ts';
import episodesSql from './sql/episodes.sql' with { type: 'text' };
import { openStatements, type Statements } from './statements.ts';
import type { SqliteKind } from './writing/context.ts';

type Place = SequenceRange & { readonly tenantKey: number; readonly sessionKey: number };

const before = (sql: Statements, { tenantKey, sessionKey, firstSequence }: Place): EpisodeBefore | null =>
  (sql('before').get({ tenantKey, sessionKey, firstSequence }) as EpisodeBefore | undefined) ?? null;

export const episodeReads = (db: Connection) => {
  const sql = openStatements(db, episodesSql);

  const present = (tenantKey: number, userId: string, row: EpisodeRow): EpisodeRecord => {
    const { sessionKey, firstSequence, lastSequence } = row;
    const span = { tenantKey, sessionKey, firstSequence, lastSequence };
    return toEpisode(row, userId, sql('message_ids').pluck().all(span) as string[]);
  };

  const rowsOfSession = (span: { tenantKey: number; sessionKey: number }, page: Page) => {
    const cursors = cursorsOf(['episodes of a session', span.sessionKey]);
    const [after] = cursors.read<readonly [number]>(page.after, [0]);
    const found = sql('list_of_session').all({ ...span, after, limit: page.limit + 1 }) as EpisodeRow[];
    return pageOf(found, page.limit, ({ firstSequence }) => cursors.write([firstSequence]));
  };

  return {
    list: (
      scope: Scope,
      userId: string,
      { sessionId }: { readonly sessionId?: string | undefined },
      page: Page,
    ): PageOf<EpisodeRecord> => {
      const { tenantKey } = scope;
      const ownerKey = sql('owner')
        .pluck()
        .get({ ...scope, userId }) as number | undefined;
      if (ownerKey === undefined) throw notFound('user', userId);
      const read = (): PageOf<EpisodeRow> => {
        if (sessionId === undefined) {
          return pageByKey(['episodes', ownerKey], page, {
            lastKey: () => sql('last_key').pluck().get({ tenantKey, ownerKey }) as number,
            read: (span) => sql('list').all({ tenantKey, ownerKey, ...span }) as EpisodeRow[],
          });
        }
        const sessionKey = sql('session').pluck().get({ tenantKey, ownerKey, sessionId }) as number | undefined;
        if (sessionKey === undefined) throw notFound('session', sessionId);
        return rowsOfSession({ tenantKey, sessionKey }, page);
      };
      const { rows, next } = read();
      return { rows: rows.map((row) => present(tenantKey, userId, row)), next };
    },
    episodeBefore: (place: Place): EpisodeBefore | null => before(sql, place),
  };
};

/** What is kept of `summarise` tasks: episodes. */
export const openSummariseFiling: SqliteKind<SummariseOutcome>['open'] = (db, { generations }) => {
  const sql = openStatements(db, episodesSql);
  const removeRows = openRowRemoval(sql);
  type Held = SequenceRange & { readonly key: number };
  const overlapping = (place: Place): Held[] => sql('overlapping').all(place) as Held[];

  return {
    isOutdated: (outcome) => {
      const then = outcome.before;
      const now = before(sql, outcome);
      return now?.key !== then?.key || now?.generation !== then?.generation;
    },
    file: (outcome) => {
      const { tenantKey, userKey, sessionKey, at, before: grown, episodes, ...range } = outcome;
      // What comes before stays as it is when there is nothing to go on with.
      const { firstSequence } = (episodes.length > 0 && grown) || range;
      const held = overlapping({ tenantKey, sessionKey, firstSequence, lastSequence: range.lastSequence });
      if (held.length + episodes.length === 0) return;
      const byStart = new Map(held.map((one) => [one.firstSequence, one.key]));
      for (const { firstSequence: start } of episodes) byStart.delete(start);
      const gone = [...byStart.values()];
      const generation = generations(tenantKey, userKey);
      for (const key of gone) sql('delete').run({ tenantKey, key });
      for (const episode of episodes) {
        const key = held.find((one) => one.firstSequence === episode.firstSequence)?.key;
        const row = { ...episodeColumns(episode), tenantKey, userKey, sessionKey, generation, at };
        if (key === undefined) sql('insert').run(row);
        else sql('update').run({ ...row, key });
      }
    },
    void: ({ tenantKey, sessionKey, sequence }) => {
      const place = { tenantKey, sessionKey, firstSequence: sequence, lastSequence: sequence };
      return overlapping(place).map(({ key, ...range }) => {
        sql('delete').run({ tenantKey, key });
        return range;
      });
    },
    remove: ({ of, key }, room) => (of === 'session' ? removeRows('of_gone_session', key, room) : 0),
  };
};
