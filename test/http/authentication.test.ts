import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { asKey, makeKey } from '../support/api-key.ts';
import { expectInvalid, expectRefusal } from '../support/envelope.ts';
import { startConversation, startServer, type TestAnswer, type TestServer } from '../support/server.ts';
import { contentsOf, say } from '../support/talk.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let server: TestServer;
/** The server as the owner of the default tenant sees it. */
let owner: TestServer;
beforeAll(async () => {
  server = await startServer({ settings: { 'server.api_key_validation': true } });
  owner = asKey(server, await makeKey(server));
});
afterAll(() => server.stop());

let names = 0;
const fresh = (word: string): string => {
  names += 1;
  return `${word} ${names}`;
};

const withHeaders = (headers: Record<string, string>) => server.call('GET', '/users', undefined, headers);

const expectUnauthorized = (answer: TestAnswer, message: string, text: string): void =>
  expectRefusal(answer, 401, 'api_key', `Authentication failed: ${message}`, text);
const expectInvalidKey = (answer: TestAnswer): void =>
  expectUnauthorized(answer, 'Invalid API key', 'The provided API key is invalid or has expired');

describe('a request', () => {
  test('with a key in either header is let in', async () => {
    const secret = await makeKey(server);
    for (const headers of [
      { Authorization: `Bearer ${secret}` },
      { Authorization: `bearer ${secret}` },
      { Authorization: `BEARER ${secret}` },
      { 'X-API-Key': secret },
    ]) {
      expect((await withHeaders(headers as Record<string, string>)).status).toBe(200);
    }
  });

  test('without a key is answered 401', async () => {
    expectUnauthorized(await withHeaders({}), 'Missing API key', 'API key is required');
  });

  test.each(['secret', 'Basic dXNlcjpwYXNz', 'Bearer', 'Bearer one two', 'Token secret'])(
    'with the header "Authorization: %s" is answered 401 for its form',
    async (header) => {
      const text = "API key format should be 'Bearer YOUR_API_KEY'";
      expectUnauthorized(await withHeaders({ Authorization: header }), 'Invalid API key format', text);
    },
  );

  test('with an unknown key is answered 401', async () => {
    const secret = await makeKey(server);
    const unknown = ['unknown', `${secret}x`, secret.slice(0, -1), secret.toUpperCase(), '%00', "' OR 1=1--"];
    for (const key of unknown) expectInvalidKey(await withHeaders({ 'X-API-Key': key }));
    for (const key of unknown.slice(0, 4)) expectInvalidKey(await withHeaders({ Authorization: `Bearer ${key}` }));
  });

  test('is asked for its key on every address but health', async () => {
    const { userId, agentId, sessionId } = await startConversation(owner, fresh('guarded'));
    const calls: [string, string, unknown?][] = [
      ['GET', '/users'],
      ['POST', '/users', { name: fresh('intruder') }],
      ['GET', `/users/${userId}`],
      ['PUT', `/users/${userId}`, {}],
      ['DELETE', `/users/${userId}`],
      ['POST', `/users/${userId}/query`, { query: 'x' }],
      ['GET', `/users/${userId}/knowledge`],
      ['POST', `/users/${userId}/knowledge`, { knowledge: ['x'] }],
      ['POST', `/users/${userId}/knowledge/read`, { knowledge_ids: [] }],
      ['PUT', `/users/${userId}/knowledge`, { knowledge_ids: [], new_knowledge: [] }],
      ['DELETE', `/users/${userId}/knowledge`, { knowledge_ids: [] }],
      ['GET', `/users/${userId}/api-keys`],
      ['POST', `/users/${userId}/api-keys`],
      ['DELETE', `/users/${userId}/api-keys/x`],
      ['GET', '/agents'],
      ['POST', '/agents', { name: fresh('intruder') }],
      ['GET', `/agents/${agentId}`],
      ['PUT', `/agents/${agentId}`, {}],
      ['DELETE', `/agents/${agentId}`],
      ['GET', '/sessions'],
      ['POST', '/sessions', { user_id: userId, agent_id: agentId }],
      ['GET', `/sessions/${sessionId}`],
      ['PUT', `/sessions/${sessionId}`, {}],
      ['DELETE', `/sessions/${sessionId}`],
      ['GET', `/sessions/${sessionId}/messages`],
      ['POST', `/sessions/${sessionId}/messages`, { messages: [] }],
      ['POST', `/sessions/${sessionId}/messages/read`, { message_ids: [] }],
      ['PUT', `/sessions/${sessionId}/messages`, { message_ids: [], new_messages: [] }],
      ['DELETE', `/sessions/${sessionId}/messages`, { message_ids: [] }],
      ['GET', `/sessions/${sessionId}/chunks`],
      ['GET', '/rounds/x/chunks'],
      ['GET', '/chunks/stats'],
    ];
    for (const [method, path, body] of calls) {
      for (const slash of ['', '/']) {
        const answer = await server.call(method, path + slash, body);
        expectUnauthorized(answer, 'Missing API key', 'API key is required');
      }
    }
    expect((await owner.call('GET', `/sessions/${sessionId}`)).status).toBe(200);
    expect((await server.call('GET', '/health')).status).toBe(200);
  });

  test('is checked for JSON before its key, and for its key before its schema', async () => {
    const post = (body: unknown, headers = {}) => server.call('POST', '/users', body, headers);
    expect((await post('{')).body.detail[0].type).toBe('json_invalid');
    expectUnauthorized(await post({}), 'Missing API key', 'API key is required');
    expectInvalid(await owner.call('POST', '/users', {}));
    expect((await server.call('GET', '/sessions/x/messages?limit=0')).status).toBe(401);
  });
});

describe('while keys are off', () => {
  test('any key will do, and none, of whatever form', async () => {
    const open = await startServer();
    try {
      for (const headers of [
        {},
        { 'X-API-Key': 'test-api-key' },
        { Authorization: 'Bearer anything' },
        { Authorization: 'Basic dXNlcjpwYXNz' },
        { Authorization: 'rubbish' },
        { Authorization: 'Bearer one two' },
      ]) {
        expect((await open.call('GET', '/users', undefined, headers as Record<string, string>)).status).toBe(200);
      }
    } finally {
      await open.stop();
    }
  });

  test('everything belongs to the default tenant, which keeps it when they are turned on', async () => {
    const folder = temporaryFolder();
    const open = await startServer({ settings: { data_dir: folder.path } });
    const { userId, sessionId } = await startConversation(open, 'early');
    await say(open, sessionId, 'I was here before the keys.');
    await open.stop();
    const guarded = await startServer({ settings: { data_dir: folder.path, 'server.api_key_validation': true } });
    try {
      const insider = asKey(guarded, await makeKey(guarded));
      const outsider = asKey(guarded, await makeKey(guarded, { tenant: 'other' }));
      expect((await insider.call('GET', `/users/${userId}`)).body.data.user.name).toBe('early');
      expect(await contentsOf(insider, sessionId)).toEqual(['I was here before the keys.']);
      expect((await outsider.call('GET', `/users/${userId}`)).status).toBe(404);
    } finally {
      await guarded.stop();
      folder.remove();
    }
  });
});
