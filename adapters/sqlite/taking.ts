import { type OutboxTask, PRIORITY } from '../../src/contract/outbox.ts';
import type { FailedTry } from '../../src/contract/work.ts';
import type { Connection } from './connection.ts';
import takingSql from './sql/taking.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import type { WriteContext } from './writing/context.ts';

/** Tasks that one write looks at, and brings to the present when a clock had put them off: some five milliseconds. */
const REWOUND_AT_A_TIME = 250;

/** The most urgent first. */
const PRIORITIES = Object.values(PRIORITY).toSorted((a, b) => b - a);

export const takingReads = (db: Connection) => {
  const sql = openStatements(db, takingSql);
  return {
    due: (owner: string, now: number, limit: number, areNotices = false): OutboxTask[] => {
      const tasks: OutboxTask[] = [];
      for (const priority of PRIORITIES) {
        const room = limit - tasks.length;
        if (room > 0)
          tasks.push(
            ...(sql('due').all({ owner, now, priority, notices: areNotices ? 1 : 0, limit: room }) as OutboxTask[]),
          );
      }
      return tasks;
    },
  };
};

/** What processes do with tasks of the outbox while they hold them, and with the leases under which they do. */
export const takingWrites = (db: Connection, { tasks, ids }: Pick<WriteContext, 'tasks' | 'ids'>) => {
  const sql = openStatements(db, takingSql);
  return {
    take: (keys: readonly number[], owner: string, now: number, leaseUntil: number): OutboxTask[] => {
      const taken: OutboxTask[] = [];
      for (const key of keys) {
        const task = sql('take').get({ key, owner, now }) as OutboxTask | undefined;
        if (!task) continue;
        // What is taken next looks at it.
        if (taken.length === 0) sql('extend_lease').run({ owner, now, leaseUntil });
        taken.push(task);
      }
      return taken;
    },
    beat: (owner: string, now: number, leaseUntil: number): number[] => {
      sql('extend_lease').run({ owner, now, leaseUntil });
      sql('forget_leases').run({ owner, now });
      return sql('keys_held').pluck().all({ owner }) as number[];
    },
    /** Goes over some tasks after one. Answers how many were brought to the present, and the last, null when there is none. */
    rewindSome: (owner: string, now: number, after: number): { count: number; last: number | null } => {
      if (after === 0) sql('rewind_leases').run({ owner, now });
      const last = sql('last_of_some').pluck().get({ after, limit: REWOUND_AT_A_TIME }) as number | null;
      const count = last === null ? 0 : sql('rewind').run({ owner, now, after, last }).changes;
      return { count, last };
    },
    retry: (key: number, owner: string, failed: FailedTry & { readonly dueAt: number }): void => {
      sql('retry').run({ ...failed, key, owner });
    },
    release: (keys: readonly number[], owner: string, at: number): void => {
      for (const key of keys) sql('release').run({ key, owner, at });
    },
    fail: (key: number, owner: string, failed: FailedTry): void => {
      sql('fail').run({ ...failed, key, owner });
    },
    split: (key: number, owner: string, { lastSequence, at }: { lastSequence: number; at: number }): void => {
      const task = sql('held').get({ key, owner }) as OutboxTask | undefined;
      if (!task) return;
      sql('shorten').run({ key, owner, lastSequence, at });
      const rest = { ...task, id: ids.uuid(), firstSequence: lastSequence + 1, dueAt: at, at };
      // What stands in the order of filing was filed together.
      tasks.add({ ...rest, generation: task.position });
    },
  };
};

/** The end of a task, in the transaction of its outcome. */
export interface Completion {
  /** The task, or nothing when it is not this owner's any more, or is gone. */
  held(key: number, owner: string): OutboxTask | undefined;
  complete(task: { tenantKey: number; key: number; owner: string }): void;
}

export const openCompletion = (db: Connection): Completion => {
  const sql = openStatements(db, takingSql);
  return {
    held: (key, owner) => sql('held').get({ key, owner }) as OutboxTask | undefined,
    complete: (task) => {
      sql('complete').run(task);
    },
  };
};
