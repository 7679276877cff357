import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { toScore } from '../../src/retrieval/ranking/score.ts';
import { expectInvalid, expectRefusal, expectSuccess } from '../support/envelope.ts';
import { manualClock } from '../support/manual-clock.ts';
import { startConversation, startServer, type TestAnswer, type TestServer } from '../support/server.ts';
import { found, say } from '../support/talk.ts';

type Result = TestAnswer['body'];

const clock = manualClock();
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ clock });
});
afterAll(() => server.stop());

let conversations = 0;
const converse = () => {
  conversations += 1;
  return startConversation(server, `Person${conversations}`);
};
const newAgent = async (): Promise<string> => {
  conversations += 1;
  return (await server.call('POST', '/agents', { name: `Helper${conversations}` })).body.data.agent.id;
};
const newSession = async (user_id: string, agent_id: string): Promise<string> =>
  (await server.call('POST', '/sessions', { user_id, agent_id })).body.data.session.id;
const tell = async (sessionId: string, ...messages: object[]): Promise<string[]> =>
  (await server.call('POST', `/sessions/${sessionId}/messages`, { messages })).body.data.message_ids;
const know = (userId: string, ...knowledge: string[]) =>
  server.call('POST', `/users/${userId}/knowledge`, { knowledge });
const ask = (userId: string, body: object) => server.call('POST', `/users/${userId}/query`, body);
const results = async (userId: string, query: string, more: object = {}): Promise<Result[]> =>
  (await ask(userId, { query, top_k: 100, ...more })).body.data.results;

describe('filters', () => {
  const setUp = async () => {
    const { userId, agentId, sessionId } = await converse();
    const otherAgent = await newAgent();
    const otherSession = await newSession(userId, otherAgent);
    const spoken = (role: string, content: string, created_at: string, metadata?: object) => ({
      role,
      content,
      created_at,
      ...(metadata && { metadata }),
    });
    await tell(
      sessionId,
      spoken('user', 'Kayak one.', '2023-05-01T10:00:00Z', { topic: 'boats', size: { feet: 12 } }),
      spoken('assistant', 'Kayak two.', '2023-06-01T10:00:00Z', { topic: 'boats' }),
    );
    await tell(otherSession, spoken('user', 'Kayak three.', '2023-07-01T10:00:00Z'));
    await know(userId, 'Kayak four.');
    const by = async (filters: object) => (await found(server, userId, 'kayak', { filters })).toSorted();
    return { userId, agentId, sessionId, otherAgent, otherSession, by };
  };

  test('leave what they name: sessions, agents, roles, types, times, metadata, and all of it at once', async () => {
    const { agentId, sessionId, otherAgent, otherSession, by } = await setUp();
    expect(await by({})).toEqual(['Kayak four.', 'Kayak one.', 'Kayak three.', 'Kayak two.']);
    expect(await by({ session_ids: [sessionId] })).toEqual(['Kayak one.', 'Kayak two.']);
    expect(await by({ session_ids: [sessionId, otherSession] })).toEqual(['Kayak one.', 'Kayak three.', 'Kayak two.']);
    expect(await by({ agent_ids: [otherAgent] })).toEqual(['Kayak four.', 'Kayak three.']);
    expect(await by({ agent_ids: [otherAgent], session_ids: [sessionId] })).toEqual([]);
    expect(await by({ roles: ['assistant'] })).toEqual(['Kayak two.']);
    expect(await by({ types: ['knowledge'] })).toEqual(['Kayak four.']);
    expect(await by({ created_from: '2023-06-01', created_to: '2023-06-30' })).toEqual(['Kayak two.']);
    expect(await by({ created_to: '2023-05-01T12:00:00+02:00' })).toEqual(['Kayak one.']);
    expect(await by({ created_to: '2023-05-01T11:59:59+02:00' })).toEqual([]);
    expect(await by({ metadata: { topic: 'boats' } })).toEqual(['Kayak one.', 'Kayak two.']);
    expect(await by({ metadata: { topic: 'boats', size: { feet: 12 } } })).toEqual(['Kayak one.']);
    expect(await by({ metadata: { topic: 'trains' } })).toEqual([]);
    const ofItsPrototype = JSON.parse('{"__proto__": {}, "topic": "boats"}');
    expect(await by({ metadata: ofItsPrototype })).toEqual([]);
    const all = { session_ids: [sessionId], agent_ids: [agentId], roles: ['user'], metadata: { topic: 'boats' } };
    expect(await by({ ...all, types: ['message'], created_from: '2023-01-01' })).toEqual(['Kayak one.']);
  });

  test('count beside agent_id and include_knowledge, not instead of them', async () => {
    const { userId, agentId, otherAgent } = await setUp();
    const both = { agent_id: agentId, filters: { agent_ids: [otherAgent] } };
    expect(await found(server, userId, 'kayak', both)).toEqual(['Kayak four.']);
    const none = { include_knowledge: false, filters: { types: ['knowledge'] } };
    expect(await found(server, userId, 'kayak', none)).toEqual([]);
  });

  test("do not find another user's sessions, nor agents that are not there", async () => {
    const { userId, sessionId } = await setUp();
    const other = await converse();
    const foreign = { query: 'x', filters: { session_ids: [sessionId, other.sessionId] } };
    const message = `Session '${other.sessionId}' not found for user '${userId}'`;
    expectRefusal(await ask(userId, foreign), 404, 'filters.session_ids', message);
    const unknown = { query: 'x', filters: { agent_ids: ['no-agent'] } };
    expectRefusal(await ask(userId, unknown), 404, 'filters.agent_ids', "Agent 'no-agent' not found");
  });
});

