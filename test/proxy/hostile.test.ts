import { afterAll, beforeAll, expect, test } from 'bun:test';
import { startServer, type TestServer } from '../support/server.ts';
import { BEHAVIOURS, completion, type FakeUpstream, responseOf, startFakeUpstream } from './fake-upstream.ts';

let server: TestServer;
let upstream: FakeUpstream;
beforeAll(async () => {
  upstream = startFakeUpstream();
  server = await startServer({ settings: { 'proxy.base_url': upstream.baseUrl, 'proxy.max_body_bytes': 4_000_000 } });
});
afterAll(async () => {
  await server.stop();
  upstream.stop();
});

const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

/** Requests that no client sends, and that the endpoint has to judge, not the proxy. */
const BODIES: Readonly<Record<string, string>> = {
  'without messages': '{}',
  'with messages that are none':
    '{"messages":[null,1,"x",[],{"role":"user"},{"role":7,"content":"x"},{"content":"x"}]}',
  'with messages that are no list': '{"messages":{"role":"user"},"input":{"role":"user"}}',
  'with a content that is none':
    '{"messages":[{"role":"user","content":{"a":1}},{"role":"user","content":7}],"input":[{"role":"user","content":7}]}',
  'with parts that are none':
    '{"messages":[{"role":"user","content":[null,1,{},{"type":"text"},{"type":"text","text":7}]}],"input":[{"role":"user","content":[null,{"type":"input_text"}]}]}',
  'with a text of a megabyte': JSON.stringify({ messages: [{ role: 'user', content: 'word '.repeat(200_000) }] }),
  'with half of an emoji': '{"messages":[{"role":"user","content":"\\ud83d"}],"input":"\\ud83d"}',
  'nested deeply': `{"messages":[{"role":"user","content":${nested(500)}},{"role":"tool","content":${nested(500)}}]}`,
  'with ten thousand messages': JSON.stringify({
    messages: Array.from({ length: 10_000 }, (_, i) => ({
      role: i % 2 === 0 ? 'user' : 'assistant',
      content: `turn ${i}`,
    })),
  }),
  'with names of the prototype':
    '{"__proto__":{"x":1},"constructor":{},"messages":[{"role":"user","content":"hi","__proto__":{"y":1}}]}',
  'with a conversation that is none': '{"input":"hi","conversation":{"id":7},"previous_response_id":{}}',
};

test.each(
  Object.entries(BODIES).flatMap(([name, body]) =>
    ['/chat/completions', '/responses'].map((path) => [path, name, body] as const),
  ),
)('%s %s goes to the endpoint, and its answer comes back', async (path, _, body) => {
  const answered = path === '/responses' ? responseOf('Yes.') : completion({ content: 'Yes.' });
  upstream.behave(BEHAVIOURS.answers(answered));
  const answer = await fetch(`${server.origin}/v1${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Memfuse-User': 'hostile' },
    body,
  });
  expect([answer.status, await answer.json()]).toEqual([200, answered]);
  expect(Object.keys(upstream.last().body).toSorted()).toEqual(
    expect.arrayContaining(Object.keys(JSON.parse(body)).filter((key) => key !== '__proto__')),
  );
});

test('a body that is larger than it may be is refused unread', async () => {
  const asked = upstream.calls.length;
  const answer = await fetch(`${server.origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Memfuse-User': 'hostile' },
    body: JSON.stringify({ messages: [{ role: 'user', content: 'x'.repeat(4_000_000) }] }),
  });
  expect(answer.status).toBe(413);
  expect(upstream.calls).toHaveLength(asked);
});
