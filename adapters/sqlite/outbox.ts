import { MemfuseError, notFound } from '../../src/contract/errors.ts';
import { type Kinds, placeInQueue, type QueuePlace } from '../../src/contract/kinds.ts';
import {
  type OutboxTask,
  type Outstanding,
  PRIORITY,
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
import type { Connection } from './connection.ts';
import { AFTER_ALL, cursorsOf, pageOf } from './pages.ts';
import messagesSql from './sql/messages.sql' with { type: 'text' };
import outboxSql from './sql/outbox.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import type { NewTask, Tasks, WriteContext } from './write-context.ts';

/** Tasks that one write looks at, and brings to the present when a clock had put them off: some five milliseconds. */
const REWOUND_AT_A_TIME = 250;

/** The most urgent first. */
const PRIORITIES = Object.values(PRIORITY).toSorted((a, b) => b - a);

export const outboxReads = (db: Connection) => {
  const sql = openStatements(db, outboxSql);
  const messages = openStatements(db, messagesSql);
  return {
    due: (owner: string, now: number, limit: number): OutboxTask[] => {
      const tasks: OutboxTask[] = [];
      for (const priority of PRIORITIES) {
        const room = limit - tasks.length;
        if (room > 0) tasks.push(...(sql('due').all({ owner, now, priority, limit: room }) as OutboxTask[]));
      }
      return tasks;
    },
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
  const placeOf = (task: NewTask): QueuePlace => {
    const rules = kinds[task.kind];
    if (!rules) throw new MemfuseError('internal', `There is no kind of work named ${task.kind}.`);
    return placeInQueue(rules, task);
  };
  const add = (task: NewTask): void => {
    sql('insert').run({ attempts: 0, ...task, ...placeOf(task) });
  };
  return {
    extend: (task) => {
      const { tenantKey, userKey, sessionKey, kind } = task;
      const grown = sql('extend').get({ ...task, ...placeOf(task) }) as Omit<OutboxTask, 'tenantKey' | 'userKey'>;
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

type Failure = { readonly attempts: number; readonly reason: string; readonly at: number };

export const outboxWrites = (db: Connection, { tasks, ids }: Pick<WriteContext, 'tasks' | 'ids'>) => {
  const sql = openStatements(db, outboxSql);
  return {
    claim: (keys: readonly number[], owner: string, now: number, leaseUntil: number): OutboxTask[] =>
      keys.flatMap((key) => (sql('claim').get({ key, owner, now, leaseUntil }) as OutboxTask | undefined) ?? []),
    renew: (keys: readonly number[], owner: string, leaseUntil: number): number[] =>
      keys.filter((key) => sql('renew').get({ key, owner, leaseUntil })),
    /** Goes over some tasks after one. Answers how many were brought to the present, and the last, null when there is none. */
    rewindSome: (owner: string, now: number, after: number): { count: number; last: number | null } => {
      const last = sql('last_of_some').pluck().get({ after, limit: REWOUND_AT_A_TIME }) as number | null;
      const count = last === null ? 0 : sql('rewind').run({ owner, now, after, last }).changes;
      return { count, last };
    },
    retry: (key: number, owner: string, outcome: Failure & { readonly dueAt: number }): void => {
      sql('retry').run({ ...outcome, key, owner });
    },
    release: (keys: readonly number[], owner: string, at: number): void => {
      for (const key of keys) sql('release').run({ key, owner, at });
    },
    fail: (key: number, owner: string, outcome: Failure): void => {
      sql('fail').run({ ...outcome, key, owner });
    },
    split: (key: number, owner: string, { lastSequence, at }: { lastSequence: number; at: number }) => {
      const task = sql('held').get({ key, owner }) as OutboxTask | undefined;
      if (!task) return;
      sql('shorten').run({ key, owner, lastSequence, at });
      const rest = { ...task, id: ids.uuid(), firstSequence: lastSequence + 1, dueAt: at, at };
      // What stands in the order of filing was filed together.
      tasks.add({ ...rest, generation: task.position });
    },
    redrive: (scope: Scope, id: string, at: number): TaskRecord | null =>
      (sql('redrive').get({ ...scope, id, at }) as TaskRecord | undefined) ?? null,
    redriveAll: (scope: Scope, { kind, limit }: { kind?: TaskKind | undefined; limit: number }, at: number): number =>
      sql('redrive_all').run({ ...scope, kind: kind ?? null, limit, at }).changes,
  };
};

/** The end of a task, in the transaction of its outcome. */
export interface Completion {
  /** The task, or nothing when it is not this owner's any more, or is gone. */
  held(key: number, owner: string): OutboxTask | undefined;
  complete(task: { tenantKey: number; key: number; owner: string }): void;
}

export const openCompletion = (db: Connection): Completion => {
  const sql = openStatements(db, outboxSql);
  return {
    held: (key, owner) => sql('held').get({ key, owner }) as OutboxTask | undefined,
    complete: (task) => {
      sql('complete').run(task);
    },
  };
};
