import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { expectInvalid, expectRefusal, expectSuccess } from '../support/envelope.ts';
import { startConversation, startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let userId: string;
let sessionId: string;
beforeAll(async () => {
  server = await startServer();
  ({ userId, sessionId } = await startConversation(server));
});
afterAll(() => server.stop());

/** Sends bytes with just these headers: fetch adds no content type to them by itself. */
const send = async (path: string, text: string, headers: Record<string, string> = {}, method = 'POST') => {
  const response = await fetch(server.api + path, { method, body: new TextEncoder().encode(text), headers });
  return { status: response.status, headers: response.headers, body: await response.json() };
};

describe('the envelope', () => {
  test('has its five keys, and no more, on success', async () => {
    const answer = await server.call('GET', '/users');
    expect(Object.keys(answer.body).sort()).toEqual(['code', 'data', 'errors', 'message', 'status']);
    expect(answer.body).toMatchObject({ status: 'success', code: 200, errors: null });
  });

  test('repeats the HTTP status in code, also on a refusal', async () => {
    const answers = [
      await server.call('GET', '/users'),
      await server.call('POST', '/users', { name: 'envelope' }),
      await server.call('POST', '/users', { name: 'envelope' }),
      await server.call('GET', '/users/nobody'),
      await server.call('POST', '/users', {}),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 201, 400, 404, 422]);
    for (const { status, body } of answers) {
      expect(body.code).toBe(status);
      expect(body.status).toBe(status < 400 ? 'success' : 'error');
      expect(body.message).toBeString();
    }
  });

  test('comes as compact JSON in UTF-8', async () => {
    const name = 'Zoë 犬 🐕 \u2028 "quoted" </script>';
    await server.call('POST', '/users', { name });
    for (const path of [`/users?name=${encodeURIComponent(name)}`, '/users/%E7%8A%AC', '/health', '/nowhere']) {
      const response = await fetch(server.api + path);
      const text = await response.text();
      expect(response.headers.get('Content-Type')).toStartWith('application/json');
      expect(text).toBe(JSON.stringify(JSON.parse(text)));
    }
    const found = await server.call('GET', `/users?name=${encodeURIComponent(name)}`);
    expect(found.body.data.users[0].name).toBe(name);
  });
});

