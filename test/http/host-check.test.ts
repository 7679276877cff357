import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { assertOneHost, createHostCheck } from '../../src/http/host-check.ts';
import { openConnection, type RawAnswer } from '../support/raw-connection.ts';
import { startServer, type TestServer } from '../support/server.ts';

const passes = (check: (header: string | null) => void, header: string | null): boolean => {
  try {
    check(header);
    return true;
  } catch {
    return false;
  }
};

/** Hosts that name this machine and nobody else's. */
const LOOPBACK = [
  'localhost',
  'localhost:8000',
  'LocalHost:80',
  'localhost.',
  'localhost.:8000',
  '127.0.0.1',
  '127.0.0.1:65535',
  '127.8.9.10:1',
  '[::1]',
  '[::1]:8000',
];
/** Hosts that somebody else may let point at this machine, or that are none. */
const FOREIGN = [
  'rebound.example:8801',
  'localhost.example',
  'localhost.example.',
  '127.0.0.1.example',
  '127.0.0.1.nip.io:8000',
  'example.localhost.example',
  '10.0.0.1',
  '192.168.1.2:8000',
  '127.0.0.256.example',
  '[::2]',
  '[fe80::1]:8000',
  '0.0.0.0',
  'user@localhost',
  'localhost/',
  'localhost#x',
  'localhost:8000:8000',
  'localhost:port',
  'localhost:123456',
  ' localhost x',
  'a b',
  '[::1',
  '::1',
  '*',
  'lоcalhost',
  'x'.repeat(5_000),
];

describe('without keys', () => {
  const check = createHostCheck({ host: '127.0.0.1', origins: [] });

  test.each(LOOPBACK)('%s is this server', (host) => {
    expect(passes(check, host)).toBe(true);
  });
  test.each(FOREIGN)('%s is not', (host) => {
    expect(passes(check, host)).toBe(false);
  });

  test('no Host passes: no browser leaves it out', () => {
    expect([passes(check, null), passes(check, '')]).toEqual([true, true]);
  });

  test.each([
    ['192.168.1.2', '192.168.1.2:8000'],
    ['memory.home', 'Memory.Home:8000'],
    ['fd00::7', '[fd00::7]:8000'],
    ['[fd00::7]', '[FD00::7]'],
  ])('a server that listens on %s is also %s, and no other', (host, header) => {
    const own = createHostCheck({ host, origins: [] });
    expect(passes(own, header)).toBe(true);
    for (const name of LOOPBACK) expect(passes(own, name)).toBe(true);
    for (const name of ['rebound.example', '192.168.1.3', '[fd00::8]', 'home']) expect(passes(own, name)).toBe(false);
  });

  test.each(['0.0.0.0', '::', '[::]'])(
    'a server that listens on %s is every address, and every name without a dot',
    (host) => {
      const own = createHostCheck({ host, origins: [] });
      for (const name of ['10.1.2.3:8000', '[fd00::8]', 'memfuse:8000', 'localhost'])
        expect(passes(own, name)).toBe(true);
      for (const name of ['rebound.example', '10.1.2.3.nip.io', 'memfuse.example:8000']) {
        expect(passes(own, name)).toBe(false);
      }
    },
  );

  test('the host of an origin that may call is a name of the server, such as a proxy before it has', () => {
    const own = createHostCheck({
      host: '127.0.0.1',
      origins: ['https://memory.example', 'http://app.example:3000', '*'],
    });
    for (const name of ['memory.example', 'memory.example:443', 'app.example']) expect(passes(own, name)).toBe(true);
    for (const name of ['example', 'evil.example', '*']) expect(passes(own, name)).toBe(false);
  });
});

test('of two Host headers neither is taken', () => {
  expect(passes(assertOneHost, 'localhost, evil.example')).toBe(false);
  expect(passes(assertOneHost, 'evil.example')).toBe(true);
});

describe('over a socket', () => {
  let server: TestServer;
  let guarded: TestServer;
  beforeAll(async () => {
    server = await startServer();
    guarded = await startServer({ settings: { 'server.api_key_validation': true } });
  });
  afterAll(async () => {
    await server.stop();
    await guarded.stop();
  });
  const send = async (on: TestServer, request: string): Promise<RawAnswer> => {
    const connection = await openConnection(on.origin);
    await connection.send(`${request}\r\n\r\n`);
    const answer = await connection.answer();
    connection.hangUp();
    return answer;
  };
  const get = (on: TestServer, path: string, host: string) => send(on, `GET ${path} HTTP/1.1\r\nHost: ${host}`);

  test('a name of somebody else gets 421 in the envelope, whatever it asks for', async () => {
    for (const path of ['/api/v1/users', '/api/v1/health', '/docs', '/openapi.json', '/metrics', '/nowhere']) {
      const { status, text } = await get(server, path, 'rebound.example:8801');
      expect([path, status]).toEqual([path, 421]);
      expect(JSON.parse(text)).toEqual({
        status: 'error',
        code: 421,
        data: null,
        message: 'Misdirected Request',
        errors: [{ field: 'host', message: expect.stringContaining('"rebound.example:8801"') }],
      });
    }
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      const { status } = await send(server, `${method} /api/v1/users HTTP/1.1\r\nHost: rebound.example`);
      expect([method, status]).toEqual([method, 421]);
    }
  });

  test.each(LOOPBACK)('%s is answered', async (host) => {
    expect((await get(server, '/api/v1/users', host)).status).toBe(200);
  });

  test('HTTP/1.0 without a Host is answered at every address, with its parameters', async () => {
    for (const on of [server, guarded]) {
      expect((await send(on, 'GET /api/v1/health HTTP/1.0')).status).toBe(200);
      expect((await send(on, 'GET /openapi.json HTTP/1.0')).status).toBe(200);
      expect((await send(on, 'GET /api/v1/nowhere HTTP/1.0')).status).toBe(404);
    }
    const { status, text } = await send(server, 'GET /api/v1/users?limit=1&cursor= HTTP/1.0');
    expect([status, JSON.parse(text).data]).toEqual([200, { users: [], next_cursor: null }]);
    const body = JSON.stringify({ name: 'by 1.0' });
    const made = await send(
      server,
      `POST /api/v1/agents HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    expect(made.status).toBe(201);
  });

  test('with keys a server does not care what it is called, even by what is no name', async () => {
    for (const host of ['memory.example', 'a b', 'user@localhost', '[', 'ÿ']) {
      expect([host, (await get(guarded, '/api/v1/health', host)).status]).toEqual([host, 200]);
    }
  });

  test('two Host headers get 400, with keys and without', async () => {
    for (const on of [server, guarded]) {
      const { status } = await send(on, 'GET /api/v1/health HTTP/1.1\r\nHost: localhost\r\nHost: evil.example');
      expect(status).toBe(400);
    }
  });
});
