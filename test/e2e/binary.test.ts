import { afterAll, beforeAll, expect, test } from 'bun:test';
import { chmodSync, chownSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MemFuse } from '../../src/client/index.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const BUILD = join(import.meta.dir, '..', '..', 'scripts', 'build.ts');

let folder: ReturnType<typeof temporaryFolder>;
let binary: string;
beforeAll(async () => {
  folder = temporaryFolder();
  binary = join(folder.path, 'memfuse');
  const build = Bun.spawn([process.execPath, BUILD, '--out', binary], { stdout: 'ignore', stderr: 'pipe' });
  const told = await new Response(build.stderr).text();
  if ((await build.exited) !== 0) throw new Error(told);
}, 120_000);
afterAll(() => folder.remove());

/** Without anything of this project at hand. */
const spawn = (...args: readonly string[]) =>
  Bun.spawn([binary, ...args], { cwd: folder.path, env: { PATH: '/nowhere' }, stdout: 'pipe', stderr: 'pipe' });

const serve = async () => {
  const server = spawn('serve', '--port', '0', '--data', join(folder.path, 'data'));
  let told = '';
  for await (const chunk of server.stdout) {
    told += new TextDecoder().decode(chunk);
    const address = /address +(http:\S+)/.exec(told)?.[1];
    if (address) return { server, client: new MemFuse({ baseUrl: address }), address };
  }
  throw new Error(`The server ended: ${told}`);
};

test('one file serves: it remembers in any language, reads facts, shows its page, and keeps what it acknowledged when it is killed', async () => {
  const { server, client, address } = await serve();
  const memory = client.for({ user: 'ann', session: 'talk' });
  await memory.add('I live in Lisbon.', { waitFor: 'extracted', waitMs: 60_000 });
  await memory.add('Моя собака боится грозы.');
  const [found] = (await memory.search('Чего боится собака?', { top_k: 1 })).results;
  expect(found?.content).toBe('Моя собака боится грозы.');
  expect((await Array.fromAsync(memory.facts())).map(({ text }) => text)).toEqual(['Ann lives in Lisbon.']);
  expect((await memory.context('Where do I live?')).tokens).toBeGreaterThan(0);
  for (const page of ['/docs', '/docs/swagger-ui.css', '/metrics', '/console'])
    expect((await fetch(address + page)).status).toBe(200);
  for (const [name, type] of [
    ['console.js', 'text/javascript'],
    ['console.css', 'text/css'],
  ] as const) {
    const asset = await fetch(`${address}/console/assets/${name}`);
    expect([asset.status, asset.headers.get('Content-Type')]).toEqual([200, `${type}; charset=utf-8`]);
  }
  server.kill('SIGKILL');
  await server.exited;
  const again = await serve();
  const said = await Array.fromAsync(again.client.for({ user: 'ann', session: 'talk' }).messages());
  expect(said.map(({ content }) => content)).toEqual(['I live in Lisbon.', 'Моя собака боится грозы.']);
  again.server.kill('SIGTERM');
  expect(await again.server.exited).toBe(0);
});

test('its other commands need nothing else either', async () => {
  const doctor = spawn('doctor');
  expect(await new Response(doctor.stdout).text()).toContain('✓ models');
  const backup = spawn('--help');
  expect(await new Response(backup.stdout).text()).toContain('backup');
});

/** What the image sets and runs, read out of its Dockerfile. */
const image = () => {
  const lines = readFileSync(join(import.meta.dir, '..', '..', 'Dockerfile'), 'utf8').split('\n');
  const wordsAfter = (instruction: string): string =>
    lines.findLast((line) => line.startsWith(`${instruction} `))?.slice(instruction.length + 1) ?? '';
  const listOf = (text: string): string[] => JSON.parse(text.slice(text.indexOf('['))) as string[];
  return {
    env: Object.fromEntries(
      wordsAfter('ENV')
        .split(' ')
        .map((pair) => pair.split('=')),
    ) as Record<string, string>,
    command: [...listOf(wordsAfter('ENTRYPOINT')), ...listOf(wordsAfter('CMD'))],
    check: listOf(wordsAfter('HEALTHCHECK')),
  };
};

test('it runs as the image runs it: as nobody, who can write into the data folder alone, with a health check that tells the truth', async () => {
  const { env, command, check } = image();
  const data = join(folder.path, 'image-data');
  mkdirSync(data);
  chmodSync(folder.path, 0o755);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(data, 65_532, 65_532);
  const nobody = isRoot ? ['setpriv', '--reuid=65532', '--regid=65532', '--clear-groups', '--no-new-privs'] : [];
  const run = ([, ...args]: readonly string[], more: Record<string, string>) =>
    Bun.spawn([...nobody, binary, ...args], { cwd: '/', env: { ...env, ...more }, stdout: 'pipe', stderr: 'pipe' });
  const server = run(command, { PORT: '0', MEMFUSE_DATA_DIR: data });
  let origin = '';
  for await (const chunk of server.stdout) {
    origin = /address +http:\S+:(\d+)/.exec(new TextDecoder().decode(chunk))?.[1] ?? '';
    if (origin) break;
  }
  expect(origin).not.toBe('');
  const isHealthy = async () => (await run(check, { MEMFUSE_BASE_URL: `http://127.0.0.1:${origin}` }).exited) === 0;
  expect(await isHealthy()).toBe(true);
  server.kill('SIGTERM');
  expect(await server.exited).toBe(0);
  expect(await isHealthy()).toBe(false);
});
