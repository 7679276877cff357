import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { expectInvalid } from '../support/envelope.ts';
import { startConversation, startServer, type TestServer } from '../support/server.ts';
import { say } from '../support/talk.ts';

let server: TestServer;
let ids: Awaited<ReturnType<typeof startConversation>>;
beforeAll(async () => {
  server = await startServer();
  ids = await startConversation(server);
});
afterAll(() => server.stop());

let conversations = 0;
const converse = () => {
  conversations += 1;
  return startConversation(server, `person ${conversations}`);
};
/** An answer as text, since a test that parses it would change its numbers. */
const textOf = async (method: string, path: string, body?: string): Promise<{ status: number; text: string }> => {
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch(server.api + path, { method, headers, ...(body !== undefined && { body }) });
  return { status: response.status, text: await response.text() };
};
const add = (sessionId: string, metadata: string) =>
  textOf(
    'POST',
    `/sessions/${sessionId}/messages`,
    `{"messages":[{"role":"user","content":"A heron stood in the pond.","metadata":${metadata}}]}`,
  );
const query = (userId: string, more: string) =>
  textOf('POST', `/users/${userId}/query`, `{"query":"heron","fields":"all",${more}}`);

const NUMBERS = [
  '725653563933458433',
  '-9223372036854775808',
  '18446744073709551615',
  '0.12345678901234567890123',
  '-0',
  '1e-400',
  '7'.repeat(300),
];

describe('a number in metadata that no double holds', () => {
  test.each(NUMBERS)('%.30s is listed, read and found digit by digit, also when it is nested', async (number) => {
    const { userId, sessionId } = await converse();
    const metadata = `{"n":${number},"of":{"list":[1,${number}]},"text":"${number}"}`;
    expect((await add(sessionId, metadata)).status).toBe(201);
    const path = `/sessions/${sessionId}/messages`;
    const listed = await textOf('GET', `${path}?fields=all`);
    expect(listed.text).toContain(`"metadata":${metadata}`);
    const [{ id }] = JSON.parse(listed.text).data.messages;
    const read = await textOf('POST', `${path}/read?fields=all`, `{"message_ids":["${id}"]}`);
    expect(read.text).toContain(`"metadata":${metadata}`);
    expect((await query(userId, '"top_k":1')).text).toContain(`"message_metadata":${metadata}`);
    const matching = await query(userId, `"filters":{"metadata":{"n":${number},"of":{"list":[1,${number}]}}}`);
    expect(JSON.parse(matching.text).data.results).toHaveLength(1);
  });

  test('stays as it was when the message is changed, and can be changed to its neighbour', async () => {
    const { sessionId } = await converse();
    await add(sessionId, '{"n":725653563933458433}');
    const path = `/sessions/${sessionId}/messages`;
    const [{ id }] = JSON.parse((await textOf('GET', path)).text).data.messages;
    const change = (more: string) =>
      textOf('PUT', path, `{"message_ids":["${id}"],"new_messages":[{"role":"user","content":"A stork."${more}}]}`);
    await change('');
    expect((await textOf('GET', `${path}?fields=all`)).text).toContain('"metadata":{"n":725653563933458433}');
    await change(',"metadata":{"n":725653563933458434}');
    expect((await textOf('GET', `${path}?fields=all`)).text).toContain('"metadata":{"n":725653563933458434}');
  });

  test('is not taken for its neighbour by a filter, nor by the cache of answers', async () => {
    const { userId, sessionId } = await converse();
    await add(sessionId, '{"chat_id":725653563933458433}');
    for (const [chat, count] of [
      ['725653563933458433', 1],
      ['725653563933458432', 0],
      ['725653563933458434', 0],
      ['725653563933458433.0', 1],
    ] as const) {
      const { text } = await query(userId, `"filters":{"metadata":{"chat_id":${chat}}}`);
      expect([chat, JSON.parse(text).data.total]).toEqual([chat, count]);
    }
  });

  test('makes another body of a request that is sent again with its Idempotency-Key', async () => {
    const { sessionId } = await converse();
    const post = async (number: string): Promise<number> => {
      const body = `{"messages":[{"role":"user","content":"Hi.","metadata":{"n":${number}}}]}`;
      const headers = { 'Idempotency-Key': 'of a large number' };
      return (await server.call('POST', `/sessions/${sessionId}/messages`, body, headers)).status;
    };
    expect(await post('9007199254740993')).toBe(201);
    expect(await post('9007199254740993')).toBe(201);
    expect(await post('9007199254740992')).toBe(422);
  });
});

