import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { sha256Hex } from '../../src/platform/digest.ts';
import { asKey, makeKey } from '../support/api-key.ts';
import { backgroundCalls } from '../support/background/calls.ts';
import { startEmbeddingEndpoint } from '../support/background/endpoint.ts';
import { ASLEEP, PROMPT } from '../support/background/settings.ts';
import { expectSuccess } from '../support/envelope.ts';
import { eventually } from '../support/eventually.ts';
import { startConversation, startServer, type TestServer } from '../support/server.ts';

/** A text that no engine stores in less room. */
const incompressible = (length: number): string =>
  Array.from({ length: length / 64 }, (_, i) => sha256Hex(`${i}`)).join('');

interface Metrics {
  readonly text: string;
  /** The value of each series, by its name with its labels. */
  readonly values: ReadonlyMap<string, number>;
  /** The value of a series; fails when there is none. */
  of(series: string): number;
}

const SAMPLE = /^([a-z_][a-z0-9_]*(?:\{[a-z_]+="[^"]*"(?:,[a-z_]+="[^"]*")*\})?) (\S+)$/;

const scrape = async (server: TestServer): Promise<Metrics> => {
  const response = await fetch(`${server.origin}/metrics`);
  expect(response.status).toBe(200);
  expect(response.headers.get('Content-Type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const text = await response.text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const values = new Map(
    lines.map((line) => {
      const [, series = '', value = ''] = SAMPLE.exec(line) ?? [];
      return [series, Number(value)] as const;
    }),
  );
  return {
    text,
    values,
    of: (series) => {
      const value = values.get(series);
      if (value === undefined) throw new Error(`There is no series ${series}.`);
      return value;
    },
  };
};

let server: TestServer;
let conversation: Awaited<ReturnType<typeof startConversation>>;
const { post } = backgroundCalls(() => server);
beforeAll(async () => {
  server = await startServer({ settings: ASLEEP });
  conversation = await startConversation(server);
});
afterAll(() => server.stop());

const ask = async (query: string): Promise<void> => {
  const answer = await server.call('POST', `/users/${conversation.userId}/query`, { query });
  expect(answer.status).toBe(200);
};

describe('the numbers of a running server', () => {
  test('are in the text format of Prometheus: every line a sample, every series once, every value a number', async () => {
    await ask('anything');
    const { text, values } = await scrape(server);
    const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(samples.filter((line) => !SAMPLE.test(line))).toEqual([]);
    expect(values.size).toBe(samples.length);
    expect([...values].filter(([, value]) => !Number.isFinite(value))).toEqual([]);
    const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name]) => name);
    expect(new Set(types).size).toBe(types.length);
    for (const series of values.keys()) {
      const name = series.replace(/\{.*/, '').replace(/_(bucket|sum|count)$/, '');
      expect(types.some((type) => type === name || series.startsWith(`${type}{`) || series === type)).toBe(true);
    }
  });

  // What `promtool check metrics` complains of.
  test('keep to the rules of Prometheus for names: help, base units, and _total for counters alone', async () => {
    const { text } = await scrape(server);
    const lines = text.split('\n');
    const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type] as const);
    expect(types.length).toBeGreaterThan(20);
    for (const [name, type] of types) {
      expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
      expect([
        name,
        lines.some((line) => line.startsWith(`# HELP ${name} `) && line.length > name.length + 10),
      ]).toEqual([name, true]);
      expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(name).not.toMatch(/_(count|sum|bucket|info_total|gauge|counter|histogram)$/);
      expect(name).not.toMatch(/(^|_)(ms|milliseconds|minutes|hours|days|kilobytes|megabytes|kb|mb|percent)(_|$)/);
    }
    for (const line of lines.filter((sample) => /^\w+\{.*\ble="/.test(sample))) expect(line).toMatch(/^\w+_bucket\{/);
  });

  test('name the version that runs', async () => {
    const { version } = await Bun.file('package.json').json();
    expect((await scrape(server)).of(`memfuse_build_info{version="${version}"}`)).toBe(1);
  });

  test('count the messages that are stored, once however often they are sent, and what the database takes', async () => {
    const before = await scrape(server);
    const body = { messages: [{ role: 'user', content: incompressible(200_000) }] };
    const path = `/sessions/${conversation.sessionId}/messages`;
    for (let i = 0; i < 3; i += 1) await server.call('POST', path, body, { 'Idempotency-Key': 'counted once' });
    await server.call('POST', path, { messages: [] });
    const after = await scrape(server);
    const grown = (series: string) => after.of(series) - before.of(series);
    expect(grown('memfuse_messages_stored_total')).toBe(1);
    expect(grown('memfuse_database_bytes')).toBeGreaterThan(200_000);
  });

  test('are also found beside the API', async () => {
    const response = await fetch(`${server.api}/metrics`);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('memfuse_background_queue_tasks');
  });

  test('hold the depth of the queue, its bound, and how long its oldest task has been due', async () => {
    const before = await scrape(server);
    const { sessionId } = await startConversation(server, 'sleeper');
    await post(sessionId, ['hello']);
    const after = await scrape(server);
    const depth = (metrics: Metrics) => metrics.of('memfuse_background_queue_tasks');
    expect(depth(after)).toBe(depth(before) + 1);
    expect(after.of('memfuse_background_queue_capacity')).toBe(1_000);
    // What is there is due tomorrow.
    expect(after.of('memfuse_background_overdue_seconds')).toBe(0);
  });

  test('count rounds that are gathered', async () => {
    const before = (await scrape(server)).of('memfuse_rounds_buffered_total');
    await post(conversation.sessionId, ['one more round']);
    expect((await scrape(server)).of('memfuse_rounds_buffered_total')).toBe(before + 1);
  });

  test('hold the hits and misses of the cache of questions', async () => {
    const before = await scrape(server);
    await ask('who goes there?');
    await ask('who goes there?');
    const after = await scrape(server);
    const grown = (series: string) => after.of(series) - before.of(series);
    expect(grown('memfuse_query_cache_misses_total')).toBe(1);
    expect(grown('memfuse_query_cache_hits_total')).toBe(1);
  });

  test('hold flushes and how long each stage took', async () => {
    const before = await scrape(server);
    await post(conversation.sessionId, ['file this'], '?wait_for=indexed&timeout_ms=15000');
    const after = await scrape(server);
    expect(after.of('memfuse_flushes_succeeded_total')).toBeGreaterThan(before.of('memfuse_flushes_succeeded_total'));
    expect(after.of('memfuse_flushes_failed_total')).toBe(0);
    for (const stage of ['deliver', 'flush', 'search']) {
      expect(after.of(`memfuse_operation_seconds_count{operation="${stage}"}`)).toBeGreaterThan(0);
    }
  });

  test('hold the memory of the process and how late its event loop is', async () => {
    const metrics = await scrape(server);
    expect(metrics.of('process_resident_memory_bytes')).toBeWithin(10e6, 10e9);
    expect(metrics.of('memfuse_event_loop_delay_seconds')).toBeWithin(0, 10);
  });

  test('count each request by its method, its address and its status, and time it in buckets that add up', async () => {
    const requests = (method: string, route: string, status: number) =>
      `memfuse_http_requests_total{method="${method}",route="/api/v1${route}",status="${status}"}`;
    const calls: [string, string, string, number, unknown?][] = [
      ['GET', '/users', '/users', 200],
      ['GET', '/users/no-user', '/users/{user_id}', 404],
      ['POST', '/users', '/users', 422, {}],
      ['POST', '/users', '/users', 415, '{'],
      ['GET', '/sessions/x/messages/status', '/sessions/{session_id}/messages/status', 404],
      ['POST', '/users/no-user/query', '/users/{user_id}/query', 404, { query: 'x' }],
    ];
    for (const [method, path, route, status, body] of calls) {
      const series = requests(method, route, status);
      const headers: Record<string, string> = status === 415 ? { 'Content-Type': 'text/plain' } : {};
      const send = () => server.call(method, path, body, headers);
      expect([path, (await send()).status]).toEqual([path, status]);
      const before = (await scrape(server)).of(series);
      for (let i = 0; i < 3; i += 1) await send();
      expect([series, (await scrape(server)).of(series)]).toEqual([series, before + 3]);
    }
    const { values } = await scrape(server);
    const buckets = [...values].filter(([series]) =>
      series.includes('duration_seconds_bucket{method="GET",route="/api/v1/users",'),
    );
    const counts = buckets.map(([, value]) => value);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(counts.at(-1)).toBe(values.get(requests('GET', '/users', 200)));
  });

  test('hold no series for what a client makes up, be it an address, a method or an id', async () => {
    await server.call('GET', '/nowhere/at/all');
    await server.call('PATCH', '/users');
    const series = async () =>
      [...(await scrape(server)).values.keys()].filter((name) => name.includes('http_request'));
    const before = await series();
    for (let i = 0; i < 20; i += 1) {
      await server.call('GET', `/nowhere/${i}`);
      await server.call('GET', `/users/${i}`);
      await server.call('PATCH', `/users?x=${i}`);
    }
    expect((await series()).filter((name) => !before.includes(name))).toEqual([]);
    expect(before.some((name) => name.includes('route="unmatched"'))).toBe(true);
  });

  test('know no failure of the server in what a client does wrong', async () => {
    const failures = async () =>
      [...(await scrape(server)).values].filter(
        ([name]) => name.includes('failures_total') || name.includes('status="5'),
      );
    const before = await failures();
    await server.call('GET', '/users/no-user');
    await server.call('POST', `/users/${conversation.userId}/query`, { query: 'x', session_id: 'no-session' });
    await server.call('POST', '/users', { name: '' });
    expect(await failures()).toEqual(before);
  });

  test('never hold what somebody said or asked', async () => {
    await post(conversation.sessionId, ['the safe is behind the mirror']);
    await ask('where is the safe, behind the mirror?');
    expect((await scrape(server)).text).not.toContain('mirror');
  });
});

