import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'bun:test';
import { fileURLToPath } from 'node:url';
import { startCommand } from '../support/command.ts';
import { eventually } from '../support/eventually.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: readonly { readonly key: string; readonly value: Record<string, unknown> }[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status?: { readonly code?: number };
}

/** Whoever takes spans, over real HTTP, as the OpenTelemetry protocol has them in JSON. */
const startReceiver = () => {
  const spans: Span[] = [];
  let service: unknown;
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: async (request) => {
      if (new URL(request.url).pathname !== '/v1/traces') return new Response(null, { status: 404 });
      // biome-ignore lint/suspicious/noExplicitAny: what the protocol says of it is in `Span`.
      const body = (await request.json()) as any;
      for (const { resource, scopeSpans } of body.resourceSpans) {
        service = resource.attributes.find(({ key }: { key: string }) => key === 'service.name')?.value.stringValue;
        for (const scope of scopeSpans) spans.push(...scope.spans);
      }
      return Response.json({});
    },
  });
  return {
    url: server.url.origin,
    spans,
    service: () => service,
    named: (name: string) => spans.filter((span) => span.name === name),
    stop: () => server.stop(true),
  };
};

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

const factOf = ({ attributes }: Span, key: string): unknown =>
  Object.values(attributes.find((each) => each.key === key)?.value ?? {})[0];

let folder: ReturnType<typeof temporaryFolder>;
let receiver: ReturnType<typeof startReceiver>;
let server: ServerProcess | null = null;
beforeAll(() => {
  receiver = startReceiver();
});
afterAll(() => receiver.stop());
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  await server?.kill();
  server = null;
  folder.remove();
});

const start = async (endpoint: string): Promise<ServerProcess> => {
  const idle = { MEMFUSE_BUFFER__ROUND_BUFFER__IDLE: '0.01', MEMFUSE_SERVER__ACCESS_LOG: 'true' };
  server = await startServerProcess({
    folder: folder.path,
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      OTEL_BSP_SCHEDULE_DELAY: '50',
      OTEL_EXPORTER_OTLP_TIMEOUT: '1000',
      ...idle,
    },
  });
  return server;
};
const post = (origin: string, path: string, body: object, headers = {}): Promise<Response> =>
  fetch(`${origin}/api/v1${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

test('spans tell of a request and its steps, of the background that it caused, and of who sent it; a line of the log names the trace', async () => {
  const { origin, ended, signal } = await start(receiver.url);
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const said = { user: 'ada', messages: [{ role: 'user', content: 'I live in Graz, says nobody else.' }] };
  const sent = { traceparent: `00-${traceId}-b7ad6b7169203331-01` };
  expect((await post(origin, '/memories', said, sent)).status).toBe(201);
  expect((await post(origin, '/memories/context', { user: 'ada', query: 'Where do I live?' })).status).toBe(200);
  expect((await post(origin, '/memories/search', { user: 'nobody', query: 'What?' })).status).toBe(404);

  /** The span of a name, among others of it the one that is meant; spans come in no order. */
  const told = (name: string, is: (span: Span) => boolean = () => true): Promise<Span> =>
    eventually(`"${name}" is told`, () => receiver.spans.find((span) => span.name === name && is(span)));

  const add = await told('POST /api/v1/memories');
  expect(add).toMatchObject({ traceId, parentSpanId: 'b7ad6b7169203331' });
  expect(factOf(add, 'http.route')).toBe('/api/v1/memories');
  expect(Number(factOf(add, 'http.response.status_code'))).toBe(201);
  const stored = await told('store messages');
  expect(stored).toMatchObject({ traceId, parentSpanId: add.spanId });

  const indexed = await told('background index');
  expect(indexed.traceId).not.toBe(traceId);
  expect(indexed.parentSpanId ?? '').toBe('');
  expect(indexed.links).toMatchObject([{ traceId, spanId: stored.spanId }]);
  await told('deliver', ({ traceId: of, parentSpanId }) => of === indexed.traceId && parentSpanId === indexed.spanId);

  const asked = await told('POST /api/v1/memories/context');
  for (const step of ['search', 'facts', 'block'])
    await told(step, ({ parentSpanId }) => parentSpanId === asked.spanId);
  const search = await told('search', ({ parentSpanId }) => parentSpanId === asked.spanId);
  await told('search index', ({ parentSpanId }) => parentSpanId === search.spanId);
  const refused = await told('POST /api/v1/memories/search');
  expect([Number(factOf(refused, 'http.response.status_code')), refused.status?.code ?? 0]).toEqual([404, 0]);
  expect(receiver.service()).toBe('memfuse');
  expect(JSON.stringify(receiver.spans)).not.toMatch(/Graz|nobody else|Where do/);

  // What was not sent yet is sent at the end.
  await fetch(`${origin}/api/v1/users`);
  signal('SIGTERM');
  const { exitCode, stderr } = await ended;
  expect(exitCode).toBe(0);
  expect(receiver.named('GET /api/v1/users')).toHaveLength(1);
  const lines = stderr
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  expect(lines.find(({ address }) => address === '/api/v1/memories')).toMatchObject({ traceId });
});

test('a server whose spans nobody takes says so once, and serves and stops as well', async () => {
  const env = { PORT: '0', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_BSP_SCHEDULE_DELAY: '50' };
  const running = startCommand(folder.path, MAIN, [], { env: { ...env, OTEL_EXPORTER_OTLP_TIMEOUT: '100' } });
  const origin = await eventually('it serves', () => /address +(http:\/\/\S+)/.exec(running.stdout())?.[1]);
  const asks = async () => (await fetch(`${origin}/api/v1/users`)).status;
  const told = () => running.stderr().match(/spans or metrics are not taken/g)?.length ?? 0;
  await eventually('it tells of it', async () => (await asks()) === 200 && told() > 0);
  expect(await asks()).toBe(200);
  running.signal('SIGTERM');
  expect((await running.ended).exitCode).toBe(0);
  expect(told()).toBe(1);
});
