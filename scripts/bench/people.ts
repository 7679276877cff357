import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '../../adapters/open.ts';
import { DEFAULT_TENANT } from '../../src/contract/records.ts';
import type { Store } from '../../src/contract/store.ts';
import { systemIds as ids } from '../../src/platform/ids.ts';
import { readSpeech } from './workload.ts';

/** A user with one session. */
export interface Person {
  readonly tenantKey: number;
  readonly userKey: number;
  readonly userId: string;
  readonly sessionId: string;
}

/** Writes that wait for one commit together; more is no faster. */
const AT_A_TIME = 128;

/** Runs `work` on every item, some at a time. Errors: the first of them. */
export const inParallel = async <T, R>(items: readonly T[], width: number, work: (item: T) => Promise<R>) => {
  const results: R[] = [];
  let next = 0;
  const runner = async (): Promise<void> => {
    while (next < items.length) {
      const index = next;
      next += 1;
      results[index] = await work(items[index] as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, runner));
  return results;
};

/** Makes people in a store, each with a session and a history of messages that gives no background work. */
export const addPeople = async (
  store: Store,
  { count, messages, name }: { count: number; messages: number; name: string },
): Promise<Person[]> => {
  const at = Date.now();
  const tenantKey = await store.tenants.ensure(DEFAULT_TENANT, at);
  const scope = { tenantKey, userKey: null };
  const agentId = ids.uuid();
  await store.agents.create(scope, { id: agentId, name: `agent of ${name}`, description: null, at });
  const { texts } = readSpeech();
  return inParallel(
    Array.from({ length: count }, (_, i) => i),
    AT_A_TIME,
    async (i) => {
      const [userId, sessionId] = [ids.uuid(), ids.uuid()];
      await store.users.create(scope, { id: userId, name: `${name} ${i}`, description: null, at });
      await store.sessions.create(scope, { id: sessionId, userId, agentId, name: 'talk', at });
      const history = Array.from({ length: messages }, (_, k) => ({
        id: ids.uuid(),
        role: k % 2 === 0 ? ('user' as const) : ('assistant' as const),
        content: texts[(i * 7 + k) % texts.length] as string,
        name: null,
        metadata: null,
        createdAt: at,
      }));
      await store.messages.append(scope, sessionId, history);
      const user = await store.users.get(scope, userId);
      return { tenantKey, userKey: user?.key ?? 0, userId, sessionId };
    },
  );
};

type Peopling = { count: number; messages: number; name: string };

/** A database with people in it, for a server to be started on. */
export const fillDatabase = async (url: string, people: Peopling): Promise<Person[]> => {
  const store = await openStore(url, { use: 'command' });
  try {
    return await addPeople(store, people);
  } finally {
    await store.close();
  }
};

/** The database of a data folder. */
export const databaseIn = (folder: string): string => `sqlite:${join(folder, 'memfuse.db')}`;

/** A data folder with people in it, likewise. */
export const fillFolder = async (folder: string, people: Peopling): Promise<Person[]> => {
  mkdirSync(folder, { recursive: true });
  return fillDatabase(databaseIn(folder), people);
};
