import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { expectInvalid } from '../support/envelope.ts';
import { startConversation, startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let ids: Awaited<ReturnType<typeof startConversation>>;
beforeAll(async () => {
  server = await startServer();
  ids = await startConversation(server);
});
afterAll(() => server.stop());

/** The warnings of an answer, each in quotes. */
const warnings = async (method: string, path: string, body?: unknown): Promise<string[] | null> => {
  const { headers } = await server.call(method, path, body);
  const value = headers.get('X-Memfuse-Warnings');
  return value === null ? null : JSON.parse(`[${value}]`);
};
const query = (more: object) => warnings('POST', `/users/${ids.userId}/query`, { query: 'x', ...more });
const add = (...messages: object[]) => warnings('POST', `/sessions/${ids.sessionId}/messages`, { messages });
const said = { role: 'user', content: 'Hello.' };

describe('a field that a call of the old server does not know', () => {
  test.each([
    ['topk', 'top_k'],
    ['sessionId', 'session_id'],
    ['include_message', 'include_messages'],
    ['filter', 'filters'],
    ['agent', 'agent_id'],
  ])('%s is ignored, and named with the one that was meant', async (field, meant) => {
    expect(await query({ [field]: 1 })).toEqual([
      `the field '${field}' is not known and was ignored; did you mean '${meant}'?`,
    ]);
  });

  test('is named without another that is far from it', async () => {
    expect(await query({ zzzzzz: 1 })).toEqual(["the field 'zzzzzz' is not known and was ignored"]);
  });

  test('is named once, however many messages have it', async () => {
    expect(await add({ ...said, timestamp: 1 }, { ...said, timestamp: 2, meta_data: {} }, said)).toEqual([
      "the field 'messages.*.timestamp' is not known and was ignored",
      "the field 'messages.*.meta_data' is not known and was ignored; did you mean 'metadata'?",
    ]);
  });

  test('is named in every call with a body', async () => {
    const { userId, agentId, sessionId } = ids;
    const path = `/sessions/${sessionId}/messages`;
    for (const [method, where, body] of [
      ['POST', '/users', { name: 'u' }],
      ['PUT', `/users/${userId}`, {}],
      ['POST', '/agents', { name: 'a' }],
      ['PUT', `/agents/${agentId}`, {}],
      ['POST', '/sessions', { user_id: userId, agent_id: agentId }],
      ['PUT', `/sessions/${sessionId}`, {}],
      ['POST', path, { messages: [] }],
      ['POST', `${path}/read`, { message_ids: [] }],
      ['PUT', path, { message_ids: [], new_messages: [] }],
      ['DELETE', path, { message_ids: [] }],
      ['POST', `/users/${userId}/knowledge`, { knowledge: [] }],
      ['POST', `/users/${userId}/knowledge/read`, { knowledge_ids: [] }],
      ['PUT', `/users/${userId}/knowledge`, { knowledge_ids: [], new_knowledge: [] }],
      ['DELETE', `/users/${userId}/knowledge`, { knowledge_ids: [] }],
      ['POST', `/users/${userId}/query`, { query: 'x' }],
      ['POST', `/users/${userId}/api-keys`, {}],
    ] as const) {
      expect([where, await warnings(method, where, { ...body, colour: 'red' })]).toEqual([
        where,
        ["the field 'colour' is not known and was ignored"],
      ]);
    }
  });

  test('is named when the call is refused for another reason, too', async () => {
    expect(await warnings('POST', '/users/nobody/query', { query: 'x', topk: 1 })).toHaveLength(1);
  });

  test('may have any name, any length and be one of thousands', async () => {
    const odd = { 'line\r\nbreak': 1, 犬: 2, '': 3, ['x'.repeat(100_000)]: 4 };
    const told = (await query(odd)) ?? [];
    expect(told).toHaveLength(4);
    expect(told[0]).toBe("the field 'line\r\nbreak' is not known and was ignored");
    expect(told[3]?.length).toBeLessThan(200);
    const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`field number ${i}`, i]));
    expect((await query(many))?.length).toBeWithin(2, 22);
  });

  test('is none in metadata, whatever that holds, and a known one is not named', async () => {
    expect(await add({ ...said, metadata: { topk: 1 }, name: 'Zoë', created_at: null })).toBeNull();
    expect(await query({ top_k: 1, filters: { metadata: { topk: 1 } }, session_id: null })).toBeNull();
  });
});

describe('a parameter that a call does not know', () => {
  test('is ignored and named', async () => {
    const path = `/sessions/${ids.sessionId}/messages`;
    expect(await warnings('GET', `${path}?limits=3`)).toEqual([
      "the parameter 'limits' is not known and was ignored; did you mean 'limit'?",
    ]);
    expect(await warnings('GET', `/users/${ids.userId}?x=1`)).toEqual([
      "the parameter 'x' is not known and was ignored",
    ]);
    expect(await warnings('GET', `${path}?limit=3&order=asc`)).toBeNull();
  });
});

describe('a field that a new call does not know', () => {
  const context = (more: object) => server.call('POST', `/users/${ids.userId}/context`, { query: 'x', ...more });

  test('is refused with the nearest that it knows', async () => {
    const answer = await context({ max_token: 100 });
    expect(expectInvalid(answer)[0]).toMatchObject({ type: 'extra_forbidden', loc: ['body', 'max_token'], input: 100 });
    expect(answer.body.errors).toEqual([
      { field: 'max_token', message: "Extra inputs are not permitted; the nearest that is known is 'max_tokens'" },
    ]);
    expect((await context({ max_tokens: 100 })).status).toBe(200);
  });

  test('is refused in filters wherever they stand', async () => {
    for (const [field, nearest] of [
      ['session_id', 'session_ids'],
      ['role', 'roles'],
      ['created_form', 'created_from'],
    ]) {
      const body = { query: 'x', filters: { [field as string]: null } };
      const answer = await server.call('POST', `/users/${ids.userId}/query`, body);
      expectInvalid(answer);
      expect(answer.body.errors[0]).toEqual({
        field: `filters.${field}`,
        message: `Extra inputs are not permitted; the nearest that is known is '${nearest}'`,
      });
    }
  });

  test('may be one of thousands, of any length', async () => {
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`${'x'.repeat(100)}${i}`, i]));
    expectInvalid(await context(many));
    expectInvalid(await context({ ['x'.repeat(500_000)]: 1 }));
  });
});
