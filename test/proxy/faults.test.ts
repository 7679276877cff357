import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import { openSqliteStore } from '../../adapters/sqlite/open.ts';
import { MemfuseError } from '../../src/contract/errors.ts';
import { eventually } from '../support/eventually.ts';
import { hookStore } from '../support/hooked-store.ts';
import { manualTime } from '../support/manual-time.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import {
  BEHAVIOURS,
  chatEvents,
  chunk,
  completion,
  event,
  type FakeUpstream,
  startFakeUpstream,
} from './fake-upstream.ts';
import { linesOf } from './remembered.ts';

const TIMEOUT_MS = 5_000;

const folder = temporaryFolder();
const time = manualTime();
let server: TestServer;
let upstream: FakeUpstream;
/** Verbs of the store that fail. */
const failing = new Set<string>();

beforeAll(async () => {
  upstream = startFakeUpstream();
  const store = await openSqliteStore({ file: `${folder.path}/memfuse.db`, writer: 'worker' });
  const hooked = hookStore(store, async ({ verb }, run) => {
    if (failing.has(verb)) throw new MemfuseError('storage_unavailable', 'The disk is full.');
    return run();
  });
  server = await startServer({
    settings: { data_dir: folder.path, 'proxy.base_url': upstream.baseUrl, 'proxy.timeout_ms': TIMEOUT_MS },
    scheduler: time,
    outside: { connections: { getPool: async () => hooked, close: () => store.close() } },
  });
});
afterEach(() => failing.clear());
afterAll(async () => {
  await server.stop();
  upstream.stop();
  folder.remove();
});

let users = 0;
/** Somebody whom no other test knows. */
const newUser = (): string => {
  users += 1;
  return `user ${users}`;
};

