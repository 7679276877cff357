import { expect, test } from 'bun:test';
import { readFileSync, writeFileSync } from 'node:fs';
import { openWriteConnection } from '../../../adapters/sqlite/connection.ts';
import { migrate } from '../../../adapters/sqlite/migrate.ts';

const GOLDEN = new URL('schema.golden.sql', import.meta.url);

/** The schema that all migrations leave, as SQLite itself tells it. */
const dumpSchema = (): string => {
  const db = openWriteConnection(':memory:');
  migrate(db);
  const version = db.pragma('user_version', { simple: true });
  const objects = db
    .prepare(
      "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type DESC, name",
    )
    .pluck()
    .all() as string[];
  db.close();
  const heading = `-- The schema of version ${version}. Written by UPDATE_GOLDEN=1 bun test test/adapters/sqlite/schema.test.ts`;
  return `${[heading, ...objects.map((sql) => `${sql};`)].join('\n\n')}\n`;
};

// UPDATE_GOLDEN=1 in the environment writes the dump anew: do so after adding a migration, and read the difference.
test('the schema is the one that was agreed on in schema.golden.sql', () => {
  const schema = dumpSchema();
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(GOLDEN, schema);
  expect(schema).toBe(readFileSync(GOLDEN, 'utf8'));
});
