import type { SequenceRange } from '../../src/contract/outbox.ts';
import type { Filed, Outcome, RangeVersion, WorkMessage } from '../../src/contract/work.ts';
import type { Connection } from './connection.ts';
import { openCompletion } from './outbox.ts';
import workSql from './sql/work.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import type { KindFiling } from './write-context.ts';

type Range = SequenceRange & { readonly tenantKey: number; readonly sessionKey: number };

export const workReads = (db: Connection) => {
  const sql = openStatements(db, workSql);
  return {
    read: (range: Range): { messages: WorkMessage[]; version: RangeVersion } => {
      const rows = sql('messages').all(range) as (WorkMessage & { generation: number })[];
      const messages = rows.map(({ generation: _generation, ...message }) => message);
      const generation = rows.reduce((highest, row) => Math.max(highest, row.generation), 0);
      return { messages, version: { messages: rows.length, generation } };
    },
  };
};

export const workWrites = (db: Connection, filings: Readonly<Record<string, KindFiling>>) => {
  const sql = openStatements(db, workSql);
  const completion = openCompletion(db);

  const isStale = (outcome: Outcome): boolean => {
    const now = sql('version').get(outcome) as RangeVersion;
    return now.messages !== outcome.version.messages || now.generation !== outcome.version.generation;
  };

  /** Whether the outcome's owner holds its task, over the range that the outcome is about. */
  const isHeld = ({ taskKey, owner, ...outcome }: Outcome): boolean => {
    const task = completion.held(taskKey, owner);
    return (
      task?.kind === outcome.kind &&
      task.tenantKey === outcome.tenantKey &&
      task.userKey === outcome.userKey &&
      task.sessionKey === outcome.sessionKey &&
      task.firstSequence === outcome.firstSequence &&
      task.lastSequence === outcome.lastSequence
    );
  };

  const fileOne = (outcome: Outcome): Filed => {
    const filing = filings[outcome.kind];
    if (!filing || !isHeld(outcome)) return 'lost';
    const { taskKey, tenantKey, owner } = outcome;
    if (isStale(outcome)) return 'stale';
    completion.complete({ tenantKey, key: taskKey, owner });
    filing.file(outcome);
    return 'done';
  };

  return { file: (outcomes: readonly Outcome[]): Filed[] => outcomes.map(fileOne) };
};
