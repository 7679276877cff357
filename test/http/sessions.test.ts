import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { expectInvalid, expectRefusal, expectSuccess } from '../support/envelope.ts';
import { TIMESTAMP, UNKNOWN_IDS, UUID_V7 } from '../support/formats.ts';
import { manualClock } from '../support/manual-clock.ts';
import { startConversation, startServer, type TestServer } from '../support/server.ts';
import { tablesHolding } from '../support/stored-text.ts';
import { found, say } from '../support/talk.ts';

const ROW_KEYS = ['id', 'user_id', 'agent_id', 'name', 'created_at', 'updated_at'].sort();

const clock = manualClock();
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ clock });
});
afterAll(() => server.stop());

const makeUser = async (name: string): Promise<string> =>
  (await server.call('POST', '/users', { name })).body.data.user.id;
const makeAgent = async (name: string): Promise<string> =>
  (await server.call('POST', '/agents', { name })).body.data.agent.id;
const makePair = async (name: string) => ({
  user_id: await makeUser(name),
  agent_id: await makeAgent(`${name}'s agent`),
});
const create = async (body: { user_id: string; agent_id: string; name?: string | null }) =>
  expectSuccess(await server.call('POST', '/sessions', body), 201, 'Session created successfully').session;
const list = async (query = ''): Promise<{ id: string; name: string }[]> =>
  expectSuccess(await server.call('GET', `/sessions${query}`), 200, 'Sessions retrieved successfully').sessions;

const expectTaken = (answer: Awaited<ReturnType<TestServer['call']>>, name: string): void =>
  expectRefusal(
    answer,
    400,
    'name',
    `Session with name '${name}' already exists for this user`,
    `Session with name '${name}' already exists. Please choose a different name.`,
  );

