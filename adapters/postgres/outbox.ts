import { notFound } from '../../src/contract/errors.ts';
import {
  type OutboxFacet,
  type Outstanding,
  TASK_STATES,
  type TaskRecord,
  type TaskState,
} from '../../src/contract/outbox.ts';
import type { Scope } from '../../src/contract/records.ts';
import type { FinishedTasks } from '../finished-tasks.ts';
import { AFTER_ALL, cursorsOf, pageOf } from '../pages.ts';
import type { Context } from './context.ts';
import { sessionOf } from './message-places.ts';
import outboxSql from './sql/outbox.sql' with { type: 'text' };
import { openStatements } from './statements.ts';

const sql = openStatements(outboxSql);

export const openOutbox = ({ pool }: Pick<Context, 'pool'>, finished: FinishedTasks): Omit<OutboxFacet, 'derive'> => {
  const get = (scope: Scope, id: string): Promise<TaskRecord | null> => sql.get(pool, 'get', { ...scope, id });
  return {
    list: async (scope, { state, kind }, { after, limit }) => {
      const cursors = cursorsOf(['tasks', scope, state ?? null, kind ?? null]);
      const [below] = cursors.read<readonly [number]>(after, [AFTER_ALL]);
      // State by state, since each is in order by itself; the whole would have to be sorted.
      const found = await Promise.all(
        (state === undefined ? TASK_STATES : [state]).map((one) => {
          const filter = { ...scope, state: one, kind: kind ?? null, below, limit: limit + 1 };
          return sql.all<TaskRecord>(pool, scope.userKey === null ? 'list' : 'list_of_user', filter);
        }),
      );
      const newestFirst = found.flat().sort((a, b) => b.key - a.key);
      return pageOf(newestFirst, limit, ({ key }) => cursors.write([key]));
    },
    get,
    redrive: async (scope, id, at) =>
      (await sql.run(pool, 'redrive', { ...scope, id, at })) > 0 ? get(scope, id) : null,
    redriveAll: (scope, { kind, limit }, at) =>
      sql.run(pool, 'redrive_all', { ...scope, kind: kind ?? null, limit, at }),
    counts: async (scope) => {
      const of = scope.userKey === null ? '' : '_of_user';
      const [counts, oldest] = await Promise.all([
        sql.all<{ state: TaskState; count: number }>(pool, `counts${of}`, { ...scope }),
        sql.get<{ createdAt: number }>(pool, `oldest_waiting${of}`, { ...scope }),
      ]);
      const countOf = (state: TaskState): number => counts.find((one) => one.state === state)?.count ?? 0;
      return {
        waiting: countOf('waiting'),
        running: countOf('running'),
        failed: countOf('failed'),
        oldestWaitingAt: oldest?.createdAt ?? null,
        done: finished.countOf(scope),
      };
    },
    outstanding: async (scope, sessionId, range) => {
      const session = await sessionOf(pool, scope, sessionId);
      if (!session) throw notFound('session', sessionId);
      const place = { ownerKey: session.userKey, sessionKey: session.key };
      return sql.all<Outstanding>(pool, 'outstanding', { ...scope, ...range, ...place });
    },
  };
};
