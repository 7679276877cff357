import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { manualClock } from '../support/manual-clock.ts';
import { startConversation, startServer, type TestAnswer, type TestServer } from '../support/server.ts';
import { tablesHolding } from '../support/stored-text.ts';
import { contentsOf, say } from '../support/talk.ts';

const HOUR_MS = 3_600_000;

const clock = manualClock();
let server: TestServer;
let userId: string;
let agentId: string;
beforeAll(async () => {
  server = await startServer({ clock });
  ({ userId, agentId } = await startConversation(server));
});
afterAll(() => server.stop());

let counter = 0;
const fresh = (word: string): string => {
  counter += 1;
  return `${word}-${counter}`;
};
const newSession = async (): Promise<string> =>
  (await server.call('POST', '/sessions', { user_id: userId, agent_id: agentId })).body.data.session.id;
const newUser = async (): Promise<string> =>
  (await server.call('POST', '/users', { name: fresh('user') })).body.data.user.id;
const post = (path: string, body: unknown, key: string): Promise<TestAnswer> =>
  server.call('POST', path, body, { 'Idempotency-Key': key });
const hello = (content = 'Hello.') => ({ messages: [{ role: 'user', content }] });

const expectMismatch = (answer: TestAnswer): void => {
  expect(answer.status).toBe(422);
  expect(answer.body).toMatchObject({ status: 'error', code: 422, data: null });
  expect(answer.body.detail).toBeDefined();
  expect(answer.body.errors[0].field).toBe('idempotency_key');
};

interface Creation {
  readonly path: string;
  readonly body: object;
  readonly otherBody: object;
  /** How many rows the body makes. */
  readonly rows: number;
  count(): Promise<number>;
}

const listed = async (path: string, key: string): Promise<number> =>
  (await server.call('GET', path)).body.data[key].length;

const CREATIONS: Record<string, () => Promise<Creation>> = {
  'a user': async () => ({
    path: '/users',
    body: { name: fresh('user'), description: 'same' },
    otherBody: { name: fresh('user') },
    rows: 1,
    count: () => listed('/users', 'users'),
  }),
  'an agent': async () => ({
    path: '/agents',
    body: { name: fresh('agent') },
    otherBody: { name: fresh('agent') },
    rows: 1,
    count: () => listed('/agents', 'agents'),
  }),
  'a session': async () => ({
    path: '/sessions',
    body: { user_id: userId, agent_id: agentId, name: fresh('session') },
    otherBody: { user_id: userId, agent_id: agentId, name: fresh('session') },
    rows: 1,
    count: () => listed('/sessions', 'sessions'),
  }),
  'a session without a name': async () => ({
    path: '/sessions',
    body: { user_id: userId, agent_id: agentId, name: null },
    otherBody: { user_id: userId, agent_id: agentId, name: fresh('session') },
    rows: 1,
    count: () => listed('/sessions', 'sessions'),
  }),
  messages: async () => {
    const sessionId = await newSession();
    return {
      path: `/sessions/${sessionId}/messages`,
      body: { messages: [...hello('One.').messages, ...hello('Two.').messages] },
      otherBody: hello('Another.'),
      rows: 2,
      count: () => listed(`/sessions/${sessionId}/messages`, 'messages'),
    };
  },
  'messages that are too much for a buffer': async () => {
    const sessionId = await newSession();
    return {
      path: `/sessions/${sessionId}/messages`,
      body: hello('many words '.repeat(1_000)),
      otherBody: hello('Another.'),
      rows: 1,
      count: () => listed(`/sessions/${sessionId}/messages`, 'messages'),
    };
  },
  knowledge: async () => {
    const id = await newUser();
    return {
      path: `/users/${id}/knowledge`,
      body: { knowledge: ['One.', 'Two.'] },
      otherBody: { knowledge: ['One.'] },
      rows: 2,
      count: () => listed(`/users/${id}/knowledge`, 'knowledge'),
    };
  },
};

for (const [what, prepare] of Object.entries(CREATIONS)) {
  describe(`creating ${what}`, () => {
    test('again with the same key and body answers as the first time and creates nothing', async () => {
      const { path, body, count } = await prepare();
      const key = fresh('key');
      const first = await post(path, body, key);
      expect(first.status).toBe(201);
      const before = await count();
      clock.advance(1_000);
      for (let i = 0; i < 3; i += 1) {
        const again = await post(path, body, key);
        expect(again.status).toBe(201);
        expect(again.body).toEqual(first.body);
      }
      expect(await count()).toBe(before);
    });

    test('with the same key and another body is refused with 422 and creates nothing', async () => {
      const { path, body, otherBody, count } = await prepare();
      const key = fresh('key');
      await post(path, body, key);
      const before = await count();
      expectMismatch(await post(path, otherBody, key));
      expect(await count()).toBe(before);
      expect((await post(path, otherBody, fresh('key'))).status).toBe(201);
    });

    test('at the same time with one key happens once', async () => {
      const { path, body, rows, count } = await prepare();
      const before = await count();
      const key = fresh('key');
      const [first, ...others] = await Promise.all(Array.from({ length: 12 }, () => post(path, body, key)));
      expect(first?.status).toBe(201);
      for (const { status, body } of others) expect({ status, body }).toEqual({ status: 201, body: first?.body });
      expect(await count()).toBe(before + rows);
    });
  });
}

