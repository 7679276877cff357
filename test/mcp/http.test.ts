import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import packageJson from '../../package.json' with { type: 'json' };
import { asRecalled } from '../../src/text/recalled.ts';
import { linesOf, rememberedOf } from '../proxy/remembered.ts';
import { makeKey } from '../support/api-key.ts';
import { manualClock } from '../support/manual-clock.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { callTool, connectOverHttp } from './client.ts';

const clock = manualClock(Date.parse('2026-05-01T09:30:00Z'));
let server: TestServer;
let guarded: TestServer;
beforeAll(async () => {
  server = await startServer({ clock });
  guarded = await startServer({ settings: { 'server.api_key_validation': true } });
});
afterAll(async () => {
  await server.stop();
  await guarded.stop();
});

const as = (user: string, more: Record<string, string> = {}): Promise<Client> =>
  connectOverHttp(server.origin, { headers: { 'X-Memfuse-User': user, ...more } });
const bearer = (secret: string) => ({ Authorization: `Bearer ${secret}` });

describe('the server', () => {
  test('says what it is and how to use it', async () => {
    const client = await as('ann');
    expect(client.getServerVersion()).toEqual({ name: 'memfuse', title: 'MemFuse', version: packageJson.version });
    expect(client.getInstructions()).toContain('recall');
    expect(Object.keys(client.getServerCapabilities() ?? {}).toSorted()).toEqual(['prompts', 'resources', 'tools']);
  });

  test('describes each tool with what it takes, what it answers and what it does to memory', async () => {
    const { tools } = await (await as('ann')).listTools();
    const reads = { readOnlyHint: true, openWorldHint: false };
    const changes = { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false };
    const adds = { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false };
    expect(Object.fromEntries(tools.map(({ name, annotations }) => [name, annotations]))).toEqual({
      remember: adds,
      recall: reads,
      get_context: reads,
      list_facts: reads,
      forget: changes,
      correct: changes,
      add_memories: adds,
      search_memory: reads,
      list_memories: reads,
      delete_all_memories: changes,
    });
    for (const { name, description, title, inputSchema, outputSchema } of tools) {
      const described = [description, title, inputSchema.type, outputSchema?.type];
      expect([name, ...described]).toEqual([name, expect.any(String), expect.any(String), 'object', 'object']);
    }
  });
});

