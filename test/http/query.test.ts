import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { expectInvalid, expectRefusal, expectSuccess } from '../support/envelope.ts';
import { TIMESTAMP } from '../support/formats.ts';
import { manualClock } from '../support/manual-clock.ts';
import { startConversation, startServer, type TestAnswer, type TestServer } from '../support/server.ts';
import { found, say } from '../support/talk.ts';

type Result = TestAnswer['body'];

const RESULT_KEYS = ['id', 'content', 'score', 'type', 'role', 'created_at', 'updated_at', 'metadata'].sort();
const METADATA_KEYS = ['user_id', 'agent_id', 'session_id', 'session_name', 'scope', 'level', 'retrieval'].sort();
const NOTHING_MATCHED = 'No results found from BufferService';

const clock = manualClock();
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ clock });
});
afterAll(() => server.stop());

let conversations = 0;
const converse = () => {
  conversations += 1;
  return startConversation(server, `person ${conversations}`);
};
const newSession = async (user_id: string, agent_id: string): Promise<string> =>
  (await server.call('POST', '/sessions', { user_id, agent_id })).body.data.session.id;
const newAgent = async (): Promise<string> => {
  conversations += 1;
  return (await server.call('POST', '/agents', { name: `agent ${conversations}` })).body.data.agent.id;
};
const know = async (userId: string, ...knowledge: string[]): Promise<string[]> =>
  (await server.call('POST', `/users/${userId}/knowledge`, { knowledge })).body.data.knowledge_ids;

const ask = (userId: string, body: object) => server.call('POST', `/users/${userId}/query`, body);
/** Asserts what holds for the answer to any question, and returns the results. */
const results = async (userId: string, query: string, more: object = {}, message?: string): Promise<Result[]> => {
  const answer = await ask(userId, { query, top_k: 100, ...more });
  const count = answer.body.data.results.length;
  const data = expectSuccess(answer, 200, message ?? (count > 0 ? `Found ${count} results` : NOTHING_MATCHED));
  expect(data.total).toBe(count);
  const scores = data.results.map(({ score }: Result) => score);
  expect(scores).toEqual(scores.toSorted((a: number, b: number) => b - a));
  for (const score of scores) {
    expect(score).toBeGreaterThanOrEqual(0);
    expect(score).toBeLessThanOrEqual(1);
  }
  expect(new Set(data.results.map(({ id }: Result) => id)).size).toBe(count);
  return data.results;
};