describe('validation errors', () => {
  const messages = () => `/sessions/${sessionId}/messages`;
  const query = () => `/users/${userId}/query`;

  const CASES: readonly [string, () => string, unknown, object[]][] = [
    [
      'a missing field',
      () => '/users',
      { description: 'x' },
      [{ type: 'missing', loc: ['body', 'name'], msg: 'Field required', input: { description: 'x' } }],
    ],
    [
      'a number for a text, never coerced',
      () => '/users',
      { name: 7 },
      [{ type: 'string_type', loc: ['body', 'name'], msg: 'Input should be a valid string', input: 7 }],
    ],
    [
      'null for a text',
      () => '/users',
      { name: null },
      [{ type: 'string_type', loc: ['body', 'name'], msg: 'Input should be a valid string', input: null }],
    ],
    [
      'an empty text',
      () => '/users',
      { name: '' },
      [
        {
          type: 'string_too_short',
          loc: ['body', 'name'],
          msg: 'String should have at least 1 character',
          input: '',
          ctx: { min_length: 1 },
        },
      ],
    ],
    [
      'a text for a list',
      messages,
      { messages: 'x' },
      [{ type: 'list_type', loc: ['body', 'messages'], msg: 'Input should be a valid list', input: 'x' }],
    ],
    [
      'an object for a list',
      messages,
      { messages: { 0: 'x' } },
      [{ type: 'list_type', loc: ['body', 'messages'], msg: 'Input should be a valid list', input: { 0: 'x' } }],
    ],
    [
      'a role that there is not',
      messages,
      { messages: [{ role: 'robot', content: 'x' }] },
      [
        {
          type: 'literal_error',
          loc: ['body', 'messages', 0, 'role'],
          msg: "Input should be 'user', 'assistant', 'system', 'tool', 'developer' or 'function'",
          input: 'robot',
          ctx: { expected: "'user', 'assistant', 'system', 'tool', 'developer' or 'function'" },
        },
      ],
    ],
    [
      'an empty content',
      messages,
      {
        messages: [
          { role: 'user', content: 'x' },
          { role: 'user', content: '' },
        ],
      },
      [
        {
          type: 'string_too_short',
          loc: ['body', 'messages', 1, 'content'],
          msg: 'String should have at least 1 character',
          input: '',
          ctx: { min_length: 1 },
        },
      ],
    ],
    [
      'a text for a message',
      messages,
      { messages: ['x'] },
      [
        {
          type: 'model_attributes_type',
          loc: ['body', 'messages', 0],
          msg: 'Input should be a valid dictionary or object to extract fields from',
          input: 'x',
        },
      ],
    ],
    [
      'a list for the body',
      () => '/users',
      [1],
      [
        {
          type: 'model_attributes_type',
          loc: ['body'],
          msg: 'Input should be a valid dictionary or object to extract fields from',
          input: [1],
        },
      ],
    ],
    [
      'a fraction for a whole number',
      query,
      { query: 'x', top_k: 1.5 },
      [
        {
          type: 'int_from_float',
          loc: ['body', 'top_k'],
          msg: 'Input should be a valid integer, got a number with a fractional part',
          input: 1.5,
        },
      ],
    ],
    [
      'a word for a whole number',
      query,
      { query: 'x', top_k: 'many' },
      [
        {
          type: 'int_parsing',
          loc: ['body', 'top_k'],
          msg: 'Input should be a valid integer, unable to parse string as an integer',
          input: 'many',
        },
      ],
    ],
    [
      'several errors, together and in the order of the fields',
      messages,
      { messages: [{ content: '' }, { role: 'robot' }, 7] },
      [
        { type: 'missing', loc: ['body', 'messages', 0, 'role'], msg: 'Field required', input: { content: '' } },
        {
          type: 'string_too_short',
          loc: ['body', 'messages', 0, 'content'],
          msg: 'String should have at least 1 character',
          input: '',
          ctx: { min_length: 1 },
        },
        {
          type: 'literal_error',
          loc: ['body', 'messages', 1, 'role'],
          msg: "Input should be 'user', 'assistant', 'system', 'tool', 'developer' or 'function'",
          input: 'robot',
          ctx: { expected: "'user', 'assistant', 'system', 'tool', 'developer' or 'function'" },
        },
        { type: 'missing', loc: ['body', 'messages', 1, 'content'], msg: 'Field required', input: { role: 'robot' } },
        {
          type: 'model_attributes_type',
          loc: ['body', 'messages', 2],
          msg: 'Input should be a valid dictionary or object to extract fields from',
          input: 7,
        },
      ],
    ],
  ];

  for (const [title, path, body, detail] of CASES) {
    test(`describe ${title} as pydantic did, beside the envelope`, async () => {
      const answer = await server.call('POST', path(), body);
      expect(expectInvalid(answer)).toEqual(detail);
      expect(Object.keys(answer.body).sort()).toEqual(['code', 'data', 'detail', 'errors', 'message', 'status']);
      const words = (detail as { msg: string }[]).map(({ msg }) => msg);
      expect(answer.body.errors.map(({ message }: { message: string }) => message)).toEqual(words);
    });
  }

  test('name the field by its path with dots', async () => {
    const body = { messages: [{ role: 'robot', content: 'x' }] };
    const answer = await server.call('POST', messages(), body);
    const message = "Input should be 'user', 'assistant', 'system', 'tool', 'developer' or 'function'";
    expect(answer.body.errors).toEqual([{ field: 'messages.0.role', message }]);
  });

  test('describe a store type that there is not as an enum', async () => {
    const [detail] = expectInvalid(await server.call('POST', query(), { query: 'x', store_type: 'rubbish' }));
    expect(detail).toMatchObject({ type: 'enum', loc: ['body', 'store_type'], input: 'rubbish' });
    expect(detail.msg).toStartWith("Input should be 'vector', 'graph'");
    expect(detail.msg).toBe(`Input should be ${detail.ctx.expected}`);
  });

  test('describe what is no truth value', async () => {
    const [parsing] = expectInvalid(await server.call('POST', query(), { query: 'x', include_messages: 'perhaps' }));
    expect(parsing).toMatchObject({ type: 'bool_parsing', loc: ['body', 'include_messages'], input: 'perhaps' });
    expect(parsing.msg).toStartWith('Input should be a valid boolean');
    const [type] = expectInvalid(await server.call('POST', query(), { query: 'x', include_messages: [] }));
    expect(type).toMatchObject({ type: 'bool_type', loc: ['body', 'include_messages'], input: [] });
    expect(type.msg).toStartWith('Input should be a valid boolean');
  });

  test.each([undefined, 'null', ' null\n'])('describe a missing body, sent as %j', async (body) => {
    const calls: [string, string][] = [
      ['POST', '/users'],
      ['PUT', `/users/${userId}`],
      ['POST', '/sessions'],
      ['POST', messages()],
      ['POST', `${messages()}/read`],
      ['PUT', messages()],
      ['DELETE', messages()],
      ['POST', query()],
    ];
    for (const [method, path] of calls) {
      const detail = expectInvalid(await server.call(method, path, body));
      expect(detail).toEqual([{ type: 'missing', loc: ['body'], msg: 'Field required', input: null }]);
    }
  });

  test.each([
    ['nonsense', 0, 1, 1, 'invalid symbol'],
    ['[1,', 3, 1, 4, 'value expected'],
    ['{"name":}', 8, 1, 9, 'value expected'],
    ['{\n  "name": "x"\n  "description": "y"\n}', 18, 3, 3, 'comma expected'],
    ['{"name":\r\n"unended\r\n}', 10, 2, 1, 'unexpected end of string'],
    ['{"name":"x",\n}', 13, 2, 1, 'property name expected'],
    [`{"name":"${'x'.repeat(200_000)}",\n\n oops}`, 200_014, 3, 2, 'invalid symbol'],
  ])('say where text number %# stops being JSON', async (text, offset, line, column, reason) => {
    const answer = await server.call('POST', '/users', text);
    const ctx = { error: reason, line, column };
    expect(expectInvalid(answer)).toEqual([
      { type: 'json_invalid', loc: ['body', offset], msg: 'JSON decode error', input: {}, ctx },
    ]);
    const message = `JSON decode error at line ${line}, column ${column}: ${reason}`;
    expect(answer.body.errors).toEqual([{ field: 'body', message }]);
  });

  test.each(['[', '[9007199254740993,', '{"a":'])(
    'are the answer to %j nested more deeply than the stack',
    async (open) => {
      const depth = 400_000;
      const text = open.repeat(depth).slice(0, 1_000_000);
      const [detail] = expectInvalid(await server.call('POST', '/users', text));
      expect(detail.type).toBe('json_invalid');
    },
  );

  test.each(['{', '{"name":"x"', '{"name":"x"}}', "{'name':'x'}", '{"name":"x",}', '\u0000', '{"name":NaN}'])(
    'are the answer to %j, which is no JSON',
    async (text) => {
      const [detail] = expectInvalid(await server.call('POST', '/users', text));
      expect(detail).toMatchObject({ type: 'json_invalid', msg: 'JSON decode error', input: {} });
    },
  );

  test('are the answer to bytes that are no UTF-8', async () => {
    const bytes = Uint8Array.of(0x7b, 0x22, 0x6e, 0x61, 0x6d, 0x65, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d);
    expectInvalid(await server.call('POST', '/users', bytes));
  });

  const DEEP = '['.repeat(100_000) + ']'.repeat(100_000);

  test.each([
    ['is the body', () => '/users', DEEP],
    ['stands for a text', () => '/users', `{"name":${DEEP}}`],
    ['never ends', () => '/users', '['.repeat(500_000)],
    ['is metadata', messages, `{"messages":[{"role":"user","content":"x","metadata":{"a":${DEEP}}}]}`],
  ])('are the answer to JSON nested without measure that %s', async (_, path, text) => {
    expectInvalid(await server.call('POST', path(), text));
  });
});