const send = (user: string, more: object = {}, init: RequestInit = {}): Promise<Response> =>
  fetch(`${server.origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ model: 'fake', user, messages: [{ role: 'user', content: 'Tell me a story.' }], ...more }),
    ...init,
  });

/** Sends a request for a stream and reads it until something of it is there. */
const openStream = async (user: string, init: RequestInit = {}) => {
  const answer = await send(user, { stream: true }, init);
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  return reader;
};

const readAll = async (reader: { read(): Promise<{ done: boolean }> }): Promise<void> => {
  while (!(await reader.read()).done);
};

/** What of a story came before something happened. */
const HALF = chatEvents('Once upon a time there was a').slice(0, 4);

/** The reasons for which nothing more could be done, that are known to the log. */
const failures = (): string[] =>
  server.services.errors.recent().map(({ operation, message }) => `${operation}: ${message}`);

describe('an error of the endpoint', () => {
  test.each([
    [400, { error: { message: 'No such parameter.', type: 'invalid_request_error', param: 'foo', code: null } }],
    [401, { error: { message: 'Incorrect API key provided.' } }],
    [404, { error: { message: 'The model does not exist.' } }],
    [429, { error: { message: 'Slow down.' } }],
    [500, { error: { message: 'Something broke.' } }],
    [503, { oops: true }],
  ])('with status %i is handed on unchanged, and nothing is remembered', async (status, body) => {
    const user = newUser();
    const headers = {
      'Retry-After': '7',
      'X-RateLimit-Remaining-Requests': '0',
      'Content-Type': 'application/json; charset=utf-8',
    };
    upstream.behave(() => new Response(JSON.stringify(body), { status, headers }));
    const answer = await send(user, { stream: status === 429 });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toEqual(body);
    for (const [name, value] of Object.entries(headers))
      expect([name, answer.headers.get(name)]).toEqual([name, value]);
    expect(await linesOf(server, user)).toEqual([]);
  });

  test('that is a page, or a way to another place, is handed on as it is, and not followed', async () => {
    const user = newUser();
    upstream.behave(
      () => new Response('<html>Bad gateway</html>', { status: 502, headers: { 'Content-Type': 'text/html' } }),
      () => new Response(null, { status: 307, headers: { Location: 'http://127.0.0.1:1/elsewhere' } }),
    );
    const page = await send(user);
    expect([page.status, await page.text()]).toEqual([502, '<html>Bad gateway</html>']);
    const moved = await send(user, {}, { redirect: 'manual' });
    expect([moved.status, moved.headers.get('Location')]).toEqual([307, 'http://127.0.0.1:1/elsewhere']);
    expect(await linesOf(server, user)).toEqual([]);
  });

  test('in the middle of a stream is handed on, and nothing is remembered', async () => {
    const user = newUser();
    const events = [...HALF, event({ error: { message: 'Overloaded.' } }), event(chunk({}, 'stop')), event('[DONE]')];
    upstream.behave(BEHAVIOURS.streams(events));
    expect(await (await send(user, { stream: true })).text()).toBe(events.join(''));
    expect(await linesOf(server, user)).toEqual([]);
  });

  test.each([
    ['what is no JSON', '<html>ok</html>'],
    ['other JSON', '{"hello":"world"}'],
    ['a list', '[]'],
    ['nothing', ''],
    ['choices that are none', '{"choices":[null,1,{"index":0,"message":"hi","finish_reason":"stop"}]}'],
  ])('who answers 200 with %s is handed on, and nothing is remembered', async (_, text) => {
    const user = newUser();
    upstream.behave(() => new Response(text, { headers: { 'Content-Type': 'application/json' } }));
    const answer = await send(user);
    expect([answer.status, await answer.text()]).toEqual([200, text]);
    expect(await linesOf(server, user)).toEqual([]);
  });
});

describe('an endpoint', () => {
  test('that is down is told of in a sentence, in the form that clients of OpenAI read', async () => {
    const other = await startServer({ settings: { 'proxy.base_url': 'http://127.0.0.1:1/v1' } });
    const answer = await fetch(`${other.origin}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ user: 'alice', messages: [{ role: 'user', content: 'Hello?' }] }),
    });
    const { error } = (await answer.json()) as { error: { message: string; type: string } };
    expect([answer.status, error.type]).toEqual([502, 'server_error']);
    expect(error.message).toBe(
      'The endpoint of proxy.base_url cannot be reached. Is it running, and is the address right?',
    );
    expect(await linesOf(other, 'alice')).toEqual([]);
    await other.stop();
  });

  test('that does not begin to answer is given up after the time that is set, and hung up on', async () => {
    const user = newUser();
    const asked = upstream.calls.length;
    upstream.behave(BEHAVIOURS.hangs);
    const answering = send(user);
    await eventually('the endpoint is asked', () => upstream.calls.length > asked);
    const { signal } = upstream.last();
    await time.advance(TIMEOUT_MS);
    const answer = await answering;
    expect(answer.status).toBe(504);
    expect(((await answer.json()) as { error: { message: string } }).error.message).toBe(
      'The endpoint of proxy.base_url sent nothing for 5000 ms, which is proxy.timeout_ms.',
    );
    await eventually('the proxy hangs up', () => signal.aborted);
    expect(await linesOf(server, user)).toEqual([]);
  });

  test('that is slow, but sends something now and then, is waited for', async () => {
    const user = newUser();
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const events = chatEvents('Once upon a time.');
    let sent = 0;
    upstream.behave(
      () =>
        new Response(
          new ReadableStream({
            pull: async (controller) => {
              await gates[sent - 1]?.promise;
              const text = events[sent];
              sent += 1;
              if (text === undefined) controller.close();
              else controller.enqueue(new TextEncoder().encode(text));
            },
          }),
          { headers: { 'Content-Type': 'text/event-stream' } },
        ),
    );
    const reader = await openStream(user);
    for (const gate of gates) {
      await time.advance(TIMEOUT_MS - 1);
      gate.resolve();
      await reader.read();
    }
    await readAll(reader);
    expect(await linesOf(server, user)).toEqual(['user: Tell me a story.', 'assistant: Once upon a time.']);
  });

  test('that stalls in the middle of a stream breaks it off, so that the client sees that it is none', async () => {
    const user = newUser();
    upstream.behave(BEHAVIOURS.streams(HALF, 'stalls'));
    const reader = await openStream(user);
    const { signal } = upstream.last();
    const rest = readAll(reader).catch((error: unknown) => error);
    // Whatever of it is still under way comes through meanwhile.
    await eventually('the proxy hangs up', async () => {
      await time.advance(TIMEOUT_MS);
      return signal.aborted;
    });
    expect(await rest).toBeInstanceOf(Error);
    expect(await linesOf(server, user)).toEqual([]);
    expect(failures().join('\n')).toContain('proxied stream: The endpoint of proxy.base_url sent nothing for 5000 ms');
  });

  test('that cuts a stream breaks it off for the client, and leaves nothing remembered', async () => {
    const user = newUser();
    upstream.behave(BEHAVIOURS.streams(HALF, 'breaks'));
    await expect(send(user, { stream: true }).then((answer) => answer.text())).rejects.toThrow();
    expect(await linesOf(server, user)).toEqual([]);
  });

  test('that ends a stream in the middle as if it were over leaves nothing remembered', async () => {
    const user = newUser();
    upstream.behave(BEHAVIOURS.streams(HALF));
    expect(await (await send(user, { stream: true })).text()).toBe(HALF.join(''));
    expect(await linesOf(server, user)).toEqual([]);
  });

  test('that cuts an answer in one piece leaves nothing remembered', async () => {
    const user = newUser();
    const text = JSON.stringify(completion({ content: 'All of it.' }));
    upstream.behave(() => new Response(text.slice(0, -20), { headers: { 'Content-Type': 'application/json' } }));
    await (await send(user)).text();
    expect(await linesOf(server, user)).toEqual([]);
  });
});