describe('a result', () => {
  test('of a message has the closed shape of the contract', async () => {
    const { userId, agentId, sessionId } = await converse();
    const [id = ''] = await say(server, sessionId, 'I planted a walnut tree.');
    const [result] = await results(userId, 'walnut');
    const session = (await server.call('GET', `/sessions/${sessionId}`)).body.data.session;
    expect(Object.keys(result).sort()).toEqual(RESULT_KEYS);
    expect(Object.keys(result.metadata).sort()).toEqual(METADATA_KEYS);
    expect(result).toMatchObject({ id, content: 'I planted a walnut tree.', type: 'message', role: 'user' });
    expect(result.metadata).toMatchObject({
      user_id: userId,
      agent_id: agentId,
      session_id: sessionId,
      session_name: session.name,
      scope: null,
    });
    expect(result.metadata.level).toBeInteger();
    expect(result.metadata.retrieval.source).toBeString();
    expect(result.created_at).toMatch(TIMESTAMP);
    expect(result.updated_at).toMatch(TIMESTAMP);
  });

  test('of knowledge belongs to no session, agent or role', async () => {
    const { userId, sessionId } = await converse();
    const [id = ''] = await know(userId, 'Grows walnut trees.');
    for (const session_id of [null, sessionId]) {
      const [result] = await results(userId, 'walnut', { session_id });
      expect(Object.keys(result).sort()).toEqual(RESULT_KEYS);
      expect(Object.keys(result.metadata).sort()).toEqual(METADATA_KEYS);
      expect(result).toMatchObject({ id, content: 'Grows walnut trees.', type: 'knowledge', role: null });
      expect(result.metadata).toMatchObject({
        user_id: userId,
        agent_id: null,
        session_id: null,
        session_name: null,
        scope: null,
      });
    }
  });

  test('names one of the documented sources', async () => {
    const { userId, sessionId } = await converse();
    await say(server, sessionId, 'Where does a walnut come from?');
    const [result] = await results(userId, 'walnut');
    expect([
      'vector_store',
      'keyword_store',
      'graph_store',
      'write_buffer',
      'speculative_buffer',
      'query_buffer',
      'hybrid_buffer',
      'round_buffer',
      'memory_database',
    ]).toContain(result.metadata.retrieval.source);
  });

  test('shows the session by its present name', async () => {
    const { userId, sessionId } = await converse();
    await say(server, sessionId, 'The walnut is ripe.');
    await server.call('PUT', `/sessions/${sessionId}`, { name: 'harvest' });
    expect((await results(userId, 'walnut'))[0].metadata.session_name).toBe('harvest');
  });

  test('shows who spoke with fields=all', async () => {
    const { userId, sessionId } = await converse();
    const messages = [{ role: 'user', content: 'The walnut fell.', name: 'Zoë', created_at: '2023-05-08T13:56:00Z' }];
    await server.call('POST', `/sessions/${sessionId}/messages`, { messages });
    const [plain] = await results(userId, 'walnut');
    expect(Object.keys(plain).sort()).toEqual(RESULT_KEYS);
    const [full] = await results(userId, 'walnut', { fields: 'all' });
    expect(full).toMatchObject({ name: 'Zoë', created_at: '2023-05-08T13:56:00.000000Z' });
    expect(full.metadata.user_id).toBe(userId);
  });
});

describe('the scope of results', () => {
  test('is in or across the session that is asked for, which filters nothing', async () => {
    const { userId, agentId, sessionId } = await converse();
    const otherId = await newSession(userId, agentId);
    const [here = ''] = await say(server, sessionId, 'The kayak is here.');
    const [there = ''] = await say(server, otherId, 'The kayak is there.');
    const [known = ''] = await know(userId, 'Owns a kayak.');
    const scopes = async (more: object) =>
      new Map((await results(userId, 'kayak', more)).map(({ id, metadata }) => [id, metadata.scope]));
    const tagged = await scopes({ session_id: sessionId });
    expect(tagged.size).toBe(3);
    expect([tagged.get(here), tagged.get(there), tagged.get(known)]).toEqual(['in_session', 'cross_session', null]);
    for (const more of [{}, { session_id: null }]) {
      expect([...(await scopes(more)).values()]).toEqual([null, null, null]);
    }
  });
});

