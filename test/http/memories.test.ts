import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { asKey, makeKey } from '../support/api-key.ts';
import { expectInvalid, expectRefusal, expectSuccess } from '../support/envelope.ts';
import { UUID_V7 } from '../support/formats.ts';
import { startServer, type TestAnswer, type TestServer } from '../support/server.ts';
import { contentsOf } from '../support/talk.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

let people = 0;
const newName = (): string => {
  people += 1;
  return `person ${people}`;
};
const said = (...contents: string[]) => contents.map((content) => ({ role: 'user', content }));
const post = (body: object, query = '', headers = {}) => server.call('POST', `/memories${query}`, body, headers);
const add = async (body: object, query = ''): Promise<TestAnswer['body']> =>
  expectSuccess(await post(body, query), 201, 'Memories added successfully');
const get = async (path: string) => (await server.call('GET', path)).body.data;
const search = (body: object) => server.call('POST', '/memories/search', body);
const context = (body: object) => server.call('POST', '/memories/context', body);
const ADDED = ['user_id', 'agent_id', 'session_id', 'session_name', 'message_ids', 'transfer_triggered'];
const PEOPLE = ['users', 'agents', 'sessions'] as const;

describe('adding by names', () => {
  test('takes one call from nothing to a first memory that is found', async () => {
    const user = newName();
    const data = await add({ user, messages: said('My dog Rex hides under the bed when it thunders.') });
    expect(Object.keys(data)).toEqual([...ADDED, 'total_messages', 'buffer_status', 'background_queued']);
    for (const id of [data.user_id, data.agent_id, data.session_id, ...data.message_ids]) expect(id).toMatch(UUID_V7);
    const found = await search({ user, query: 'Where does Rex hide?' });
    expect(found.body.data.results[0]).toMatchObject({ id: data.message_ids[0], metadata: { user_id: data.user_id } });
  });

  test('makes what is missing under the names that were given', async () => {
    const user = newName();
    const data = await add({ user, agent: 'helper of names', session: 'first talk', messages: said('One.', 'Two.') });
    expect((await get(`/users/${data.user_id}`)).user).toMatchObject({ name: user, description: null });
    expect((await get(`/agents/${data.agent_id}`)).agent.name).toBe('helper of names');
    const { session } = await get(`/sessions/${data.session_id}`);
    expect(session).toMatchObject({ name: 'first talk', user_id: data.user_id, agent_id: data.agent_id });
    expect(await contentsOf(server, data.session_id)).toEqual(['One.', 'Two.']);
    expect(data).toMatchObject({ session_name: 'first talk', total_messages: 2 });
  });

  test('goes on where the names are there already, whether by this call or by the others', async () => {
    const name = newName();
    const user = (await server.call('POST', '/users', { name })).body.data.user;
    const first = await add({ user: name, session: 'talk', messages: said('One.') });
    const second = await add({ user: name, session: 'talk', messages: said('Two.') });
    expect([first.user_id, second.user_id]).toEqual([user.id, user.id]);
    expect([second.session_id, second.agent_id]).toEqual([first.session_id, first.agent_id]);
    expect(await contentsOf(server, first.session_id)).toEqual(['One.', 'Two.']);
    expect((await get('/agents?name=agent_default')).agents[0].id).toBe(first.agent_id);
  });

  test('without a session opens one each time, whose name it says', async () => {
    const user = newName();
    const [a, b] = [await add({ user, messages: said('One.') }), await add({ user, messages: said('Two.') })];
    expect(a.session_id).not.toBe(b.session_id);
    expect(a.session_name).toMatch(new RegExp(`^${user}-agent_default-[0-9a-f]{8}$`));
    const c = await add({ user, session: a.session_name, messages: said('Three.') });
    expect(c.session_id).toBe(a.session_id);
  });

  test('takes names of any letters, and null for what is left out', async () => {
    const user = `Zoë 犬 "quoted" ${newName()}`;
    const data = await add({ user, agent: null, session: null, messages: said('Hi.') });
    expect((await get(`/users/${data.user_id}`)).user.name).toBe(user);
  });

  test('refuses an agent that the session is not with, and makes nothing', async () => {
    const user = newName();
    await add({ user, agent: 'one agent', session: 'talk', messages: said('One.') });
    const text =
      "Session 'talk' of this user is with another agent than 'no such agent'. Leave the agent out, or choose another session.";
    const refused = await post({ user, agent: 'no such agent', session: 'talk', messages: said('Two.') });
    expectRefusal(refused, 400, 'agent', text);
    expect((await server.call('GET', '/agents?name=no+such+agent')).status).toBe(404);
  });

  test('of many requests at once makes each name once and keeps every message', async () => {
    const user = newName();
    const names = { user, agent: 'agent of a crowd', session: 'talk' };
    const all = await Promise.all(
      Array.from({ length: 40 }, (_, i) => add({ ...names, messages: said(`Number ${i}.`) })),
    );
    expect(new Set(all.map(({ user_id, agent_id, session_id }) => `${user_id}${agent_id}${session_id}`)).size).toBe(1);
    const messages = await contentsOf(server, all[0].session_id);
    expect(messages.toSorted()).toEqual(Array.from({ length: 40 }, (_, i) => `Number ${i}.`).toSorted());
  });

  test('waits for a stage like the other call', async () => {
    const data = await add({ user: newName(), messages: said('Hello.') }, '?wait_for=indexed');
    expect(data).toMatchObject({ stage: 'indexed', reached: true });
    const { messages } = await get(`/sessions/${data.session_id}/messages/status`);
    expect(messages[0]).toMatchObject({ message_id: data.message_ids[0], stage: 'indexed' });
  });

  test('takes turns of every shape', async () => {
    const user = newName();
    const calls = [{ id: 'c1', type: 'function', function: { name: 'tides', arguments: '{"port":"Brest"}' } }];
    await add({ user, messages: [{ role: 'assistant', content: null, tool_calls: calls }] });
    const [found] = (await search({ user, query: 'tides in Brest', fields: 'all' })).body.data.results;
    expect(found).toMatchObject({ role: 'assistant', message_metadata: { source: { tool_calls: calls } } });
  });

  test('works without buffers', async () => {
    const strict = await startServer({ settings: { 'buffer.enabled': false } });
    const answer = await strict.call('POST', '/memories?wait_for=indexed', { user: 'ada', messages: said('A heron.') });
    expect(answer.body.data).toMatchObject({ transfer_triggered: true, stage: 'indexed', reached: true });
    const found = await strict.call('POST', '/memories/search', { user: 'ada', query: 'heron' });
    expect(found.body.data.total).toBe(1);
    await strict.stop();
  });
});