describe('a client that hangs up', () => {
  test('in the middle of a stream ends it at the endpoint, and leaves nothing remembered', async () => {
    const user = newUser();
    upstream.behave(BEHAVIOURS.streams(HALF, 'stalls'));
    const client = new AbortController();
    const reader = await openStream(user, { signal: client.signal });
    const { signal } = upstream.last();
    client.abort();
    await reader.read().catch(() => {});
    await eventually('the proxy hangs up', () => signal.aborted);
    expect(await linesOf(server, user)).toEqual([]);
  });

  test('before the endpoint answers ends the request there', async () => {
    const user = newUser();
    const asked = upstream.calls.length;
    upstream.behave(BEHAVIOURS.hangs);
    const client = new AbortController();
    const answering = send(user, {}, { signal: client.signal }).catch(() => 'hung up');
    await eventually('the endpoint is asked', () => upstream.calls.length > asked);
    const { signal } = upstream.last();
    client.abort();
    expect(await answering).toBe('hung up');
    await eventually('the proxy hangs up', () => signal.aborted);
    expect(await linesOf(server, user)).toEqual([]);
  });
});

describe('memory that fails', () => {
  test('in recalling leaves the chat as it is without memory, and says so', async () => {
    const user = newUser();
    await (await send(user)).text();
    failing.add('corpus.resolve');
    const answer = await send(user);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('X-Memfuse-Degraded')).toBe('"nothing was recalled: The disk is full."');
    expect(upstream.last().body.messages).toHaveLength(1);
    await answer.text();
  });

  test('in remembering leaves the client its reply, and the log a line', async () => {
    const user = newUser();
    failing.add('messages.appendByName');
    expect((await send(user)).status).toBe(200);
    await eventually('it is told of', () => failures().includes('remembering of a proxied reply: The disk is full.'));
    failing.clear();
    expect(await linesOf(server, user)).toEqual([]);
  });

  test('a reply that is too long to be a message is handed on, and neither it nor the message is remembered', async () => {
    const user = newUser();
    const content = 'word '.repeat(60_000);
    upstream.behave(BEHAVIOURS.says(content));
    const answer = (await (await send(user)).json()) as { choices: { message: { content: string } }[] };
    expect(answer.choices[0]?.message.content).toBe(content);
    expect(await linesOf(server, user)).toEqual([]);
    expect(failures().join('\n')).toContain('remembering of a proxied reply: ');
  });

  test('a result of a tool of a megabyte is handed on whole, and its beginning remembered', async () => {
    const user = newUser();
    const result = 'line\n'.repeat(200_000);
    const call = { id: 'call_1', type: 'function', function: { name: 'log', arguments: '{}' } };
    const messages = [
      { role: 'user', content: 'What is in the log?' },
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'call_1', content: result },
    ];
    await (await send(user, { messages })).text();
    expect(upstream.last().body.messages.at(-1).content).toBe(result);
    const [tool = '', reply] = await linesOf(server, user);
    expect([tool.length < 20_000, tool.endsWith('more characters are not kept]'), reply]).toEqual([
      true,
      true,
      'assistant: Yes.',
    ]);
  });
});