describe('what is looked through', () => {
  test('is every session of the user and their knowledge, and nothing of anybody else', async () => {
    const ann = await converse();
    const bob = await converse();
    const second = await newSession(ann.userId, ann.agentId);
    await say(server, ann.sessionId, 'Ann sails on Monday.');
    await say(server, second, 'Ann sails on Tuesday.');
    await know(ann.userId, 'Ann sails a dinghy.');
    const shared = await newSession(bob.userId, ann.agentId);
    await say(server, shared, 'Bob sails on Friday.');
    expect((await found(server, ann.userId, 'sails')).toSorted()).toEqual([
      'Ann sails a dinghy.',
      'Ann sails on Monday.',
      'Ann sails on Tuesday.',
    ]);
    expect(await found(server, bob.userId, 'sails')).toEqual(['Bob sails on Friday.']);
  });

  test('is only the sessions of an agent when one is asked for, and knowledge as ever', async () => {
    const { userId, agentId, sessionId } = await converse();
    const other = await newAgent();
    const otherSession = await newSession(userId, other);
    await say(server, sessionId, 'The first fiddle.');
    await say(server, otherSession, 'The second fiddle.');
    await know(userId, 'Plays the fiddle.');
    const ids = async (agent_id: string) => (await found(server, userId, 'fiddle', { agent_id })).toSorted();
    expect(await ids(agentId)).toEqual(['Plays the fiddle.', 'The first fiddle.']);
    expect(await ids(other)).toEqual(['Plays the fiddle.', 'The second fiddle.']);
    const both = await found(server, userId, 'fiddle', { agent_id: other, session_id: sessionId });
    expect(both.toSorted()).toEqual(['Plays the fiddle.', 'The second fiddle.']);
  });

  test('is messages, knowledge, both or neither, as asked', async () => {
    const { userId, sessionId } = await converse();
    await say(server, sessionId, 'A message about curling.');
    await know(userId, 'Knowledge about curling.');
    const types = async (more: object) => (await results(userId, 'curling', more)).map(({ type }) => type).toSorted();
    expect(await types({})).toEqual(['knowledge', 'message']);
    expect(await types({ include_messages: false })).toEqual(['knowledge']);
    expect(await types({ include_knowledge: false })).toEqual(['message']);
    expect(await types({ include_messages: false, include_knowledge: false })).toEqual([]);
  });

  test('is knowledge also of a user without any session', async () => {
    const user = await server.call('POST', '/users', { name: 'a user without sessions' });
    const { id } = user.body.data.user;
    await know(id, 'Knows how to juggle.');
    expect((await results(id, 'juggle')).map(({ content }) => content)).toEqual(['Knows how to juggle.']);
    expect((await results(id, 'juggle', { agent_id: await newAgent() })).map(({ content }) => content)).toEqual([
      'Knows how to juggle.',
    ]);
  });

  test('is what was stored before the question, at once', async () => {
    const { userId, sessionId } = await converse();
    for (const word of ['apricot', 'blueberry', 'cranberry', 'damson']) {
      await say(server, sessionId, `I like ${word} jam.`);
      expect((await found(server, userId, word))[0]).toBe(`I like ${word} jam.`);
    }
  });
});

describe('the message of an answer without results', () => {
  test('says whether the user has sessions', async () => {
    const { userId, sessionId } = await converse();
    await say(server, sessionId, 'Hello.');
    expect(await results(userId, 'xylography')).toEqual([]);
    const user = await server.call('POST', '/users', { name: 'a user who never spoke' });
    expect(await results(user.body.data.user.id, 'xylography', {}, 'No sessions found for query')).toEqual([]);
    const agent_id = await newAgent();
    expect(await results(userId, 'hello', { agent_id }, 'No sessions found for query')).toEqual([]);
  });
});

