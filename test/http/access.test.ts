import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { asKey, makeKey } from '../support/api-key.ts';
import { expectRefusal } from '../support/envelope.ts';
import { createKey, listKeys } from '../support/key-calls.ts';
import { startConversation, startServer, type TestServer } from '../support/server.ts';
import { contentsOf, found, say } from '../support/talk.ts';

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

describe('a key bound to a user', () => {
  const boundTo = async (userId: string, scopes = ['read', 'write', 'admin'] as const): Promise<TestServer> =>
    asKey(server, await makeKey(server, { userId, scopes }));
  const newPair = async () => {
    const ann = await startConversation(owner, fresh('ann'));
    const bob = await startConversation(owner, fresh('bob'));
    return { ann, bob, key: await boundTo(ann.userId) };
  };

  test('sees that user and their sessions only', async () => {
    const { ann, key } = await newPair();
    const users = await key.call('GET', '/users');
    expect(users.body.data.users.map(({ id }: { id: string }) => id)).toEqual([ann.userId]);
    const sessions = await key.call('GET', '/sessions');
    expect(sessions.body.data.sessions.map(({ id }: { id: string }) => id)).toEqual([ann.sessionId]);
    const byAgent = await key.call('GET', `/sessions?agent_id=${ann.agentId}`);
    expect(byAgent.body.data.sessions).toHaveLength(1);
  });

  test('serves the SDK from start to answer', async () => {
    const { ann, key } = await newPair();
    const { name } = (await key.call('GET', `/users/${ann.userId}`)).body.data.user;
    expect((await key.call('GET', `/users?name=${encodeURIComponent(name)}`)).status).toBe(200);
    const session = await key.call('POST', '/sessions', { user_id: ann.userId, agent_id: ann.agentId, name: null });
    expect(session.status).toBe(201);
    const sessionId = session.body.data.session.id;
    const [id = ''] = await say(key, sessionId, 'My bicycle is blue.');
    expect(await contentsOf(key, sessionId)).toEqual(['My bicycle is blue.']);
    expect(await found(key, ann.userId, 'bicycle')).toEqual(['My bicycle is blue.']);
    const known = await key.call('POST', `/users/${ann.userId}/knowledge`, { knowledge: ['Cycles.'] });
    expect(known.status).toBe(201);
    expect((await key.call('DELETE', `/sessions/${sessionId}/messages`, { message_ids: [id] })).status).toBe(200);
    expect((await key.call('PUT', `/sessions/${sessionId}`, { name: 'rides' })).status).toBe(200);
    expect((await key.call('DELETE', `/sessions/${sessionId}`)).status).toBe(200);
  });

  test('takes everything of another user for missing', async () => {
    const { bob, key } = await newPair();
    const [messageId] = await say(owner, bob.sessionId, "Bob's secret is a chihuahua.");
    const userMessage = `User with ID '${bob.userId}' not found`;
    const aboutUser: [string, string, unknown?][] = [
      ['GET', ''],
      ['PUT', '', { name: 'mine now' }],
      ['DELETE', ''],
      ['POST', '/query', { query: 'chihuahua' }],
      ['GET', '/knowledge'],
      ['POST', '/knowledge', { knowledge: ['x'] }],
      ['POST', '/knowledge/read', { knowledge_ids: [] }],
      ['PUT', '/knowledge', { knowledge_ids: [], new_knowledge: [] }],
      ['DELETE', '/knowledge', { knowledge_ids: [] }],
    ];
    for (const [method, path, body] of aboutUser) {
      expectRefusal(await key.call(method, `/users/${bob.userId}${path}`, body), 404, 'user_id', userMessage);
    }
    const sessionMessage = `Session with ID '${bob.sessionId}' not found`;
    const aboutSession: [string, string, unknown?][] = [
      ['GET', ''],
      ['PUT', '', { name: 'mine now' }],
      ['DELETE', ''],
      ['GET', '/messages'],
      ['POST', '/messages', { messages: [{ role: 'user', content: 'x' }] }],
      ['POST', '/messages/read', { message_ids: [messageId] }],
      ['PUT', '/messages', { message_ids: [messageId], new_messages: [{ role: 'user', content: 'x' }] }],
      ['DELETE', '/messages', { message_ids: [messageId] }],
      ['GET', '/chunks'],
    ];
    for (const [method, path, body] of aboutSession) {
      const answer = await key.call(method, `/sessions/${bob.sessionId}${path}`, body);
      expectRefusal(answer, 404, 'session_id', sessionMessage);
    }
    expect((await key.call('GET', `/sessions?user_id=${bob.userId}`)).status).toBe(404);
    expect((await key.call('GET', `/chunks/stats?user_id=${bob.userId}`)).status).toBe(404);
    const { name } = (await owner.call('GET', `/users/${bob.userId}`)).body.data.user;
    expect((await key.call('GET', `/users?name=${encodeURIComponent(name)}`)).status).toBe(404);
    const session = (await owner.call('GET', `/sessions/${bob.sessionId}`)).body.data.session;
    expect((await key.call('GET', `/sessions?name=${encodeURIComponent(session.name)}`)).status).toBe(404);
    expect(await contentsOf(owner, bob.sessionId)).toEqual(["Bob's secret is a chihuahua."]);
  });

  test('cannot open a session for another user, nor query with their session', async () => {
    const { ann, bob, key } = await newPair();
    const answer = await key.call('POST', '/sessions', { user_id: bob.userId, agent_id: bob.agentId });
    expectRefusal(answer, 404, 'user_id', `User with ID '${bob.userId}' not found`);
    const query = await key.call('POST', `/users/${ann.userId}/query`, { query: 'x', session_id: bob.sessionId });
    const message = `Session '${bob.sessionId}' not found for user '${ann.userId}'`;
    expectRefusal(query, 404, 'session_id', message);
  });

  test('may read agents but not create, change or delete them', async () => {
    const { ann, key } = await newPair();
    const agent = (await key.call('GET', `/agents/${ann.agentId}`)).body.data.agent;
    expect(agent.id).toBe(ann.agentId);
    expect((await key.call('GET', `/agents?name=${encodeURIComponent(agent.name)}`)).status).toBe(200);
    const calls: [string, string, unknown?][] = [
      ['POST', '/agents', { name: fresh('agent') }],
      ['PUT', `/agents/${ann.agentId}`, { name: fresh('agent') }],
      ['PUT', `/agents/${ann.agentId}`, { description: 'changed' }],
      ['DELETE', `/agents/${ann.agentId}`],
    ];
    for (const [method, path, body] of calls) {
      const answer = await key.call(method, path, body);
      expect(answer.status).toBe(403);
      expect(answer.body).toMatchObject({ status: 'error', code: 403, data: null });
    }
    expect((await owner.call('GET', `/agents/${ann.agentId}`)).body.data.agent).toEqual(agent);
  });

  test('cannot create users', async () => {
    const { key } = await newPair();
    const name = fresh('made by a bound key');
    expect((await key.call('POST', '/users', { name })).status).toBe(403);
    expect((await owner.call('GET', `/users?name=${encodeURIComponent(name)}`)).status).toBe(404);
  });

  test('does not learn by creating which names other users have', async () => {
    const { bob, key } = await newPair();
    const { name } = (await owner.call('GET', `/users/${bob.userId}`)).body.data.user;
    const taken = await key.call('POST', '/users', { name });
    const free = await key.call('POST', '/users', { name: fresh('free') });
    expect({ status: taken.status, message: taken.body.message }).toEqual({
      status: free.status,
      message: free.body.message,
    });
  });

  test.each(['the same body', 'another body'])(
    'learns nothing of another user by sending their Idempotency-Key again with %s',
    async (which) => {
      const { ann, bob, key } = await newPair();
      const headers = { 'Idempotency-Key': fresh('guessed') };
      const message = { role: 'user', content: 'Hello.' };
      const session = { user_id: bob.userId, agent_id: ann.agentId };
      const calls: [string, object, object][] = [
        [`/sessions/${bob.sessionId}/messages`, { messages: [message] }, { messages: [message, message] }],
        [`/users/${bob.userId}/knowledge`, { knowledge: ['x'] }, { knowledge: ['y'] }],
        ['/sessions', { ...session, name: 'once' }, { ...session, name: 'twice' }],
      ];
      for (const [path, body, otherBody] of calls) {
        const first = await owner.call('POST', path, body, headers);
        const made = JSON.stringify(first.body.data).match(/[0-9a-f-]{36}/)?.[0] ?? '';
        const answer = await key.call('POST', path, which === 'the same body' ? body : otherBody, headers);
        expect([path, answer.status]).toEqual([path, 404]);
        expect(JSON.stringify(answer.body)).not.toContain(made);
      }
    },
  );

  test('has Idempotency-Keys of its own: those of another user, or of the tenant, are free to it', async () => {
    const { ann, bob, key } = await newPair();
    const other = await boundTo(bob.userId);
    const headers = { 'Idempotency-Key': fresh('shared') };
    const open = (by: TestServer, userId: string) =>
      by.call('POST', '/sessions', { user_id: userId, agent_id: ann.agentId, name: fresh('opened') }, headers);
    const answers = [await open(owner, ann.userId), await open(key, ann.userId), await open(other, bob.userId)];
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(answers.map(({ body }) => body.data.session.id)).size).toBe(3);
    // Each knows its own again.
    const body = { user_id: bob.userId, agent_id: bob.agentId };
    const own = { 'Idempotency-Key': fresh('own') };
    const first = await other.call('POST', '/sessions', body, own);
    const again = await other.call('POST', '/sessions', body, own);
    expect(again.body.data.session.id).toBe(first.body.data.session.id);
    expect((await key.call('POST', '/sessions', { ...body, user_id: ann.userId }, own)).status).toBe(201);
  });

  const expectNotTheirs = async (key: TestServer, userId: string): Promise<void> => {
    const calls = [
      ['POST', '', 'create'],
      ['GET', '', 'list'],
      ['DELETE', '/no-key', 'delete'],
    ] as const;
    for (const [method, path, verb] of calls) {
      const answer = await key.call(method, `/users/${userId}/api-keys${path}`);
      const message = `You do not have permission to ${verb} API keys for this user`;
      expectRefusal(answer, 403, 'user_id', message);
    }
  };

  test('manages the keys of its own user, and is told that those of another are not its business', async () => {
    const { ann, bob, key } = await newPair();
    const made = await createKey(key, ann.userId);
    expect((await listKeys(key, ann.userId)).map(({ id }) => id)).toContain(made.id);
    expect((await key.call('DELETE', `/users/${ann.userId}/api-keys/${made.id}`)).status).toBe(200);
    await expectNotTheirs(key, bob.userId);
    expect((await key.call('GET', '/users/no-user/api-keys')).status).toBe(404);
  });

  test('is told so in the same words when it may only read and write', async () => {
    const { ann, bob } = await newPair();
    await expectNotTheirs(
      asKey(server, await makeKey(server, { userId: ann.userId, scopes: ['read', 'write'] })),
      bob.userId,
    );
  });

  test('made over HTTP sees its user only', async () => {
    const { ann, bob } = await newPair();
    const made = asKey(server, (await createKey(owner, ann.userId)).key);
    expect((await made.call('GET', `/users/${ann.userId}`)).status).toBe(200);
    expect((await made.call('GET', `/users/${bob.userId}`)).status).toBe(404);
  });

  test('made by a bound key is bound to the same user, whatever the body says', async () => {
    const { ann, bob, key } = await newPair();
    const made = await createKey(key, ann.userId, { user_id: bob.userId });
    expect(made.user_id).toBe(ann.userId);
    expect((await asKey(server, made.key).call('GET', `/users/${bob.userId}`)).status).toBe(404);
  });
});