describe('a number beyond all that others can read', () => {
  test.each(['1e400', '-1e400', '17e308', `1${'0'.repeat(309)}`])(
    '%.12s in metadata is refused by name and value, and nothing is kept',
    async (number) => {
      const { sessionId } = await converse();
      const answer = await server.call(
        'POST',
        `/sessions/${sessionId}/messages`,
        `{"messages":[{"role":"user","content":"Hi.","metadata":{"a":[0,{"n":${number}}]}}]}`,
      );
      expectInvalid(answer);
      const [error, ...others] = answer.body.errors;
      expect(error.field).toBe('messages.0.metadata.a.1.n');
      expect(error.message).toContain(number.slice(0, 12));
      expect(others).toEqual([]);
      expect((await server.call('GET', `/sessions/${sessionId}/messages`)).body.data.messages).toEqual([]);
    },
  );

  test('is refused in a filter as well', async () => {
    const { userId } = await converse();
    const answer = await server.call(
      'POST',
      `/users/${userId}/query`,
      '{"query":"x","filters":{"metadata":{"n":1e400}}}',
    );
    expectInvalid(answer);
    expect(answer.body.errors[0].field).toBe('filters.metadata.n');
  });
});

describe('a field that takes a number', () => {
  test.each([
    ['top_k', '725653563933458433'],
    ['top_k', '1e400'],
    ['deadline_ms', '1e400'],
    ['max_tokens', '725653563933458433'],
  ])('%s refuses %s with one sentence', async (field, number) => {
    const { userId } = await converse();
    const what = field === 'max_tokens' ? 'context' : 'query';
    const answer = await server.call('POST', `/users/${userId}/${what}`, `{"query":"x","${field}":${number}}`);
    expectInvalid(answer);
    expect(answer.body.errors).toHaveLength(1);
    expect(answer.body.errors[0].field).toBe(field);
  });

  test('takes one that is written with more digits than it needs', async () => {
    const { userId, sessionId } = await converse();
    await say(server, sessionId, 'A heron.');
    const answer = await server.call(
      'POST',
      `/users/${userId}/query`,
      '{"query":"heron","top_k":1.00000000000000000000}',
    );
    expect(answer.body.data.total).toBe(1);
  });
});

describe('a number with many digits where an object or a list belongs', () => {
  const MANY = '725653563933458433';

  test.each<[string, () => string, string, string]>([
    ['a body', () => `/users/${ids.userId}`, MANY, ''],
    ['filters', () => `/users/${ids.userId}/query`, `{"query":"x","filters":${MANY}}`, 'filters'],
    ['permissions', () => `/users/${ids.userId}/api-keys`, `{"permissions":${MANY}}`, 'permissions'],
    ['messages', () => `/sessions/${ids.sessionId}/messages`, `{"messages":${MANY}}`, 'messages'],
    ['a message', () => `/sessions/${ids.sessionId}/messages`, `{"messages":[${MANY}]}`, 'messages.0'],
    [
      'metadata',
      () => '/memories',
      `{"user":"u","messages":[{"role":"user","content":"x","metadata":${MANY}}]}`,
      'messages.0.metadata',
    ],
    [
      'a part',
      () => '/memories',
      `{"user":"u","messages":[{"role":"user","content":[${MANY}]}]}`,
      'messages.0.content.0',
    ],
    ['a name', () => '/users', `{"name":${MANY}}`, 'name'],
  ])('is refused as %s as any other number is', async (_, path, body, field) => {
    const method = path() === `/users/${ids.userId}` ? 'PUT' : 'POST';
    const refusals = [];
    for (const number of [MANY, '7']) {
      const answer = await server.call(method, path(), body.replace(MANY, number));
      const [detail, ...others] = expectInvalid(answer);
      expect(others).toEqual([]);
      refusals.push([detail.type, detail.loc, detail.msg]);
      expect(detail.loc.slice(1).join('.')).toBe(field);
    }
    expect(refusals[0]).toEqual(refusals[1]);
  });
});

test('a large number among more values than are looked at one by one is refused with a sentence', async () => {
  const body = `{"query":"x","a":[${'1,'.repeat(100_001)}725653563933458433]}`;
  const answer = await server.call('POST', `/users/${ids.userId}/query`, body);
  expectInvalid(answer);
  expect(answer.body.errors[0].message).toContain('a number of 16 digits or more stands among over 100000 values');
});
