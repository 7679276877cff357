import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { openSqliteStore } from '../../adapters/sqlite/open.ts';
import type { Store } from '../../src/contract/store.ts';
import { hookStore } from '../support/hooked-store.ts';
import { startConversation, startServer, type TestServer } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const calls: string[] = [];
const folder = temporaryFolder();
let server: TestServer;
let talk: Awaited<ReturnType<typeof startConversation>>;

beforeAll(async () => {
  const store = await openSqliteStore({ file: `${folder.path}/memfuse.db`, writer: 'worker' });
  const hooked: Store = hookStore(store, ({ verb }, run) => {
    calls.push(verb);
    return run();
  });
  const connections = { getPool: async () => hooked, close: () => store.close() };
  server = await startServer({
    // Nothing of the background falls into what is looked at.
    settings: { data_dir: folder.path, 'buffer.round_buffer.idle': 3_600, 'memory.background.workers': 1 },
    outside: { connections },
  });
  talk = await startConversation(server);
});
afterAll(async () => {
  await server.stop();
  folder.remove();
});

/** What of the background falls in between is no call of a request. */
const ofRequests = () => calls.filter((verb) => !verb.startsWith('work.'));

describe('on its way to the store', () => {
  const { messages } = { messages: [{ role: 'user', content: 'the harbour is full of ships' }] };

  const WAYS: Readonly<Record<string, readonly [() => Promise<{ status: number }>, readonly string[]]>> = {
    'an add makes one call': [
      () => server.call('POST', `/sessions/${talk.sessionId}/messages`, { messages }),
      ['messages.append'],
    ],
    'a GET of a user makes one call': [() => server.call('GET', `/users/${talk.userId}`), ['users.get']],
    'a question looks all up that it names in one call, which tells the generation as well': [
      () =>
        server.call('POST', `/users/${talk.userId}/query`, {
          query: 'what is in the harbour?',
          session_id: talk.sessionId,
          agent_id: talk.agentId,
          filters: { session_ids: Array.from({ length: 50 }, () => talk.sessionId), agent_ids: [talk.agentId] },
        }),
      ['corpus.resolve'],
    ],
  };
  for (const [name, [send, expected]] of Object.entries(WAYS)) {
    test(name, async () => {
      calls.length = 0;
      expect((await send()).status).toBeLessThan(300);
      expect(ofRequests()).toEqual([...expected]);
    });
  }
});
