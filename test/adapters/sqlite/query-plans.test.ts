import { describe, expect, test } from 'bun:test';
import { openStatements } from '../../../adapters/sqlite/statements.ts';
import { migrated, STATEMENTS, triggerStatements } from './every-statement.ts';

const db = migrated();

/** How the engine goes about a statement. */
const planOf = (sql: string): string[] => {
  const values = Object.fromEntries([...sql.matchAll(/@(\w+)/g)].map(([, value]) => [value, 0]));
  // As it is prepared for use.
  const asUsed = openStatements(db, `-- name: plan\nEXPLAIN QUERY PLAN ${sql}`)('plan');
  return (asUsed.all(values) as { detail: string }[]).map(({ detail }) => detail);
};
const planOfNamed = (name: string): string[] => planOf(STATEMENTS.get(name) ?? '');

const LIST_OF_VALUES = 'a list of values that came with the call';
const BY_THE_REINDEX = 'counts once for a run over everything, or takes whatever is there';
const NO_CHILDREN_YET = 'looks for rows that refer to the key only if there are any, and a new one has none';

const FIRST_ROW = 'looks at one row, the first';
const FEW_PROCESSES = 'a row for each process that holds tasks, or died with some';

/** Statements that walk a whole table, and why they may. */
const SCANS: Readonly<Record<string, string>> = {
  'removals.next': FIRST_ROW,
  'renamings.next': FIRST_ROW,
  'renamings.is_pending': FIRST_ROW,
  'removals.is_pending': FIRST_ROW,
  'removals.count': 'counts all, for a gauge; there are few but after the deletion of an agent',
  'taking.due': FEW_PROCESSES,
  'taking.forget_leases': FEW_PROCESSES,
  'taking.rewind_leases': FEW_PROCESSES,
  'corpus.agent_names': 'walks what it has found itself, sixteen names at the most',
  'corpus.metadata': LIST_OF_VALUES,
  'corpus.replaced': LIST_OF_VALUES,
  'message-documents.found': LIST_OF_VALUES,
  'subjects.sessions_by_id': LIST_OF_VALUES,
  'subjects.sessions_by_name': LIST_OF_VALUES,
  'subjects.agents_by_id': LIST_OF_VALUES,
  'subjects.agents_by_name': LIST_OF_VALUES,
  'knowledge-documents.found': LIST_OF_VALUES,
  'fact-documents.found': LIST_OF_VALUES,
  'reports.superseded_facts': 'walks the facts that it has found itself, those of a range',
  'episode-documents.found': LIST_OF_VALUES,
  'facts.of_messages': LIST_OF_VALUES,
  'related.entities_named': LIST_OF_VALUES,
  'related.entities_of_facts': LIST_OF_VALUES,
  'related.messages_of_facts': LIST_OF_VALUES,
  'vectors.count_messages_without': BY_THE_REINDEX,
  'vectors.count_chunks_without': BY_THE_REINDEX,
  'vectors.count_episodes_without': BY_THE_REINDEX,
  'vectors.forget': BY_THE_REINDEX,
};

const AS_MANY_AS_ASKED_FOR = 'ends when there are as many as asked for';
const ONE_ROW = 'looks at one row, the last of its owner';
const SORTS_FEW = 'sorts what was asked for, which is few';

const NOTHING_LEFT = 'looks for rows that refer to it, of which none are left';

