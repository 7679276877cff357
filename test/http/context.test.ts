import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { startConversation, startServer, type TestServer } from '../support/server.ts';
import { say } from '../support/talk.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

let conversations = 0;
const converse = () => {
  conversations += 1;
  return startConversation(server, `Person${conversations}`);
};
const contextOf = (userId: string, body: object) => server.call('POST', `/users/${userId}/context`, body);

describe('what a block goes without', () => {
  test('is named as a query names it', async () => {
    const { userId, sessionId } = await converse();
    await say(server, sessionId, 'We flew a red kite.');
    for (const as_of of ['2026-05-01', '1970-01-01T00:00:00Z']) {
      const body = { query: 'red kite', as_of };
      const { degraded } = (await contextOf(userId, body)).body.data;
      const asked = await server.call('POST', `/users/${userId}/query`, body);
      expect(degraded).toEqual(asked.body.data.degraded);
      expect(degraded.join()).toContain('as_of');
    }
    expect((await contextOf(userId, { query: 'red kite' })).body.data.degraded).toEqual([]);
  });
});