describe('sent again with an Idempotency-Key', () => {
  test('takes effect once and answers the same ids', async () => {
    const user = newName();
    const body = { user, messages: said('Once.') };
    const headers = { 'Idempotency-Key': `once ${user}` };
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(body, '', headers)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 201));
    const ids = answers.map(({ body: { data } }) => JSON.stringify([data.user_id, data.session_id, data.message_ids]));
    expect(new Set(ids).size).toBe(1);
    expect(answers.filter(({ headers: given }) => given.get('Idempotency-Replayed') === 'true')).toHaveLength(9);
    const { user_id, session_id, session_name } = answers[0]?.body.data ?? {};
    expect((await get(`/sessions?user_id=${user_id}`)).sessions).toMatchObject([
      { id: session_id, name: session_name },
    ]);
    expect(await contentsOf(server, session_id)).toEqual(['Once.']);
  });

  test('with another body is refused', async () => {
    const user = newName();
    const headers = { 'Idempotency-Key': `another body ${user}` };
    await post({ user, messages: said('One.') }, '', headers);
    const refused = await post({ user, messages: said('Two.') }, '', headers);
    expect([refused.status, refused.body.errors[0].field]).toEqual([422, 'idempotency_key']);
    expect((await post({ user, session: 'x', messages: said('One.') }, '', headers)).status).toBe(422);
  });

  test('answers what it had made though that is gone', async () => {
    const user = newName();
    const headers = { 'Idempotency-Key': `gone ${user}` };
    const first = await post({ user, messages: said('One.') }, '?wait_for=indexed', headers);
    await server.call('DELETE', `/users/${first.body.data.user_id}`);
    const again = await post({ user, messages: said('One.') }, '?wait_for=indexed', headers);
    expect(again.status).toBe(201);
    const { user_id, session_id, message_ids } = first.body.data;
    expect(again.body.data).toMatchObject({ user_id, session_id, message_ids, session_name: null });
    expect((await server.call('GET', `/users?name=${encodeURIComponent(user)}`)).status).toBe(404);
  });
});

