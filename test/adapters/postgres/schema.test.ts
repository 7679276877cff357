import { afterAll, beforeAll, expect, test } from 'bun:test';
import { readFileSync, writeFileSync } from 'node:fs';
import { MIGRATIONS } from '../../../adapters/postgres/migrate.ts';
import { createDatabase, type TestDatabase } from '../../support/postgres.ts';

const GOLDEN = new URL('schema.golden.txt', import.meta.url);

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.remove());

const COLUMNS = `SELECT format('%s.%s %s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
    CASE WHEN a.attcollation <> 0 AND l.collname <> 'default' THEN ' COLLATE ' || l.collname END,
    CASE WHEN a.attnotnull THEN ' NOT NULL' END) || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '') AS line
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
    LEFT JOIN pg_collation l ON l.oid = a.attcollation LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
  WHERE a.attnum > 0 AND NOT a.attisdropped ORDER BY c.relname, a.attnum`;
const INDEXES = "SELECT indexdef AS line FROM pg_indexes WHERE schemaname = 'public' ORDER BY tablename, indexname";
const CHECKS = `SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) AS line FROM pg_constraint
  WHERE contype IN ('c', 'f') AND connamespace = 'public'::regnamespace ORDER BY 1`;
const FUNCTIONS = `SELECT pg_get_functiondef(oid) AS line FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY proname`;

// UPDATE_GOLDEN=1 in the environment writes the dump anew: do so after adding a migration, and read the difference.
test('the schema is the one that was agreed on in schema.golden.txt', async () => {
  const parts = [];
  for (const part of [COLUMNS, INDEXES, CHECKS, FUNCTIONS]) {
    parts.push((await database.run(part)).map(({ line }) => String(line)).join('\n'));
  }
  const heading = `The schema of version ${MIGRATIONS.length}. Written by UPDATE_GOLDEN=1 bun test test/adapters/postgres/schema.test.ts`;
  const schema = `${[heading, ...parts].join('\n\n')}\n`;
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(GOLDEN, schema);
  expect(schema).toBe(readFileSync(GOLDEN, 'utf8'));
});
