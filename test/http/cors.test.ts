import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { startServer, type TestServer } from '../support/server.ts';

const ORIGIN = 'https://app.example';

let server: TestServer;
let guarded: TestServer;
beforeAll(async () => {
  server = await startServer();
  guarded = await startServer({
    settings: { 'server.api_key_validation': true, 'server.cors_origins': [ORIGIN, 'http://localhost:3000'] },
  });
});
afterAll(async () => {
  await server.stop();
  await guarded.stop();
});

const request = (on: TestServer, method: string, path: string, headers: Record<string, string>) =>
  fetch(on.api + path, { method, headers });

const preflight = (on: TestServer, path: string, origin = ORIGIN, headers = 'authorization, content-type, x-custom') =>
  request(on, 'OPTIONS', path, {
    Origin: origin,
    'Access-Control-Request-Method': 'PUT',
    'Access-Control-Request-Headers': headers,
  });

const words = (text: string | null) => (text ?? '').split(/,\s*/).toSorted();

describe('a preflight', () => {
  test('is answered 200 with OK and everything that a browser asks for', async () => {
    const response = await preflight(server, '/users');
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
    'is answered for %s',
    async (path) => {
      expect((await preflight(server, path)).status).toBe(200);
    },
  );

  test('needs no API key', async () => {
    const response = await preflight(guarded, '/users');
    expect(response.status).toBe(200);
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe(ORIGIN);
  });
});

describe('a simple request', () => {
  test.each([
    ['GET', '/users', 200],
    ['GET', '/users/unknown', 404],
    ['GET', '/sessions/unknown/messages?limit=0', 400],
    ['POST', '/users', 422],
    ['PATCH', '/users', 405],
    ['GET', '/nowhere', 404],
    ['OPTIONS', '/users', 405],
  ])('%s %s may be read by any page, its answer being %d', async (method, path, status) => {
    const response = await request(server, method, path, { Origin: ORIGIN });
    expect(response.status).toBe(status);
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe('*');
    expect(response.headers.get('Access-Control-Allow-Credentials')).toBe('true');
  });

  test('without an Origin gets no CORS headers', async () => {
    const response = await request(server, 'GET', '/users', {});
    expect(response.headers.get('Access-Control-Allow-Origin')).toBeNull();
  });
});

describe('with a list of origins', () => {
  test('those on it may read, also a refusal for want of a key', async () => {
    for (const [path, status] of [
      ['/health', 200],
      ['/users', 401],
    ] as const) {
      const response = await request(guarded, 'GET', path, { Origin: ORIGIN });
      expect(response.status).toBe(status);
      expect(response.headers.get('Access-Control-Allow-Origin')).toBe(ORIGIN);
    }
  });

  test('others may not', async () => {
    for (const origin of ['https://evil.example', 'https://app.example.evil', 'http://app.example', 'null']) {
      const simple = await request(guarded, 'GET', '/health', { Origin: origin });
      expect(simple.headers.get('Access-Control-Allow-Origin')).toBeNull();
      const asked = await preflight(guarded, '/users', origin);
      expect(asked.headers.get('Access-Control-Allow-Origin')).toBeNull();
    }
  });
});
