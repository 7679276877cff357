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
/** The answers that it shows below its first block. */
const SHOWN = (/```json\n([^`]*)```/.exec(README)?.[1] ?? '')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

/** The keys of an answer, all the way down. */
const shapeOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shapeOf(item)]));
};

test('the requests of the README work, answer what it shows, and work again', async () => {
  expect(REQUESTS.map(({ path }) => path)).toEqual(['/memories', '/memories/search', '/memories/context']);
  const once = async () => {
    const answers = [];
    for (const { path, body } of REQUESTS) answers.push((await server.call('POST', path, body)).body);
    return answers;
  };
  const answers = await once();
  expect(shapeOf(answers.slice(0, 2))).toEqual(shapeOf(SHOWN));
  expect(answers[1].data.results[0].content).toBe(SHOWN[1].data.results[0].content);
  const lines = answers[2].data.context.split('\n').slice(1);
  expect(lines).toHaveLength(2);
  for (const line of lines) expect(README).toContain(line);
  expect((await once()).map(({ status }) => status)).toEqual(['success', 'success', 'success']);
});
