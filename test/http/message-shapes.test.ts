import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { expectInvalid, expectRefusal, expectSuccess } from '../support/envelope.ts';
import { startConversation, startServer, type TestServer } from '../support/server.ts';
import { found } from '../support/talk.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

let conversations = 0;
const converse = async () => {
  conversations += 1;
  const conversation = await startConversation(server, `person ${conversations}`);
  const path = `/sessions/${conversation.sessionId}/messages`;
  const post = (...messages: unknown[]) => server.call('POST', path, { messages });
  const add = async (...messages: unknown[]): Promise<string[]> =>
    expectSuccess(await post(...messages), 201, 'Messages added successfully').message_ids;
  const list = async (more = '') => (await server.call('GET', `${path}?order=asc${more}`)).body.data.messages;
  const results = async (query: string, more: object = {}) =>
    (await server.call('POST', `/users/${conversation.userId}/query`, { query, ...more })).body.data.results;
  return { ...conversation, path, post, add, list, results };
};

const calls = [{ id: 'c1', type: 'function', function: { name: 'tides', arguments: '{"port":"Brest"}' } }];
const image = { type: 'image_url', image_url: { url: 'https://pictures.example/1.png' } };
const toolUse = { type: 'tool_use', id: 't1', name: 'moon_phase', input: { place: 'Nantes' } };
const toolResult = { type: 'tool_result', tool_use_id: 't1', content: [{ type: 'text', text: 'Waxing gibbous.' }] };

/** Each as it is sent, what its content is, under which role it is kept, and its source. */
const TURNS: readonly [object, string, string, object | null][] = [
  [{ role: 'user', content: [{ type: 'text', text: 'I collect beetles.' }] }, 'I collect beetles.', 'user', null],
  [
    { role: 'user', content: [{ type: 'text', text: 'This is my canoe.' }, image, { type: 'text', text: 'Green.' }] },
    'This is my canoe.\nGreen.',
    'user',
    { parts: [image] },
  ],
  [{ role: 'user', content: [image] }, '[image_url]', 'user', { content: null, parts: [image] }],
  [
    { role: 'assistant', content: [{ type: 'output_text', text: 'Sharpen the chisel.', annotations: [] }] },
    'Sharpen the chisel.',
    'assistant',
    null,
  ],
  [
    { role: 'assistant', content: null, tool_calls: calls, refusal: null },
    'tides({"port":"Brest"})',
    'assistant',
    { content: null, tool_calls: calls },
  ],
  [
    { role: 'tool', tool_call_id: 'c1', content: 'High water at 06:12.' },
    'High water at 06:12.',
    'tool',
    { tool_call_id: 'c1' },
  ],
  [{ role: 'function', name: 'weather', content: 'Drizzle.' }, 'Drizzle.', 'function', null],
  [
    { role: 'assistant', function_call: { name: 'ebb', arguments: '{}' } },
    'ebb({})',
    'assistant',
    { content: null, function_call: { name: 'ebb', arguments: '{}' } },
  ],
  [{ role: 'developer', content: 'Answer in metric units.' }, 'Answer in metric units.', 'developer', null],
  [
    { role: 'assistant', content: [{ type: 'text', text: 'Let me look.' }, toolUse] },
    'Let me look.',
    'assistant',
    { parts: [toolUse] },
  ],
  [
    { role: 'user', content: [toolResult] },
    'Waxing gibbous.',
    'tool',
    { role: 'user', content: null, parts: [toolResult] },
  ],
  [
    { role: 'assistant', content: [{ type: 'refusal', refusal: 'I would rather not.' }] },
    'I would rather not.',
    'assistant',
    null,
  ],
];