test('what is deleted while its stage is waited for was added, and did not reach it', async () => {
  const user = newName();
  const { outbox } = server.services.store;
  const { outstanding } = outbox;
  const deleteFirst: typeof outstanding = async (...args) => {
    Object.assign(outbox, { outstanding });
    const { users } = await get(`/users?name=${encodeURIComponent(user)}`);
    await server.call('DELETE', `/users/${users[0].id}`);
    return outstanding(...args);
  };
  Object.assign(outbox, { outstanding: deleteFirst });
  const data = await add({ user, messages: said('Hello.') }, '?wait_for=indexed');
  expect(data).toMatchObject({ total_messages: 1, stage: 'indexed', reached: false });
  expect(outbox.outstanding).toBe(outstanding);
});

describe('a body that is refused makes nobody', () => {
  test.each<[string, (user: string) => object, string]>([
    ['no user', () => ({ messages: [] }), 'user'],
    ['an empty user', () => ({ user: '', messages: [] }), 'user'],
    ['an empty session', (user) => ({ user, session: '', messages: [] }), 'session'],
    ['no messages', (user) => ({ user }), 'messages'],
    ['an empty message', (user) => ({ user, messages: said('Fine.', '') }), 'messages.1.content'],
    ['a message that is too long', (user) => ({ user, messages: said('x'.repeat(262_145)) }), 'messages.0.content'],
    ['a name that is too long', (user) => ({ user, session: 'x'.repeat(256), messages: [] }), 'session'],
    ['half an emoji', (user) => ({ user, agent: '\ud83d', messages: [] }), 'agent'],
  ])('%s', async (_, body, field) => {
    const user = newName();
    const answer = await post(body(user));
    expectInvalid(answer);
    expect(answer.body.errors[0].field).toBe(field);
    expect((await server.call('GET', `/users?name=${encodeURIComponent(user)}`)).status).toBe(404);
  });

  test('and names the nearest known field', async () => {
    const answer = await post({ user: newName(), session_id: 'x', messages: [] });
    expectInvalid(answer);
    expect(answer.body.errors[0]).toEqual({
      field: 'session_id',
      message: "Extra inputs are not permitted; the nearest that is known is 'session'",
    });
  });

  test('nor does a stage that there is not', async () => {
    const user = newName();
    expect((await post({ user, messages: said('Hi.') }, '?wait_for=never')).status).toBe(400);
    expect((await server.call('GET', `/users?name=${encodeURIComponent(user)}`)).status).toBe(404);
  });
});

