import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import { makeKey } from '../support/api-key.ts';
import { eventually } from '../support/eventually.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { BEHAVIOURS, chatEvents, type FakeUpstream, startFakeUpstream } from './fake-upstream.ts';
import { linesOf } from './remembered.ts';

const SECRET = 'sk-of-the-endpoint';
const CHAT = '/v1/chat/completions';

let upstream: FakeUpstream;
/** Without keys; with keys; with keys and a key of the endpoint's own. */
let open: TestServer;
let guarded: TestServer;
let keyed: TestServer;
beforeAll(async () => {
  upstream = startFakeUpstream();
  const settings = { 'proxy.base_url': upstream.baseUrl, 'proxy.recall_timeout_ms': 60_000 };
  const withKeys = { ...settings, 'server.api_key_validation': true, 'server.max_concurrent_requests': 1 };
  open = await startServer({ settings });
  guarded = await startServer({ settings: withKeys });
  keyed = await startServer({ settings: { ...withKeys, 'proxy.api_key': SECRET } });
});
afterAll(async () => {
  for (const server of [open, guarded, keyed]) await server.stop();
  upstream.stop();
});

const send = (server: TestServer, headers: Record<string, string> = {}, body: object = {}): Promise<Response> =>
  fetch(server.origin + CHAT, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify({ model: 'fake', messages: [{ role: 'user', content: 'I play the oboe.' }], ...body }),
  });

interface OpenAiError {
  readonly error: { readonly message: string; readonly type: string };
  readonly status: string;
  readonly code: number;
}
const refusalOf = async (answer: Response): Promise<OpenAiError> => (await answer.json()) as OpenAiError;
const bearer = (secret: string) => ({ Authorization: `Bearer ${secret}` });

afterEach(() => {
  upstream.calls.length = 0;
});

describe('whose memory it is', () => {
  test('has to be said; the refusal says how, in the form that clients of OpenAI read', async () => {
    const answer = await send(open);
    const { error, status, code } = await refusalOf(answer);
    expect([answer.status, code, status, error.type]).toEqual([400, 400, 'error', 'invalid_request_error']);
    expect(error.message).toContain('X-Memfuse-User');
    expect(upstream.calls).toEqual([]);
  });

  test('is said by the header, before the field', async () => {
    await (await send(open, { 'X-Memfuse-User': 'of the header' }, { user: 'of the field' })).text();
    expect(await linesOf(open, 'of the field')).toEqual([]);
    expect(await linesOf(open, 'of the header')).toHaveLength(2);
    expect(upstream.last().body.user).toBe('of the field');
  });

  test.each([
    ['too long', 'x'.repeat(300)],
    ['half of a pair', '%ED%A0%80x'.repeat(100)],
  ])('is no name that is %s', async (_, name) => {
    const answer = await send(open, { 'X-Memfuse-User': name });
    expect(answer.status).toBe(400);
    expect((await refusalOf(answer)).error.message).toStartWith('X-Memfuse-User is no name: ');
  });

  test('is told by a key that is bound to a user, who cannot be another', async () => {
    const owner = bearer(await makeKey(guarded));
    const made = await guarded.call('POST', '/users', { name: 'bound' }, owner);
    const key = bearer(await makeKey(guarded, { userId: made.body.data.user.id, scopes: ['read', 'write'] }));
    const tooEarly = await send(guarded, key, { user: 'an id of the app' });
    expect(tooEarly.status).toBe(403);
    expect((await refusalOf(tooEarly)).error.message).toContain("create the agent 'agent_default' once");
    await guarded.call('POST', '/agents', { name: 'agent_default' }, owner);
    await (await send(guarded, key, { user: 'an id of the app' })).text();
    const found = await guarded.call('POST', '/memories/search', { user: 'bound', query: 'oboe' }, owner);
    expect(found.body.data.results[0].content).toBe('I play the oboe.');
    const other = await send(guarded, { ...key, 'X-Memfuse-User': 'somebody else' });
    expect([other.status, (await refusalOf(other)).error.type]).toEqual([403, 'permission_error']);
  });

  test('of one tenant is not known to another', async () => {
    const [ours, theirs] = [bearer(await makeKey(guarded)), bearer(await makeKey(guarded, { tenant: 'acme' }))];
    await (await send(guarded, ours, { user: 'ann' })).text();
    await (await send(guarded, theirs, { user: 'ann' })).text();
    expect(upstream.last().body.messages).toHaveLength(1);
  });
});

