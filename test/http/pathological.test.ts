import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { PATHOLOGICAL } from '../support/growth.ts';
import { startConversation, startServer, type TestServer } from '../support/server.ts';

/** What is quadratic takes minutes over all of them, and the test ends by its time limit. */
const LIMIT_MS = 120_000;

describe.each([
  ['with buffers', true, 16_384],
  ['inline', false, 4_096],
] as const)('texts that are made to be slow to read, %s,', (_, isBuffered, characters) => {
  let server: TestServer;
  let [userId, sessionId, otherId, otherSession] = ['', '', '', ''];
  beforeAll(async () => {
    server = await startServer({ settings: { 'buffer.enabled': isBuffered } });
    ({ userId, sessionId } = await startConversation(server, 'Eve'));
    ({ userId: otherId, sessionId: otherSession } = await startConversation(server, 'Bob'));
    const messages = [{ role: 'user', content: 'The kayak is red.' }];
    await server.call('POST', `/sessions/${otherSession}/messages`, { messages });
  });
  afterAll(() => server.stop());

  test(
    'are stored, asked, and shown in blocks, and the questions of others are answered meanwhile',
    async () => {
      for (const [name, text] of PATHOLOGICAL) {
        const long = `kayak ${text(characters)} kayak`;
        // Halves of characters are refused, as JSON has none.
        if (!long.isWellFormed()) continue;
        const added = await server.call('POST', `/sessions/${sessionId}/messages`, {
          messages: [{ role: 'user', content: long, name: 'Mo' }],
        });
        expect([name, added.status]).toEqual([name, 201]);
        const asked = [
          server.call('POST', `/users/${userId}/query`, { query: long, top_k: 3 }),
          server.call('POST', `/users/${userId}/context`, { query: long, max_tokens: 200 }),
          server.call('POST', `/users/${userId}/context`, { query: 'kayak', max_tokens: 200, format: 'messages' }),
          server.call('POST', `/users/${otherId}/query`, { query: `What colour is the kayak? ${name}` }),
        ];
        const [query, block, messages, other] = await Promise.all(asked);
        expect([name, query?.status, block?.status, messages?.status]).toEqual([name, 200, 200, 200]);
        expect([name, block?.body.data.tokens <= 200]).toEqual([name, true]);
        expect(other?.body.data.results[0].content).toBe('The kayak is red.');
      }
    },
    LIMIT_MS,
  );
});