test('a queue that gets no Worker shows how long its oldest task has been due', async () => {
  const endpoint = startEmbeddingEndpoint('silent');
  const settings = { ...PROMPT, ...endpoint.settings, 'memory.background.workers': 1 };
  const busy = await startServer({ settings });
  const calls = backgroundCalls(() => busy);
  const { sessionId } = await startConversation(busy);
  await calls.post(sessionId, ['first']);
  await eventually('the endpoint is asked', () => endpoint.held > 0);
  await calls.post(sessionId, ['second']);
  const overdue = async () => (await scrape(busy)).of('memfuse_background_overdue_seconds');
  const earlier = await eventually('the second is due', overdue);
  await Bun.sleep(50);
  expect(await overdue()).toBeGreaterThan(earlier);
  endpoint.become('mended');
  await calls.indexed(sessionId);
  expect(await overdue()).toBe(0);
  await busy.stop();
  await endpoint.stop();
});

test('where keys are asked for, the numbers are for the one who runs the server', async () => {
  const closed = await startServer({ settings: { 'server.api_key_validation': true } });
  const status = async (headers: Record<string, string>) =>
    (await fetch(`${closed.origin}/metrics`, { headers })).status;
  expect(await status({})).toBe(401);
  const reader = await makeKey(closed, { scopes: ['read', 'write'] });
  expect(await status({ Authorization: `Bearer ${reader}` })).toBe(403);
  const admin = await makeKey(closed);
  expect(await status({ Authorization: `Bearer ${admin}` })).toBe(200);
  const { settings } = expectSuccess(
    await asKey(closed, admin).call('GET', '/admin/config'),
    200,
    'Settings retrieved successfully',
  );
  expect(settings).not.toBeEmpty();
  await closed.stop();
});
