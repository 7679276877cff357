import { afterAll, beforeAll, expect, test } from 'bun:test';
import { copyFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MemFuse } from '../../src/client/index.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type ModelEndpoint, startModel } from './model-endpoint.ts';

const ROOT = join(import.meta.dir, '..', '..');
const EXAMPLES = join(ROOT, 'examples', 'typescript');
const examples = readdirSync(EXAMPLES).filter((name) => name.endsWith('.ts'));
const SAID = 'I moved to Lisbon in May and take tram 28 to work.';
const ASKED = 'Which tram do I take?';
/** A graph is a program; what goes into one that exists is one line. */
const BOTS = examples.filter((name) => name !== 'langgraph.ts');

/** A folder as a user has one: the examples, the packages beside them, and MemFuse by its name. */
const project = temporaryFolder();
for (const name of examples) copyFileSync(join(EXAMPLES, name), join(project.path, name));
symlinkSync(join(import.meta.dir, 'node_modules'), join(project.path, 'node_modules'));
const { compilerOptions } = (await import('../../tsconfig.json')).default;
const paths = {
  'memfuse/client': [join(ROOT, 'src/client/index.ts')],
  'memfuse/*': [join(ROOT, 'src/integrations/*.ts')],
};
// The schemas that the types come from use what this file declares of JSON.
const include = ['*.ts', join(ROOT, 'src/platform/exact-json.ts')];
const options = { ...compilerOptions, types: ['bun'], typeRoots: [join(ROOT, 'node_modules/@types')], paths };
writeFileSync(join(project.path, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, include }));

let server: TestServer;
let endpoint: ModelEndpoint;
beforeAll(async () => {
  server = await startServer();
  // The first question to a server takes longest.
  await new MemFuse({ baseUrl: server.origin }).for({ user: 'first' }).search('Anything?');
  endpoint = startModel();
});
afterAll(async () => {
  await endpoint.stop();
  await server.stop();
  project.remove();
});

test.each(examples)('%s remembers what is said to it', async (name) => {
  endpoint.requests.length = 0;
  endpoint.next({ text: 'Lovely.' }, { text: 'Tram 28.' });
  const env = { ...process.env, MEMFUSE_URL: server.origin, LLM_URL: endpoint.baseURL, OPENAI_API_KEY: 'none' };
  const run = Bun.spawn([process.execPath, name], {
    cwd: project.path,
    env,
    stdin: new Blob([`${SAID}\n${ASKED}\n`]),
    stderr: 'pipe',
  });
  const [shown, complaints] = await Promise.all([new Response(run.stdout).text(), new Response(run.stderr).text()]);
  expect([complaints, shown]).toEqual(['', 'Lovely.\nTram 28.\n']);
  const [first, second] = endpoint.requests.map((request) => JSON.stringify(request));
  expect(first).toContain(SAID);
  expect(second).toContain(ASKED);
  expect(second).toContain(SAID);
});

test('the examples are what the compiler takes, and a bot takes fewer than ten lines', async () => {
  const tsc = Bun.spawn([join(ROOT, 'node_modules/.bin/tsc'), '-p', project.path], { stdout: 'pipe' });
  expect(await new Response(tsc.stdout).text()).toBe('');
  for (const name of BOTS) {
    const lines = (await Bun.file(join(EXAMPLES, name)).text()).split('\n');
    const code = lines.filter((line) => line !== '' && !/^(\/\/|import |}$)/.test(line));
    expect([name, code.length < 10]).toEqual([name, true]);
  }
});
