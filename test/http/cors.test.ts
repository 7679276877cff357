import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { asKey, makeKey } from '../support/api-key.ts';
import { startServer, type TestServer } from '../support/server.ts';

const ORIGIN = 'https://app.example';
const OTHERS = [
  'https://evil.example',
  'https://app.example.evil',
  'http://app.example',
  'https://app.example:8443',
  'null',
];

/** Without keys and with the settings as they come. */
let server: TestServer;
/** Without keys, and pages of `ORIGIN` may call. */
let shared: TestServer;
/** With keys, and pages of `ORIGIN` may call. */
let guarded: TestServer;
/** With keys, and all pages may call. */
let open: TestServer;
beforeAll(async () => {
  const origins = [ORIGIN, 'http://localhost:3000'];
  const keys = { 'server.api_key_validation': true };
  server = await startServer();
  shared = await startServer({ settings: { 'server.cors_origins': origins } });
  guarded = await startServer({ settings: { ...keys, 'server.cors_origins': origins } });
  open = await startServer({ settings: { ...keys, 'server.cors_origins': ['*'] } });
});
afterAll(() => Promise.all([server, shared, guarded, open].map((each) => each.stop())));

const request = (on: TestServer, method: string, path: string, headers: Record<string, string>, body?: BodyInit) =>
  fetch(path.startsWith('/api') ? on.origin + path : on.api + path, {
    method,
    headers,
    ...(body !== undefined && { body }),
  });

const preflight = (on: TestServer, path: string, origin = ORIGIN, headers = 'authorization, content-type, x-custom') =>
  request(on, 'OPTIONS', path, {
    Origin: origin,
    'Access-Control-Request-Method': 'PUT',
    'Access-Control-Request-Headers': headers,
  });

const words = (text: string | null) => (text ?? '').split(/,\s*/).toSorted();

const expectForbidden = async (response: Response): Promise<void> => {
  expect(response.status).toBe(403);
  expect(response.headers.get('Access-Control-Allow-Origin')).toBeNull();
  expect(await response.json()).toEqual({
    status: 'error',
    code: 403,
    data: null,
    message: 'Forbidden',
    errors: [{ field: 'origin', message: expect.stringContaining('server.cors_origins') }],
  });
};

describe('without keys', () => {
  const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

  test('a page of another origin is refused with 403, whatever it asks for by whatever method', async () => {
    const { port } = new URL(server.origin);
    const foreign = [...OTHERS, 'http://localhost:1', `http://localhost:${port}`, `http://127.0.0.1.example:${port}`];
    for (const origin of [...foreign, 'https://127.0.0.1', 'file://', 'chrome-extension://abc', 'x', '']) {
      for (const method of METHODS) {
        const response = await request(server, method, '/users', { Origin: origin });
        expect([origin, method, response.status]).toEqual([origin, method, 403]);
      }
      await expectForbidden(await preflight(server, '/users', origin));
    }
    for (const path of ['/health', '/nowhere', '/users/unknown/query', '/api/v1/metrics', '/admin/config/reload']) {
      await expectForbidden(await request(server, 'POST', path, { Origin: ORIGIN }));
    }
  });

  test('what such a page sends without asking first is not done', async () => {
    const bodies = [new Blob([JSON.stringify({ name: 'planted' })]), JSON.stringify({ name: 'planted' })];
    for (const body of bodies) {
      await expectForbidden(
        await request(server, 'POST', '/users', { Origin: ORIGIN, 'Sec-Fetch-Site': 'cross-site' }, body),
      );
    }
    expect((await server.call('GET', '/users?name=planted')).status).toBe(404);
  });

  test('pages of the server itself may do everything, under each of its names', async () => {
    const { port } = new URL(server.origin);
    for (const name of ['127.0.0.1', 'localhost', 'LOCALHOST', '127.9.9.9', '[::1]']) {
      const headers = { Host: `${name}:${port}`, Origin: `http://${name.toLowerCase()}:${port}` };
      const response = await request(server, 'GET', '/users', headers);
      expect([name, response.status]).toEqual([name, 200]);
    }
    const own = { Host: 'localhost', Origin: 'http://localhost', 'Content-Type': 'application/json' };
    expect((await request(server, 'POST', '/users', own, '{"name":"by its own page"}')).status).toBe(201);
    const secure = { Host: 'localhost:443', Origin: 'https://localhost' };
    expect((await request(server, 'GET', '/users', secure)).status).toBe(200);
  });

  test('a page that is named may do everything, and others nothing', async () => {
    expect((await preflight(shared, '/users')).status).toBe(200);
    const response = await request(shared, 'GET', '/users', { Origin: ORIGIN });
    expect([response.status, response.headers.get('Access-Control-Allow-Origin')]).toEqual([200, ORIGIN]);
    for (const origin of OTHERS) {
      await expectForbidden(await request(shared, 'GET', '/users', { Origin: origin }));
      await expectForbidden(await preflight(shared, '/users', origin));
    }
  });

  test('who sends no Origin is no page, and gets no CORS headers', async () => {
    const response = await request(server, 'GET', '/users', {});
    expect([response.status, response.headers.get('Access-Control-Allow-Origin')]).toEqual([200, null]);
  });
});

