import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { openSqliteStore } from '../../adapters/sqlite/open.ts';
import { GlobalConfig } from '../../src/config/global-config.ts';
import { settingsFrom } from '../../src/config/load.ts';
import { PRIORITY } from '../../src/contract/outbox.ts';
import { createApp } from '../../src/http/app.ts';
import type { FetchHandler } from '../../src/http/context.ts';
import { systemClock as clock } from '../../src/platform/clock.ts';
import { systemIds as ids } from '../../src/platform/ids.ts';
import type { Log } from '../../src/platform/log.ts';
import { requestId } from '../../src/platform/request-id.ts';
import { systemScheduler as scheduler } from '../../src/platform/scheduler.ts';
import { ServiceFactory } from '../../src/services/service-factory.ts';
import { makeKey } from '../support/api-key.ts';
import { eventually } from '../support/eventually.ts';
import { UUID_V7 } from '../support/formats.ts';
import { hookStore, type StoreHook } from '../support/hooked-store.ts';
import { type LogLine, recordedLog } from '../support/recorded-log.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('the id of a request', () => {
  let server: TestServer;
  let guarded: TestServer;
  beforeAll(async () => {
    server = await startServer();
    guarded = await startServer({
      settings: { 'server.api_key_validation': true, 'server.cors_origins': ['http://a'] },
    });
  });
  afterAll(async () => {
    await server.stop();
    await guarded.stop();
  });
  const idOf = async (on: TestServer, method: string, path: string, headers: Record<string, string> = {}) =>
    (await fetch(path.startsWith('/api') ? on.origin + path : on.api + path, { method, headers })).headers.get(
      'X-Request-Id',
    );

  test.each(['r1', 'my request', 'a:b/c?d="e"', '~'.repeat(128)])('%p is the one that the client gave', async (id) => {
    expect(await idOf(server, 'GET', '/users', { 'X-Request-Id': id })).toBe(id);
  });

  test.each(['', 'é', 'x'.repeat(129), 'tab\there'])(
    'is a new one where the client gave none that is fit: %p',
    async (given) => {
      expect(await idOf(server, 'GET', '/users', { 'X-Request-Id': given })).toMatch(UUID_V7);
    },
  );

  test('is new for each request, and stands in every answer, be it a refusal or a page', async () => {
    const asked: [TestServer, string, string, Record<string, string>?][] = [
      [server, 'GET', '/users'],
      [server, 'GET', '/users/nobody'],
      [server, 'GET', '/nowhere'],
      [server, 'PATCH', '/users'],
      [server, 'HEAD', '/users'],
      [server, 'DELETE', '/agents/nobody'],
      [server, 'GET', '/users', { Host: 'evil.example' }],
      [server, 'GET', '/users', { Origin: 'https://evil.example' }],
      [server, 'GET', '/api/v1/metrics'],
      [guarded, 'GET', '/users'],
      [guarded, 'OPTIONS', '/users', { Origin: 'http://a', 'Access-Control-Request-Method': 'PUT' }],
    ];
    const given = await Promise.all(asked.map(([on, method, path, headers]) => idOf(on, method, path, headers)));
    expect(given.filter((id) => !UUID_V7.test(id ?? ''))).toEqual([]);
    expect(new Set(given).size).toBe(given.length);
    for (const page of ['/docs', '/openapi.json', '/docs/swagger-ui.css', '/metrics']) {
      expect((await fetch(server.origin + page)).headers.get('X-Request-Id')).toMatch(UUID_V7);
    }
  });
});

/** A server in this process whose log is kept, with the id of the request that each line was written for. */
const openLogged = async (settings: Record<string, unknown> = {}, hook: StoreHook = (_call, run) => run()) => {
  const folder = temporaryFolder();
  const entries = { data_dir: folder.path, 'server.log_level': 'info', ...settings };
  const config = GlobalConfig.of(
    settingsFrom(Object.entries(entries).map(([path, value]) => ({ path, value, source: 'test' }))),
  );
  const lines: (LogLine & { readonly requestId: string | undefined })[] = [];
  const { lines: kept, ...recorded } = recordedLog();
  const withId = (severity: keyof Log) => (facts: object, words: string) => {
    recorded[severity]({ ...facts }, words);
    lines.push({ ...(kept.at(-1) as LogLine), requestId: requestId() });
  };
  const log: Log = { error: withId('error'), warn: withId('warn'), info: withId('info'), debug: withId('debug') };
  const store = await openSqliteStore({ file: `${folder.path}/memfuse.db`, writer: 'worker' });
  const connections = { getPool: async () => hookStore(store, hook), close: () => store.close() };
  const services = await ServiceFactory.initializeGlobals(config, { clock, ids, log, outside: { connections } });
  const app = await createApp({
    services,
    clock,
    ids,
    scheduler,
    log,
    docsAsset: async () => null,
    consoleFile: async () => null,
  });
  return {
    services,
    app,
    lines,
    close: async () => {
      await services.close();
      folder.remove();
    },
  };
};

