import type { Hono } from 'hono';
import { pages } from '../../api/pages.ts';
import type { HttpDependencies, HttpEnv } from '../context.ts';
import { openApiDocument } from '../openapi.ts';
import type { Routing } from '../route.ts';

const STYLE_NAME = 'memfuse.css';
/** Of a refusal the page shows what it means; the form is the same for all, and stands among the schemas. */
const STYLE = `.response:is([data-code^='4'], [data-code^='5']) :is(.response-controls, .model-example) {
  display: none;
}
`;

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>MemFuse Server API</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css">
    <link rel="stylesheet" href="/docs/${STYLE_NAME}">
    <link rel="icon" href="/docs/favicon-32x32.png">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

const START_NAME = 'start.js';
const START = `window.ui = SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  tryItOutEnabled: true,
  persistAuthorization: true,
  docExpansion: 'list',
});
`;

/** What the page needs beside the assets of swagger-ui. */
const OWN = new Map([
  [START_NAME, START],
  [STYLE_NAME, STYLE],
]);

const TYPES: ReadonlyMap<string, string> = new Map([
  [START_NAME, 'text/javascript; charset=utf-8'],
  [STYLE_NAME, 'text/css; charset=utf-8'],
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ['favicon-32x32.png', 'image/png'],
]);

/** The API's own description: `/openapi.json`, and `/docs`, a page on which to try a call, which needs no network. */
export const registerDocs = (
  app: Hono<HttpEnv>,
  { docsAsset }: HttpDependencies,
  { operations, announce }: Pick<Routing, 'operations' | 'announce'>,
): void => {
  let document: Promise<string> | null = null;
  const describe = () => {
    document ??= openApiDocument(operations, Object.values(pages)).then((value) => JSON.stringify(value));
    return document;
  };

  const assets = [...TYPES.keys()].map((name) => `/docs/${name}`);
  const { openapi, docs, redoc } = pages;
  for (const address of [openapi.path, docs.path, `${docs.path}/`, redoc.path, ...assets]) announce('GET', [address]);
  app.get(openapi.path, async (c) => {
    c.env.route = openapi.path;
    return new Response(await describe(), { headers: { 'Content-Type': 'application/json' } });
  });
  for (const { path, forms } of [
    { path: docs.path, forms: [docs.path, `${docs.path}/`] },
    { path: redoc.path, forms: [redoc.path] },
  ]) {
    app.on('GET', forms, (c) => {
      c.env.route = path;
      return new Response(PAGE, { headers: { 'Content-Type': 'text/html; charset=utf-8' } });
    });
  }
  app.get('/docs/:asset', async (c) => {
    const name = c.req.param('asset');
    const type = TYPES.get(name);
    const bytes = OWN.get(name) ?? (type ? await docsAsset(name) : null);
    if (!type || !bytes) return c.notFound();
    c.env.route = '/docs/{asset}';
    return new Response(bytes as string | Uint8Array<ArrayBuffer>, { headers: { 'Content-Type': type } });
  });
};
