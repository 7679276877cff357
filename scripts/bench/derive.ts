import { join } from 'node:path';
import { openSqliteStore } from '../../adapters/sqlite/open.ts';
import { PRIORITY } from '../../src/contract/outbox.ts';
import type { Store } from '../../src/contract/store.ts';
import { findMultilingualModel } from '../../src/embedding/multilingual-model.ts';
import { createStaticEmbedder } from '../../src/embedding/static.ts';
import { openStaticModel } from '../../src/embedding/static-model.ts';
import { HANDLERS, handlersOf, readingWhole } from '../../src/memory/kinds/handlers.ts';
import { systemIds } from '../../src/platform/ids.ts';
import { openOnce } from '../../src/platform/open-once.ts';
import { createMeaning } from '../../src/retrieval/index/meaning.ts';
import { openTagger } from '../../src/text/clauses/tagger.ts';
import { OWN_CONVERSATIONS, readConversations } from '../quality/conversations.ts';
import { benchFolder, startProcess } from './server-process.ts';
import { type Result, result, type Suite } from './suite.ts';

const MAIN = join(import.meta.dir, '..', '..', 'src', 'main.ts');
const OWNER = 'bench';
const USERS = 50;
const ROUND = 20;
/** Messages of a session, before another is begun. */
const SESSION = 200;
const SAMPLES = 10;
const MIB = 1_048_576;
const LEASE_MS = 3_600_000;
const WHEN_EXTRACTED = '?wait_for=extracted&timeout_ms=60000';
const IMPORTED_AT_A_TIME = 500;

interface Said {
  readonly role: 'user' | 'assistant';
  readonly name: string | null;
  readonly text: string;
}

/** Users with sessions, who say what people have said, each time with a word that nobody has used. */
const createTalk = async (store: Store, turns: readonly Said[]) => {
  const tenantKey = await store.tenants.ensure('default', Date.now());
  const scope = { tenantKey, userKey: null };
  const create = { description: null, at: Date.now() };
  const agent = systemIds.uuid();
  await store.agents.create(scope, { id: agent, name: 'assistant', ...create });
  const users = Array.from({ length: USERS }, (_, i) => ({ id: systemIds.uuid(), name: `User${i}` }));
  for (const user of users) await store.users.create(scope, { ...user, ...create });
  const sessions = new Map<string, string>();
  let count = 0;
  /** Appends a round. Answers its tasks. */
  return async () => {
    const at = Date.now();
    const user = users[Math.floor(count / ROUND) % USERS]?.id ?? '';
    const place = `${user} ${Math.floor(count / ROUND / USERS / (SESSION / ROUND))}`;
    let session = sessions.get(place);
    if (session === undefined) {
      session = systemIds.uuid();
      sessions.clear();
      for (const one of users) {
        const id = one.id === user ? session : systemIds.uuid();
        const name = `session ${place} ${one.name}`;
        await store.sessions.create(scope, { id, userId: one.id, agentId: agent, name, at });
        sessions.set(place.replace(user, one.id), id);
      }
    }
    const messages = Array.from({ length: ROUND }, (_, i) => {
      const { role, name, text } = turns[(count + i) % turns.length] as Said;
      const content = `${text} It is about w${(count + i).toString(36)}q.`;
      return { id: systemIds.uuid(), role, content, name, metadata: null, createdAt: at };
    });
    count += ROUND;
    const work = { kinds: ['summarise', 'extract'], priority: PRIORITY.normal, at, dueAt: at } as const;
    return (await store.messages.append(scope, session, messages, undefined, work)).tasks;
  };
};