describe('as_of', () => {
  test('is the moment that times in the question are told from, and the answer says what it is not', async () => {
    const { userId, agentId } = await converse();
    const days = ['2023-05-08T10:00:00Z', '2024-05-08T10:00:00Z'];
    for (const created_at of days) {
      const content = `We went hiking in ${created_at < '2024' ? 'Norway' : 'Sweden'}.`;
      await tell(await newSession(userId, agentId), { role: 'user', content, created_at });
    }
    const best = async (as_of: string) => (await results(userId, 'Where did we hike yesterday?', { as_of }))[0].content;
    expect(await best('2023-05-09T08:00:00Z')).toBe('We went hiking in Norway.');
    expect(await best('2024-05-09')).toBe('We went hiking in Sweden.');
    const { data } = (await ask(userId, { query: 'hiking', as_of: '2024-05-09' })).body;
    expect(data.degraded.join()).toContain('as_of');
    const first = { query: 'hiking', as_of: '1970-01-01T00:00:00Z' };
    expect((await ask(userId, first)).body.data.degraded.join()).toContain('as_of');
  });
});

describe('what is found as of a moment', () => {
  const setUp = async () => {
    const conversation = await converse();
    const { userId, sessionId } = conversation;
    const said = (created_at: string, content: string) => tell(sessionId, { role: 'user', content, created_at });
    await said('2023-05-08T10:00:00Z', 'The wedding is planned for June.');
    await said('2024-05-08T10:00:00Z', 'The wedding is planned for July.');
    await said('2025-05-08T10:00:00Z', 'The wedding is planned for August.');
    const knowledge = ['The wedding is planned for two hundred guests.'];
    await server.call('POST', `/users/${userId}/knowledge`, { knowledge });
    return { ...conversation, knownAt: clock.now() };
  };
  const [JUNE, JULY, AUGUST] = ['June', 'July', 'August'].map((month) => `The wedding is planned for ${month}.`);
  const iso = (ms: number): string => new Date(ms).toISOString();

  test('was said by then, that moment included, in query and in context alike', async () => {
    const { userId, knownAt } = await setUp();
    const query = 'When is the wedding planned?';
    const by = async (as_of: string | null, more: object = {}) =>
      (await found(server, userId, query, { as_of, ...more }))
        .filter((content) => content.includes('wedding'))
        .toSorted();
    const all = await by(null);
    expect(all).toHaveLength(4);
    for (const [as_of, contents] of [
      ['2023-05-08T09:59:59.999Z', []],
      ['2023-05-08T10:00:00Z', [JUNE]],
      ['2024-05-08T12:00:00+02:00', [JULY, JUNE]],
      ['2025-05-09', [AUGUST, JULY, JUNE]],
      [iso(knownAt - 1), [AUGUST, JULY, JUNE]],
      [iso(knownAt), all],
      ['2100-01-01', all],
    ] as const) {
      // The same question again and again: an answer that is kept is one of its own moment.
      expect([as_of, await by(as_of)]).toEqual([as_of, contents as string[]]);
      expect([as_of, await by(as_of, { store_type: 'vector' })]).toEqual([as_of, contents as string[]]);
      expect([as_of, await by(as_of, { store_type: 'keyword' })]).toEqual([as_of, contents as string[]]);
      const block = await server.call('POST', `/users/${userId}/context`, { query, as_of });
      expect([as_of, block.body.data.citations.length]).toEqual([as_of, contents.length]);
    }
  });

  test('lies within the times of a filter as well', async () => {
    const { userId } = await setUp();
    const by = (as_of: string, filters: object) => found(server, userId, 'wedding planned', { as_of, filters });
    expect(await by('2024-12-31', { created_from: '2024-01-01' })).toEqual([JULY ?? '']);
    expect(await by('2025-12-31', { created_to: '2023-12-31' })).toEqual([JUNE ?? '']);
    expect(await by('2023-12-31', { created_to: '2025-12-31' })).toEqual([JUNE ?? '']);
    expect(await by('2023-12-31', { created_from: '2024-01-01' })).toEqual([]);
  });
});

