import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { expectInvalid, expectSuccess } from '../support/envelope.ts';
import { openConnection, type RawAnswer } from '../support/raw-connection.ts';
import { startConversation, startServer, type TestAnswer, type TestServer } from '../support/server.ts';
import { contentsOf } from '../support/talk.ts';

const MAX_BODY_BYTES = 1_048_576;
const MAX_MESSAGES = 1_000;
const MAX_MESSAGE_BYTES = 262_144;

let server: TestServer;
let userId: string;
let agentId: string;
beforeAll(async () => {
  server = await startServer();
  ({ userId, agentId } = await startConversation(server));
});
afterAll(() => server.stop());

const newSession = async (): Promise<string> =>
  (await server.call('POST', '/sessions', { user_id: userId, agent_id: agentId })).body.data.session.id;
const post = (sessionId: string, contents: readonly string[]): Promise<TestAnswer> =>
  server.call('POST', `/sessions/${sessionId}/messages`, {
    messages: contents.map((content) => ({ role: 'user', content })),
  });

const head = (method: string, path: string, ...headers: string[]): string =>
  [`${method} /api/v1${path} HTTP/1.1`, 'Host: localhost', 'Content-Type: application/json', ...headers, '', ''].join(
    '\r\n',
  );
const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const LAST_CHUNK = '0\r\n\r\n';

const expectTooLarge = (answer: RawAnswer): void => {
  expect(answer.status).toBe(413);
  expect(answer.headers.get('content-type')).toStartWith('application/json');
  const body = JSON.parse(answer.text);
  expect(body).toMatchObject({ status: 'error', code: 413, data: null });
  expect(body.message).toContain(String(MAX_BODY_BYTES));
  expect(body.errors).toHaveLength(1);
};

describe('a body', () => {
  test('of the largest size is read', async () => {
    const padded = JSON.stringify({ name: 'as large as can be' }).padEnd(MAX_BODY_BYTES, ' ');
    expectSuccess(await server.call('POST', '/users', padded), 201, 'User created successfully');
  });

  test('of one byte more is refused with 413', async () => {
    const padded = JSON.stringify({ name: 'too large' }).padEnd(MAX_BODY_BYTES + 1, ' ');
    const answer = await server.call('POST', '/users', padded);
    expect(answer.status).toBe(413);
    expect(answer.body).toMatchObject({ status: 'error', code: 413, data: null });
    expect((await server.call('GET', '/users?name=too+large')).status).toBe(404);
  });

  test('that is announced too large is refused, and the connection serves the next request', async () => {
    const connection = await openConnection(server.origin);
    connection.send(head('POST', '/users', `Content-Length: ${2 * MAX_BODY_BYTES}`));
    connection.send('x'.repeat(2 * MAX_BODY_BYTES));
    expectTooLarge(await connection.answer());
    connection.send(head('GET', '/users'));
    expect((await connection.answer()).status).toBe(200);
    connection.hangUp();
  });

  test('that comes too large in chunks is refused, and the connection serves the next request', async () => {
    const connection = await openConnection(server.origin);
    connection.send(head('POST', '/users', 'Transfer-Encoding: chunked'));
    for (let i = 0; i < 32; i += 1) connection.send(chunk('x'.repeat(65_536)));
    connection.send(LAST_CHUNK);
    expectTooLarge(await connection.answer());
    connection.send(head('GET', '/users'));
    expect((await connection.answer()).status).toBe(200);
    connection.hangUp();
  });

  test('that comes in chunks within the limit is read', async () => {
    const connection = await openConnection(server.origin);
    connection.send(head('POST', '/users', 'Transfer-Encoding: chunked'));
    const [first, second] = ['{"name":"in ch', 'unks 犬"}'];
    connection.send(chunk(first));
    connection.send(chunk(second));
    connection.send(LAST_CHUNK);
    const answer = await connection.answer();
    expect(answer.status).toBe(201);
    expect(JSON.parse(answer.text).data.user.name).toBe('in chunks 犬');
    connection.hangUp();
  });

  test('too large is refused on every address that takes one', async () => {
    const sessionId = await newSession();
    const large = ' '.repeat(MAX_BODY_BYTES + 1);
    for (const [method, path] of [
      ['PUT', `/users/${userId}`],
      ['POST', '/agents'],
      ['POST', '/sessions'],
      ['PUT', `/sessions/${sessionId}`],
      ['POST', `/sessions/${sessionId}/messages`],
      ['POST', `/sessions/${sessionId}/messages/read`],
      ['PUT', `/sessions/${sessionId}/messages`],
      ['DELETE', `/sessions/${sessionId}/messages`],
      ['POST', `/users/${userId}/knowledge`],
      ['DELETE', `/users/${userId}/knowledge`],
      ['POST', `/users/${userId}/query`],
      ['POST', `/users/${userId}/api-keys`],
    ] as const) {
      expect((await server.call(method, path, large)).status).toBe(413);
    }
  });
});

