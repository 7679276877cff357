import { afterAll, beforeAll, expect, test } from 'bun:test';
import { startConversation, startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

test('a message that was posted is found by a question in plain words', async () => {
  const { userId, sessionId } = await startConversation(server);
  const messages = [
    { role: 'user', content: 'My dog Rex is afraid of thunder.' },
    { role: 'assistant', content: 'Poor Rex! A quiet room helps.' },
  ];
  const added = await server.call('POST', `/sessions/${sessionId}/messages`, { messages });
  expect(added.status).toBe(201);
  const answer = await server.call('POST', `/users/${userId}/query`, { query: 'What is my dog afraid of?' });
  expect(answer.status).toBe(200);
  expect(answer.body.data.results[0].id).toBe(added.body.data.message_ids[0]);
});
