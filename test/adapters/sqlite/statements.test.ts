import { describe, expect, test } from 'bun:test';
import { parseStatements } from '../../../adapters/sql-files.ts';
import { openWriteConnection } from '../../../adapters/sqlite/connection.ts';
import { MIGRATIONS } from '../../../adapters/sqlite/migrate.ts';
import { openStatements } from '../../../adapters/sqlite/statements.ts';
import { migrated, STATEMENTS } from './every-statement.ts';

const FOR_ALL_TENANTS = 'the background serves every tenant';
const ONE_MODEL = 'the server has one model for all tenants, and looks after the vectors of all';
const OF_GONE = 'what is being removed is nobody’s: whoever began the removal had it looked up in a tenant';
const A_RENAMING = 'whoever goes on with a renaming was given its key, which serves every tenant';
const UNDER_A_LEASE = 'whoever holds the lease was given the key by a take, which serves every tenant';

/** Statements that rightly cross tenants, and why. */
const CROSS_TENANT: Readonly<Record<string, string>> = {
  'api-keys.find_by_hash': 'the key tells the tenant: before it is found there is none to check',
  'taking.due': FOR_ALL_TENANTS,
  'taking.take': FOR_ALL_TENANTS,
  'taking.last_of_some': FOR_ALL_TENANTS,
  'taking.rewind': FOR_ALL_TENANTS,
  'taking.extend_lease': FOR_ALL_TENANTS,
  'taking.forget_leases': FOR_ALL_TENANTS,
  'taking.rewind_leases': FOR_ALL_TENANTS,
  'taking.keys_held': UNDER_A_LEASE,
  'taking.retry': UNDER_A_LEASE,
  'taking.release': UNDER_A_LEASE,
  'taking.fail': UNDER_A_LEASE,
  'taking.held': UNDER_A_LEASE,
  'taking.shorten': UNDER_A_LEASE,
  'vectors.next_model_of_messages': ONE_MODEL,
  'vectors.next_model_of_chunks': ONE_MODEL,
  'vectors.messages_without': ONE_MODEL,
  'vectors.chunks_without': ONE_MODEL,
  'vectors.episodes_without': ONE_MODEL,
  'vectors.count_messages_without': ONE_MODEL,
  'vectors.count_chunks_without': ONE_MODEL,
  'vectors.count_episodes_without': ONE_MODEL,
  'vectors.forget': ONE_MODEL,
  'chunks.of_gone_session': OF_GONE,
  'chunks.remove_of_gone_session': OF_GONE,
  'episodes.of_gone_session': OF_GONE,
  'episodes.remove_of_gone_session': OF_GONE,
  'facts-filing.mentions_of_gone_session': OF_GONE,
  'facts-filing.forgotten_of_gone_session': OF_GONE,
  'facts-filing.remove_forgotten_of_gone_session': OF_GONE,
  'facts-filing.facts_of_gone_user': OF_GONE,
  'facts-filing.remove_facts_of_gone_user': OF_GONE,
  'facts-filing.entities_of_gone_user': OF_GONE,
  'facts-filing.remove_entities_of_gone_user': OF_GONE,
  'messages.stored_before': FOR_ALL_TENANTS,
  'retention.users_with_days': FOR_ALL_TENANTS,
  'derivations.sessions': FOR_ALL_TENANTS,
  'derivations.get': FOR_ALL_TENANTS,
  'derivations.forget': FOR_ALL_TENANTS,
  'derivations.begin': FOR_ALL_TENANTS,
  'derivations.reach': FOR_ALL_TENANTS,
  'renamings.next': FOR_ALL_TENANTS,
  'renamings.is_pending': FOR_ALL_TENANTS,
  'renamings.get': A_RENAMING,
  'renamings.reach': A_RENAMING,
  'renamings.finish': A_RENAMING,
  'shared.forget_stale_claims': 'a claim past its day belongs to nobody, and no tenant may keep its rows by being idle',
};

describe('a file of statements', () => {
  test('is read into statements by name, each without the blank lines around it', () => {
    const text = '-- name: one\nSELECT 1;\n\n-- name: two_2\n\nSELECT\n  2;\n';
    expect([...parseStatements(text)]).toEqual([
      ['one', 'SELECT 1;'],
      ['two_2', 'SELECT\n  2;'],
    ]);
  });

  test('may hold comments, which stay with their statement', () => {
    expect(parseStatements('-- name: one\n-- why\nSELECT 1; -- name: not_this').get('one')).toBe(
      '-- why\nSELECT 1; -- name: not_this',
    );
  });

  test('may start with blank lines, and an empty one holds nothing', () => {
    expect(parseStatements('\n \n-- name: one\nSELECT 1;').size).toBe(1);
    expect(parseStatements('').size).toBe(0);
  });

  test('is refused when there is SQL before the first name', () => {
    expect(() => parseStatements('SELECT 1;\n-- name: one\nSELECT 1;')).toThrow(
      'before the first "-- name:" line: SELECT 1;',
    );
  });

  test('is refused when two statements have one name', () => {
    expect(() => parseStatements('-- name: one\nSELECT 1;\n-- name: one\nSELECT 2;')).toThrow('named "one"');
  });

  test('prepares a statement once and refuses a name it does not have', () => {
    const db = openWriteConnection(':memory:');
    const sql = openStatements(db, '-- name: one\nSELECT 1 AS it;');
    expect(sql('one').get()).toEqual({ it: 1 });
    expect(sql('one')).toBe(sql('one'));
    expect(() => sql('two')).toThrow('no SQL statement named "two"');
    db.close();
  });
});

describe('the statements of the adapter', () => {
  const db = migrated();
  // Without those that SQLite keeps for itself.
  const tables = db
    .prepare("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT GLOB 'sqlite_*'")
    .pluck();
  const TABLES = new Set(tables.all() as string[]);
  const touched = (sql: string): string[] =>
    [...sql.matchAll(/\b(?:FROM|JOIN|INTO|UPDATE)\s+(\w+)/g)]
      .map(([, table]) => table ?? '')
      .filter((it) => TABLES.has(it));

  for (const [name, sql] of STATEMENTS) {
    test(`${name} fits the schema and is one statement`, () => {
      expect(() => db.prepare(sql)).not.toThrow();
    });

    test(`${name} touches a table`, () => {
      expect(touched(sql)).not.toEqual([]);
    });

    // What is being removed is nobody's: whoever began the removal had it looked up in a tenant.
    if (name.startsWith('removals.')) continue;
    if (name in CROSS_TENANT || touched(sql).every((table) => table === 'tenants')) continue;
    test(`${name} is bound to a tenant`, () => {
      const bound = /^\s*INSERT(?![\s\S]*\bSELECT tenant_key\b)/.test(sql)
        ? /\(\s*tenant_key\b[\s\S]*VALUES \(\s*@tenantKey\b/
        : /\bWHERE\b[\s\S]*\btenant_key = @tenantKey\b/;
      expect(sql).toMatch(bound);
    });
  }

  test('that cross tenants are there and do cross them', () => {
    for (const name of Object.keys(CROSS_TENANT)) {
      expect(STATEMENTS.get(name)).toBeDefined();
      expect(STATEMENTS.get(name)).not.toContain('@tenantKey');
    }
  });

  test('find every table with a tenant_key in it but those of the tenants and of processes', () => {
    const without = [...TABLES].filter((table) => {
      const columns = db.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(table);
      return !columns.includes('tenant_key');
    });
    expect(without).toEqual(['tenants', 'leases', 'derivations']);
    expect(MIGRATIONS.length).toBeGreaterThan(0);
  });
});