describe('the connection', () => {
  test('serves request after request, refused ones among them', async () => {
    const connection = await openConnection(server.origin);
    const bodies: [string, number][] = [
      ['{', 422],
      ['{}', 422],
      ['{"name":"kept alive"}', 201],
      ['{"name":"kept alive"}', 400],
      ['', 422],
    ];
    for (const [body, status] of bodies) {
      connection.send(head('POST', '/users', `Content-Length: ${body.length}`) + body);
      expect((await connection.answer()).status).toBe(status);
    }
    for (const [method, path, status] of [
      ['GET', '/users/nobody', 404],
      ['PATCH', '/users', 405],
      ['GET', '/nowhere', 404],
      ['GET', '/health', 200],
    ] as const) {
      connection.send(head(method, path));
      expect((await connection.answer()).status).toBe(status);
    }
    connection.hangUp();
  });

  test('serves the next request after a body on an address that takes none', async () => {
    const connection = await openConnection(server.origin);
    const body = '{"name":"not asked for"}';
    for (const [method, path] of [
      ['PATCH', '/users'],
      ['POST', '/nowhere'],
      ['POST', '/health'],
      ['DELETE', '/users/nobody'],
    ] as const) {
      connection.send(head(method, path, `Content-Length: ${body.length}`) + body);
      expect((await connection.answer()).status).toBeGreaterThanOrEqual(404);
      connection.send(head('GET', '/health'));
      expect((await connection.answer()).status).toBe(200);
    }
    connection.hangUp();
  });

  test('takes a DELETE with a body', async () => {
    const sessionId = await newSession();
    const added = await post(sessionId, ['Delete me.', 'Keep me.']);
    const body = JSON.stringify({ message_ids: added.body.data.message_ids.slice(0, 1) });
    const connection = await openConnection(server.origin);
    connection.send(head('DELETE', `/sessions/${sessionId}/messages`, `Content-Length: ${body.length}`) + body);
    expect((await connection.answer()).status).toBe(200);
    connection.hangUp();
    expect(await contentsOf(server, sessionId)).toEqual(['Keep me.']);
  });
});