describe('creating an API key', () => {
  test('again does not show its secret again', async () => {
    const id = await newUser();
    const key = fresh('key');
    const first = await post(`/users/${id}/api-keys`, { name: 'laptop' }, key);
    const secret = first.body.data.api_key.key;
    const again = await post(`/users/${id}/api-keys`, { name: 'laptop' }, key);
    expect(again.status).toBe(first.status);
    expect(again.body.data.api_key).toEqual({ ...first.body.data.api_key, key: again.body.data.api_key.key });
    expect(JSON.stringify(again.body)).not.toContain(secret);
    expect(await listed(`/users/${id}/api-keys`, 'api_keys')).toBe(1);
    expect(await tablesHolding(server, secret)).toEqual([]);
  });

  test('with the same key and another body is refused with 422', async () => {
    const id = await newUser();
    const key = fresh('key');
    await post(`/users/${id}/api-keys`, { name: 'laptop' }, key);
    expectMismatch(await post(`/users/${id}/api-keys`, { name: 'phone' }, key));
    expect(await listed(`/users/${id}/api-keys`, 'api_keys')).toBe(1);
  });
});

describe('a key', () => {
  test('says nothing about requests to another address', async () => {
    const key = fresh('key');
    const name = fresh('shared');
    const [one, two] = [await newSession(), await newSession()];
    expect((await post('/users', { name }, key)).status).toBe(201);
    expect((await post('/agents', { name }, key)).status).toBe(201);
    const first = await post(`/sessions/${one}/messages`, hello(), key);
    const second = await post(`/sessions/${two}/messages`, hello(), key);
    expect(second.body.data.message_ids).not.toEqual(first.body.data.message_ids);
    expect(await contentsOf(server, two)).toEqual(['Hello.']);
  });

  test('is kept for 24 hours', async () => {
    const sessionId = await newSession();
    const path = `/sessions/${sessionId}/messages`;
    const key = fresh('key');
    const first = await post(path, hello(), key);
    clock.advance(23 * HOUR_MS + 3_599_000);
    expect((await post(path, hello(), key)).body).toEqual(first.body);
    expect(await contentsOf(server, sessionId)).toHaveLength(1);
    clock.advance(2_000);
    const later = await post(path, hello(), key);
    expect(later.status).toBe(201);
    expect(later.body.data.message_ids).not.toEqual(first.body.data.message_ids);
    expect(await contentsOf(server, sessionId)).toHaveLength(2);
  });

  test('is not used up by a request that was refused', async () => {
    const key = fresh('key');
    const name = fresh('taken');
    await server.call('POST', '/users', { name });
    expect((await post('/users', { name }, key)).status).toBe(400);
    expect((await post('/users', {}, key)).status).toBe(422);
    expect((await post('/users', { name: fresh('free') }, key)).status).toBe(201);
    expect((await post('/sessions/nothing/messages', hello(), key)).status).toBe(404);
    expect((await post('/sessions/nothing/messages', hello('Other.'), key)).status).toBe(404);
  });

  test('of concurrent requests with different bodies lets one happen and refuses the others', async () => {
    const key = fresh('key');
    const before = await listed('/users', 'users');
    const requests = Array.from({ length: 8 }, () => post('/users', { name: fresh('rival') }, key));
    const answers = await Promise.all(requests);
    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused).toHaveLength(7);
    refused.forEach(expectMismatch);
    expect(await listed('/users', 'users')).toBe(before + 1);
  });

  test('is told apart by case', async () => {
    const sessionId = await newSession();
    const key = fresh('CaseOfKey');
    await post(`/sessions/${sessionId}/messages`, hello(), key);
    await post(`/sessions/${sessionId}/messages`, hello(), key.toLowerCase());
    expect(await contentsOf(server, sessionId)).toHaveLength(2);
  });

  test('changes nothing about requests that do not create', async () => {
    const sessionId = await newSession();
    const [first = '', second = ''] = await say(server, sessionId, 'a', 'b');
    const key = fresh('key');
    const read = (id: string) => post(`/sessions/${sessionId}/messages/read`, { message_ids: [id] }, key);
    expect((await read(first)).body.data.messages[0].content).toBe('a');
    expect((await read(second)).body.data.messages[0].content).toBe('b');
    const query = (text: string) => post(`/users/${userId}/query`, { query: text }, key);
    expect((await query('x')).status).toBe(200);
    expect((await query('y')).status).toBe(200);
    const put = (description: string) =>
      server.call('PUT', `/users/${userId}`, { description }, { 'Idempotency-Key': key });
    expect((await put('one')).status).toBe(200);
    expect((await put('two')).body.data.user.description).toBe('two');
  });

  test('keeps no text of what was created', async () => {
    const sessionId = await newSession();
    const key = fresh('key');
    await post(`/sessions/${sessionId}/messages`, hello('The word is pomegranate.'), key);
    expect(await tablesHolding(server, 'pomegranate')).not.toBeEmpty();
    await server.call('DELETE', `/sessions/${sessionId}`);
    expect(await tablesHolding(server, 'pomegranate')).toEqual([]);
  });

  test('brings nothing back that was deleted', async () => {
    const sessionId = await newSession();
    const path = `/sessions/${sessionId}/messages`;
    const key = fresh('key');
    const first = await post(path, hello(), key);
    await server.call('DELETE', path, first.body.data);
    const again = await post(path, hello(), key);
    expect(again.body.data.message_ids).toEqual(first.body.data.message_ids);
    expect(await contentsOf(server, sessionId)).toEqual([]);
  });
});