describe('turns as chat APIs give them', () => {
  test('are taken in one batch, listed in order, and shown with fields=all as they were sent', async () => {
    const { path, add, list } = await converse();
    const ids = await add(...TURNS.map(([turn]) => turn));
    expect(ids).toHaveLength(TURNS.length);
    const full = await list('&fields=all');
    TURNS.forEach(([turn, content, , source], i) => {
      const { role, name = null } = turn as { role: string; name?: string };
      expect(full[i]).toMatchObject({ id: ids[i], role, content, name, metadata: source && { source } });
    });
    expect((await server.call('POST', `${path}/read?fields=all`, { message_ids: ids })).body.data.messages).toEqual(
      full,
    );
  });

  test('have one of the three old roles for clients that ask for nothing new', async () => {
    const { path, add, list, results } = await converse();
    const ids = await add(...TURNS.map(([turn]) => turn));
    const expected = TURNS.map(([, , role]) => (['user', 'assistant'].includes(role) ? role : 'system'));
    const rolesOf = (rows: { role: string }[]) => rows.map(({ role }) => role);
    expect(rolesOf(await list())).toEqual(expected);
    const read = await server.call('POST', `${path}/read`, { message_ids: ids });
    expect(rolesOf(read.body.data.messages)).toEqual(expected);
    expect((await results('high water'))[0]).toMatchObject({ content: 'High water at 06:12.', role: 'system' });
    for (const more of [{ fields: 'all' }, { explain: true }, { filters: {} }]) {
      expect((await results('high water', more))[0]).toMatchObject({ content: 'High water at 06:12.', role: 'tool' });
      expect((await results('waxing gibbous', more))[0]).toMatchObject({ content: 'Waxing gibbous.', role: 'user' });
    }
  });

  test.each([
    ['beetles', 'I collect beetles.'],
    ['canoe green', 'This is my canoe.\nGreen.'],
    ['chisel', 'Sharpen the chisel.'],
    ['Which port has tides? Brest?', 'tides({"port":"Brest"})'],
    ['high water', 'High water at 06:12.'],
    ['drizzle', 'Drizzle.'],
    ['metric units', 'Answer in metric units.'],
    ['moon phase in Nantes', 'Let me look.'],
    ['waxing gibbous', 'Waxing gibbous.'],
  ])('are found by %j', async (query, content) => {
    const { add, results } = await converse();
    await add(...TURNS.map(([turn]) => turn));
    expect((await results(query))[0].content).toBe(content);
    const keyword = await results(query, { store_type: 'keyword' });
    expect(keyword[0].content).toBe(content);
  });

  test('show in a result with fields=all what they came with', async () => {
    const { add, results } = await converse();
    await add({ role: 'assistant', content: 'Let me see.', tool_calls: calls, metadata: { mood: 'calm' } });
    const [result] = await results('tides in Brest', { fields: 'all' });
    expect(result).toMatchObject({
      content: 'Let me see.',
      message_metadata: { mood: 'calm', source: { tool_calls: calls } },
    });
  });

  test('are filtered by their roles, and what a tool says is no statement of the user', async () => {
    const { userId, add } = await converse();
    await add(
      { role: 'user', content: 'The moon?' },
      { role: 'user', content: [toolResult] },
      TURNS[5]?.[0],
      TURNS[8]?.[0],
    );
    const by = async (...roles: string[]) =>
      (await found(server, userId, 'waxing water moon metric units', { filters: { roles } })).toSorted();
    expect(await by('user')).toEqual(['The moon?']);
    expect(await by('tool')).toEqual(['High water at 06:12.', 'Waxing gibbous.']);
    expect(await by('developer', 'function')).toEqual(['Answer in metric units.']);
    expect(await by('system', 'assistant')).toEqual([]);
  });

  test('are filtered by what they came with, as it is shown', async () => {
    const { userId, add } = await converse();
    await add(
      { role: 'tool', tool_call_id: 'c1', content: 'Tide one.' },
      { role: 'tool', tool_call_id: 'c2', content: 'Tide two.' },
    );
    const metadata = { source: { tool_call_id: 'c2' } };
    expect(await found(server, userId, 'tide', { filters: { metadata } })).toEqual(['Tide two.']);
  });

  test('stand in a context under who speaks, and as a chat takes them', async () => {
    const { userId, add } = await converse();
    await add(...TURNS.slice(4, 6).map(([turn]) => turn));
    const block = async (format: string) =>
      (await server.call('POST', `/users/${userId}/context`, { query: 'tides high water', format })).body.data.context;
    expect(await block('text')).toContain('assistant: tides({"port":"Brest"})');
    expect(await block('text')).toContain('tool: High water at 06:12.');
    const roles = (await block('messages')).map(({ role }: { role: string }) => role);
    expect(roles.toSorted()).toEqual(['assistant', 'system']);
  });

  test('are the same conversation when they are sent again with an Idempotency-Key', async () => {
    const { path, list } = await converse();
    const body = { messages: TURNS.map(([turn]) => turn) };
    const headers = { 'Idempotency-Key': `shapes of ${path}` };
    const first = await server.call('POST', path, body, headers);
    const second = await server.call('POST', path, body, headers);
    expect(second.headers.get('Idempotency-Replayed')).toBe('true');
    expect(second.body.data.message_ids).toEqual(first.body.data.message_ids);
    expect(await list()).toHaveLength(TURNS.length);
    const other = { messages: [...body.messages.slice(0, 4), { ...body.messages[4], tool_calls: [], content: 'x' }] };
    expect((await server.call('POST', path, other, headers)).status).toBe(422);
  });

  test('keep large numbers and odd keys of what they came with digit by digit', async () => {
    const { path } = await converse();
    const kept = '{"id":725653563933458433,"__proto__":{"a":1e-400}}';
    const body = `{"messages":[{"role":"assistant","content":null,"tool_calls":[${kept}]},{"role":"user","content":[${kept}]}]}`;
    expect((await server.call('POST', path, body)).status).toBe(201);
    const text = await (await fetch(`${server.api}${path}?fields=all&order=asc`)).text();
    expect(text).toContain(`"metadata":{"source":{"content":null,"tool_calls":[${kept}]}}`);
    expect(text).toContain(`"metadata":{"source":{"content":null,"parts":[${kept}]}}`);
  });
});

