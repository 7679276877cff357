import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { openWriteConnection } from '../../../adapters/sqlite/connection.ts';
import { migrate } from '../../../adapters/sqlite/migrate.ts';
import { parseStatements } from '../../../adapters/sqlite/statements.ts';

const FOLDER = new URL('../../../adapters/sqlite/sql/', import.meta.url);

/** How the engine goes about a statement of a file. */
const planOf = (name: string, file = 'outbox'): string[] => {
  const db = openWriteConnection(':memory:');
  migrate(db);
  const sql = parseStatements(readFileSync(new URL(`${file}.sql`, FOLDER), 'utf8')).get(name) ?? '';
  const values = Object.fromEntries([...sql.matchAll(/@(\w+)/g)].map(([, value]) => [value, 0]));
  const steps = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(values) as { detail: string }[];
  db.close();
  return steps.map(({ detail }) => detail);
};

/** The tables and indexes that it looks into. */
const searchesOf = (name: string, file?: string): string[] =>
  planOf(name, file).filter((detail) => /^(?:SEARCH|SCAN)\b/.test(detail));

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

test('words are found by the segments of the user and by part', () => {
  const [segments, words] = searchesOf('words', 'outlines');
  expect(segments).toBe('SEARCH s USING INDEX index_segments_by_user (user_key=?)');
  expect(words).toBe('SEARCH w USING INDEX segment_words_by_part (segment_key=? AND part=?)');
});

test('blocks are found by the segment that each names', () => {
  const [, segments, blocks] = searchesOf('blocks', 'outlines');
  expect(segments).toMatch(
    /SEARCH s USING INDEX index_segments_by_user \(user_key=\? AND last_key=\? AND first_key=\?\)/,
  );
  expect(blocks).toBe('SEARCH b USING INDEX segment_blocks_by_block (segment_key=? AND block=?)');
});

// vec0 names a plan by its first character: 1 reads the whole table, 2 finds a row by its key, 3 the nearest. After it come
// four characters for each condition; one of the third kind starts with `]`: the rows of one partition.
test('the bits that are nearest are looked for among those of the user, and deleted by the key of their message', () => {
  const perUser = /VIRTUAL TABLE INDEX 0:3.*\]A.*\]B/;
  expect(searchesOf('nearest', 'outlines')).toEqual([expect.stringMatching(perUser)]);
  expect(searchesOf('nearest_among', 'outlines')[0]).toMatch(perUser);
  expect(searchesOf('forget_bits', 'outlines')).toEqual([expect.stringMatching(/VIRTUAL TABLE INDEX \d+:2/)]);
});
