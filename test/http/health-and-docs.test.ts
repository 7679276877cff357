import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { pages } from '../../src/api/pages.ts';
import { CHECKED_OPERATIONS } from '../support/answer-shapes.ts';
import { expectSuccess } from '../support/envelope.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { testEngine } from '../support/test-store.ts';

let server: TestServer;
let guarded: TestServer;
beforeAll(async () => {
  server = await startServer();
  guarded = await startServer({ settings: { 'server.api_key_validation': true, 'buffer.enabled': false } });
});
afterAll(async () => {
  await server.stop();
  await guarded.stop();
});

describe('health', () => {
  test.each(['/health', '/health/'])('%s answers that the server is healthy', async (path) => {
    const data = expectSuccess(await server.call('GET', path), 200, 'Server is healthy');
    expect(data.status).toBe('ok');
  });

  test('says what the server is, in harmless facts alone', async () => {
    const { version } = await Bun.file('package.json').json();
    const facts = { status: 'ok', version, storage: testEngine(), link: null, embedding_provider: 'static' };
    const { data } = (await server.call('GET', '/health')).body;
    expect(data).toEqual({ ...facts, buffer_enabled: true, api_keys: false });
    const other = (await guarded.call('GET', '/health')).body.data;
    expect(other).toEqual({ ...facts, buffer_enabled: false, api_keys: true });
  });

  test('is open to everybody, whatever key they send', async () => {
    const headers = [{}, { Authorization: 'Bearer wrong' }, { Authorization: 'nonsense' }, { 'X-API-Key': 'wrong' }];
    for (const sent of headers) {
      for (const path of ['/health', '/health/live', '/health/ready']) {
        expect((await guarded.call('GET', path, undefined, sent)).status).toBe(200);
      }
    }
  });

  test('gives away neither where the data is nor how to reach it', async () => {
    const text = JSON.stringify((await server.call('GET', '/health')).body);
    for (const secret of server.stored.secrets) expect(text).not.toContain(secret);
    expect(text).not.toContain('.db');
    expect(text.toLowerCase()).not.toContain('password');
  });

  test.each(['/health/live', '/health/ready'])('%s answers for those who operate the server', async (path) => {
    const answer = await server.call('GET', path);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ status: 'success', code: 200, errors: null });
  });
});