const send = (app: FetchHandler, method: string, path: string, id: string, body?: unknown): Promise<Response> =>
  Promise.resolve(
    app(
      new Request(`http://localhost/api/v1${path}`, {
        method,
        headers: { 'X-Request-Id': id, 'Content-Type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
      { address: () => null },
    ),
  );

const ANSWERED = 'a request was answered';

describe('the log', () => {
  test('has no line about a request unless it is asked for', async () => {
    const { app, lines, close } = await openLogged();
    await send(app, 'GET', '/users', 'quiet');
    expect(lines).toEqual([]);
    await close();
  });

  test.each([
    ['info', { 'server.access_log': true }],
    ['debug', { 'server.log_level': 'debug' }],
    ['debug', { 'server.log_level': 'trace' }],
  ] as const)('has a line about each request at %s with %p, of facts and no text', async (severity, settings) => {
    const { app, lines, close } = await openLogged(settings);
    await send(app, 'POST', '/users', 'first', { name: 'a name that is nobody’s business' });
    await send(app, 'GET', '/users?name=a%20name%20that%20is%20nobody%E2%80%99s%20business', 'second');
    const { data } = (await (await send(app, 'GET', '/users', 'the id')).json()) as {
      data: { users: { id: string }[] };
    };
    const [{ id = '' } = {}] = data.users;
    await send(app, 'GET', `/users/${id}/knowledge?limit=1`, 'third');
    await send(app, 'GET', '/users/nobody’s%20business/knowledge', 'fourth');
    await send(app, 'GET', '/nowhere/nobody’s/business', 'fifth');
    const answered = lines.filter(({ words, requestId: of }) => words === ANSWERED && of !== 'the id');
    const line = (of: string, method: string, address: string | null, status: number) => [
      of,
      severity,
      { method, address, status, ms: expect.any(Number) },
    ];
    expect(answered.map(({ requestId: of, facts, ...told }) => [of, told.severity, facts])).toEqual([
      line('first', 'POST', '/api/v1/users', 201),
      line('second', 'GET', '/api/v1/users', 200),
      line('third', 'GET', `/api/v1/users/${id}/knowledge`, 200),
      line('fourth', 'GET', '/api/v1/users/{user_id}/knowledge', 404),
      line('fifth', 'GET', null, 404),
    ]);
    expect(JSON.stringify(answered)).not.toContain('business');
    await close();
  });

  test('has the id of the request in what goes wrong on its way, and the answer says where to look', async () => {
    const { services, app, lines, close } = await openLogged({ 'server.log_level': 'debug' });
    Object.assign(services.store.users, { list: () => Promise.reject(new Error('a defect')) });
    const first = await send(app, 'GET', '/users', 'the first');
    const body = (await first.json()) as { errors: { message: string }[] };
    expect([first.status, first.headers.get('X-Request-Id')]).toEqual([500, 'the first']);
    expect(body.errors[0]?.message).toEndWith('Its log says more under the request id the first.');
    const again = await send(app, 'GET', '/users', 'the second');
    expect(again.headers.get('X-Request-Id')).toBe('the second');
    // The log tells of a kind of failure once a minute, and the answer of where it did.
    expect(await again.text()).toContain('under the request id the first.');
    const failures = lines.filter(({ words }) => words.startsWith('an operation failed'));
    expect(failures.map(({ severity, requestId: id }) => [severity, id])).toEqual([
      ['error', 'the first'],
      ['debug', 'the second'],
    ]);
    await close();
  });

  test('has no id in a line of what a request started and does not wait for', async () => {
    const settings = {
      'server.log_level': 'debug',
      'buffer.round_buffer.max_size': 1,
      'memory.background.max_retries': 0,
    };
    const { services, app, lines, close } = await openLogged(settings, ({ verb }, run) =>
      verb === 'work.take' ? Promise.reject(new Error('a defect')) : run(),
    );
    const names = { user: 'ann', messages: [{ role: 'user', content: 'x' }] };
    expect((await send(app, 'POST', '/memories', 'the add', names)).status).toBe(201);
    const behind = () => lines.filter(({ words }) => words !== ANSWERED);
    await eventually('the background fails', async () => {
      await services.filing.flushAll(PRIORITY.normal);
      return behind().length > 0;
    });
    expect(behind()).not.toBeEmpty();
    expect(behind().filter(({ requestId: id }) => id !== undefined)).toEqual([]);
    await close();
  });

  test('names the API key of a request, and never its secret', async () => {
    const server = await startServer({ settings: { 'server.api_key_validation': true } });
    const secret = await makeKey(server);
    const { keyId } = (await server.services.access.identify({ secret })) ?? {};
    const config = server.services.config;
    const log = recordedLog();
    const app = await createApp({
      services: {
        ...servicesOf(server.services),
        config: GlobalConfig.of({ ...config.current, server: { ...config.current.server, access_log: true } }),
      },
      clock,
      ids,
      scheduler,
      log,
      docsAsset: async () => null,
      consoleFile: async () => null,
    });
    const request = new Request('http://localhost/api/v1/users', { headers: { Authorization: `Bearer ${secret}` } });
    expect((await app(request, { address: () => null })).status).toBe(200);
    expect(log.lines[0]?.facts['keyId']).toBe(keyId);
    expect(JSON.stringify(log.lines)).not.toContain(secret);
    await server.stop();
  });
});

const servicesOf = (services: ServiceFactory) => ({
  store: services.store,
  link: services.link,
  access: services.access,
  metrics: services.metrics,
  tracing: services.tracing,
  errors: services.errors,
  processor: services.processor,
  kinds: services.kinds.bind(services),
  memory: services.memory,
  addBatch: services.addBatch.bind(services),
  getBufferService: services.getBufferService.bind(services),
  countTokens: services.countTokens,
  forget: services.forget.bind(services),
});
