import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import { GlobalConfig } from '../../../src/config/global-config.ts';
import { settingsFrom } from '../../../src/config/load.ts';
import { KINDS } from '../../../src/contract/kinds.ts';
import { createApp } from '../../../src/http/app.ts';
import { createMemoryLayer } from '../../../src/memory/memory-layer.ts';
import type { Ids } from '../../../src/platform/ids.ts';
import { createLog } from '../../../src/platform/log.ts';
import { systemScheduler } from '../../../src/platform/scheduler.ts';
import { NO_TRACING } from '../../../src/platform/tracing.ts';
import { openLayers } from '../../../src/retrieval/layers.ts';
import { WEIGHTS } from '../../../src/retrieval/ranking/weights.ts';
import { createAccessControl } from '../../../src/services/access.ts';
import { ErrorHandler } from '../../../src/services/error-handler.ts';
import { PerformanceMetrics } from '../../../src/services/performance-metrics.ts';

/** Run by Node, not by Bun: serves one conversation through the fetch handler and prints the answers as JSON. */
const config = GlobalConfig.of(settingsFrom([]));
const clock = { now: () => 1_700_000_000_000 };
let minted = 0;
const ids: Ids = {
  uuid: () => {
    minted += 1;
    return `00000000-0000-7000-8000-${String(minted).padStart(12, '0')}`;
  },
  hex: (bytes) => 'ab'.repeat(bytes),
  secret: () => 'mf_secret',
};

const store = await openSqliteStore({
  file: join(mkdtempSync(join(tmpdir(), 'memfuse-node-')), 'db'),
  writer: 'here',
  ids,
});
const tenantKey = await store.tenants.ensure('default', clock.now());
const { search } = openLayers(store.corpus, {
  meaning: null,
  maxBytes: 1_000_000,
  weights: WEIGHTS,
  modelWeights: WEIGHTS,
});
const memory = createMemoryLayer(store, clock, ids, { idleMs: () => 0, kinds: () => ['index'] });
const log = createLog('silent');
const NO_BACKGROUND = { transferTriggered: false, backgroundQueued: false, reached: null };
const app = await createApp({
  services: {
    config,
    store,
    link: null,
    access: createAccessControl(store.apiKeys, { required: false, tenantKey, clock }),
    metrics: new PerformanceMetrics(),
    tracing: NO_TRACING,
    errors: new ErrorHandler(log),
    processor: { queueSize: 0, queueSizeOf: () => 0, queueCapacity: 0, workers: () => [], offer: () => true },
    kinds: () => ({ index: KINDS.index }),
    memory,
    addBatch: async (scope, sessionId, messages, once) => ({
      ...(await memory.processBatch(scope, sessionId, messages, once)),
      ...NO_BACKGROUND,
    }),
    getBufferService: () => ({
      follow: async (_scope, _sessionId, { ids, replayed }) => ({ ids, replayed, ...NO_BACKGROUND }),
      query: search,
    }),
    countTokens: async (texts) => texts.map(() => 1),
    forget: async () => {},
  },
  clock,
  ids,
  scheduler: systemScheduler,
  log,
  docsAsset: async () => null,
  consoleFile: async () => null,
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