describe('the permissions of a key', () => {
  test('reading covers questions, and nothing that changes', async () => {
    const { userId, agentId, sessionId } = await startConversation(owner, fresh('read'));
    const [messageId] = await say(owner, sessionId, 'Reading is fun.');
    const reader = asKey(server, await makeKey(server, { scopes: ['read'] }));
    const reads: [string, string, unknown?][] = [
      ['GET', '/users'],
      ['GET', `/sessions/${sessionId}/messages`],
      ['POST', `/sessions/${sessionId}/messages/read`, { message_ids: [messageId] }],
      ['POST', `/users/${userId}/knowledge/read`, { knowledge_ids: [] }],
      ['POST', `/users/${userId}/query`, { query: 'reading' }],
    ];
    for (const [method, path, body] of reads) expect((await reader.call(method, path, body)).status).toBe(200);
    const writes: [string, string, unknown?][] = [
      ['POST', '/users', { name: fresh('written') }],
      ['PUT', `/users/${userId}`, { name: 'written' }],
      ['DELETE', `/users/${userId}`],
      ['DELETE', `/agents/${agentId}`],
      ['POST', '/sessions', { user_id: userId, agent_id: agentId }],
      ['POST', `/sessions/${sessionId}/messages`, { messages: [{ role: 'user', content: 'x' }] }],
      ['PUT', `/sessions/${sessionId}/messages`, { message_ids: [], new_messages: [] }],
      ['DELETE', `/sessions/${sessionId}/messages`, { message_ids: [messageId] }],
      ['POST', `/users/${userId}/knowledge`, { knowledge: ['x'] }],
      ['POST', `/users/${userId}/api-keys`],
    ];
    for (const [method, path, body] of writes) {
      const answer = await reader.call(method, path, body);
      expect(answer.status).toBe(403);
      expect(answer.body).toMatchObject({ status: 'error', code: 403, data: null });
    }
    expect(await contentsOf(owner, sessionId)).toEqual(['Reading is fun.']);
  });

  test('keys are managed by admin keys only', async () => {
    const { userId } = await startConversation(owner, fresh('managed'));
    const writer = asKey(server, await makeKey(server, { scopes: ['read', 'write'] }));
    for (const [method, path] of [
      ['GET', ''],
      ['POST', ''],
      ['DELETE', '/x'],
    ] as const) {
      expect((await writer.call(method, `/users/${userId}/api-keys${path}`)).status).toBe(403);
    }
    expect(await listKeys(owner, userId)).toEqual([]);
  });
});

