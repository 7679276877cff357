import type { Hono } from 'hono';
import { pages } from '../../api/pages.ts';
import type { HttpContext, HttpDependencies, HttpEnv } from '../context.ts';
import type { Routing } from '../route.ts';

const TYPES: ReadonlyMap<string, string> = new Map([
  ['console.js', 'text/javascript; charset=utf-8'],
  ['console.css', 'text/css; charset=utf-8'],
  ['icon.svg', 'image/svg+xml'],
]);
const ASSETS = `${pages.console.path}/assets`;
const NONCE_BYTES = 16;

/**
 * Style sheets that Radix writes into the page without a nonce: of a scroll area, and of a list to choose from. A test opens both in
 * a browser, which tells when a version of Radix writes others.
 */
const RADIX_STYLES = [
  "'sha256-vGQdhYJbTuF+M8iCn1IZCHpdkiICocWHDq4qnQF4Rjw='",
  "'sha256-441zG27rExd4/il+NvIqyL8zFx5XmyNQtE381kSkUJk='",
].join(' ');

const policy = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}' ${RADIX_STYLES}`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

const page = (nonce: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>MemFuse</title>
    <link rel="icon" href="${ASSETS}/icon.svg">
    <link rel="stylesheet" href="${ASSETS}/console.css">
    <script type="module" nonce="${nonce}" src="${ASSETS}/console.js"></script>
  </head>
  <body>
    <div id="console"></div>
    <noscript>The console needs JavaScript. The API is described at /openapi.json.</noscript>
  </body>
</html>
`;

/** The console: one page, which asks the API like any client, at every address below `/console`. It needs no network. */
export const registerConsole = (
  app: Hono<HttpEnv>,
  { consoleFile, ids }: HttpDependencies,
  { announce }: Pick<Routing, 'announce'>,
): void => {
  const { path } = pages.console;
  announce('GET', [path, `${path}/`, ...[...TYPES.keys()].map((name) => `${ASSETS}/${name}`)]);
  app.get(`${ASSETS}/:name`, async (c) => {
    const name = c.req.param('name');
    const type = TYPES.get(name);
    const file = type ? await consoleFile(name) : null;
    if (!type || !file) return c.notFound();
    c.env.route = `${ASSETS}/{name}`;
    const tag = `"${file.digest}"`;
    const headers = {
      'Content-Type': type,
      // Asked for again each time, and answered with 304: a page and its script are always of one version.
      'Cache-Control': 'no-cache',
      ETag: tag,
      Vary: 'Accept-Encoding',
      'X-Content-Type-Options': 'nosniff',
    };
    if (c.req.header('If-None-Match') === tag) return new Response(null, { status: 304, headers });
    const takesGzip = /\bgzip\b/.test(c.req.header('Accept-Encoding') ?? '');
    if (!takesGzip) return new Response(file.bytes, { headers });
    return new Response(file.gzipped, { headers: { ...headers, 'Content-Encoding': 'gzip' } });
  });
  const showPage = (c: HttpContext): Response => {
    c.env.route = path;
    const nonce = ids.hex(NONCE_BYTES);
    return new Response(page(nonce), {
      headers: {
        'Content-Type': 'text/html; charset=utf-8',
        'Cache-Control': 'no-store',
        'Content-Security-Policy': policy(nonce),
        'X-Content-Type-Options': 'nosniff',
        'Referrer-Policy': 'no-referrer',
      },
    });
  };
  app.get(path, showPage);
  app.get(`${path}/*`, showPage);
};
