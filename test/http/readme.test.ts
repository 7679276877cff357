import { afterAll, beforeAll, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startServer, type TestServer } from '../support/server.ts';

const README = readFileSync(join(import.meta.dir, '..', '..', 'README.md'), 'utf8');
/** The requests of the README, in order. */
const REQUESTS = [...README.matchAll(/curl -s \$api(\S+) --json '([^']*)'/g)].map(([, path = '', body = '']) => ({
  path,
  body,
}));

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

test('the requests of the README work, answer what it shows, and work again', async () => {
  expect(REQUESTS.map(({ path }) => path)).toEqual(['/memories', '/memories/search', '/memories/context']);
  const once = async () => {
    const answers = [];
    for (const { path, body } of REQUESTS) answers.push((await server.call('POST', path, body)).body);
    return answers;
  };
  const [, found, block] = await once();
  expect(found.data.results.map(({ content }: { content: string }) => content)).toEqual([
    'My dog Rex hides under the bed when it thunders.',
  ]);
  const lines = block.data.context.split('\n').slice(1);
  expect(lines).toHaveLength(2);
  for (const line of lines) expect(README).toContain(line);
  expect((await once()).map(({ status }) => status)).toEqual(['success', 'success', 'success']);
});