/** Statements that sort rows, or walk all rows of an owner, and why they may. */
const WALKS: Readonly<Record<string, string>> = {
  'agents.last_key': ONE_ROW,
  'users.last_key': ONE_ROW,
  'sessions.last_key': ONE_ROW,
  'knowledge.last_key': ONE_ROW,
  'api-keys.last_key': ONE_ROW,
  'corpus.sources': 'sorts the messages that say a fact',
  'episodes.last_key': ONE_ROW,
  'facts.last_key': ONE_ROW,
  'facts.last_entity': ONE_ROW,
  'facts.messages_of': 'sorts the messages that say a fact',
  'facts.aliases': 'walks the facts that name one entity',
  'copies.mentions': 'sorts what says one fact, to find the first and the newest',
  'facts.of_messages': SORTS_FEW,
  'related.entities_of_facts': SORTS_FEW,
  'facts.mentions_of_range': SORTS_FEW,
  'facts-filing.mentions_at': SORTS_FEW,
  'facts-filing.mentions_of_gone_session': AS_MANY_AS_ASKED_FOR,
  'facts-filing.forgotten_of_gone_session': AS_MANY_AS_ASKED_FOR,
  'facts-filing.facts_of_gone_user': AS_MANY_AS_ASKED_FOR,
  'facts-filing.entities_of_gone_user': AS_MANY_AS_ASKED_FOR,
  'removals.range_of_session': ONE_ROW,
  'removals.forget_tasks': AS_MANY_AS_ASKED_FOR,
  'removals.forget_api_keys': AS_MANY_AS_ASKED_FOR,
  'removals.messages': AS_MANY_AS_ASKED_FOR,
  'chunks.of_gone_session': AS_MANY_AS_ASKED_FOR,
  'episodes.of_gone_session': AS_MANY_AS_ASKED_FOR,
  'removals.knowledge': AS_MANY_AS_ASKED_FOR,
  'removals.segments': AS_MANY_AS_ASKED_FOR,
  'removals.retractions': AS_MANY_AS_ASKED_FOR,
  'removals.remove_session': NOTHING_LEFT,
  'removals.remove_user': NOTHING_LEFT,
  'removals.remove_agent': NOTHING_LEFT,
  'shared.oldest_retracted': 'walks those that are about to be forgotten',
  'corpus.segments': 'a segment is a thousand messages or so',
  'corpus.forget_foreign_segments': 'a segment is a thousand messages or so',
  'chunks.count': 'counts the narrow rows of an index',
  'chunks.count_range': 'counts the narrow rows of an index',
  'chunks.list_created_at_asc': AS_MANY_AS_ASKED_FOR,
  'chunks.list_created_at_desc': AS_MANY_AS_ASKED_FOR,
  'chunks.list_otherwise_asc': 'an order that only a person at a debugger asks for: sorts the narrow rows of an index',
  'chunks.list_otherwise_desc': 'an order that only a person at a debugger asks for: sorts the narrow rows of an index',
  'messages.list_timestamp_asc': 'sorts the two parts that a page is put together from',
  'messages.list_timestamp_desc': 'sorts the two parts that a page is put together from',
  'messages.list_id_asc': 'sorts the two parts that a page is put together from',
  'messages.list_id_desc': 'sorts the two parts that a page is put together from',
  'taking.due': 'what is left of a session is little; sorts what was left behind, which is little',
  'outbox.close': 'what is left of a session is little',
  'outbox.outstanding': SORTS_FEW,
  'reports.others': SORTS_FEW,
  'reports.added_facts': 'sorts the mentions of a fact',
  'reports.superseded_facts': 'sorts the facts that a range of messages says',
  'tenants.insert': NO_CHILDREN_YET,
};

