import { Database } from 'bun:sqlite';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '../../../adapters/open.ts';
import { DEFAULT_TENANT } from '../../../src/contract/records.ts';
import type { Store } from '../../../src/contract/store.ts';
import { systemIds as ids } from '../../../src/platform/ids.ts';
import type { Owner } from '../../../src/retrieval/owner.ts';
import type { Random } from '../../../test/support/random.ts';
import { inParallel, type Person } from '../people.ts';
import type { Speech } from './speech.ts';

/** Messages of a session: a talk of an evening. */
const SESSION_MESSAGES = 32;
const SESSION_EVERY_MS = 6 * 3_600_000;
const MESSAGE_EVERY_MS = 60_000;
/** Sessions that wait for one commit together. */
const AT_A_TIME = 128;

/** Somebody whose memory can be made to grow. */
export interface Rememberer extends Person, Owner {
  readonly tenantKey: number;
  readonly userKey: number;
  readonly agentId: string;
  sessions: number;
}

export const databaseOf = (folder: string): string => join(folder, 'memfuse.db');

/** Opens a store whose writes are committed by this thread. */
export const openStoreIn = (folder: string): Promise<Store> => {
  mkdirSync(folder, { recursive: true });
  return openStore(`sqlite:${databaseOf(folder)}`, { use: 'command' });
};

/** A copy of a database as it is now, in another folder, while the first one stays open. */
export const copyStore = (from: string, to: string): void => {
  mkdirSync(to, { recursive: true });
  const db = new Database(databaseOf(from), { readonly: true });
  db.query('VACUUM INTO ?').run(databaseOf(to));
  db.close();
};

/** A user with an agent, who remembers nothing yet. */
export const addRememberer = async (store: Store, name: string): Promise<Rememberer> => {
  const at = Date.now();
  const tenantKey = await store.tenants.ensure(DEFAULT_TENANT, at);
  const scope = { tenantKey, userKey: null };
  const [userId, agentId] = [ids.uuid(), ids.uuid()];
  await store.users.create(scope, { id: userId, name, description: null, at });
  await store.agents.create(scope, { id: agentId, name: `agent of ${name}`, description: null, at });
  const userKey = (await store.users.get(scope, userId))?.key ?? 0;
  const sessionId = ids.uuid();
  await store.sessions.create(scope, { id: sessionId, userId, agentId, name: 'now', at });
  return { tenantKey, userKey, userId, agentId, sessionId, sessions: 0 };
};

/**
 * Adds messages to a memory, in sessions of 32, straight into the store: no background work comes of them.
 *
 * @returns the texts, in the order of their keys.
 */
export const remember = async (
  store: Store,
  who: Rememberer,
  count: number,
  { speech, random }: { readonly speech: Speech; readonly random: Random },
): Promise<string[]> => {
  const { tenantKey, userId, agentId } = who;
  const scope = { tenantKey, userKey: null };
  const now = Date.now();
  const talks: { readonly number: number; readonly texts: string[] }[] = [];
  for (let made = 0; made < count; made += SESSION_MESSAGES) {
    const length = Math.min(SESSION_MESSAGES, count - made);
    talks.push({ number: who.sessions, texts: Array.from({ length }, () => speech.turn(random)) });
    who.sessions += 1;
  }
  await inParallel(talks, AT_A_TIME, async ({ number, texts }) => {
    const id = ids.uuid();
    const at = now - (number % 4_000) * SESSION_EVERY_MS;
    await store.sessions.create(scope, { id, userId, agentId, name: `talk ${number}`, at });
    const messages = texts.map((content, k) => ({
      id: ids.uuid(),
      role: k % 2 === 0 ? ('user' as const) : ('assistant' as const),
      content,
      name: null,
      metadata: null,
      createdAt: at + k * MESSAGE_EVERY_MS,
    }));
    await store.messages.append(scope, id, messages);
  });
  return talks.flatMap(({ texts }) => texts);
};