describe('creating', () => {
  test('answers 201 with the row of the contract and nothing else', async () => {
    const pair = await makePair('row');
    const session = await create({ ...pair, name: 'first' });
    expect(Object.keys(session).sort()).toEqual(ROW_KEYS);
    expect(session).toMatchObject({ ...pair, name: 'first' });
    expect(session.id).toMatch(UUID_V7);
    expect(session.created_at).toMatch(TIMESTAMP);
    expect(session.updated_at).toBe(session.created_at);
    const read = await server.call('GET', `/sessions/${session.id}`);
    expect(expectSuccess(read, 200, 'Session retrieved successfully')).toEqual({ session });
  });

  test('makes up a name out of user, agent and eight hexadecimal digits when none is given', async () => {
    const pair = await makePair('nameless');
    const names = [
      (await create(pair)).name,
      (await create({ ...pair, name: null })).name,
      (await create({ ...pair, name: null })).name,
    ];
    for (const name of names) expect(name).toMatch(/^nameless-nameless's agent-[0-9a-f]{8}$/);
    expect(new Set(names).size).toBe(3);
  });

  test('ignores an id and other keys that a client sends along', async () => {
    const pair = await makePair('own id');
    const answer = await server.call('POST', '/sessions', { ...pair, id: 'mine', session_id: 'mine', colour: {} });
    const { session } = expectSuccess(answer, 201, 'Session created successfully');
    expect(Object.keys(session).sort()).toEqual(ROW_KEYS);
    expect(session.id).toMatch(UUID_V7);
  });

  test('asks for a user that exists, then for an agent that exists', async () => {
    const { user_id, agent_id } = await makePair('references');
    const post = (body: object) => server.call('POST', '/sessions', body);
    const noUser = "User with ID 'no-user' not found";
    const noAgent = "Agent with ID 'no-agent' not found";
    for (const name of [undefined, null, 'named']) {
      expectRefusal(await post({ user_id: 'no-user', agent_id, name }), 404, 'user_id', noUser);
      expectRefusal(await post({ user_id: 'no-user', agent_id: 'no-agent', name }), 404, 'user_id', noUser);
      expectRefusal(await post({ user_id, agent_id: 'no-agent', name }), 404, 'agent_id', noAgent);
    }
    expect(await list(`?user_id=${user_id}`)).toEqual([]);
  });

  test('takes a user for a user and an agent for an agent', async () => {
    const { user_id, agent_id } = await makePair('swapped');
    const answer = await server.call('POST', '/sessions', { user_id: agent_id, agent_id: user_id });
    expectRefusal(answer, 404, 'user_id', `User with ID '${agent_id}' not found`);
  });

  test('refuses a name that the user has already, also with another agent', async () => {
    const pair = await makePair('taken');
    await create({ ...pair, name: 'daily' });
    expectTaken(await server.call('POST', '/sessions', { ...pair, name: 'daily' }), 'daily');
    const agent_id = await makeAgent('taken with another');
    expectTaken(await server.call('POST', '/sessions', { ...pair, agent_id, name: 'daily' }), 'daily');
    expect(await list(`?user_id=${pair.user_id}`)).toHaveLength(1);
  });

  test('lets users have sessions of the same name, and tells names apart by case', async () => {
    const one = await makePair('first of two');
    const two = await makePair('second of two');
    await create({ ...one, name: 'shared' });
    await create({ ...two, name: 'shared' });
    await create({ ...two, name: 'Shared' });
    await create({ ...two, name: ' ' });
    expect((await list(`?user_id=${two.user_id}`)).map(({ name }) => name)).toEqual(['shared', 'Shared', ' ']);
  });

  test('lets one of many concurrent requests have the name, and answers 400 to the others', async () => {
    const pair = await makePair('contested');
    const requests = Array.from({ length: 16 }, () => server.call('POST', '/sessions', { ...pair, name: 'race' }));
    const losers = (await Promise.all(requests)).filter(({ status }) => status !== 201);
    expect(losers).toHaveLength(15);
    for (const loser of losers) expectTaken(loser, 'race');
    expect(await list(`?user_id=${pair.user_id}`)).toHaveLength(1);
  });

  test('makes up different names for concurrent requests', async () => {
    const pair = await makePair('many nameless');
    const sessions = await Promise.all(Array.from({ length: 16 }, () => create(pair)));
    expect(new Set(sessions.map(({ name }) => name)).size).toBe(16);
  });

  test('refuses bodies that do not fit with 422, before it looks for the user', async () => {
    const ids = { user_id: 'no-user', agent_id: 'no-agent' };
    const bodies = [
      {},
      { user_id: 'no-user' },
      { agent_id: 'no-agent' },
      { ...ids, name: '' },
      { ...ids, name: 7 },
      { ...ids, user_id: 7 },
      { ...ids, agent_id: null },
    ];
    for (const body of bodies) expectInvalid(await server.call('POST', '/sessions', body));
  });
});

describe('listing', () => {
  test('filters by user, by agent and by both', async () => {
    const ann = await makePair('filter ann');
    const bob = await makePair('filter bob');
    const a = (await create({ ...ann, name: 'a' })).id;
    const b = (await create({ ...ann, agent_id: bob.agent_id, name: 'b' })).id;
    const c = (await create({ ...bob, name: 'c' })).id;
    const ids = async (query: string) => (await list(query)).map(({ id }) => id);
    expect(await ids(`?user_id=${ann.user_id}`)).toEqual([a, b]);
    expect(await ids(`?agent_id=${bob.agent_id}`)).toEqual([b, c]);
    expect(await ids(`?user_id=${ann.user_id}&agent_id=${bob.agent_id}`)).toEqual([b]);
    expect(await ids(`?user_id=${bob.user_id}&agent_id=${ann.agent_id}`)).toEqual([]);
    expect((await ids('')).filter((id) => [a, b, c].includes(id))).toEqual([a, b, c]);
    expect(await ids(`?user_id=${ann.user_id}&order=desc`)).toEqual([b, a]);
    expect((await ids('?order=desc')).filter((id) => [a, b, c].includes(id))).toEqual([c, b, a]);
  });

  test('goes on from the newest page by page, and refuses an order that there is none of', async () => {
    const pair = await makePair('newest first');
    const made: string[] = [];
    for (const name of ['a', 'b', 'c']) made.unshift((await create({ ...pair, name })).id);
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query: string = `?user_id=${pair.user_id}&order=desc&limit=2&cursor=${cursor}`;
      const { data } = (await server.call('GET', `/sessions${query}`)).body;
      seen.push(...data.sessions.map(({ id }: { id: string }) => id));
      cursor = data.next_cursor;
    }
    expect(seen).toEqual(made);
    const refused = await server.call('GET', '/sessions?order=newest');
    expectRefusal(refused, 400, 'order', 'Invalid order parameter', 'order must be one of: asc, desc');
  });

  test('answers 404 for an unknown user, then for an unknown agent', async () => {
    const { user_id } = await makePair('unknown filters');
    const noUser = "User with ID 'no-user' not found";
    expectRefusal(await server.call('GET', '/sessions?user_id=no-user'), 404, 'user_id', noUser);
    expectRefusal(await server.call('GET', '/sessions?user_id=no-user&agent_id=no-agent'), 404, 'user_id', noUser);
    const noAgent = "Agent with ID 'no-agent' not found";
    for (const query of ['?agent_id=no-agent', `?user_id=${user_id}&agent_id=no-agent`]) {
      expectRefusal(await server.call('GET', `/sessions${query}`), 404, 'agent_id', noAgent);
    }
  });

  test('finds the session of a name that a user has, whatever agent is asked for beside it', async () => {
    const one = await makePair('named one');
    const two = await makePair('named two');
    const first = await create({ ...one, name: 'by name' });
    const second = await create({ ...two, name: 'by name' });
    const find = async (query: string) =>
      expectSuccess(await server.call('GET', `/sessions?${query}`), 200, 'Session retrieved successfully').sessions;
    expect(await find(`name=by+name&user_id=${one.user_id}`)).toEqual([first]);
    expect(await find(`name=by%20name&user_id=${two.user_id}`)).toEqual([second]);
    expect(await find(`name=by%20name&user_id=${two.user_id}&agent_id=no-agent`)).toEqual([second]);
    expect(await find(`name=by%20name&user_id=${two.user_id}&agent_id=${one.agent_id}`)).toEqual([second]);
    expect(await find('name=by%20name')).toEqual([first]);
  });

  test('answers 404 for a name that is not there, naming the user when one was asked for', async () => {
    const { user_id } = await makePair('without sessions');
    const missing = "Session with name 'No such' not found";
    expectRefusal(await server.call('GET', '/sessions?name=No%20such'), 404, 'name', missing);
    const answer = await server.call('GET', `/sessions?name=No%20such&user_id=${user_id}`);
    expectRefusal(answer, 404, 'name', `${missing} for user '${user_id}'`);
  });

  test('does not say that the user is unknown when a name is asked for', async () => {
    const pair = await makePair('owner of a name');
    await create({ ...pair, name: 'owned' });
    const answer = await server.call('GET', '/sessions?name=owned&user_id=no-user');
    expectRefusal(answer, 404, 'name', "Session with name 'owned' not found for user 'no-user'");
  });

  test('tells names apart by case', async () => {
    await create({ ...(await makePair('case')), name: 'CaseOfSession' });
    expect((await server.call('GET', '/sessions?name=caseofsession')).status).toBe(404);
  });
});

