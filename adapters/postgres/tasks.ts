import { MemfuseError } from '../../src/contract/errors.ts';
import { type KindRules, type QueuePosition, queuePositionOf } from '../../src/contract/kinds.ts';
import type { OutboxTask } from '../../src/contract/outbox.ts';
import type { NewTask, Tasks } from './context.ts';
import outboxSql from './sql/outbox.sql' with { type: 'text' };
import { openStatements } from './statements.ts';

const sql = openStatements(outboxSql);

export const openTasks = (kinds: Readonly<Record<string, { readonly rules: KindRules }>>): Tasks => {
  const positionOf = (task: NewTask): QueuePosition => {
    const rules = kinds[task.kind]?.rules;
    if (!rules) throw new MemfuseError('internal', `There is no kind of work named ${task.kind}.`);
    return queuePositionOf(rules, task);
  };
  return {
    extend: async (tx, task) => {
      const grown = await sql.get<OutboxTask>(tx, 'extend', { ...task, ...positionOf(task) });
      if (!grown) throw new Error('A task that was written is not answered.');
      return grown;
    },
    close: async (tx, session) => {
      await sql.run(tx, 'close', session);
    },
    add: async (tx, task) => {
      await sql.run(tx, 'insert', { attempts: 0, ...task, ...positionOf(task) });
    },
    revive: async (tx, place, at) => {
      await sql.run(tx, 'revive', { ...place, at });
    },
    covers: async (tx, place) => (await sql.get(tx, 'covers', place)) !== null,
  };
};
