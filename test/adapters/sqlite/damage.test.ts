import { expect, test } from 'bun:test';
import { readFileSync, writeFileSync } from 'node:fs';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import { rowsIn, WHOLE } from '../../contract/lists.ts';
import { endOf } from '../../contract/refusal.ts';
import { documentsAfter } from '../../contract/snapshot.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { createTalk } from './talk.ts';

test('a database whose file is damaged under the store is storage_unavailable to reads, writes and a ping', async () => {
  const folder = temporaryFolder();
  const file = `${folder.path}/memfuse.db`;
  const first = await openSqliteStore({ file, writer: 'here' });
  const { scope, session } = await createTalk(first);
  await first.close();

  const store = await openSqliteStore({ file, writer: 'here' });
  writeFileSync(file, Buffer.alloc(readFileSync(file).length, 7));
  const ends = {
    read: await endOf(rowsIn(store.users.list(scope, WHOLE))),
    write: await endOf(store.tenants.ensure('another', 1_000)),
    documents: await endOf(documentsAfter(store, scope.tenantKey, session.userKey, 0)),
    ping: await endOf(store.ping()),
  };
  await store.close();
  folder.remove();
  const unavailable = 'storage_unavailable';
  expect(ends).toEqual({ read: unavailable, write: unavailable, documents: unavailable, ping: unavailable });
});
