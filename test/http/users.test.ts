import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { expectRefusal } from '../support/envelope.ts';
import { describeIdentities } from '../support/identity-suite.ts';
import { manualClock } from '../support/manual-clock.ts';
import { startConversation, startServer, type TestServer } from '../support/server.ts';
import { tablesHolding } from '../support/stored-text.ts';
import { found, say } from '../support/talk.ts';

const clock = manualClock();
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ clock });
});
afterAll(() => server.stop());

describeIdentities('user', () => ({ server, clock }));

describe('deleting a user', () => {
  test('answers 204 without a body but with a JSON content type, and 404 the second time', async () => {
    const created = await server.call('POST', '/users', { name: 'leaver' });
    const { id } = created.body.data.user;
    const response = await fetch(`${server.api}/users/${id}`, { method: 'DELETE' });
    expect(response.status).toBe(204);
    expect(response.headers.get('Content-Type')).toBe('application/json');
    expect(await response.text()).toBe('');
    const message = `User with ID '${id}' not found`;
    expectRefusal(await server.call('DELETE', `/users/${id}`), 404, 'user_id', message);
    expectRefusal(await server.call('GET', `/users/${id}`), 404, 'user_id', message);
    expect((await server.call('GET', '/users?name=leaver')).status).toBe(404);
  });

  test('takes along sessions, messages, knowledge and API keys, and leaves the agent', async () => {
    const { userId, agentId, sessionId } = await startConversation(server, 'cascade');
    const [messageId] = await say(server, sessionId, 'The marmalade is in the cellar.');
    await server.call('POST', `/users/${userId}/knowledge`, { knowledge: ['Allergic to marmalade.'] });
    await server.call('POST', `/users/${userId}/api-keys`, { name: 'marmalade key' });
    expect(await found(server, userId, 'marmalade')).toHaveLength(2);

    expect(await tablesHolding(server, 'marmalade')).not.toBeEmpty();
    expect((await server.call('DELETE', `/users/${userId}`)).status).toBe(204);

    const gone: [string, string, unknown?][] = [
      ['GET', `/users/${userId}/knowledge`],
      ['GET', `/users/${userId}/api-keys`],
      ['GET', `/sessions?user_id=${userId}`],
      ['GET', `/sessions/${sessionId}`],
      ['GET', `/sessions/${sessionId}/messages`],
      ['POST', `/sessions/${sessionId}/messages/read`, { message_ids: [messageId] }],
      ['POST', `/sessions/${sessionId}/messages`, { messages: [] }],
      ['POST', `/users/${userId}/query`, { query: 'marmalade' }],
    ];
    for (const [method, path, body] of gone) expect((await server.call(method, path, body)).status).toBe(404);
    expect((await server.call('GET', `/agents/${agentId}`)).status).toBe(200);
    expect(await tablesHolding(server, 'marmalade')).toEqual([]);
  });

  test('frees the name, and the next of that name remembers nothing', async () => {
    const first = await startConversation(server, 'phoenix');
    await say(server, first.sessionId, 'My password hint is rutabaga.');
    await server.call('DELETE', `/users/${first.userId}`);
    const again = await server.call('POST', '/users', { name: 'phoenix' });
    expect(again.status).toBe(201);
    const { id } = again.body.data.user;
    expect(id).not.toBe(first.userId);
    expect(await found(server, id, 'rutabaga password')).toEqual([]);
    expect((await server.call('GET', `/sessions?user_id=${id}`)).body.data.sessions).toEqual([]);
  });

  test('leaves other users as they are', async () => {
    const staying = await startConversation(server, 'stayer');
    const leaving = await startConversation(server, 'goer');
    await say(server, staying.sessionId, 'I keep a parrot.');
    await say(server, leaving.sessionId, 'I keep a parrot too.');
    await server.call('DELETE', `/users/${leaving.userId}`);
    expect(await found(server, staying.userId, 'parrot')).toEqual(['I keep a parrot.']);
  });

  test('of many concurrent requests one answers 204 and the others 404', async () => {
    const created = await server.call('POST', '/users', { name: 'deleted by many' });
    const path = `/users/${created.body.data.user.id}`;
    const answers = await Promise.all(Array.from({ length: 8 }, () => server.call('DELETE', path)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([204, ...Array(7).fill(404)]);
  });
});