describe('the number of messages in a request', () => {
  test(`may be ${MAX_MESSAGES}, and every one of them is kept in order`, async () => {
    const sessionId = await newSession();
    const contents = Array.from({ length: MAX_MESSAGES }, (_, i) => `message ${i}`);
    const answer = await post(sessionId, contents);
    const { message_ids } = expectSuccess(answer, 201, 'Messages added successfully');
    const read = await server.call('POST', `/sessions/${sessionId}/messages/read`, { message_ids });
    expect(read.body.data.messages.map(({ content }: { content: string }) => content)).toEqual(contents);
    const removed = await server.call('DELETE', `/sessions/${sessionId}/messages`, { message_ids });
    expectSuccess(removed, 200, 'Messages deleted successfully');
    expect(await contentsOf(server, sessionId)).toEqual([]);
  });

  test('may not be more: the request is refused with 422 and nothing is kept', async () => {
    const sessionId = await newSession();
    const [detail] = expectInvalid(await post(sessionId, Array(MAX_MESSAGES + 1).fill('x')));
    expect(detail.loc).toEqual(['body', 'messages']);
    expect(detail.msg).toContain(String(MAX_MESSAGES));
    expect(await contentsOf(server, sessionId)).toEqual([]);
  });

  test('bounds ids and knowledge as well', async () => {
    const sessionId = await newSession();
    const many = Array(MAX_MESSAGES + 1).fill('x');
    const calls: [string, string, object][] = [
      ['POST', `/sessions/${sessionId}/messages/read`, { message_ids: many }],
      ['DELETE', `/sessions/${sessionId}/messages`, { message_ids: many }],
      ['POST', `/users/${userId}/knowledge`, { knowledge: many }],
      ['POST', `/users/${userId}/knowledge/read`, { knowledge_ids: many }],
      ['DELETE', `/users/${userId}/knowledge`, { knowledge_ids: many }],
    ];
    for (const [method, path, body] of calls) expectInvalid(await server.call(method, path, body));
  });
});

describe('a message', () => {
  test('of 256 KiB is kept as it is', async () => {
    const sessionId = await newSession();
    const content = 'x'.repeat(MAX_MESSAGE_BYTES);
    expectSuccess(await post(sessionId, [content]), 201, 'Messages added successfully');
    expect(await contentsOf(server, sessionId)).toEqual([content]);
  });

  test('of more is refused with 422 together with the rest of its batch', async () => {
    const sessionId = await newSession();
    const [detail] = expectInvalid(await post(sessionId, ['small', 'x'.repeat(MAX_MESSAGE_BYTES + 1)]));
    expect(detail.loc).toEqual(['body', 'messages', 1, 'content']);
    expect(detail.msg).toContain(String(MAX_MESSAGE_BYTES));
    expect(await contentsOf(server, sessionId)).toEqual([]);
  });

  test('is measured in bytes, not in characters', async () => {
    const sessionId = await newSession();
    const wide = '犬'.repeat(Math.floor(MAX_MESSAGE_BYTES / 3));
    expect((await post(sessionId, [wide])).status).toBe(201);
    expect((await post(sessionId, [`${wide}犬`])).status).toBe(422);
  });

  test('cannot grow past the limit by an update', async () => {
    const sessionId = await newSession();
    const { message_ids } = (await post(sessionId, ['small'])).body.data;
    const new_messages = [{ role: 'user', content: 'x'.repeat(MAX_MESSAGE_BYTES + 1) }];
    const body = { message_ids, new_messages };
    expectInvalid(await server.call('PUT', `/sessions/${sessionId}/messages`, body));
    expect(await contentsOf(server, sessionId)).toEqual(['small']);
  });

  test('that is refused is not sent back in full', async () => {
    const answer = await post(await newSession(), ['x'.repeat(MAX_MESSAGE_BYTES + 1)]);
    expect(JSON.stringify(answer.body).length).toBeLessThan(10_000);
    const wrong = { messages: [{ role: 'robot', content: 'x'.repeat(200_000) }, 'y'.repeat(200_000)] };
    const refused = await server.call('POST', `/sessions/${await newSession()}/messages`, wrong);
    expectInvalid(refused);
    expect(JSON.stringify(refused.body).length).toBeLessThan(10_000);
  });
});