test('JSON nested without measure in a field that nobody knows is no failure of the server', async () => {
  const deep = '['.repeat(100_000) + ']'.repeat(100_000);
  const answer = await server.call('POST', '/users', `{"name":"deep","colour":${deep}}`);
  expect([201, 422]).toContain(answer.status);
});

describe('values', () => {
  test('a number written as text counts as the number', async () => {
    const answer = await server.call('POST', `/users/${userId}/query`, { query: 'x', top_k: '7' });
    expect(answer.status).toBe(200);
  });

  test.each(['yes', 'true', 'True', 1, 'no', 'false', 0, 'on', 'off'])('%j counts as a truth value', async (value) => {
    const answer = await server.call('POST', `/users/${userId}/query`, { query: 'x', include_messages: value });
    expect(answer.status).toBe(200);
  });

  test('a truth value written as a word means what it says', async () => {
    await server.call('POST', `/users/${userId}/knowledge`, { knowledge: ['Truthful.'] });
    const total = async (include_knowledge: unknown) => {
      const answer = await server.call('POST', `/users/${userId}/query`, { query: 'truthful', include_knowledge });
      return answer.body.data.total;
    };
    expect([await total('yes'), await total(1), await total('true')]).toEqual([1, 1, 1]);
    expect([await total('no'), await total(0), await total('false')]).toEqual([0, 0, 0]);
  });
});