describe('the OpenAPI document', () => {
  const fetchDocument = async () => {
    const response = await fetch(`${server.origin}/openapi.json`);
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toStartWith('application/json');
    return response.json() as Promise<{
      openapi: string;
      info: { title: string; version: string };
      paths: Record<string, Record<string, object>>;
    }>;
  };

  test('has the title and version that clients know', async () => {
    const { openapi, info } = await fetchDocument();
    expect(openapi).toStartWith('3.');
    expect(info).toMatchObject({ title: 'MemFuse Server API', version: '0.0.1' });
  });

  test('holds no call whose answers the tests do not hold against their schema', async () => {
    const { paths } = await fetchDocument();
    const described = Object.values(paths).flatMap((calls) =>
      Object.values(calls).map((call) => (call as { operationId: string }).operationId),
    );
    const documents: string[] = Object.values(pages).map(({ id }) => id);
    expect(described.filter((id) => !documents.includes(id)).toSorted()).toEqual(CHECKED_OPERATIONS.toSorted());
  });

  test('holds every address of the contract with its methods', async () => {
    const { paths } = await fetchDocument();
    const expected: Record<string, string[]> = {
      '/health': ['get'],
      '/health/live': ['get'],
      '/health/ready': ['get'],
      '/users': ['get', 'post'],
      '/users/{user_id}': ['get', 'put', 'delete'],
      '/users/{user_id}/query': ['post'],
      '/users/{user_id}/knowledge': ['get', 'post', 'put', 'delete'],
      '/users/{user_id}/knowledge/read': ['post'],
      '/users/{user_id}/api-keys': ['get', 'post'],
      '/users/{user_id}/api-keys/{key_id}': ['delete'],
      '/agents': ['get', 'post'],
      '/agents/{agent_id}': ['get', 'put', 'delete'],
      '/sessions': ['get', 'post'],
      '/sessions/{session_id}': ['get', 'put', 'delete'],
      '/sessions/{session_id}/messages': ['get', 'post', 'put', 'delete'],
      '/sessions/{session_id}/messages/read': ['post'],
      '/sessions/{session_id}/chunks': ['get'],
      '/rounds/{round_id}/chunks': ['get'],
      '/chunks/stats': ['get'],
    };
    for (const [path, methods] of Object.entries(expected)) {
      const described = Object.keys(paths[`/api/v1${path}`] ?? {});
      expect([path, methods.filter((method) => !described.includes(method))]).toEqual([path, []]);
    }
  });

  test('holds what this project adds', async () => {
    const { paths } = await fetchDocument();
    const describe = (path: string, method: string) => JSON.stringify(paths[`/api/v1${path}`]?.[method]);
    for (const path of [
      '/users',
      '/agents',
      '/sessions',
      '/sessions/{session_id}/messages',
      '/users/{user_id}/knowledge',
      '/users/{user_id}/api-keys',
    ]) {
      expect(describe(path, 'post')).toContain('Idempotency-Key');
    }
    expect(describe('/sessions/{session_id}/messages', 'get')).toContain('"fields"');
    expect(describe('/sessions/{session_id}/messages/read', 'post')).toContain('"fields"');
    expect(describe('/users/{user_id}/query', 'post')).toContain('"fields"');
  });

  test('holds what is served beside the API, each with what it answers', async () => {
    const { paths } = await fetchDocument();
    for (const [path, mediaType] of [
      ['/metrics', 'text/plain'],
      ['/openapi.json', 'application/json'],
      ['/docs', 'text/html'],
      ['/redoc', 'text/html'],
    ] as const) {
      const described = paths[path]?.['get'] as { responses: Record<string, { content: object }> } | undefined;
      expect([path, Object.keys(described?.responses['200']?.content ?? {})]).toEqual([path, [mediaType]]);
      const response = await fetch(server.origin + path);
      expect(response.headers.get('Content-Type')).toStartWith(mediaType);
      const needsKey = (await fetch(guarded.origin + path)).status === 401;
      expect([path, '401' in (described?.responses ?? {})]).toEqual([path, needsKey]);
    }
  });

  test('refers to nothing that it does not hold', async () => {
    const document = await fetchDocument();
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path ?? '');
    expect(references).not.toBeEmpty();
    for (const reference of new Set(references)) {
      const target = reference
        .split('/')
        .reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], document);
      expect([reference, typeof target]).toEqual([reference, 'object']);
    }
  });

  test('names each operation once', async () => {
    const { paths } = await fetchDocument();
    const ids = Object.values(paths).flatMap((methods) =>
      Object.values(methods).map((operation) => (operation as { operationId?: string }).operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).not.toContain(undefined);
  });
});

describe('the pages of documentation', () => {
  test.each(['/docs', '/redoc'])('%s is an HTML page', async (path) => {
    const response = await fetch(server.origin + path);
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toStartWith('text/html');
    expect(await response.text()).toContain('MemFuse Server API');
  });

  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'])(
    '/docs/%s is nothing',
    async (name) => {
      const response = await fetch(`${server.origin}/docs/${name}`);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ status: 'error', code: 404, detail: 'Not Found' });
    },
  );

  test('everything that /docs asks for is there', async () => {
    const page = await (await fetch(`${server.origin}/docs`)).text();
    const links = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? '');
    expect(links).not.toBeEmpty();
    for (const link of links) {
      const response = await fetch(new URL(link, `${server.origin}/docs`));
      expect([link, response.status]).toEqual([link, 200]);
      expect((await response.bytes()).length).toBeGreaterThan(0);
    }
  });
});