describe('a changed message', () => {
  test('takes every shape, and with it what it came with and what it is found by', async () => {
    const { userId, path, add, list } = await converse();
    const [id] = await add({ role: 'user', content: 'A wombat.', metadata: { mood: 'calm' } });
    const change = (message: object) => server.call('PUT', path, { message_ids: [id], new_messages: [message] });
    expectSuccess(
      await change({ role: 'assistant', content: null, tool_calls: calls }),
      200,
      'Messages updated successfully',
    );
    expect((await list('&fields=all'))[0]).toMatchObject({
      role: 'assistant',
      content: 'tides({"port":"Brest"})',
      metadata: { mood: 'calm', source: { content: null, tool_calls: calls } },
    });
    expect(await found(server, userId, 'tides Brest')).toHaveLength(1);
    expect(await found(server, userId, 'wombat', { store_type: 'keyword' })).toEqual([]);
    await change({ role: 'assistant', content: [{ type: 'text', text: 'Let me look.' }, toolUse] });
    expect(await found(server, userId, 'moon phase', { store_type: 'keyword' })).toEqual(['Let me look.']);
    await change({ role: 'user', content: 'A quokka.' });
    expect((await list('&fields=all'))[0]).toMatchObject({ content: 'A quokka.', metadata: { mood: 'calm' } });
    expect((await list('&fields=all'))[0].metadata).toEqual({ mood: 'calm' });
    expect(await found(server, userId, 'tides moon phase', { store_type: 'keyword' })).toEqual([]);
  });
});

describe('a key of the metadata named source', () => {
  const metadata = { source: 'web' };

  test('is kept as any other beside text alone', async () => {
    const { add, list } = await converse();
    await add({ role: 'user', content: [{ type: 'text', text: 'Hi.' }], metadata });
    expect((await list('&fields=all'))[0].metadata).toEqual(metadata);
  });

  test('is refused where it would hide what the message came with, in new messages and in changed ones', async () => {
    const { path, post, add, list } = await converse();
    const answer = await post({ role: 'assistant', content: 'Hi.', tool_calls: calls, metadata });
    expectInvalid(answer);
    expect(answer.body.errors).toEqual([
      { field: 'messages.0.metadata.source', message: expect.stringContaining('Choose another key') },
    ]);
    const [id = ''] = await add({ role: 'user', content: 'Hi.', metadata });
    const change = (more: object) =>
      server.call('PUT', path, { message_ids: [id], new_messages: [{ role: 'user', content: [image], ...more }] });
    const text = `The metadata of message ${id} have a key 'source', which is where calls of tools and the like are shown. Send metadata without it along.`;
    expectRefusal(await change({}), 400, 'metadata', text);
    expect((await list('&fields=all'))[0]).toMatchObject({ content: 'Hi.', metadata });
    expect((await change({ metadata: { from: 'web' } })).status).toBe(200);
  });
});

