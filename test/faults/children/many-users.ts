import Database from 'better-sqlite3';
import { GlobalConfig } from '../../../src/config/global-config.ts';
import { settingsFrom } from '../../../src/config/load.ts';
import { DEFAULT_TENANT } from '../../../src/contract/records.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { systemIds } from '../../../src/platform/ids.ts';
import { createLog } from '../../../src/platform/log.ts';
import { ServiceFactory } from '../../../src/services/service-factory.ts';
import { ASLEEP } from '../../support/background/settings.ts';

/**
 * Serves many users, each once and one after the other, in a process of its own, and prints what memory it holds after
 * each tenth of them: a line of JSON each.
 */

export interface Measurement {
  readonly users: number;
  readonly rssBytes: number;
  readonly heapBytes: number;
  /** Services that are held, and those that are no longer hot and not yet collected. */
  readonly hot: number;
  readonly cool: number;
}

const [folder = '', users = '0', hot = '0'] = process.argv.slice(2);
const USERS = Number(users);
const STEP = USERS / 10;
const CLIENTS = 64;

const written = {
  ...ASLEEP,
  data_dir: folder,
  'memory.hot_users': Number(hot),
  'retrieval.index_max_bytes': 4 * 1024 * 1024,
  'server.log_level': 'silent',
};
const entries = Object.entries(written).map(([path, value]) => ({ path, value, source: 'test' }));
const config = GlobalConfig.of(settingsFrom(entries));
const log = createLog(() => 'silent');
const factory = await ServiceFactory.initializeGlobals(config, { clock: systemClock, ids: systemIds, log });
const tenantKey = await factory.store.tenants.ensure(DEFAULT_TENANT, Date.now());

/** Users with a session each, whose keys and ids count up. */
const seed = (): void => {
  // By the library that the server uses: another one in the same process knows nothing of its locks, and takes its log away.
  const db = new Database(`${folder}/memfuse.db`);
  const all = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${USERS})`;
  db.transaction(() => {
    db.exec(`INSERT INTO agents (tenant_key, id, name, created_at, updated_at) VALUES (${tenantKey}, 'a', 'a', 1, 1)`);
    db.exec(`${all} INSERT INTO users (key, tenant_key, id, name, created_at, updated_at)
      SELECT i, ${tenantKey}, 'u' || i, 'user ' || i, 1, 1 FROM n`);
    db.exec(`${all} INSERT INTO sessions (key, tenant_key, id, user_key, agent_key, name, created_at, updated_at)
      SELECT i, ${tenantKey}, 's' || i, i, (SELECT max(key) FROM agents), 'talk', 1, 1 FROM n`);
  })();
  db.close();
};

const serve = async (userKey: number): Promise<void> => {
  const scope = { tenantKey, userKey };
  const content = `I am number ${userKey} and I like the colour ${userKey % 7}.`;
  await factory.addBatch(scope, `s${userKey}`, [
    { role: 'user', content, name: null, metadata: null, createdAt: null },
  ]);
};

const measure = async (served: number): Promise<Measurement> => {
  for (let i = 0; i < 3; i += 1) {
    Bun.gc(true);
    await Bun.sleep(20);
  }
  const { rss: rssBytes, heapUsed: heapBytes } = process.memoryUsage();
  const { hot: held, cool } = factory.users.report();
  return { users: served, rssBytes, heapBytes, hot: held, cool };
};

seed();
let next = 1;
for (let served = STEP; served <= USERS; served += STEP) {
  const client = async (): Promise<void> => {
    while (next <= served) {
      const userKey = next;
      next += 1;
      await serve(userKey);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  console.log(JSON.stringify(await measure(served)));
}
await factory.close();
process.exit(0);
