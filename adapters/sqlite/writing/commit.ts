import { type ErrorCode, type ErrorDetails, MemfuseError } from '../../../src/contract/errors.ts';
import type { Connection } from '../connection.ts';
import { isDiskFull, toMemfuseError } from '../errors.ts';
import type { Writes } from './verbs.ts';

/** One write, by facet and verb, as it travels to the thread that owns the writing connection. */
export interface WriteRequest {
  readonly facet: keyof Writes;
  readonly verb: string;
  readonly args: readonly unknown[];
}

export type WriteOutcome =
  | { readonly value: unknown }
  | {
      readonly failure: { readonly code: ErrorCode; readonly message: string; readonly details: ErrorDetails };
      /** There was no room on the disk. */
      readonly isDiskFull: boolean;
    };

const failureOf = (error: unknown): WriteOutcome => {
  const { code, message, details } = toMemfuseError(error);
  return { failure: { code, message, details }, isDiskFull: isDiskFull(error) };
};

/**
 * Runs many requests in one transaction and one sync of the log, a savepoint each: a request that is refused leaves no
 * trace and does not touch its neighbours. When the engine itself fails nothing of the group is kept, and every one of
 * its requests is told so; a request that was answered before is on disk.
 */
export const openGroupCommit = (db: Connection, writes: Writes) => {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  const savepoint = db.prepare('SAVEPOINT request');
  const release = db.prepare('RELEASE request');
  const undo = db.prepare('ROLLBACK TO request');

  const runOne = ({ facet, verb, args }: WriteRequest): WriteOutcome => {
    savepoint.run();
    let outcome: WriteOutcome;
    try {
      const run = (writes[facet] as Record<string, (...args: readonly unknown[]) => unknown>)[verb];
      if (!run) throw new MemfuseError('internal', `There is no write named ${facet}.${verb}.`);
      outcome = { value: run(...args) };
    } catch (error) {
      if (toMemfuseError(error).code === 'storage_unavailable') throw error;
      undo.run();
      outcome = failureOf(error);
    }
    release.run();
    return outcome;
  };

  return (group: readonly WriteRequest[]): WriteOutcome[] => {
    try {
      begin.run();
      const outcomes = group.map(runOne);
      commit.run();
      return outcomes;
    } catch (error) {
      if (db.inTransaction) rollback.run();
      return group.map(() => failureOf(error));
    }
  };
};

export type GroupCommit = ReturnType<typeof openGroupCommit>;