const measureWorker = async (most: number, turns: readonly Said[], say: (line: string) => void): Promise<Result[]> => {
  const store = await openSqliteStore({ file: join(benchFolder(), 'memfuse.db'), writer: 'here' });
  const model = await openStaticModel();
  const complete = {
    embedder: null,
    counter: { count: async () => [] },
    clock: { now: Date.now },
    ids: systemIds,
    owner: OWNER,
  };
  const reading = readingWhole({
    work: store.work,
    embedder: createStaticEmbedder(model),
    meaning: createMeaning(model, await findMultilingualModel()),
    tagger: openOnce(() => openTagger()).get,
    ids: systemIds,
    beat: () => {},
  });
  const speak = await createTalk(store, turns);
  const rates: number[] = [];
  const rss: number[] = [];
  let [done, cpuUs] = [0, 0];
  while (done < most) {
    for (const { key } of await speak()) {
      const [task] = await store.work.take([key], OWNER, Date.now(), Date.now() + LEASE_MS);
      if (!task) throw new Error('A task that was just written cannot be taken.');
      // Of this thread: what else the machine does takes nothing from it.
      const before = process.threadCpuUsage();
      const draft = await handlersOf(HANDLERS, task).make({ task, maxTokens: 800, isOn: true }, reading);
      const { user, system } = process.threadCpuUsage(before);
      cpuUs += user + system;
      const filed = await store.work.file([await handlersOf(HANDLERS, task).complete(task, draft, complete)]);
      if (filed[0] !== 'done') throw new Error(`An outcome was not filed: ${filed[0]}`);
    }
    done += ROUND;
    if (done % (most / SAMPLES) !== 0) continue;
    Bun.gc(true);
    rates.push((1_000_000 * done) / cpuUs);
    rss.push(process.memoryUsage.rss() / MIB);
    say(
      `${done} messages: ${Math.round(rates.at(-1) ?? 0)} a second of processor time, ${Math.round(rss.at(-1) ?? 0)} MiB`,
    );
  }
  await store.close();
  const grown = (rss.at(-1) ?? 0) - (rss[Math.floor(SAMPLES / 5)] ?? 0);
  return [
    result('episodes and facts on one Worker, by processor time', 'messages/s', rates.slice(-1), {
      target: { of: 'value', atLeast: 1_000 },
    }),
    result(`memory from a fifth of ${most} messages to all of them`, 'MiB', [grown]),
  ];
};

const measureFairness = async (
  imported: number,
  turns: readonly Said[],
  say: (line: string) => void,
): Promise<Result> => {
  const server = await startProcess(MAIN, {
    health: '/api/v1/health',
    env: { MEMFUSE_SERVER__LOG_LEVEL: 'error', MEMFUSE_MEMORY__BACKGROUND__WORKERS: '1' },
    folder: benchFolder(),
  });
  try {
    const call = (path: string, body: unknown) => server.call('POST', `/api/v1${path}`, body);
    const said = (user: string, session: string, texts: readonly Said[], wait = '') =>
      call(`/memories${wait}`, {
        ...{ user, agent: 'assistant', session },
        messages: texts.map(({ role, text }) => ({ role, content: text })),
      });
    for (let from = 0; from < imported; from += IMPORTED_AT_A_TIME) {
      const some = Array.from({ length: IMPORTED_AT_A_TIME }, (_, i) => turns[(from + i) % turns.length] as Said);
      await said('importer', `import ${Math.floor(from / 5_000)}`, some);
    }
    const delays: number[] = [];
    for (let i = 0; i < 5; i += 1) {
      const startedMs = performance.now();
      const { reached } = await said(
        'another',
        'talk',
        [{ role: 'user', name: null, text: `I live in Porto ${i}.` }],
        WHEN_EXTRACTED,
      );
      delays.push(reached ? performance.now() - startedMs : Number.POSITIVE_INFINITY);
    }
    const { waiting, running } = await server.call('GET', '/api/v1/tasks/stats');
    say(`${waiting + running} tasks of the import were left when the last of the other user's was done.`);
    return result(`another's extraction beside an import of ${imported} messages`, 'ms', delays, {
      target: { of: 'value', atMost: 5_000 },
    });
  } finally {
    await server.stop();
  }
};

/** What the background makes of messages, and what it takes: the figures of src/memory/README.md. */
export const deriveSuite: Suite = {
  description: 'Episodes and facts together on one Worker: speed, memory over a million messages, fairness',
  run: async ({ quick, data, say }) => {
    const conversations = readConversations(OWN_CONVERSATIONS, ...data).flat();
    const turns = conversations.flatMap(({ sessions }) => sessions.flatMap((session) => session.turns));
    return [
      ...(await measureWorker(quick ? 20_000 : 1_000_000, turns, say)),
      await measureFairness(quick ? 10_000 : 100_000, turns, say),
    ];
  },
};