/** A table or index read from end to end. `SCAN (subquery-1)` and the like read what the statement itself has made. */
const isScan = (detail: string): boolean => /^SCAN (?!\(|CONSTANT ROW)/.test(detail);
const isWalk = (detail: string): boolean =>
  detail.startsWith('USE TEMP B-TREE') || /^SEARCH .*\((?:tenant|user|session|agent|segment)_key=\?\)/.test(detail);

describe('the plan of', () => {
  for (const [name, sql] of [...STATEMENTS, ...triggerStatements(db)]) {
    test(`${name} reads no table from end to end, sorts nothing, and walks nothing that grows, unless there is a reason`, () => {
      const plan = planOf(sql);
      if (!(name in SCANS)) expect(plan.filter(isScan)).toEqual([]);
      if (!(name in WALKS)) expect(plan.filter(isWalk)).toEqual([]);
      expect(plan.filter((detail) => detail.includes('AUTOMATIC'))).toEqual([]);
    });
  }

  test('every statement with a reason needs it', () => {
    const all = new Map([...STATEMENTS, ...triggerStatements(db)]);
    const needless = (reasons: object, is: (detail: string) => boolean) =>
      Object.keys(reasons).filter((name) => !planOf(all.get(name) ?? 'SELECT 1').some(is));
    expect(needless(SCANS, isScan)).toEqual([]);
    expect(needless(WALKS, isWalk)).toEqual([]);
  });
});

describe('every reference from one table to another', () => {
  const references = db
    .prepare(
      `SELECT t.name AS "table", f."from" AS "column" FROM pragma_table_list t, pragma_foreign_key_list(t.name) f
       WHERE t.schema = 'main' AND f."table" <> 'tenants'`,
    )
    .all() as { table: string; column: string }[];

  test('is found', () => {
    expect(references.length).toBeGreaterThanOrEqual(10);
  });

  // Without one the deletion of a row reads all of the other table; one of a part of the table is no help. A tenant is
  // never deleted.
  for (const { table, column } of references) {
    test(`${table}.${column} has an index of the whole table that begins with it`, () => {
      const [first] = db
        .prepare(
          `SELECT 1 FROM pragma_table_info(@table) WHERE name = @column AND pk = 1
           UNION ALL
           SELECT 1 FROM pragma_index_list(@table) l, pragma_index_info(l.name) i
           WHERE l.partial = 0 AND i.seqno = 0 AND i.name = @column`,
        )
        .pluck()
        .all({ table, column });
      expect(first).toBe(1);
    });
  }
});

/** The tables and indexes that a statement looks into. */
const searchesOf = (name: string): string[] => planOfNamed(name).filter((detail) => /^(?:SEARCH|SCAN)\b/.test(detail));

// Over the tenant's whole outbox, 100,000 tasks, a claim took 10.4 ms; so it takes 0.07. A queue key may have any number of
// dead letters and of tasks behind this one, and none of them is looked at.
const A_LEASE = 'SEARCH leases USING PRIMARY KEY (owner=?)';
const WHAT_HOLDS_A_TASK_UP = [
  'SEARCH other USING INDEX outbox_queue_running (queue_key=?)',
  A_LEASE,
  'SEARCH other USING INDEX outbox_queue (queue_key=? AND position<?)',
  A_LEASE,
];

test('what is due is found by its priority and time, in order, and what holds it up by its queue key', () => {
  expect(searchesOf('taking.due')).toEqual([
    'SEARCH outbox USING INDEX outbox_waiting (priority=? AND next_attempt_at<?)',
    ...WHAT_HOLDS_A_TASK_UP,
    'SCAN leases',
    'SEARCH outbox USING INDEX outbox_running (owner=? AND priority=?)',
    ...WHAT_HOLDS_A_TASK_UP,
  ]);
  const [waiting = '', leftBehind = ''] = planOfNamed('taking.due').join('\n').split('RIGHT');
  // Of what waits no more is looked at than is asked for; only what was left behind, which is little, is sorted.
  expect([waiting, leftBehind].map((plan) => plan.includes('TEMP B-TREE'))).toEqual([false, true]);
});

test('a take finds the task by its key, and what holds it up by its queue key', () => {
  expect(searchesOf('taking.take')).toEqual([
    'SEARCH task USING INTEGER PRIMARY KEY (rowid=?)',
    A_LEASE,
    ...WHAT_HOLDS_A_TASK_UP,
  ]);
});

test('the chunk over a message is the first that does not end before it', () => {
  const byEnd = /chunks_by_end \(session_key=\? AND last_sequence>\?\)/;
  for (const name of ['messages.location', 'messages.locations', 'chunks.covering', 'chunks.delete_range']) {
    expect([name, searchesOf(name).some((detail) => byEnd.test(detail))]).toEqual([name, true]);
  }
  const [deleted] = searchesOf('chunks.delete_range');
  expect(deleted).toMatch(/\(session_key=\? AND first_sequence>\? AND first_sequence<\?\)/);
});