describe('remember and recall', () => {
  test('store a text, and find it with its id and when it was said', async () => {
    const client = await as('bob');
    const stored = await callTool(client, 'remember', { text: 'Bob is allergic to peanuts.' });
    expect(stored.text).toBe('Remembered it.');
    expect(stored.data).toMatchObject({ message_ids: [expect.any(String)], session: 'mcp 2026-05-01' });
    const found = await callTool(client, 'recall', { query: 'What must Bob not eat?' });
    expect(found.data.results[0]).toMatchObject({
      id: stored.data.message_ids[0],
      text: 'Bob is allergic to peanuts.',
      type: 'message',
      role: 'user',
      said_at: '2026-05-01T09:30:00.000000Z',
      session_id: stored.data.session_id,
      session: 'mcp 2026-05-01',
    });
    expect(found.text).toStartWith('<memfuse-context>\n- 2026-05-01 user: Bob is allergic to peanuts. [id ');
  });

  test('store what was said with who said it and when, in a conversation that is named', async () => {
    const client = await as('cat', { 'X-Memfuse-Agent': 'helper' });
    const messages = [
      { role: 'user', content: 'I moved to Lisbon.', name: 'Cat', created_at: '2026-03-01T08:00:00Z' },
      { role: 'assistant', content: 'Which tram do you take?' },
    ];
    const stored = await callTool(client, 'remember', { messages, text: 'Cat likes trams.', session: 'moving' });
    expect(stored.text).toBe('Remembered 3 messages.');
    const { moving: rows = [], ...others } = await rememberedOf(server, 'cat');
    expect(rows.map(({ content }) => content).toSorted()).toEqual([
      'Cat likes trams.',
      'I moved to Lisbon.',
      'Which tram do you take?',
    ]);
    expect(others).toEqual({});
    await callTool(client, 'remember', { text: 'Cat has a bike.' });
    expect(Object.keys(await rememberedOf(server, 'cat')).toSorted()).toEqual(['mcp helper 2026-05-01', 'moving']);
    const asOf = await callTool(client, 'recall', { query: 'Where does Cat live?', as_of: '2026-03-02T00:00:00Z' });
    expect(asOf.data.results.map(({ text }: { text: string }) => text)).toEqual(['I moved to Lisbon.']);
  });

  test('find as much as is asked for and likely enough', async () => {
    const client = await as('dan');
    for (const pet of ['dog', 'cat', 'parrot']) await callTool(client, 'remember', { text: `Dan has a ${pet}.` });
    const { data } = await callTool(client, 'recall', { query: 'Which pets has Dan?', limit: 2 });
    expect(data.results).toHaveLength(2);
    const none = await callTool(client, 'recall', { query: 'Which pets has Dan?', min_score: 1 });
    expect([none.text, none.data.results]).toEqual(['Nothing is remembered about that.', []]);
  });

  test('know nothing of somebody new, which is no error', async () => {
    const client = await as('nobody yet');
    expect(await callTool(client, 'recall', { query: 'Who am I?' })).toMatchObject({
      isError: false,
      data: { results: [] },
    });
    expect(await callTool(client, 'get_context', { query: 'Who am I?' })).toMatchObject({
      isError: false,
      text: 'Nothing is remembered that bears on it.',
      data: { context: '', tokens: 0, citations: [] },
    });
    expect(await linesOf(server, 'nobody yet')).toEqual([]);
  });

  test('never take in again what was recalled', async () => {
    const client = await as('eve');
    const block = asRecalled('[1] user: Eve owns a boat.');
    const again = await callTool(client, 'remember', { text: block });
    expect(again.isError).toBe(true);
    expect(again.text).toContain('more than what was recalled');
    await callTool(client, 'remember', { text: `${block}\nEve sold the boat.` });
    expect(await linesOf(server, 'eve')).toEqual(['user: Eve sold the boat.']);
  });

  test.each([
    ['remember', {}, 'send a text or messages'],
    ['remember', { text: '' }, 'Too small'],
    ['remember', { messages: [{ role: 'wizard', content: 'x' }] }, 'role'],
    ['remember', { messages: [{ role: 'user', content: 'x', created_at: 'yesterday' }] }, 'ISO 8601'],
    ['remember', { text: 'x'.repeat(300_000) }, 'at most 262144 bytes'],
    ['recall', {}, 'query'],
    ['recall', { query: ' ' }, 'this one is empty'],
    ['recall', { query: 'x', limit: 1_000 }, 'limit'],
    ['recall', { query: 'x', as_of: 'soon' }, 'ISO 8601'],
    ['get_context', { query: 'x', max_tokens: 0 }, 'max_tokens'],
    ['no_such_tool', {}, 'no_such_tool'],
  ])('%s with %j is an error that says what is wrong', async (name, args, words) => {
    const refused = await callTool(await as('fay'), name, args);
    expect(refused.isError).toBe(true);
    expect(refused.text).toContain(words);
    expect(await linesOf(server, 'fay')).toEqual([]);
  });
});

test('get_context gives one block within the tokens, with its sources', async () => {
  const client = await as('gus');
  const stored = await callTool(client, 'remember', { text: 'Gus plays the oboe in an orchestra.' });
  const { data, text } = await callTool(client, 'get_context', {
    query: 'Which instrument does Gus play?',
    max_tokens: 200,
  });
  expect(text).toBe(data.context);
  expect(data.context).toStartWith('<memfuse-context>\n');
  expect(data.context).toContain('[1] user: Gus plays the oboe in an orchestra.');
  expect(data.tokens).toBeLessThanOrEqual(200);
  expect(data.citations).toEqual([
    {
      id: stored.data.message_ids[0],
      type: 'message',
      session_id: stored.data.session_id,
      said_at: '2026-05-01T09:30:00.000000Z',
    },
  ]);
});