describe('bytes that no id has', () => {
  const paths = (id: string) => [`/users/${id}`, `/agents/${id}`, `/sessions/${id}`, `/sessions/${id}/messages`];

  test.each(['%00', '%00%00', 'a%00b', '%C0%80', '%FF%FE', '%ED%A0%80', '%', '%2', '%zz', '%u0041'])(
    'in an address such as %s are 404',
    async (id) => {
      const connection = await openConnection(server.origin);
      for (const path of paths(id)) {
        connection.send(head('GET', path));
        expect((await connection.answer()).status).toBe(404);
      }
      connection.send(head('GET', '/health'));
      expect((await connection.answer()).status).toBe(200);
      connection.hangUp();
    },
  );

  test.each(['%00', '%FF', '%', '%zz', 'a%00b'])('in a name such as %s are 404', async (name) => {
    const connection = await openConnection(server.origin);
    for (const path of ['/users', '/agents', '/sessions']) {
      connection.send(head('GET', `${path}?name=${name}`));
      expect((await connection.answer()).status).toBe(404);
    }
    connection.hangUp();
  });

  test('in a body are an unknown id', async () => {
    const session = await server.call('POST', '/sessions', { user_id: '\u0000', agent_id: agentId });
    expect(session.status).toBe(404);
    const query = await server.call('POST', `/users/${userId}/query`, { query: 'x', session_id: '\u0000' });
    expect(query.status).toBe(404);
    const surrogate = await server.call('POST', '/sessions', `{"user_id":"\\udc00","agent_id":"${agentId}"}`);
    expect(surrogate.status).toBe(404);
  });
});

describe('a client that hangs up', () => {
  const batch = (count: number) =>
    JSON.stringify({ messages: Array.from({ length: count }, (_, i) => ({ role: 'user', content: `line ${i}` })) });
  const countOf = async (sessionId: string) => (await contentsOf(server, sessionId)).length;

  /** Sends what `parts` holds, hangs up, and sees what other clients find while the server gets over it. */
  const countsAfter = async (sessionId: string, ...parts: string[]): Promise<Set<number>> => {
    const connection = await openConnection(server.origin);
    for (const part of parts) await connection.send(part);
    const seen = new Set([await countOf(sessionId)]);
    connection.hangUp();
    for (let i = 0; i < 20; i += 1) seen.add(await countOf(sessionId));
    return seen;
  };

  test('in the middle of a body leaves nothing', async () => {
    const sessionId = await newSession();
    const body = batch(50);
    const start = head('POST', `/sessions/${sessionId}/messages`, `Content-Length: ${body.length}`);
    expect(await countsAfter(sessionId, start, body.slice(0, body.length / 2))).toEqual(new Set([0]));
  });

  test('before the end of a body that reads like a whole one leaves nothing', async () => {
    const sessionId = await newSession();
    const body = batch(50);
    const start = head('POST', `/sessions/${sessionId}/messages`, `Content-Length: ${body.length + 10}`);
    expect(await countsAfter(sessionId, start, body)).toEqual(new Set([0]));
  });

  test('before the last chunk leaves nothing', async () => {
    const sessionId = await newSession();
    const start = head('POST', `/sessions/${sessionId}/messages`, 'Transfer-Encoding: chunked');
    expect(await countsAfter(sessionId, start, chunk(batch(50)))).toEqual(new Set([0]));
  });

  test('before the answer leaves the whole batch or none of it', async () => {
    for (let i = 0; i < 5; i += 1) {
      const sessionId = await newSession();
      const body = batch(50);
      const connection = await openConnection(server.origin);
      await connection.send(head('POST', `/sessions/${sessionId}/messages`, `Content-Length: ${body.length}`) + body);
      connection.hangUp();
      for (let look = 0; look < 20; look += 1) expect([0, 50]).toContain(await countOf(sessionId));
    }
  });

  test('leaves a server that serves the others', async () => {
    const connections = await Promise.all(Array.from({ length: 20 }, () => openConnection(server.origin)));
    for (const connection of connections) {
      await connection.send(head('POST', '/users', 'Content-Length: 100'));
      await connection.send('{"name":"half');
    }
    for (const connection of connections) connection.hangUp();
    expect((await server.call('GET', '/users')).status).toBe(200);
    expect((await server.call('POST', '/users', { name: 'after the storm' })).status).toBe(201);
  });
});

