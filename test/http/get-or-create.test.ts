import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { asKey, makeKey } from '../support/api-key.ts';
import { expectRefusal } from '../support/envelope.ts';
import { startConversation, startServer, type TestAnswer, type TestServer } from '../support/server.ts';

let server: TestServer;
let userId = '';
let agentId = '';
beforeAll(async () => {
  server = await startServer({ settings: { 'server.api_key_validation': true } });
  server = asKey(server, await makeKey(server));
  ({ userId, agentId } = await startConversation(server));
});
afterAll(() => server.stop());

type Kind = 'user' | 'agent' | 'session';
const KINDS: Kind[] = ['user', 'agent', 'session'];
const bodyOf = (kind: Kind, name: string) =>
  kind === 'session' ? { user_id: userId, agent_id: agentId, name } : { name };
const create = (kind: Kind, name: string, get?: string, headers = {}): Promise<TestAnswer> =>
  server.call('POST', `/${kind}s${get === undefined ? '' : `?get_or_create=${get}`}`, bodyOf(kind, name), headers);
const TITLES = { user: 'User', agent: 'Agent', session: 'Session' } as const;

describe.each(KINDS)('a %s whose name is taken', (kind) => {
  test('is refused, and the answer says where that is which has the name', async () => {
    const made = (await create(kind, 'taken')).body.data[kind];
    const answer = await create(kind, 'taken');
    expect(answer.status).toBe(400);
    expect(answer.body.errors[0].field).toBe('name');
    const location = answer.headers.get('Location') ?? '';
    expect(location).toBe(`/api/v1/${kind}s/${made.id}`);
    const followed = await server.call('GET', new URL(location, server.origin).href);
    expect(followed.body.data[kind]).toEqual(made);
    expect((await create(kind, 'taken', 'false')).status).toBe(400);
  });

  test('is refused to be renamed to it, and told the same', async () => {
    const first = (await create(kind, 'first')).body.data[kind];
    const second = (await create(kind, 'second')).body.data[kind];
    const answer = await server.call('PUT', `/${kind}s/${second.id}`, { name: 'first' });
    expect([answer.status, answer.headers.get('Location')]).toEqual([400, `/api/v1/${kind}s/${first.id}`]);
  });
});

describe.each(KINDS)('?get_or_create=true of a %s', (kind) => {
  test('makes what is not there, and answers 200 with what is', async () => {
    const made = await create(kind, 'wanted', 'true');
    expect([made.status, made.body.message]).toEqual([201, `${TITLES[kind]} created successfully`]);
    for (const flag of ['true', 'TRUE']) {
      const found = await create(kind, 'wanted', flag);
      expect([found.status, found.body.code, found.body.message]).toEqual([
        200,
        200,
        `${TITLES[kind]} retrieved successfully`,
      ]);
      expect(found.body.data).toEqual(made.body.data);
      expect(found.headers.get('Location')).toBeNull();
    }
  });

  test('of many at once makes one, which all of them get', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => create(kind, 'at once', 'true')));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array.from({ length: 19 }, () => 200), 201]);
    expect(new Set(answers.map(({ body }) => body.data[kind].id)).size).toBe(1);
  });

  test('answers as the first time when it is sent again with its Idempotency-Key', async () => {
    const headers = { 'Idempotency-Key': `${kind} once` };
    const first = await create(kind, 'once', 'true', headers);
    const second = await create(kind, 'once', 'true', headers);
    expect([first.status, second.status, second.headers.get('Idempotency-Replayed')]).toEqual([201, 201, 'true']);
    const other = { 'Idempotency-Key': `${kind} another` };
    const third = await create(kind, 'once', 'true', other);
    expect([third.status, (await create(kind, 'once', 'true', other)).status]).toEqual([200, 200]);
    expect([second.body.data, third.body.data]).toEqual([first.body.data, first.body.data]);
  });

  test('is a word of two', async () => {
    const text = "get_or_create must be 'true' or 'false'";
    expectRefusal(await create(kind, 'never', 'yes'), 400, 'get_or_create', 'Invalid get_or_create parameter', text);
    expect((await server.call('GET', `/${kind}s?name=never`)).status).toBe(404);
  });
});

test('a session without a name is a new one each time, whatever is asked for', async () => {
  const body = { user_id: userId, agent_id: agentId };
  const [a, b] = [
    await server.call('POST', '/sessions?get_or_create=true', body),
    await server.call('POST', '/sessions?get_or_create=true', body),
  ];
  expect([a.status, b.status]).toEqual([201, 201]);
  expect(a.body.data.session.id).not.toBe(b.body.data.session.id);
});

describe('a key bound to one user', () => {
  test('gets its own user and agents by name, makes none, and hears of no other', async () => {
    const own = (await create('user', 'own')).body.data.user;
    const other = (await create('user', 'other')).body.data.user;
    const agent = (await create('agent', 'helper')).body.data.agent;
    const bound = asKey(server, await makeKey(server, { userId: own.id }));
    const ask = (path: string, body: object) => bound.call('POST', path, body);
    const found = await ask('/users?get_or_create=true', { name: 'own' });
    expect([found.status, found.body.data.user]).toEqual([200, own]);
    expect((await ask('/users', { name: 'own' })).headers.get('Location')).toBe(`/api/v1/users/${own.id}`);
    expect((await ask('/agents?get_or_create=true', { name: 'helper' })).body.data.agent).toEqual(agent);
    for (const name of ['other', 'nobody']) {
      const refused = await ask('/users?get_or_create=true', { name });
      expect([refused.status, refused.headers.get('Location')]).toEqual([403, null]);
    }
    expect((await ask('/agents?get_or_create=true', { name: 'new' })).status).toBe(403);
    const renamed = await bound.call('PUT', `/users/${own.id}`, { name: 'other' });
    expect([renamed.status, renamed.headers.get('Location')]).toEqual([400, null]);
    expect(JSON.stringify(renamed.body)).not.toContain(other.id);
  });
});
