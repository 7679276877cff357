import { afterAll, beforeAll, expect, test } from 'bun:test';
import { startServer, type TestServer } from '../support/server.ts';

const MAX_COMPRESSED_BYTES = 400_000;
const ASSETS = ['console.js', 'console.css', 'icon.svg'] as const;

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

const asset = (name: string, headers: Record<string, string> = {}) =>
  fetch(`${server.origin}/console/assets/${name}`, { headers });

test.each(['/console', '/console/', '/console/users/some-id/search?q=x'])('%s is the page', async (path) => {
  const response = await fetch(server.origin + path);
  expect(response.status).toBe(200);
  expect(response.headers.get('Content-Type')).toBe('text/html; charset=utf-8');
  expect(await response.text()).toContain('<div id="console">');
});

test('the page lets nothing in but files of the server, and style sheets that bear its nonce', async () => {
  const policies = await Promise.all(
    [1, 2].map(async () => {
      const response = await fetch(`${server.origin}/console`);
      const policy = response.headers.get('Content-Security-Policy') ?? '';
      const nonce = /'nonce-([0-9a-f]{32})'/.exec(policy)?.[1] ?? '';
      const page = await response.text();
      expect(page).toContain(`nonce="${nonce}"`);
      expect(page.match(/<script(?![^>]*\bsrc=)/)).toBeNull();
      expect(policy).toContain("default-src 'none'; script-src 'self';");
      expect(policy).not.toContain('unsafe');
      expect(response.headers.get('Cache-Control')).toBe('no-store');
      return policy;
    }),
  );
  expect(new Set(policies).size).toBe(2);
});

test('everything that the page asks for is there, also where keys are asked for', async () => {
  for (const { origin } of [server, guarded]) {
    const page = await (await fetch(`${origin}/console`)).text();
    const links = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? '');
    expect(links.toSorted()).toEqual(ASSETS.map((name) => `/console/assets/${name}`).toSorted());
    for (const link of links) expect([link, (await fetch(origin + link)).status]).toEqual([link, 200]);
  }
});

test(`all files together are less than ${MAX_COMPRESSED_BYTES} bytes, compressed`, async () => {
  let bytes = 0;
  for (const name of ASSETS) {
    const response = await fetch(`${server.origin}/console/assets/${name}`, {
      headers: { 'Accept-Encoding': 'gzip' },
      decompress: false,
    });
    expect(response.headers.get('Content-Encoding')).toBe('gzip');
    bytes += (await response.bytes()).length;
  }
  expect(bytes).toBeGreaterThan(0);
  expect(bytes).toBeLessThan(MAX_COMPRESSED_BYTES);
});

test('a file comes as it is to who takes no gzip, and not at all to who has it', async () => {
  const plain = await asset('icon.svg', { 'Accept-Encoding': 'identity' });
  expect(plain.headers.get('Content-Encoding')).toBeNull();
  expect(await plain.text()).toStartWith('<svg');
  const tag = plain.headers.get('ETag') ?? '';
  const again = await asset('icon.svg', { 'If-None-Match': tag });
  expect([again.status, await again.text()]).toEqual([304, '']);
});

test.each(['constructor', '__proto__', 'main.tsx', '..%2f..%2fpackage.json', 'console.js.map'])(
  '/console/assets/%s is nothing',
  async (name) => {
    const response = await asset(name);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ status: 'error', code: 404, detail: 'Not Found' });
  },
);
