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

  const ownerOf = (scope: Scope, userId: string): number => {
    const key = sql('owner')
      .pluck()
      .get({ ...scope, userId }) as number | undefined;
    if (key === undefined) throw notFound('user', userId);
    return key;
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
      const ownerKey = ownerOf(scope, userId);
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
    read: (scope: Scope, userId: string, ids: readonly string[]): EpisodeRecord[] => {
      const { tenantKey } = scope;
      const ownerKey = ownerOf(scope, userId);
      return ids.flatMap((id) => {
        const row = sql('read').get({ tenantKey, ownerKey, id }) as EpisodeRow | undefined;
        return row ? [present(tenantKey, userId, row)] : [];
      });
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
      const retracted = gone.map((key) => ({ kind: 'episode', key }) as const);
      const generation = generations(tenantKey, userKey, retracted);
      for (const key of gone) sql('delete').run({ tenantKey, key });
      for (const episode of episodes) {
        const key = held.find((one) => one.firstSequence === episode.firstSequence)?.key;
        const row = { ...episodeColumns(episode), tenantKey, userKey, sessionKey, generation, at };
        if (key === undefined) sql('insert').run(row);
        else sql('update').run({ ...row, key });
      }
    },
    void: ({ tenantKey, userKey, sessionKey, sequence }) => {
      const held = overlapping({ tenantKey, sessionKey, firstSequence: sequence, lastSequence: sequence });
      if (held.length === 0) return [];
      for (const { key } of held) sql('delete').run({ tenantKey, key });
      generations(
        tenantKey,
        userKey,
        held.map(({ key }) => ({ kind: 'episode', key }) as const),
      );
      return held.map(({ firstSequence, lastSequence }) => ({ firstSequence, lastSequence }));
    },
    remove: ({ of, key }, room) => (of === 'session' ? removeRows('of_gone_session', key, room) : 0),
  };
};
