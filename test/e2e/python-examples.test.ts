import { afterAll, beforeAll, expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MemFuse } from '../../src/client/index.ts';
import { type ModelEndpoint, startModel } from '../integrations/model-endpoint.ts';
import { hasPython, PYTHON } from '../support/python.ts';
import { startServer, type TestServer } from '../support/server.ts';

const EXAMPLES = join(import.meta.dir, '..', '..', 'examples', 'python');
const PACKAGES = ['memfuse', 'langchain_openai', 'langgraph', 'llama_index'];
const INSTALL = 'pip install -r examples/python/requirements.txt';
const bots = readdirSync(EXAMPLES).filter((name) => name.endsWith('.py'));
const SAID = 'I moved to Lisbon in May and take tram 28 to work.';
const ASKED = 'Which tram do I take?';

let server: TestServer;
let endpoint: ModelEndpoint;

const driveExamples = (): void => {
  beforeAll(async () => {
    server = await startServer();
    endpoint = startModel();
    // The first question to a server takes longest.
    await new MemFuse({ baseUrl: server.origin }).for({ user: 'first' }).search('Anything?');
  });
  afterAll(async () => {
    await endpoint.stop();
    await server.stop();
  });

  test.each(bots)('%s remembers what is said to it', async (name) => {
    endpoint.requests.length = 0;
    endpoint.next({ text: 'Lovely.' }, { text: 'Tram 28.' });
    const run = Bun.spawn([PYTHON, '-W', 'ignore', join(EXAMPLES, name)], {
      env: {
        ...process.env,
        MEMFUSE_URL: server.origin,
        LLM_URL: `${endpoint.baseURL}`,
        NO_PROXY: '*',
        LOGURU_LEVEL: 'ERROR',
      },
      stdin: new Blob([`${SAID}\n${ASKED}\n`]),
      stderr: 'pipe',
    });
    const [shown, complaints] = await Promise.all([new Response(run.stdout).text(), new Response(run.stderr).text()]);
    expect([await run.exited, shown, complaints]).toEqual([0, 'Lovely.\nTram 28.\n', expect.any(String)]);
    const [first, second] = endpoint.requests.map((request) => JSON.stringify(request));
    expect(first).toContain(SAID);
    expect(second).toContain(ASKED);
    expect(second).toContain(SAID);
  });
};

test('every package that an example imports has a version', () => {
  const pinned = readFileSync(join(EXAMPLES, 'requirements.txt'), 'utf8').split('\n').filter(Boolean);
  expect(pinned.filter((line) => !/^[\w-]+==[\d.]+$/.test(line))).toEqual([]);
  const names = new Set(pinned.map((line) => line.split('==')[0]?.replaceAll('-', '_')));
  const imported = bots.flatMap((name) =>
    [...readFileSync(join(EXAMPLES, name), 'utf8').matchAll(/^(?:from|import) (\w+(?:\.\w+)*)/gm)].map(
      ([, module = '']) => module,
    ),
  );
  const own = imported.filter((module) => !['os', 'sys'].includes(module));
  expect(own.length).toBeGreaterThan(8);
  const isPinned = (module: string): boolean => {
    const flat = module.replaceAll('.', '_');
    return [...names].some((name) => name !== undefined && (flat === name || flat.startsWith(`${name}_`)));
  };
  expect(own.filter((module) => !isPinned(module))).toEqual([]);
});

if (hasPython(PACKAGES, 'the examples in Python', INSTALL)) driveExamples();
