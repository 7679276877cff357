import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import { settingsFrom } from '../../../src/config/load.ts';
import { createApp } from '../../../src/http/app.ts';
import { createMemoryLayer } from '../../../src/memory/memory-layer.ts';
import type { Ids } from '../../../src/platform/ids.ts';
import { createLog } from '../../../src/platform/log.ts';
import { createSearch } from '../../../src/retrieval/search.ts';
import { UserIndexes } from '../../../src/retrieval/user-indexes.ts';
import { createAccessControl } from '../../../src/services/access.ts';

/** Run by Node, not by Bun: serves one conversation through the fetch handler and prints the answers as JSON. */
const { settings, clock } = { settings: settingsFrom([]), clock: { now: () => 1_700_000_000_000 } };
let minted = 0;
const ids: Ids = {
  uuid: () => {
    minted += 1;
    return `00000000-0000-7000-8000-${String(minted).padStart(12, '0')}`;
  },
  hex: (bytes) => 'ab'.repeat(bytes),
  secret: () => 'mf_secret',
};

const store = await openSqliteStore({ file: join(mkdtempSync(join(tmpdir(), 'memfuse-node-')), 'db'), writer: 'here' });
const tenantKey = await store.tenants.ensure('default', clock.now());
const search = createSearch(store.corpus, new UserIndexes(store.corpus, 1_000_000));
const app = await createApp({
  services: {
    store,
    memory: createMemoryLayer(store, clock, ids),
    search: { search, warmUp: () => {}, forget: async () => {}, close: async () => {} },
    access: createAccessControl(store.apiKeys, { required: false, tenantKey, clock }),
    close: () => store.close(),
  },
  settings: settings.server,
  clock,
  ids,
  log: createLog('silent'),
  docsAsset: async () => null,
});

const call = async (method: string, path: string, body?: unknown) => {
  const request = new Request(`http://node.test/api/v1${path}`, {
    method,
    headers: { 'Content-Type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const answer = await app(request, { address: () => null });
  return { status: answer.status, body: await answer.json() };
};

const user = await call('POST', '/users', { name: 'alice' });
const agent = await call('POST', '/agents', { name: 'bot' });
const session = await call('POST', '/sessions', {
  user_id: user.body.data.user.id,
  agent_id: agent.body.data.agent.id,
});
const messages = [{ role: 'user', content: 'The wifi password is under the cactus.' }];
const added = await call('POST', `/sessions/${session.body.data.session.id}/messages`, { messages });
const found = await call('POST', `/users/${user.body.data.user.id}/query`, { query: 'where is the password?' });
const wrong = await call('POST', '/users', { name: 7 });
await store.close();

const runtime = 'Bun' in globalThis ? 'bun' : 'node';
console.log(JSON.stringify({ runtime, added, found, wrong }));