test('as_of of another hour of the same day is another question', async () => {
  const { userId, agentId } = await converse();
  for (const [created_at, content] of [
    ['2026-06-09T23:00:00Z', 'By the lake we saw a heron.'],
    ['2026-06-10T21:00:00Z', 'By the river we saw a heron.'],
  ]) {
    await tell(await newSession(userId, agentId), { role: 'user', content, created_at });
  }
  const scores = async (hour: string): Promise<number[]> => {
    const found = await results(userId, 'Which heron did we see 2 hours ago?', { as_of: `2026-06-10T${hour}:00:00Z` });
    return found.map(({ score }) => score);
  };
  const early = await scores('01');
  expect(await scores('23')).not.toEqual(early);
  expect(await scores('01')).toEqual(early);
});

describe('days are told by the offset that as_of comes with', () => {
  const setUp = async (): Promise<string> => {
    const { userId, agentId } = await converse();
    for (const [created_at, content] of [
      ['2026-08-31T21:30:00-07:00', 'For dinner I had gnocchi.'],
      ['2026-09-01T21:30:00-07:00', 'For dinner I had ramen.'],
      ['2026-09-02T21:30:00-07:00', 'For dinner I had paella.'],
    ]) {
      await tell(await newSession(userId, agentId), { role: 'user', content, created_at });
    }
    return userId;
  };
  const late = '2026-09-02T22:30:00-07:00';

  test.each([
    ['What did I have for dinner yesterday?', '2026-09-02T09:00:00-07:00', 'ramen'],
    ['What did I have for dinner yesterday?', late, 'ramen'],
    ['What did I have for dinner today?', late, 'paella'],
    ['What did I have for dinner on September 1?', late, 'ramen'],
    ['What did I have for dinner on August 31?', late, 'gnocchi'],
  ])('%s as of %s: %s', async (query, as_of, dish) => {
    const userId = await setUp();
    expect((await results(userId, query, { as_of }))[0].content).toContain(dish);
    const block = await server.call('POST', `/users/${userId}/context`, { query, as_of, max_tokens: 40 });
    expect(block.body.data.context).toContain(dish);
  });

  test('and an answer is kept for its offset alone', async () => {
    const userId = await setUp();
    const query = 'What did I have for dinner on September 1?';
    const best = async (as_of: string) => (await results(userId, query, { as_of }))[0].content;
    for (let times = 0; times < 2; times += 1) {
      expect(await best('2026-09-02T22:30:00-07:00')).toContain('ramen');
      expect(await best('2026-09-03T05:30:00Z')).toContain('gnocchi');
    }
  });
});

test('numbers that are spelled out are read as such', async () => {
  const { userId, sessionId } = await converse();
  await say(server, sessionId, 'The kayak is blue.');
  expect(await results(userId, 'kayak', { deadline_ms: ' 600000 ', top_k: '3' })).toHaveLength(1);
});

