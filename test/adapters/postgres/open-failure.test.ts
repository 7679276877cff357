import { afterAll, beforeAll, expect, test } from 'bun:test';
import { openPostgresStore } from '../../../adapters/postgres/open.ts';
import { refusal } from '../../contract/refusal.ts';
import { createDatabase, type TestDatabase } from '../../support/postgres.ts';

const SECRET = 'hunter2';

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.remove());

const urlWith = (change: (url: URL) => void): string => {
  const url = new URL(database.url);
  change(url);
  return url.href;
};

/** What is wrong, and what a person is told. */
const WRONG: Readonly<Record<string, readonly [() => string | Promise<string>, RegExp]>> = {
  'no address': [() => `postgres://memfuse:${SECRET}@`, /is no address of Postgres\. Set it to postgres:\/\//],
  'no database named': [() => `postgres://memfuse:${SECRET}@127.0.0.1:5432`, /is no address of Postgres/],
  'a port where nobody listens': [
    () => urlWith((url) => Object.assign(url, { port: '1', password: SECRET })),
    /^No Postgres answers at 127\.0\.0\.1:1\./,
  ],
  'a host that does not exist': [
    () => urlWith((url) => Object.assign(url, { hostname: 'no-such-host.invalid', password: SECRET })),
    /^No Postgres answers at no-such-host\.invalid/,
  ],
  'a wrong password': [
    () => urlWith((url) => Object.assign(url, { password: SECRET })),
    /refuses the user "memfuse"\. Check the name and the password/,
  ],
  'an unknown user': [
    () => urlWith((url) => Object.assign(url, { username: 'stranger', password: SECRET })),
    /refuses the user "stranger"/,
  ],
  'a database that does not exist': [
    () => urlWith((url) => Object.assign(url, { pathname: '/nowhere' })),
    /has no database "nowhere"\. Create it/,
  ],
  'an option that Postgres does not know': [
    () => urlWith((url) => url.searchParams.set('pgbouncer', 'true')),
    /an option that Postgres does not know/,
  ],
  'TLS where Postgres has none': [
    () => urlWith((url) => url.searchParams.set('sslmode', 'require')),
    /sslmode=disable/,
  ],
  'a database that is read-only': [
    async () => {
      await database.run(`ALTER DATABASE ${database.name} SET default_transaction_read_only = on`);
      return database.url;
    },
    /is read-only or a standby\. DATABASE_URL has to name the primary/,
  ],
};

for (const [name, [makeUrl, sentence]] of Object.entries(WRONG)) {
  test(`${name} is told in one sentence that says what to do, without the password`, async () => {
    const url = await makeUrl();
    const error = await refusal(openPostgresStore({ url, use: 'server' }));
    expect(error.code).toBe('storage_unavailable');
    expect(error.message).toMatch(sentence);
    const shown = `${error.message} ${Bun.inspect(error)} ${JSON.stringify(error.details)}`;
    expect(shown).not.toContain(new URL(database.url).password);
    expect(shown).not.toContain(SECRET);
    expect(shown).not.toContain('SELECT');
  });
}