describe('asking by name', () => {
  const setUp = async () => {
    const user = newName();
    const first = await add({ user, agent: `${user}'s agent`, session: 'one', messages: said('The kayak is red.') });
    const second = await add({ user, agent: 'another agent', session: 'two', messages: said('The kayak leaks.') });
    return { user, first, second };
  };

  test('answers as asking by id does, with the ids, and what was degraded in the body', async () => {
    const { user, first } = await setUp();
    const answer = await search({ user, query: 'kayak', top_k: 10 });
    const { results, total, degraded, took_ms, ...ids } = answer.body.data;
    expect(ids).toEqual({ user_id: first.user_id, agent_id: null, session_id: null });
    expect([total, degraded]).toEqual([2, []]);
    expect(took_ms).toBeGreaterThan(0);
    expect(answer.headers.get('Server-Timing')).toContain('search;dur=');
    const byId = await server.call('POST', `/users/${first.user_id}/query`, {
      query: 'kayak',
      top_k: 10,
      fields: 'all',
    });
    const all = await search({ user, query: 'kayak', top_k: 10, fields: 'all' });
    expect(all.body.data.results).toEqual(byId.body.data.results);
    expect(answer.body.message).toBe(byId.body.message);
  });

  test('takes the names of a session and of an agent', async () => {
    const { user, first, second } = await setUp();
    const ofSession = (await search({ user, session: 'one', query: 'kayak' })).body.data;
    expect(ofSession.session_id).toBe(first.session_id);
    const scopes = ofSession.results.map(({ metadata }: TestAnswer['body']) => metadata.scope).toSorted();
    expect(scopes).toEqual(['cross_session', 'in_session']);
    const ofAgent = (await search({ user, agent: 'another agent', query: 'kayak' })).body.data;
    expect([ofAgent.agent_id, ofAgent.total]).toEqual([second.agent_id, 1]);
    expect(ofAgent.results[0].content).toBe('The kayak leaks.');
  });

  test('gives a block for a prompt, with the ids', async () => {
    const { user, first } = await setUp();
    const asked = { query: 'What about the kayak?', max_tokens: 200, format: 'text' };
    const { data } = (await context({ user, session: 'one', ...asked })).body;
    expect(data).toMatchObject({ user_id: first.user_id, agent_id: null, session_id: first.session_id, degraded: [] });
    const byId = await server.call('POST', `/users/${first.user_id}/context`, {
      session_id: first.session_id,
      ...asked,
    });
    expect(data).toMatchObject(byId.body.data);
    expect(data.citations).toHaveLength(2);
  });

  test.each<[string, (user: string) => object, string, (user: string) => string]>([
    ['user', () => ({ user: 'nobody' }), 'user', () => "User with name 'nobody' not found"],
    [
      'session',
      (user) => ({ user, session: 'x' }),
      'session',
      (user) => `Session with name 'x' not found for user '${user}'`,
    ],
    ['agent', (user) => ({ user, agent: 'x' }), 'agent', () => "Agent with name 'x' not found"],
  ])('of a %s that is not there is a 404, and makes nothing', async (_, names, field, message) => {
    const { user } = await setUp();
    for (const ask of [search, context]) {
      expectRefusal(await ask({ ...names(user), query: 'kayak' }), 404, field, message(user));
    }
    expect((await server.call('GET', '/users?name=nobody')).status).toBe(404);
  });

  test("finds no session of another user's, though it has the name", async () => {
    const { user } = await setUp();
    await add({ user: newName(), session: 'theirs', messages: said('Secret.') });
    expect((await search({ user, session: 'theirs', query: 'secret' })).status).toBe(404);
  });

  test.each(['', '   ', '\n\t '])('of %j is refused with a sentence, as in every new call', async (query) => {
    const { user, first } = await setUp();
    for (const answer of [
      await search({ user, query }),
      await context({ user, query }),
      await server.call('POST', `/users/${first.user_id}/context`, { query }),
    ]) {
      expectInvalid(answer);
      expect(answer.body.errors).toEqual([
        { field: 'query', message: 'Input should be a question in words; this one is empty' },
      ]);
    }
    expect((await server.call('POST', `/users/${first.user_id}/query`, { query })).status).toBe(200);
  });

  test('refuses what it does not know', async () => {
    const { user } = await setUp();
    for (const [ask, field, nearest] of [
      [search, 'topk', 'top_k'],
      [search, 'session_id', 'session'],
      [context, 'max_token', 'max_tokens'],
      [context, 'user_id', 'user'],
    ] as const) {
      const answer = await ask({ user, query: 'kayak', [field]: 1 });
      expectInvalid(answer);
      expect(answer.body.errors[0].message).toContain(`'${nearest}'`);
    }
  });

  test('as of a moment finds what was said by then', async () => {
    const user = newName();
    const messages = ['2023-05-08', '2024-05-08'].map((created_at) => ({
      ...{ role: 'user', created_at, content: `The wedding is in ${created_at < '2024' ? 'June' : 'July'}.` },
    }));
    await add({ user, messages });
    const { results } = (await search({ user, query: 'wedding', as_of: '2023-12-31' })).body.data;
    expect(results.map(({ content }: { content: string }) => content)).toEqual(['The wedding is in June.']);
  });
});

