import {
  type Filed,
  type MessagesBefore,
  MOST_READ,
  type Outcome,
  type RangeVersion,
  type SessionRange,
  type WorkMessage,
  type WorkRead,
} from '../../src/contract/work.ts';
import { messagesBefore } from '../earlier-messages.ts';
import type { Connection } from './connection.ts';
import workSql from './sql/work.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import { openCompletion } from './taking.ts';
import type { KindFiling } from './writing/context.ts';

export const workReads = (db: Connection) => {
  const sql = openStatements(db, workSql);
  const readBefore = (range: SessionRange, limit: number): MessagesBefore | null => {
    const rows = sql('messages_before').all({ ...range, limit }) as (WorkMessage & { generation: number })[];
    return messagesBefore(rows, range.firstSequence);
  };
  return {
    read: (range: SessionRange, limitBefore = 0): WorkRead => {
      const before = limitBefore > 0 ? readBefore(range, limitBefore) : null;
      const messages: WorkMessage[] = [];
      let [highest, bytes, isCut] = [0, 0, false];
      for (const row of sql('messages').iterate(range) as Iterable<WorkMessage & { generation: number }>) {
        const { generation, ...message } = row;
        bytes += Buffer.byteLength(message.content);
        isCut = messages.length >= MOST_READ.messages || (messages.length > 0 && bytes > MOST_READ.bytes);
        if (isCut) break;
        messages.push(message);
        highest = Math.max(highest, generation);
      }
      const version = { messages: messages.length, generation: highest };
      const last = messages.at(-1);
      return { messages, version, ...(before && { before }), ...(isCut && last && { cutAt: last.sequence }) };
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
    if (isStale(outcome) || filing.isOutdated?.(outcome)) return 'stale';
    completion.complete({ tenantKey, key: taskKey, owner });
    filing.file(outcome);
    return 'done';
  };

  return { file: (outcomes: readonly Outcome[]): Filed[] => outcomes.map(fileOne) };
};