test('the tools of OpenMemory are there by their names', async () => {
  const client = await as('hal');
  await callTool(client, 'add_memories', { text: 'Hal speaks Basque.' });
  const { data } = await callTool(client, 'search_memory', { query: 'Which languages does Hal speak?' });
  expect(data.results[0].text).toBe('Hal speaks Basque.');
});

describe('prompts', () => {
  test('bring what is remembered to a question', async () => {
    const client = await as('ida');
    await callTool(client, 'remember', { text: 'Ida is vegan.' });
    const { prompts } = await client.listPrompts();
    expect(prompts.map(({ name }) => name)).toEqual(['with_memory', 'remember_this']);
    const { messages } = await client.getPrompt({ name: 'with_memory', arguments: { question: 'What may Ida cook?' } });
    const { text } = (messages[0]?.content ?? { text: '' }) as { text: string };
    expect(text).toContain('Ida is vegan.');
    expect(text).toEndWith('What may Ida cook?');
  });

  test('have a conversation remembered', async () => {
    const { messages } = await (await as('ida')).getPrompt({ name: 'remember_this' });
    expect(JSON.stringify(messages)).toContain('`remember`');
  });
});

describe('whose memory it is', () => {
  test('is said in a header or in the address; without both it is that of one usual user', async () => {
    await callTool(await connectOverHttp(server.origin, { search: '?user=jo%20%C3%BC&session=s1' }), 'remember', {
      text: 'One.',
    });
    expect(await rememberedOf(server, 'jo ü')).toMatchObject({ s1: [{ content: 'One.' }] });
    await callTool(await connectOverHttp(server.origin), 'remember', { text: 'Two.' });
    expect(await linesOf(server, 'user_default')).toEqual(['user: Two.']);
  });

  test('is told by a key that is bound to a user, who cannot be another', async () => {
    const owner = bearer(await makeKey(guarded));
    const made = await guarded.call(
      'POST',
      '/memories',
      { user: 'kim', messages: [{ role: 'user', content: 'Kim sails.' }] },
      owner,
    );
    const key = bearer(await makeKey(guarded, { userId: made.body.data.user_id, scopes: ['read', 'write'] }));
    const client = await connectOverHttp(guarded.origin, { headers: key });
    expect((await callTool(client, 'recall', { query: 'Who sails?' })).data.results[0].text).toBe('Kim sails.');
    const other = connectOverHttp(guarded.origin, { headers: { ...key, 'X-Memfuse-User': 'lee' } });
    await expect(other).rejects.toThrow('403');
  });
});