describe('with keys', () => {
  let keyed: TestServer;
  beforeAll(async () => {
    keyed = await startServer({ settings: { 'server.api_key_validation': true } });
  });
  afterAll(() => keyed.stop());
  const countAll = async (as: TestServer) =>
    Promise.all(PEOPLE.map(async (kind) => (await as.call('GET', `/${kind}`)).body.data[kind].length));

  test('a key bound to a user adds and asks for its own user only, and makes nobody', async () => {
    const tenant = asKey(keyed, await makeKey(keyed));
    const made = await tenant.call('POST', '/memories', { user: 'own', agent: 'rex', messages: said('A red kayak.') });
    await tenant.call('POST', '/memories', { user: 'other', agent: 'rex', messages: said('A secret kayak.') });
    const bound = asKey(keyed, await makeKey(keyed, { userId: made.body.data.user_id }));
    const before = await countAll(tenant);
    const own = await bound.call('POST', '/memories', {
      user: 'own',
      agent: 'rex',
      session: 'mine',
      messages: said('Blue.'),
    });
    expect([own.status, own.body.data.user_id]).toEqual([201, made.body.data.user_id]);
    expect((await bound.call('POST', '/memories/search', { user: 'own', query: 'kayak' })).body.data.total).toBe(1);
    for (const user of ['other', 'nobody']) {
      const refused = await bound.call('POST', '/memories', { user, agent: 'rex', messages: said('Hi.') });
      expect([refused.status, refused.body.errors[0].field]).toEqual([403, 'api_key']);
      for (const what of ['search', 'context']) {
        const hidden = await bound.call('POST', `/memories/${what}`, { user, query: 'kayak' });
        expectRefusal(hidden, 404, 'user', `User with name '${user}' not found`);
      }
    }
    for (const agent of ['new agent', null]) {
      expect((await bound.call('POST', '/memories', { user: 'own', agent, messages: said('Hi.') })).status).toBe(403);
    }
    const [users, agents, sessions] = before;
    expect(await countAll(tenant)).toEqual([users, agents, sessions + 1]);
  });

  test('another tenant has names of its own', async () => {
    const [a, b] = [
      asKey(keyed, await makeKey(keyed, { tenant: 'a' })),
      asKey(keyed, await makeKey(keyed, { tenant: 'b' })),
    ];
    const names = { user: 'ada', agent: 'rex', session: 'talk' };
    const headers = { 'Idempotency-Key': 'the same in both' };
    const first = await a.call('POST', '/memories', { ...names, messages: said('A heron.') }, headers);
    const second = await b.call('POST', '/memories', { ...names, messages: said('A heron.') }, headers);
    for (const id of ['user_id', 'agent_id', 'session_id']) expect(first.body.data[id]).not.toBe(second.body.data[id]);
    expect(second.headers.get('Idempotency-Replayed')).toBeNull();
    expect((await b.call('POST', '/memories/search', { user: 'ada', query: 'heron' })).body.data.total).toBe(1);
  });

  test('adding asks for the permission to write, asking for that to read', async () => {
    const reader = asKey(keyed, await makeKey(keyed, { scopes: ['read'] }));
    const writer = asKey(keyed, await makeKey(keyed, { scopes: ['write'] }));
    const body = { user: 'permitted', messages: said('Hi.') };
    const [byReader, byWriter] = [
      await reader.call('POST', '/memories', body),
      await writer.call('POST', '/memories', body),
    ];
    expect([byReader.status, byWriter.status]).toEqual([403, 201]);
    const ask = { user: 'permitted', query: 'Hi' };
    const [readerAsks, writerAsks] = [
      await reader.call('POST', '/memories/search', ask),
      await writer.call('POST', '/memories/search', ask),
    ];
    expect([readerAsks.status, writerAsks.status]).toEqual([200, 403]);
    expect((await keyed.call('POST', '/memories', body)).status).toBe(401);
  });
});
