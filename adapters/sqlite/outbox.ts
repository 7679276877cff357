import { MemfuseError, notFound } from '../../src/contract/errors.ts';
import { type Kinds, type QueuePosition, queuePositionOf } from '../../src/contract/kinds.ts';
import {
  type OutboxTask,
  type Outstanding,
  type SequenceRange,
  TASK_STATES,
  type TaskCounts,
  type TaskFilter,
  type TaskKind,
  type TaskRecord,
  type TaskState,
} from '../../src/contract/outbox.ts';
import type { Page, PageOf } from '../../src/contract/pages.ts';
import type { Scope } from '../../src/contract/records.ts';
import { AFTER_ALL, cursorsOf, pageOf } from '../pages.ts';
import type { Connection } from './connection.ts';
import messagesSql from './sql/messages.sql' with { type: 'text' };
import outboxSql from './sql/outbox.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import type { NewTask, Tasks } from './writing/context.ts';

export const outboxReads = (db: Connection) => {
  const sql = openStatements(db, outboxSql);
  const messages = openStatements(db, messagesSql);
  return {
    list: (scope: Scope, { state, kind }: TaskFilter, { after, limit }: Page): PageOf<TaskRecord> => {
      const cursors = cursorsOf(['tasks', scope, state ?? null, kind ?? null]);
      const [below] = cursors.read<readonly [number]>(after, [AFTER_ALL]);
      // State by state, since each is in order by itself; the whole would have to be sorted.
      const found = (state === undefined ? TASK_STATES : [state]).flatMap((one) => {
        const filter = { ...scope, state: one, kind: kind ?? null, below, limit: limit + 1 };
        return sql(scope.userKey === null ? 'list' : 'list_of_user').all(filter) as TaskRecord[];
      });
      const newestFirst = found.sort((a, b) => b.key - a.key);
      return pageOf(newestFirst, limit, ({ key }) => cursors.write([key]));
    },
    get: (scope: Scope, id: string) => (sql('get').get({ ...scope, id }) as TaskRecord | undefined) ?? null,
    counts: (scope: Scope): Omit<TaskCounts, 'done'> => {
      const [count, oldest] =
        scope.userKey === null
          ? [sql('count'), sql('oldest_waiting')]
          : [sql('count_of_user'), sql('oldest_waiting_of_user')];
      const countOf = (state: TaskState) => count.pluck().get({ ...scope, state }) as number;
      return {
        waiting: countOf('waiting'),
        running: countOf('running'),
        failed: countOf('failed'),
        oldestWaitingAt: (oldest.pluck().get(scope) as number | undefined) ?? null,
      };
    },
    outstanding: (scope: Scope, sessionId: string, range: SequenceRange): Outstanding[] => {
      const session = messages('session').get({ ...scope, sessionId }) as { key: number } | undefined;
      if (!session) throw notFound('session', sessionId);
      return sql('outstanding').all({ ...scope, ...range, sessionKey: session.key }) as Outstanding[];
    },
  };
};

export const openTasks = (db: Connection, kinds: Kinds): Tasks => {
  const sql = openStatements(db, outboxSql);
  const positionOf = (task: NewTask): QueuePosition => {
    const rules = kinds[task.kind];
    if (!rules) throw new MemfuseError('internal', `There is no kind of work named ${task.kind}.`);
    return queuePositionOf(rules, task);
  };
  const add = (task: NewTask): void => {
    sql('insert').run({ attempts: 0, ...task, ...positionOf(task) });
  };
  return {
    extend: (task) => {
      const { tenantKey, userKey, sessionKey, kind } = task;
      const grown = sql('extend').get({ ...task, ...positionOf(task) }) as Omit<OutboxTask, 'tenantKey' | 'userKey'>;
      return { ...grown, tenantKey, userKey, sessionKey, kind };
    },
    close: ({ sessionKey }, tenantKey) => {
      sql('close').run({ sessionKey, tenantKey });
    },
    add,
    revive: (place, at) => {
      sql('revive').run({ ...place, at });
    },
    covers: (place) => sql('covers').get(place) !== undefined,
  };
};

export const outboxWrites = (db: Connection) => {
  const sql = openStatements(db, outboxSql);
  return {
    redrive: (scope: Scope, id: string, at: number): TaskRecord | null =>
      (sql('redrive').get({ ...scope, id, at }) as TaskRecord | undefined) ?? null,
    redriveAll: (scope: Scope, { kind, limit }: { kind?: TaskKind | undefined; limit: number }, at: number): number =>
      sql('redrive_all').run({ ...scope, kind: kind ?? null, limit, at }).changes,
  };
};