describe('updating', () => {
  test('renames: the new name is found, the old one is free', async () => {
    const pair = await makePair('renaming');
    const session = await create({ ...pair, name: 'before' });
    clock.advance(1_000);
    const answer = await server.call('PUT', `/sessions/${session.id}`, { name: 'after' });
    const updated = expectSuccess(answer, 200, 'Session updated successfully').session;
    expect(updated).toEqual({ ...session, name: 'after', updated_at: updated.updated_at });
    expect(updated.updated_at > session.updated_at).toBe(true);
    expect(await list(`?user_id=${pair.user_id}`)).toEqual([updated]);
    expect((await server.call('GET', `/sessions?name=before&user_id=${pair.user_id}`)).status).toBe(404);
    await create({ ...pair, name: 'before' });
  });

  test.each([{}, { name: null }, { colour: 'red', user_id: 'mine' }])('with %j keeps the name', async (body) => {
    const session = await create({ ...(await makePair(`kept by ${JSON.stringify(body)}`)), name: 'kept' });
    const answer = await server.call('PUT', `/sessions/${session.id}`, body);
    const updated = expectSuccess(answer, 200, 'Session updated successfully').session;
    expect(updated).toEqual({ ...session, updated_at: updated.updated_at });
  });

  test('refuses a name that the user has already, but not one that only another has', async () => {
    const one = await makePair('renamer');
    const two = await makePair('bystander');
    await create({ ...one, name: 'occupied' });
    await create({ ...two, name: 'elsewhere' });
    const session = await create({ ...one, name: 'mobile' });
    expectTaken(await server.call('PUT', `/sessions/${session.id}`, { name: 'occupied' }), 'occupied');
    expect((await server.call('GET', `/sessions/${session.id}`)).body.data.session).toEqual(session);
    expect((await server.call('PUT', `/sessions/${session.id}`, { name: 'elsewhere' })).status).toBe(200);
    expect((await server.call('PUT', `/sessions/${session.id}`, { name: 'elsewhere' })).status).toBe(200);
  });

  test('refuses an empty name with 422, also for a session that is not there', async () => {
    const { id } = await create(await makePair('empty name'));
    expectInvalid(await server.call('PUT', `/sessions/${id}`, { name: '' }));
    expectInvalid(await server.call('PUT', '/sessions/no-session', { name: '' }));
    expectInvalid(await server.call('PUT', `/sessions/${id}`, { name: 7 }));
  });
});