describe('lists within a body', () => {
  const values = Array.from({ length: 50_000 }, () => 'user');

  test('are bounded however deep they lie, before their items are looked at', async () => {
    const bodies = [
      [{ query: 'x', filters: { roles: values } }, 'filters.roles'],
      [{ query: 'x', filters: { types: values } }, 'filters.types'],
      [{ query: 'x', filters: { roles: [{ deep: { er: values } }] } }, 'filters.roles.0.deep.er'],
      [{ query: 'x', strange: [[[values]]] }, 'strange.0.0.0'],
    ] as const;
    for (const [body, field] of bodies) {
      for (const route of ['query', 'context']) {
        const answer = await server.call('POST', `/users/${userId}/${route}`, body);
        expectInvalid(answer);
        expect(answer.body.errors[0].field).toBe(field);
        expect(answer.body.errors).toHaveLength(1);
        expect(answer.body.errors[0].message).toContain('at most 1000 items');
      }
    }
  });

  test('of a filter are no longer than its values are worth', async () => {
    for (const field of ['roles', 'types']) {
      const value = field === 'roles' ? 'user' : 'message';
      const filters = (count: number) => ({
        query: 'x',
        filters: { [field]: Array.from({ length: count }, () => value) },
      });
      expectInvalid(await server.call('POST', `/users/${userId}/query`, filters(101)));
      expect((await server.call('POST', `/users/${userId}/query`, filters(100))).status).toBe(200);
    }
  });

  test('are named by the beginning of their place when that is very deep', async () => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      const list = `[${'0,'.repeat(1_000)}0]`;
      const body = `{"name":${open.repeat(100_000)}${list}${close.repeat(100_000)}}`;
      const answer = await server.call('POST', '/users', body);
      expectInvalid(answer);
      expect(answer.body.errors[0].message).toContain('at most 1000 items');
      expect(answer.body.errors[0].field.length).toBeLessThan(200);
    }
  });

  test('of parts and of calls are bounded, and what stands in them is bounded in bytes', async () => {
    const sessionId = await newSession();
    const post = (message: object) => server.call('POST', `/sessions/${sessionId}/messages`, { messages: [message] });
    const numbers = Array.from({ length: 3_000 }, (_, i) => i % 10);
    const parts = Array.from({ length: 1_001 }, () => ({ type: 'text', text: 'x' }));
    expect(
      (
        await post({
          role: 'user',
          content: [
            { type: 'text', text: 'x' },
            { type: 'data', numbers },
          ],
        })
      ).status,
    ).toBe(201);
    expect(
      (await post({ role: 'assistant', content: null, tool_calls: [{ name: 'f', input: { numbers } }] })).status,
    ).toBe(201);
    expect((await post({ role: 'user', content: parts.slice(1) })).status).toBe(201);
    for (const [message, field] of [
      [{ role: 'user', content: parts }, 'content'],
      [{ role: 'assistant', content: null, tool_calls: numbers }, 'tool_calls'],
    ] as const) {
      const answer = await post(message);
      expectInvalid(answer);
      expect(answer.body.errors[0].field).toBe(`messages.0.${field}`);
    }
  });

  test('may be long in metadata, which are bounded in bytes', async () => {
    const sessionId = await newSession();
    const metadata = { numbers: Array.from({ length: 3_000 }, (_, i) => i % 10) };
    const messages = [{ role: 'user', content: 'many numbers', metadata }];
    expectSuccess(
      await server.call('POST', `/sessions/${sessionId}/messages`, { messages }),
      201,
      'Messages added successfully',
    );
    const found = await server.call('POST', `/users/${userId}/query`, { query: 'many numbers', filters: { metadata } });
    expect(found.body.data.results[0].content).toBe('many numbers');
  });

  test('nested without end are refused as any other', async () => {
    const depth = 100_000;
    const body = `{"query":"x","filters":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    expectInvalid(await server.call('POST', `/users/${userId}/query`, body));
  });
});