describe('retrieval.source', () => {
  const sources = async (userId: string, question: string, more: object = {}): Promise<string[]> =>
    (await results(userId, question, more)).map(({ metadata }) => metadata.retrieval.source);

  test('is the keyword store for shared words, the vector store for what is near in meaning', async () => {
    const { userId, sessionId } = await converse();
    await say(server, sessionId, 'My canine companion loves walks.');
    expect(await sources(userId, 'walks')).toEqual(['keyword_store']);
    expect(await sources(userId, 'dog puppy')).toEqual(['vector_store']);
    expect(await sources(userId, 'walks', { store_type: 'vector' })).toEqual(['vector_store']);
    expect(await sources(userId, 'walks', { store_type: 'keyword' })).toEqual(['keyword_store']);
  });
});

describe('deadline_ms', () => {
  test('changes nothing when there is time enough', async () => {
    const { userId, sessionId } = await converse();
    await say(server, sessionId, 'The kayak is blue.');
    const { data } = (await ask(userId, { query: 'kayak', deadline_ms: 600_000 })).body;
    expect(data.degraded).toEqual([]);
    expect(data.results).toHaveLength(1);
  });

  test('that is over gives an answer without results, and says why', async () => {
    const { userId, sessionId } = await converse();
    const words = Array.from({ length: 4_000 }, (_, i) => `kayak${i}`).join(' ');
    await say(server, sessionId, ...Array.from({ length: 20 }, (_, i) => `${i} ${words}`));
    const answer = await ask(userId, { query: 'kayak7', deadline_ms: 0.001 });
    const data = expectSuccess(answer, 200, 'No results found from BufferService');
    expect(data).toMatchObject({ results: [], total: 0 });
    expect(data.degraded.join()).toContain('deadline_ms 0.001: the search took longer');
    expect(await results(userId, 'kayak7')).not.toBeEmpty();
  });
});

describe('explain', () => {
  test('says for each result what each step gave, the most telling first, and adds up to its score', async () => {
    const { userId, sessionId } = await converse();
    await say(server, sessionId, 'The kayak is blue.', 'I bought it in May.', 'What colour is the paddle?');
    const explained = await results(userId, 'Which colour is the kayak?', { explain: true });
    expect(explained).not.toBeEmpty();
    for (const { score, explain } of explained) {
      const scores = explain.map((part: Result) => part.score);
      expect(scores.map(Math.abs)).toEqual(scores.map(Math.abs).toSorted((a: number, b: number) => b - a));
      const sum = scores.reduce((total: number, part: number) => total + part, 0);
      expect(toScore(sum)).toBeCloseTo(score, 4);
      for (const part of explain) expect(Object.keys(part).sort()).toEqual(['note', 'score', 'step']);
    }
    for (const result of await results(userId, 'Which colour is the kayak?'))
      expect(result).not.toContainKey('explain');
  });
});

describe('fields', () => {
  test('all adds who spoke and the metadata that was sent, null where there is none', async () => {
    const { userId, sessionId } = await converse();
    await tell(sessionId, { role: 'user', content: 'The kayak sank.', name: 'Zoë', metadata: { mood: 'sad' } });
    await know(userId, 'Has no kayak any more.');
    const byType = new Map((await results(userId, 'kayak', { fields: 'all' })).map((result) => [result.type, result]));
    expect(byType.get('message')).toMatchObject({ name: 'Zoë', message_metadata: { mood: 'sad' } });
    expect(byType.get('knowledge')).toMatchObject({ name: null, message_metadata: null });
    for (const result of await results(userId, 'kayak')) {
      expect(result).not.toContainAnyKeys(['name', 'message_metadata']);
    }
  });
});

describe('store_type', () => {
  test('keyword goes by words, vector by meaning, hybrid by both', async () => {
    const { userId, sessionId } = await converse();
    await say(server, sessionId, 'The physician wrote a prescription.');
    const sources = async (store_type: string) =>
      (await results(userId, 'Which pills did the hospital give?', { store_type, explain: true })).map(
        ({ metadata, explain }) => [metadata.retrieval.source, explain.some(({ step }: Result) => step === 'meaning')],
      );
    expect(await sources('keyword')).toEqual([]);
    expect(await sources('vector')).toEqual([['vector_store', true]]);
    expect(await sources('hybrid')).toEqual([['vector_store', true]]);
  });
});