describe('a session that does not exist', () => {
  test.each(UNKNOWN_IDS.filter((id) => id !== '%FF'))('is answered with 404: %s', async (id) => {
    const message = `Session with ID '${decodeURIComponent(id)}' not found`;
    for (const [method, body] of [['GET'], ['PUT', {}], ['DELETE']] as const) {
      expectRefusal(await server.call(method, `/sessions/${id}`, body), 404, 'session_id', message);
    }
  });
});

describe('deleting', () => {
  test('answers 200 with its id; it and its messages are 404 from then on', async () => {
    const { sessionId } = await startConversation(server, 'deleting');
    const [messageId] = await say(server, sessionId, 'Hello.');
    const data = expectSuccess(
      await server.call('DELETE', `/sessions/${sessionId}`),
      200,
      'Session deleted successfully',
    );
    expect(data).toEqual({ session_id: sessionId });
    const gone: [string, string, unknown?][] = [
      ['DELETE', `/sessions/${sessionId}`],
      ['GET', `/sessions/${sessionId}`],
      ['PUT', `/sessions/${sessionId}`, { name: 'back' }],
      ['GET', `/sessions/${sessionId}/messages`],
      ['POST', `/sessions/${sessionId}/messages`, { messages: [] }],
      ['POST', `/sessions/${sessionId}/messages/read`, { message_ids: [messageId] }],
      ['PUT', `/sessions/${sessionId}/messages`, { message_ids: [], new_messages: [] }],
      ['DELETE', `/sessions/${sessionId}/messages`, { message_ids: [messageId] }],
    ];
    for (const [method, path, body] of gone) {
      const answer = await server.call(method, path, body);
      expectRefusal(answer, 404, 'session_id', `Session with ID '${sessionId}' not found`);
    }
  });

  test('leaves no text behind, and nothing for a query to find', async () => {
    const { userId, agentId, sessionId } = await startConversation(server, 'forgetting');
    const other = await create({ user_id: userId, agent_id: agentId, name: 'the other' });
    await say(server, sessionId, 'The safe opens with tangerine.');
    await say(server, other.id, 'The safe is green.');
    expect(await found(server, userId, 'safe')).toHaveLength(2);
    expect(await tablesHolding(server, 'tangerine')).not.toBeEmpty();
    await server.call('DELETE', `/sessions/${sessionId}`);
    expect(await found(server, userId, 'safe tangerine')).toEqual(['The safe is green.']);
    expect(await tablesHolding(server, 'tangerine')).toEqual([]);
  });

  test('frees the name', async () => {
    const pair = await makePair('freeing');
    const session = await create({ ...pair, name: 'again' });
    await server.call('DELETE', `/sessions/${session.id}`);
    expect((await create({ ...pair, name: 'again' })).id).not.toBe(session.id);
  });
});