describe('parameters', () => {
  test('top_k is five unless told otherwise, and bounds the results from the top', async () => {
    const { userId, sessionId } = await converse();
    await say(server, sessionId, ...Array.from({ length: 30 }, (_, i) => `Lighthouse number ${i} ${'x '.repeat(i)}`));
    const all = (await results(userId, 'lighthouse')).map(({ id }) => id);
    expect(all).toHaveLength(30);
    const top = async (top_k: unknown) => (await results(userId, 'lighthouse', { top_k })).map(({ id }) => id);
    expect(await top(undefined)).toEqual(all.slice(0, 5));
    expect(await top(1)).toEqual(all.slice(0, 1));
    expect(await top(12)).toEqual(all.slice(0, 12));
    expect(await top('7')).toEqual(all.slice(0, 7));
    expect(await top(1_000)).toEqual(all);
  });

  test('top_k of zero or less is fine and finds nothing', async () => {
    const { userId, sessionId } = await converse();
    await say(server, sessionId, 'Lighthouse.');
    for (const top_k of [0, -1, -1_000]) expect((await ask(userId, { query: 'lighthouse', top_k })).status).toBe(200);
    expect(await results(userId, 'lighthouse', { top_k: 0 })).toEqual([]);
    expect(await results(userId, 'lighthouse', { top_k: -5 })).toEqual([]);
  });

  test('the seven keys of the SDK are accepted, nulls included', async () => {
    const { userId, agentId, sessionId } = await converse();
    await say(server, sessionId, 'The lighthouse keeper waves.');
    const sdk = {
      query: 'lighthouse',
      session_id: null,
      agent_id: null,
      top_k: 5,
      store_type: null,
      include_messages: true,
      include_knowledge: true,
    };
    expect((await ask(userId, sdk)).body.data.total).toBe(1);
    const filled = { ...sdk, session_id: sessionId, agent_id: agentId, store_type: 'vector' };
    expect((await ask(userId, filled)).body.data.total).toBe(1);
    expect((await ask(userId, { ...sdk, colour: 'red' })).body.data.total).toBe(1);
  });

  test('every store type of the contract is accepted, and hybrid', async () => {
    const { userId, sessionId } = await converse();
    await say(server, sessionId, 'The lighthouse is white.');
    for (const store_type of ['vector', 'graph', 'keyword', 'hybrid', null]) {
      expect((await ask(userId, { query: 'lighthouse', store_type })).status).toBe(200);
    }
  });

  test('the graph store is named among what the answer goes without, while nothing is connected with the question', async () => {
    const { userId, sessionId } = await converse();
    await say(server, sessionId, 'The lighthouse is red.');
    const graph = await ask(userId, { query: 'lighthouse', store_type: 'graph' });
    expect(graph.headers.get('X-Memfuse-Degraded')).toContain('graph');
    expect(graph.body.data.total).toBe(1);
    const keyword = await ask(userId, { query: 'lighthouse', store_type: 'keyword' });
    expect(keyword.headers.get('X-Memfuse-Degraded')).toBe('');
  });

  test.each(['', '   ', '?!', 'the of and', '\u0000', '🐕', 'zzzzzz', "'; DROP TABLE users; --", '" OR "', '* NEAR('])(
    'the question %j is answered',
    async (query) => {
      const { userId, sessionId } = await converse();
      await say(server, sessionId, 'Something to find.');
      expect((await ask(userId, { query })).status).toBe(200);
    },
  );

  test.each([
    [{}, 'query', 'missing'],
    [{ query: null }, 'query', 'string_type'],
    [{ query: 7 }, 'query', 'string_type'],
    [{ query: 'x', top_k: 1.5 }, 'top_k', 'int_from_float'],
    [{ query: 'x', top_k: 'many' }, 'top_k', 'int_parsing'],
    [{ query: 'x', store_type: 'rubbish' }, 'store_type', 'enum'],
    [{ query: 'x', store_type: 'Vector' }, 'store_type', 'enum'],
    [{ query: 'x', session_id: 7 }, 'session_id', 'string_type'],
    [{ query: 'x', agent_id: 7 }, 'agent_id', 'string_type'],
    [{ query: 'x', include_messages: 'perhaps' }, 'include_messages', 'bool_parsing'],
  ])('the body %j is refused with 422, also for an unknown user', async (body, field, type) => {
    const { userId } = await converse();
    for (const id of [userId, 'no-user']) {
      const [detail] = expectInvalid(await ask(id, body));
      expect(detail).toMatchObject({ type, loc: ['body', field] });
    }
  });
});

describe('errors', () => {
  test('come in the order user, session, agent', async () => {
    const { userId, sessionId } = await converse();
    const query = 'x';
    const all = { query, session_id: 'no-session', agent_id: 'no-agent' };
    expectRefusal(await ask('no-user', all), 404, 'user_id', "User with ID 'no-user' not found");
    const noSession = `Session 'no-session' not found for user '${userId}'`;
    expectRefusal(await ask(userId, all), 404, 'session_id', noSession);
    const noAgent = "Agent 'no-agent' not found";
    expectRefusal(await ask(userId, { query, agent_id: 'no-agent' }), 404, 'agent_id', noAgent);
    expectRefusal(await ask(userId, { ...all, session_id: sessionId }), 404, 'agent_id', noAgent);
  });

  test("do not tell another user's session from one that does not exist", async () => {
    const ann = await converse();
    const bob = await converse();
    const answer = await ask(ann.userId, { query: 'x', session_id: bob.sessionId });
    const message = `Session '${bob.sessionId}' not found for user '${ann.userId}'`;
    expectRefusal(answer, 404, 'session_id', message);
  });
});