describe('what is no turn of any chat', () => {
  const said = { role: 'user', content: 'Hello.' };
  const TOOLS = { role: 'assistant', content: null };
  const deep = (depth: number): unknown => (depth === 0 ? 1 : [deep(depth - 1)]);

  test.each<[string, object, string, string]>([
    ['a role that nobody knows', { ...said, role: 'wizard' }, 'role', 'literal_error'],
    ['no role', { content: 'Hello.' }, 'role', 'missing'],
    ['an empty text', { ...said, content: '' }, 'content', 'string_too_short'],
    ['an empty result', { role: 'tool', tool_call_id: 'c1', content: '' }, 'content', 'string_too_short'],
    ['no content', { role: 'user' }, 'content', 'missing'],
    ['null without calls', { ...said, content: null }, 'content', 'string_type'],
    ['null with no calls', { ...TOOLS, tool_calls: [] }, 'content', 'string_type'],
    ['an empty list', { ...said, content: [] }, 'content', 'too_short'],
    ['parts of empty text', { ...said, content: [{ type: 'text', text: '' }] }, 'content', 'value_error'],
    ['a number', { ...said, content: 7 }, 'content', 'string_type'],
    ['an object', { ...said, content: { type: 'text', text: 'x' } }, 'content', 'string_type'],
    ['a list of numbers', { ...said, content: ['x', 7] }, 'content.1', 'model_attributes_type'],
    ['a list of nulls', { ...said, content: [null] }, 'content.0', 'model_attributes_type'],
    ['a text part without text', { ...said, content: [{ type: 'text' }] }, 'content.0.text', 'missing'],
    ['a text part of a number', { ...said, content: [{ type: 'text', text: 7 }] }, 'content.0.text', 'string_type'],
    [
      'half an emoji in a part',
      { ...said, content: [{ type: 'text', text: 'x\ud83d' }] },
      'content.0.text',
      'value_error',
    ],
    [
      'half an emoji in another part',
      { ...said, content: ['x', { ...image, alt: '\ud83d' }] },
      'content.1.alt',
      'value_error',
    ],
    ['half an emoji in a call', { ...TOOLS, tool_calls: [{ id: '\ud83d' }] }, 'tool_calls.0.id', 'value_error'],
    ['calls that are no list', { ...TOOLS, tool_calls: {} }, 'tool_calls', 'list_type'],
    ['calls nested too deeply', { ...TOOLS, tool_calls: [deep(40)] }, 'tool_calls', 'value_error'],
    ['parts nested too deeply', { ...said, content: [{ type: 'odd', x: deep(40) }] }, 'content', 'value_error'],
    ['a call id that is a number', { role: 'tool', content: 'x', tool_call_id: 7 }, 'tool_call_id', 'string_type'],
    ['a function call that is a text', { ...TOOLS, function_call: 'tides' }, 'function_call', 'value_error'],
  ])('%s is refused, by name, and the batch with it', async (_, message, field, type) => {
    const { post, list } = await converse();
    const [detail, ...others] = expectInvalid(await post(said, message));
    expect(others).toEqual([]);
    expect([detail.loc.slice(3).join('.'), detail.type]).toEqual([field, type]);
    expect(await list()).toEqual([]);
  });

  test('is refused for all that is wrong with it at once', async () => {
    const { post } = await converse();
    const wrong = { role: 'wizard', content: '', metadata: 'x', name: '', tool_call_id: 7 };
    const fields = expectInvalid(await post(wrong)).map(({ loc }: { loc: string[] }) => loc.at(-1));
    expect(fields.toSorted()).toEqual(['content', 'metadata', 'name', 'role', 'tool_call_id']);
  });

  test('is a number beyond all that others can read, wherever it stands', async () => {
    const { path } = await converse();
    for (const [message, field] of [
      ['{"role":"assistant","content":null,"tool_calls":[{"n":1e400}]}', 'messages.0.tool_calls.0.n'],
      ['{"role":"user","content":[{"type":"odd","n":[1e400]}]}', 'messages.0.content.0.n.0'],
    ]) {
      const answer = await server.call('POST', path, `{"messages":[${message}]}`);
      expectInvalid(answer);
      expect(answer.body.errors[0].field).toBe(field as string);
      expect(answer.body.errors[0].message).toContain('1e400');
    }
  });

  test('is one that brings more along than a text may hold, and the error says how much', async () => {
    const { post, list } = await converse();
    const url = `data:image/png;base64,${'A'.repeat(262_144)}`;
    const answer = await post({ role: 'user', content: ['My canoe.', { type: 'image_url', image_url: { url } }] });
    expectInvalid(answer);
    expect(answer.body.errors[0].message).toContain('262144 bytes');
    expect(answer.body.errors[0].message).toContain('server.max_message_bytes');
    expect(await list()).toEqual([]);
    const smaller = { type: 'image_url', image_url: { url: url.slice(0, 200_000) } };
    expect((await post({ role: 'user', content: ['My canoe.', smaller] })).status).toBe(201);
    const many = Array.from({ length: 300_000 }, () => 0);
    expect((await post({ role: 'assistant', content: null, tool_calls: many })).status).toBe(422);
  });
});

test('without buffers turns of every shape are kept and found as well', async () => {
  const strict = await startServer({ settings: { 'buffer.enabled': false } });
  const { userId, sessionId } = await startConversation(strict);
  const messages = TURNS.map(([turn]) => turn);
  expect((await strict.call('POST', `/sessions/${sessionId}/messages`, { messages })).status).toBe(201);
  expect((await found(strict, userId, 'moon phase in Nantes'))[0]).toBe('Let me look.');
  await strict.stop();
});