describe('what says the same', () => {
  test('is one result that counts the others, from the moment that each is acknowledged', async () => {
    const { userId, sessionId } = await converse();
    for (let said = 0; said < 5; said += 1) {
      await say(server, sessionId, 'The kayak is blue.');
      const [only, ...others] = await results(userId, 'kayak');
      expect(others).toEqual([]);
      expect(only.content).toBe('The kayak is blue.');
      expect(only.metadata.retrieval.duplicates).toBe(said === 0 ? undefined : said);
    }
    await say(server, sessionId, 'The kayak is red.');
    expect((await found(server, userId, 'kayak')).toSorted()).toEqual(['The kayak is blue.', 'The kayak is red.']);
  });
});

describe('a body with', () => {
  const many = Array.from({ length: 101 }, (_, i) => `s${i}`);

  test.each([
    [{ filters: 7 }, ['filters'], 'model_attributes_type'],
    [{ filters: { colour: 'red' } }, ['filters', 'colour'], 'extra_forbidden'],
    [{ filters: { session_id: 'x' } }, ['filters', 'session_id'], 'extra_forbidden'],
    [{ filters: { session_ids: 's' } }, ['filters', 'session_ids'], 'list_type'],
    [{ filters: { session_ids: [] } }, ['filters', 'session_ids'], 'too_short'],
    [{ filters: { session_ids: many } }, ['filters', 'session_ids'], 'too_long'],
    [{ filters: { agent_ids: [7] } }, ['filters', 'agent_ids', 0], 'string_type'],
    [{ filters: { roles: ['user', 'wizard'] } }, ['filters', 'roles', 1], 'literal_error'],
    [{ filters: { roles: [] } }, ['filters', 'roles'], 'too_short'],
    [{ filters: { types: ['fact'] } }, ['filters', 'types', 0], 'literal_error'],
    [{ filters: { created_from: 'soon' } }, ['filters', 'created_from'], 'value_error'],
    [{ filters: { created_to: '2023-02-30' } }, ['filters', 'created_to'], 'value_error'],
    [{ filters: { created_to: 5 } }, ['filters', 'created_to'], 'string_type'],
    [{ filters: { metadata: [] } }, ['filters', 'metadata'], 'dict_type'],
    [{ as_of: 'soon' }, ['as_of'], 'value_error'],
    [{ as_of: 7 }, ['as_of'], 'string_type'],
    [{ deadline_ms: 0 }, ['deadline_ms'], 'greater_than'],
    [{ deadline_ms: -1 }, ['deadline_ms'], 'greater_than'],
    [{ deadline_ms: 600_001 }, ['deadline_ms'], 'less_than_equal'],
    [{ min_score: -0.01 }, ['min_score'], 'greater_than_equal'],
    [{ min_score: 1.01 }, ['min_score'], 'less_than_equal'],
    [{ min_score: 'high' }, ['min_score'], 'float_parsing'],
    [{ min_score: [1] }, ['min_score'], 'float_type'],
    [{ deadline_ms: 'soon' }, ['deadline_ms'], 'float_parsing'],
    [{ explain: 'perhaps' }, ['explain'], 'bool_parsing'],
    [{ fields: 'some' }, ['fields'], 'literal_error'],
  ])('%j is refused with 422, also for an unknown user', async (more, loc, type) => {
    const { userId } = await converse();
    for (const id of [userId, 'no-user']) {
      const [detail] = expectInvalid(await ask(id, { query: 'x', ...more }));
      expect(detail).toMatchObject({ type, loc: ['body', ...loc] });
    }
  });

  test('metadata to filter by that are too deep or too large are refused with 422, whatever their depth', async () => {
    const { userId } = await converse();
    const nested = (levels: number): string => `${'{"k":'.repeat(levels)}1${'}'.repeat(levels)}`;
    for (const metadata of [nested(33), nested(50_000), JSON.stringify({ k: 'x'.repeat(20_000) })]) {
      const body = `{"query":"x","filters":{"metadata":${metadata}}}`;
      const [detail] = expectInvalid(await server.call('POST', `/users/${userId}/query`, body));
      expect(detail).toMatchObject({ type: 'value_error', loc: ['body', 'filters', 'metadata'] });
    }
  });

  test('null for every option is one without them', async () => {
    const { userId } = await converse();
    const nothing = { filters: null, as_of: null, deadline_ms: null, min_score: null, fields: null };
    expect((await ask(userId, { query: 'x', ...nothing })).status).toBe(200);
    const empty = { session_ids: null, agent_ids: null, roles: null, types: null, created_from: null, metadata: null };
    expect((await ask(userId, { query: 'x', filters: empty })).status).toBe(200);
  });
});
