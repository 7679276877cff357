import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { migrate } from '../../../adapters/sqlite/migrate.ts';
import { parseStatements } from '../../../adapters/sqlite/statements.ts';

const OUTBOX = new URL('../../../adapters/sqlite/sql/outbox.sql', import.meta.url);

/** How the engine goes about a statement of the outbox. */
const planOf = (name: string): string[] => {
  const db = new Database(':memory:');
  migrate(db);
  const sql = parseStatements(readFileSync(OUTBOX, 'utf8')).get(name) ?? '';
  const values = Object.fromEntries([...sql.matchAll(/@(\w+)/g)].map(([, value]) => [value, 0]));
  const steps = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(values) as { detail: string }[];
  db.close();
  return steps.map(({ detail }) => detail);
};

/** The tables and indexes that it looks into. */
const searchesOf = (name: string): string[] => planOf(name).filter((detail) => /^(?:SEARCH|SCAN)\b/.test(detail));

// Over the tenant's whole outbox, 100,000 tasks of a day, a claim took 10.4 ms; so it takes 0.07.
const WHAT_HOLDS_A_TASK_UP = 'SEARCH other USING INDEX outbox_unfinished (session_key=?)';

test('what is due is found by its priority and time, in order, and what holds it up by its session', () => {
  expect(searchesOf('due')).toEqual([
    'SEARCH outbox USING INDEX outbox_waiting (priority=? AND next_attempt_at<?)',
    WHAT_HOLDS_A_TASK_UP,
    'SEARCH outbox USING INDEX outbox_running (lease_until<?)',
    WHAT_HOLDS_A_TASK_UP,
  ]);
  const [waiting = '', leftBehind = ''] = planOf('due').join('\n').split('RIGHT');
  // Of what waits no more is looked at than is asked for; only what was left behind, which is little, is sorted.
  expect([waiting, leftBehind].map((plan) => plan.includes('TEMP B-TREE'))).toEqual([false, true]);
});

test('a claim finds the task by its key, and what holds it up by its session', () => {
  expect(searchesOf('claim')).toEqual(['SEARCH task USING INTEGER PRIMARY KEY (rowid=?)', WHAT_HOLDS_A_TASK_UP]);
});