describe('tenants', () => {
  const tenant = async (name: string) => asKey(server, await makeKey(server, { tenant: name }));

  test('have users, agents and sessions of the same names', async () => {
    const [acme, umbrella] = [await tenant('acme'), await tenant('umbrella')];
    const ours = await startConversation(acme, 'same name');
    const theirs = await startConversation(umbrella, 'same name');
    expect(ours.userId).not.toBe(theirs.userId);
    const byName = await acme.call('GET', '/users?name=same%20name');
    expect(byName.body.data.users.map(({ id }: { id: string }) => id)).toEqual([ours.userId]);
    expect((await acme.call('POST', '/users', { name: 'same name' })).status).toBe(400);
  });

  test('see nothing of each other in any list', async () => {
    const [acme, umbrella] = [await tenant('list acme'), await tenant('list umbrella')];
    const { userId, agentId, sessionId } = await startConversation(acme, fresh('listed'));
    const ids = async (by: TestServer, what: string) =>
      (await by.call('GET', `/${what}`)).body.data[what].map(({ id }: { id: string }) => id);
    expect([await ids(acme, 'users'), await ids(acme, 'agents'), await ids(acme, 'sessions')]).toEqual([
      [userId],
      [agentId],
      [sessionId],
    ]);
    expect([await ids(umbrella, 'users'), await ids(umbrella, 'agents'), await ids(umbrella, 'sessions')]).toEqual([
      [],
      [],
      [],
    ]);
    expect(await ids(owner, 'users')).not.toContain(userId);
  });

  test('take everything of each other for missing', async () => {
    const [acme, umbrella] = [await tenant('deep acme'), await tenant('deep umbrella')];
    const mine = await startConversation(umbrella, 'mine');
    const { userId, agentId, sessionId } = await startConversation(acme, 'theirs');
    const [messageId = ''] = await say(acme, sessionId, 'Their secret is a chinchilla.');
    const added = await acme.call('POST', `/users/${userId}/knowledge`, { knowledge: ['Owns a chinchilla.'] });
    const [knowledgeId] = added.body.data.knowledge_ids;
    const { id: keyId } = await createKey(acme, userId);
    const message = [{ role: 'user', content: 'x' }];
    const calls: [string, string, unknown?][] = [
      ['GET', `/users/${userId}`],
      ['PUT', `/users/${userId}`, { name: 'ours' }],
      ['DELETE', `/users/${userId}`],
      ['POST', `/users/${userId}/query`, { query: 'chinchilla' }],
      ['GET', `/users/${userId}/knowledge`],
      ['POST', `/users/${userId}/knowledge`, { knowledge: ['x'] }],
      ['POST', `/users/${userId}/knowledge/read`, { knowledge_ids: [knowledgeId] }],
      ['PUT', `/users/${userId}/knowledge`, { knowledge_ids: [knowledgeId], new_knowledge: ['x'] }],
      ['DELETE', `/users/${userId}/knowledge`, { knowledge_ids: [knowledgeId] }],
      ['GET', `/users/${userId}/api-keys`],
      ['POST', `/users/${userId}/api-keys`],
      ['DELETE', `/users/${userId}/api-keys/${keyId}`],
      ['DELETE', `/users/${mine.userId}/api-keys/${keyId}`],
      ['GET', `/agents/${agentId}`],
      ['PUT', `/agents/${agentId}`, { name: 'ours' }],
      ['DELETE', `/agents/${agentId}`],
      ['GET', `/sessions?user_id=${userId}`],
      ['GET', `/sessions?agent_id=${agentId}`],
      ['POST', '/sessions', { user_id: userId, agent_id: mine.agentId }],
      ['POST', '/sessions', { user_id: mine.userId, agent_id: agentId }],
      ['POST', '/sessions', { user_id: mine.userId, agent_id: agentId, name: 'named' }],
      ['GET', `/sessions/${sessionId}`],
      ['PUT', `/sessions/${sessionId}`, { name: 'ours' }],
      ['DELETE', `/sessions/${sessionId}`],
      ['GET', `/sessions/${sessionId}/messages`],
      ['POST', `/sessions/${sessionId}/messages`, { messages: message }],
      ['POST', `/sessions/${sessionId}/messages/read`, { message_ids: [messageId] }],
      ['POST', `/sessions/${mine.sessionId}/messages/read`, { message_ids: [messageId] }],
      ['PUT', `/sessions/${sessionId}/messages`, { message_ids: [messageId], new_messages: message }],
      ['PUT', `/sessions/${mine.sessionId}/messages`, { message_ids: [messageId], new_messages: message }],
      ['DELETE', `/sessions/${sessionId}/messages`, { message_ids: [messageId] }],
      ['DELETE', `/sessions/${mine.sessionId}/messages`, { message_ids: [messageId] }],
      ['POST', `/users/${mine.userId}/query`, { query: 'x', session_id: sessionId }],
      ['POST', `/users/${mine.userId}/query`, { query: 'x', agent_id: agentId }],
      ['GET', `/sessions/${sessionId}/chunks`],
      ['GET', `/chunks/stats?user_id=${userId}`],
    ];
    for (const [method, path, body] of calls) {
      const answer = await umbrella.call(method, path, body);
      expect([method, path, answer.status]).toEqual([method, path, 404]);
      expect(JSON.stringify(answer.body)).not.toContain('chinchilla');
    }
    expect(await found(umbrella, mine.userId, 'chinchilla')).toEqual([]);
    expect(await found(acme, userId, 'chinchilla')).toHaveLength(2);
    expect(await contentsOf(acme, sessionId)).toEqual(['Their secret is a chinchilla.']);
    expect(await listKeys(acme, userId)).toHaveLength(1);
  });

  test('may use the same idempotency key for different things', async () => {
    const [acme, umbrella] = [await tenant('once acme'), await tenant('once umbrella')];
    const headers = { 'Idempotency-Key': 'shared' };
    const first = await acme.call('POST', '/users', { name: 'first' }, headers);
    const second = await umbrella.call('POST', '/users', { name: 'second' }, headers);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body.data.user.name).toBe('second');
    const again = await umbrella.call('POST', '/users', { name: 'second' }, headers);
    expect(again.body).toEqual(second.body);
  });
});