describe('who may use the proxy', () => {
  test.each([
    ['no key', {}, 401, 'authentication_error'],
    ['a wrong key', bearer('wrong'), 401, 'authentication_error'],
  ])('with %s is nobody', async (_, headers, status, type) => {
    const answer = await send(guarded, headers, { user: 'ann' });
    expect([answer.status, (await refusalOf(answer)).error.type]).toEqual([status, type]);
    expect(upstream.calls).toEqual([]);
  });

  test.each([['read' as const], ['write' as const]])('with the permission to %s alone is nobody', async (scope) => {
    const key = bearer(await makeKey(guarded, { scopes: [scope] }));
    expect((await send(guarded, key, { user: 'ann' })).status).toBe(403);
    expect(upstream.calls).toEqual([]);
  });

  test('is no page of another origin, and nobody who means another host', async () => {
    expect((await send(open, { Origin: 'https://evil.example' }, { user: 'ann' })).status).toBe(403);
    expect((await send(open, { Host: 'evil.example' }, { user: 'ann' })).status).toBe(421);
    expect((await send(open, { 'Content-Type': 'text/plain' }, { user: 'ann' })).status).toBe(415);
    expect(upstream.calls).toEqual([]);
  });

  test('is counted once, and is under way until the stream has ended', async () => {
    const key = bearer(await makeKey(guarded));
    upstream.behave(BEHAVIOURS.streams(chatEvents('Once upon a time.').slice(0, 2), 'stalls'));
    const client = new AbortController();
    const first = await fetch(guarded.origin + CHAT, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...key },
      body: JSON.stringify({ user: 'ann', stream: true, messages: [{ role: 'user', content: 'A story.' }] }),
      signal: client.signal,
    });
    const reader = (first.body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    const second = await send(guarded, key, { user: 'ann' });
    expect([second.status, (await refusalOf(second)).error.type]).toEqual([429, 'rate_limit_error']);
    client.abort();
    await reader.read().catch(() => {});
    const third = await eventually('the first is over', async () => {
      const answer = await send(guarded, key, { user: 'ann' });
      return answer.status === 200 ? answer : null;
    });
    const left = (answer: Response) => Number(answer.headers.get('X-RateLimit-Remaining'));
    await third.text();
    const fourth = await send(guarded, key, { user: 'ann' });
    expect(left(third) - left(fourth)).toBe(1);
  });
});

describe('the key of the endpoint', () => {
  test('is that of the settings, whatever the client sends, and is shown to nobody', async () => {
    const key = await makeKey(keyed);
    await (await send(keyed, bearer(key), { user: 'ann' })).text();
    expect(upstream.last().headers.get('Authorization')).toBe(`Bearer ${SECRET}`);
    expect(JSON.stringify([...upstream.last().headers])).not.toContain(key);
    const { settings } = (await keyed.call('GET', '/admin/config', undefined, bearer(key))).body.data;
    expect(JSON.stringify(settings)).not.toContain(SECRET);
  });

  test("is the client's own where this server asks for none", async () => {
    await (await send(open, bearer('sk-of-the-client'), { user: 'ann' })).text();
    expect(upstream.last().headers.get('Authorization')).toBe('Bearer sk-of-the-client');
  });

  test('is never the key of this server', async () => {
    const key = await makeKey(guarded);
    await (await send(guarded, bearer(key), { user: 'ann' })).text();
    expect(upstream.last().headers.get('Authorization')).toBeNull();
    await (await send(guarded, { 'X-API-Key': key, ...bearer('sk-of-the-client') }, { user: 'ann' })).text();
    expect(upstream.last().headers.get('Authorization')).toBe('Bearer sk-of-the-client');
    expect(JSON.stringify([...upstream.last().headers])).not.toContain(key);
  });
});

describe('without an endpoint', () => {
  test('there is no proxy, and it is said how to have one', async () => {
    const server = await startServer();
    for (const [method, path] of [
      ['POST', CHAT],
      ['POST', '/v1/responses'],
      ['GET', '/v1/models'],
    ] as const) {
      const body = method === 'POST' ? { body: '{"user":"ann"}' } : {};
      const answer = await fetch(server.origin + path, {
        method,
        headers: { 'Content-Type': 'application/json' },
        ...body,
      });
      expect([path, answer.status]).toEqual([path, 404]);
      expect((await refusalOf(answer)).error.message).toContain('set proxy.base_url');
    }
    await server.stop();
  });

  test('another method than that of the address is refused', async () => {
    expect((await fetch(open.origin + CHAT)).status).toBe(405);
    expect(
      (await fetch(`${open.origin}/v1/models`, { method: 'POST', headers: { 'Content-Type': 'application/json' } }))
        .status,
    ).toBe(405);
  });

  test.each([
    ['a list', '[]', 400],
    ['no JSON', '{"messages":', 422],
    ['nothing', '', 400],
  ])('a body that is %s is refused before anybody is asked', async (_, body, status) => {
    const answer = await fetch(open.origin + CHAT, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body,
    });
    expect(answer.status).toBe(status);
    expect((await refusalOf(answer)).error.type).toBe('invalid_request_error');
    expect(upstream.calls).toEqual([]);
  });
});