describe('a preflight from a page that may call', () => {
  test('is answered 200 with OK and everything that a browser asks for', async () => {
    const response = await preflight(guarded, '/users');
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('OK');
    expect(response.headers.get('Content-Type')).toStartWith('text/plain');
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe(ORIGIN);
    expect(response.headers.get('Access-Control-Allow-Credentials')).toBe('true');
    expect(words(response.headers.get('Access-Control-Allow-Methods'))).toEqual(
      words('DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT'),
    );
    expect(response.headers.get('Access-Control-Allow-Headers')).toBe('authorization, content-type, x-custom');
    expect(response.headers.get('Access-Control-Max-Age')).toBe('600');
    expect(words(response.headers.get('Vary'))).toContain('Origin');
  });

  test.each(['/health', '/users/unknown/query', '/sessions/unknown/messages/', '/nowhere'])(
    'is answered for %s, and needs no API key',
    async (path) => {
      expect((await preflight(guarded, path)).status).toBe(200);
    },
  );
});

describe('a request from a page that may call', () => {
  test.each([
    ['GET', '/users', 200],
    ['GET', '/users/unknown', 404],
    ['GET', '/sessions/unknown/messages?limit=0', 400],
    ['POST', '/users', 422],
    ['PATCH', '/users', 405],
    ['GET', '/nowhere', 404],
    ['OPTIONS', '/users', 405],
  ])('%s %s may be read by it, the answer being %d', async (method, path, status) => {
    const key = await makeKey(guarded);
    const response = await request(guarded, method, path, { Origin: ORIGIN, Authorization: `Bearer ${key}` });
    expect(response.status).toBe(status);
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe(ORIGIN);
    expect(response.headers.get('Access-Control-Allow-Credentials')).toBe('true');
    expect(words(response.headers.get('Access-Control-Expose-Headers'))).toContain('Link');
  });

  test('a refusal for want of a key may be read too', async () => {
    const response = await request(guarded, 'GET', '/users', { Origin: ORIGIN });
    expect([response.status, response.headers.get('Access-Control-Allow-Origin')]).toEqual([401, ORIGIN]);
  });
});

describe('with keys', () => {
  test('pages that are not named are served like anybody who has the key, and may not read the answer', async () => {
    const keyed = asKey(guarded, await makeKey(guarded));
    for (const origin of OTHERS) {
      const answer = await keyed.call('GET', '/users', undefined, { Origin: origin });
      expect([answer.status, answer.headers.get('Access-Control-Allow-Origin')]).toEqual([200, null]);
      await expectForbidden(await preflight(guarded, '/users', origin));
    }
  });

  test('all pages may call where * says so, without what the browser knows of its reader', async () => {
    for (const origin of [ORIGIN, ...OTHERS]) {
      const response = await request(open, 'GET', '/health', { Origin: origin });
      expect(response.headers.get('Access-Control-Allow-Origin')).toBe('*');
      expect(response.headers.get('Access-Control-Allow-Credentials')).toBeNull();
      const asked = await preflight(open, '/users', origin);
      expect([asked.status, asked.headers.get('Access-Control-Allow-Origin')]).toEqual([200, '*']);
      expect(asked.headers.get('Access-Control-Allow-Credentials')).toBeNull();
    }
  });
});