describe('content types', () => {
  const body = (name: string) => JSON.stringify({ name });

  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'APPLICATION/JSON',
    'application/json;charset=UTF-8',
    'application/vnd.api+json',
  ])('a body of %s is read as JSON', async (type) => {
    const answer = await send('/users', body(`sent as ${type}`), { 'Content-Type': type });
    expectSuccess(answer, 201, 'User created successfully');
  });

  const typeOf = (type: string): Record<string, string> => (type === '' ? {} : { 'Content-Type': type });

  test.each([
    '',
    'text/plain',
    'text/plain; charset=utf-8',
    'text/plain; application/json',
    'text/plain, application/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/jsonp',
    'application/json-seq',
    'text/json',
    'json',
  ])('a body that comes as %p is refused with 415, and nothing of it is done', async (type) => {
    const answer = await send('/users', body(`sent as ${type}`), typeOf(type));
    const came = type === '' ? 'without a Content-Type' : `as ${type.split(';')[0]}`;
    const text = `The request body came ${came}. Send it with Content-Type: application/json.`;
    expectRefusal(answer, 415, 'Content-Type', 'Unsupported Media Type', text);
    expect((await server.call('GET', `/users?name=${encodeURIComponent(`sent as ${type}`)}`)).status).toBe(404);
    const put = await send(`/users/${userId}`, '{"description":"typeless"}', typeOf(type), 'PUT');
    expect(put.status).toBe(415);
  });

  test('a body is refused with 415 also where none is taken', async () => {
    const { body: made } = await server.call('POST', '/agents', { name: 'not deleted by a form' });
    const { id } = made.data.agent;
    for (const type of ['', 'text/plain']) {
      expect((await send(`/agents/${id}`, 'x=1', typeOf(type), 'DELETE')).status).toBe(415);
      expect((await send('/admin/config/reload', 'x=1', typeOf(type))).status).toBe(415);
    }
    expect((await server.call('GET', `/agents/${id}`)).status).toBe(200);
  });

  test.each(['', 'text/plain', 'application/x-www-form-urlencoded'])(
    'no body needs no type, and may name any (%p)',
    async (type) => {
      const made = await server.call('POST', '/agents', { name: `deleted with ${type}` });
      const { id } = made.body.data.agent;
      expect((await send(`/agents/${id}`, '', typeOf(type), 'DELETE')).status).toBe(200);
      expectSuccess(await send(`/users/${userId}/api-keys`, '', typeOf(type)), 201, 'API key created successfully');
    },
  );

  test('what a client asks for in Accept changes nothing', async () => {
    const answer = await server.call('GET', '/users', undefined, { Accept: 'text/html' });
    expect(answer.headers.get('Content-Type')).toStartWith('application/json');
  });
});

describe('the order of checks', () => {
  test('is JSON, schema, parameters, the parent, the rest', async () => {
    const path = '/sessions/no-session/messages';
    expect((await server.call('POST', path, '{')).body.detail[0].type).toBe('json_invalid');
    expectInvalid(await server.call('POST', path, {}));
    expect((await server.call('GET', `${path}?limit=0`)).status).toBe(400);
    expectRefusal(
      await server.call('POST', `${path}/read`, { message_ids: ['no-message'] }),
      404,
      'session_id',
      "Session with ID 'no-session' not found",
    );
    const read = await server.call('POST', `/sessions/${sessionId}/messages/read`, { message_ids: ['no-message'] });
    expect(read.body.errors[0].field).toBe('message_ids');
  });
});