describe('who may use it', () => {
  const send = (origin: string, headers: Record<string, string>, body = '{"jsonrpc":"2.0","id":1,"method":"ping"}') =>
    fetch(`${origin}/mcp`, { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body });

  test('is nobody without a key, where keys are asked for', async () => {
    for (const headers of [{}, bearer('wrong')]) {
      const answer = await send(guarded.origin, headers);
      expect([answer.status, answer.headers.get('WWW-Authenticate')]).toEqual([401, 'Bearer']);
    }
  });

  test('is allowed what the key is', async () => {
    const reader = await connectOverHttp(guarded.origin, {
      headers: bearer(await makeKey(guarded, { scopes: ['read'] })),
    });
    const writer = await connectOverHttp(guarded.origin, {
      headers: bearer(await makeKey(guarded, { scopes: ['write'] })),
    });
    expect((await callTool(reader, 'remember', { text: 'x' })).text).toBe(
      "This call needs an API key with the permission 'write'.",
    );
    expect((await callTool(writer, 'recall', { query: 'x' })).text).toBe(
      "This call needs an API key with the permission 'read'.",
    );
    expect((await callTool(writer, 'remember', { text: 'Written.' })).isError).toBe(false);
    expect((await callTool(reader, 'recall', { query: 'written' })).data.results).toHaveLength(1);
  });

  test('of two tenants neither sees the other', async () => {
    const [ours, theirs] = [await makeKey(guarded), await makeKey(guarded, { tenant: 'acme' })];
    await callTool(await connectOverHttp(guarded.origin, { headers: bearer(ours) }), 'remember', {
      text: 'A secret kayak.',
    });
    const client = await connectOverHttp(guarded.origin, { headers: bearer(theirs) });
    expect((await callTool(client, 'recall', { query: 'kayak' })).data.results).toEqual([]);
  });

  test('is no page of another origin, nobody who means another host, and no form of a page', async () => {
    expect((await send(server.origin, { Origin: 'https://evil.example' })).status).toBe(403);
    expect((await send(server.origin, { Host: 'evil.example' })).status).toBe(421);
    expect((await send(server.origin, { 'Content-Type': 'text/plain' })).status).toBe(415);
    expect((await send(server.origin, {})).status).toBe(200);
  });

  test('is counted once for each message', async () => {
    const key = bearer(await makeKey(guarded));
    const left = async (body: string) => {
      const answer = await send(guarded.origin, key, body);
      await answer.text();
      return Number(answer.headers.get('X-RateLimit-Remaining'));
    };
    const call = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'recall', arguments: { query: 'x' } },
    });
    expect((await left(call)) - (await left(call))).toBe(1);
    const pings = Array.from({ length: 3 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'ping' }));
    expect((await left(call)) - (await left(JSON.stringify(pings)))).toBe(3);
  });
});

describe('a request that is none', () => {
  test.each([
    ['no JSON', '{"jsonrpc":', 422],
    ['nothing', '', 400],
    ['other JSON', '{"hello":"world"}', 400],
    ['a list of nothing', '[]', 202],
  ])('as %s is refused', async (_, body, status) => {
    const answer = await fetch(`${server.origin}/mcp`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body,
    });
    expect(answer.status).toBe(status);
    await answer.text();
  });

  test.each(['GET', 'DELETE'])('by the method %s is told that nothing is kept between requests', async (method) => {
    const answer = await fetch(`${server.origin}/mcp`, { method, headers: { Accept: 'text/event-stream' } });
    expect([answer.status, answer.headers.get('Allow')]).toEqual([405, 'POST']);
  });

  test('for a method that there is none of is an error of the protocol', async () => {
    const body = '{"jsonrpc":"2.0","id":7,"method":"no/such"}';
    const answer = await fetch(`${server.origin}/mcp`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body,
    });
    expect(await answer.json()).toMatchObject({ jsonrpc: '2.0', id: 7, error: { code: -32601 } });
  });
});

test('docs/mcp.md tells of every tool, resource and prompt that there is, and of no other', async () => {
  const text = await Bun.file(new URL('../../docs/mcp.md', import.meta.url)).text();
  const told = [...text.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name ?? '');
  const client = await as('ann');
  const { tools } = await client.listTools();
  const { prompts } = await client.listPrompts();
  const { resourceTemplates } = await client.listResourceTemplates();
  const there = [...tools, ...prompts].map(({ name }) => name);
  const uris = ['memfuse://profile', ...resourceTemplates.map(({ uriTemplate }) => uriTemplate)];
  const others = ['@modelcontextprotocol/', 'API key is required', 'Another program is listening on 127.0.0.1:8000'];
  expect(told.filter((name) => !others.some((other) => name.startsWith(other))).toSorted()).toEqual(
    [...there, ...uris].toSorted(),
  );
});
