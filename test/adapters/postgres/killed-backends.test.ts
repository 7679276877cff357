import { afterAll, beforeAll, expect, test } from 'bun:test';
import { openPostgresStore } from '../../../adapters/postgres/open.ts';
import { MemfuseError } from '../../../src/contract/errors.ts';
import type { Once } from '../../../src/contract/once.ts';
import type { Store } from '../../../src/contract/store.ts';
import { messagesOf, WHOLE } from '../../contract/lists.ts';
import { createWorld, mintId } from '../../contract/world.ts';
import { createDatabase, type TestDatabase } from '../../support/postgres.ts';

const KILLS = 100;
const WRITERS = 16;
const READERS = 4;

let database: TestDatabase;
let store: Store;
beforeAll(async () => {
  database = await createDatabase();
  store = await openPostgresStore({ url: database.url, use: 'server' });
});
afterAll(async () => {
  await store.close();
  await database.remove();
});

const KILL_SOME = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY random() LIMIT 5`;

test(`${KILLS} killed backends under load hang nothing, double nothing, and lose nothing that was acknowledged`, async () => {
  const world = await createWorld(store);
  const { scope, tenantKey } = world;
  const [user, agent] = [await world.user(), await world.agent()];
  const talks = await Promise.all(Array.from({ length: WRITERS }, () => world.session(user, agent)));
  let isOver = false;
  let refused = 0;

  /** Calls until it is answered, as a client with an Idempotency-Key does. Anything but a refusal to be repeated fails. */
  const persist = async <T>(call: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof MemfuseError) || error.code !== 'storage_unavailable') throw error;
        refused += 1;
      }
    }
  };

  const write = async (path: string): Promise<string[]> => {
    const acknowledged: string[] = [];
    while (!isOver) {
      const text = `text ${mintId()}`;
      const once: Once = { userKey: null, method: 'POST', path, key: mintId(), bodyHash: text, at: world.at() };
      const message = world.message(text);
      await persist(() => store.messages.append(scope, path, [message], once, world.work()));
      acknowledged.push(text);
    }
    return acknowledged;
  };
  const read = async (): Promise<void> => {
    while (!isOver) {
      await persist(() => store.corpus.generation(tenantKey, user.key));
      await persist(async () => {
        const changes = await store.corpus.changes(tenantKey, user.key, { after: 0 });
        for await (const _ of changes?.documents ?? []) break;
      });
    }
  };
  const work = async (): Promise<void> => {
    const owner = 'process';
    while (!isOver) {
      const due = await persist(() => store.work.due(owner, world.at(), 10));
      const at = world.at();
      const taken = await persist(() =>
        store.work.take(
          due.map(({ key }) => key),
          owner,
          at,
          at + 1_000_000,
        ),
      );
      const keys = taken.map(({ key }) => key);
      await persist(() => store.work.release(keys, owner, world.at()));
    }
  };

  const writing = talks.map(({ id }) => write(id));
  const others = [...Array.from({ length: READERS }, read), work()];
  for (let killed = 0; killed < KILLS; ) {
    killed += (await database.run(KILL_SOME)).length;
    await Bun.sleep(10);
  }
  isOver = true;
  const acknowledged = await Promise.all(writing);
  await Promise.all(others);

  expect(refused).toBeGreaterThan(0);
  for (const [i, { id }] of talks.entries()) {
    const listed = await messagesOf(store, scope, id, { sortBy: 'timestamp', order: 'asc' });
    expect(listed.map(({ content }) => content)).toEqual(acknowledged[i] ?? []);
    const { rows } = await store.messages.locations(scope, id, WHOLE);
    expect(rows.map(({ sequence }) => sequence)).toEqual(listed.map((_, place) => place + 1));
  }
  const keys = await database.run('SELECT key::int AS key FROM messages ORDER BY key');
  expect(keys.map(({ key }) => key)).toEqual(keys.map((_, i) => i + 1));
});
