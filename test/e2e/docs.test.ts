import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MemFuse } from '../../src/client/index.ts';
import { hasPython, PYTHON } from '../support/python.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = join(import.meta.dir, '..', '..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const LOCAL = /http:\/\/127\.0\.0\.1:8000/g;

/** The blocks of code in one language, in order. */
const blocksOf = (file: string, language: string): string[] =>
  [...read(file).matchAll(/```(\w+)\n([\s\S]*?)```/g)].flatMap(([, name, block]) =>
    name === language && block !== undefined ? [block] : [],
  );

let folder: ReturnType<typeof temporaryFolder>;
let server: ServerProcess;
beforeAll(async () => {
  folder = temporaryFolder();
  // Where the commands look for it too.
  server = await startServerProcess({ folder: folder.path, env: { DATABASE_URL: '' } });
  for (const user of ['ada', 'alice']) {
    await new MemFuse({ baseUrl: server.origin }).for({ user }).add('I lived in my old address in Graz.');
  }
});
afterAll(async () => {
  await server.kill();
  folder.remove();
});

const run = async (program: readonly string[]) => {
  const child = Bun.spawn([...program], {
    cwd: folder.path,
    env: {
      ...process.env,
      ...{ MEMFUSE_DATA_DIR: folder.path, MEMFUSE_BASE_URL: server.origin, PORT: '0', NO_COLOR: '1', NO_PROXY: '*' },
    },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { exitCode: await child.exited, stdout, stderr };
};

/** Fails at the first command that does, and at an answer that is not 2xx. */
const PRELUDE = `set -euo pipefail
memfuse() { "${process.execPath}" "${join(ROOT, 'src', 'cli', 'main.ts')}" "$@"; }
curl() { command curl --fail-with-body -sS "$@"; }
`;

// A block that starts or stops a server, or another program, is marked as another language: "console".
describe('the commands of', () => {
  test.each(['docs/api.md', 'docs/import.md', 'docs/privacy.md', 'docs/backup-and-upgrade.md'])(
    '%s work as they stand, one after the other',
    async (file) => {
      const script = blocksOf(file, 'sh').join('\n').replaceAll(LOCAL, server.origin);
      expect(await run(['bash', '-c', PRELUDE + script])).toMatchObject({ exitCode: 0, stderr: expect.any(String) });
    },
  );
});

describe('the programs of', () => {
  test('the README work: TypeScript', async () => {
    const [program = ''] = blocksOf('README.md', 'ts');
    const client = JSON.stringify(join(ROOT, 'src', 'client', 'index.ts'));
    const file = join(folder.path, 'readme.ts');
    const whole = program
      .replace("'memfuse/client'", client)
      .replace('new MemFuse()', 'new MemFuse({ baseUrl: process.env.MEMFUSE_BASE_URL })');
    writeFileSync(file, `${whole}\nconsole.log(results[0]?.content);`);
    expect(await run([process.execPath, file])).toMatchObject({
      exitCode: 0,
      stdout: 'I moved to Lisbon in May and take tram 28 to work.\n',
    });
  });

  test('docs/webhooks.md work: it takes an event that is signed, and no other', async () => {
    const [program = ''] = blocksOf('docs/webhooks.md', 'ts');
    const file = join(folder.path, 'webhook.ts');
    const standard = JSON.stringify(Bun.resolveSync('standardwebhooks', ROOT));
    const send = `
      const body = '{"type":"fact.added"}';
      const at = new Date();
      const send = (signature) => fetch(server.url, { method: 'POST', body, headers: { 'webhook-id': 'msg_1', 'webhook-timestamp': String(Math.floor(at / 1000)), 'webhook-signature': signature } });
      console.log((await send(new Webhook(secret).sign('msg_1', at, body))).status, (await send('v1,bm8=')).ok);
      process.exit(0);`;
    const whole = program.replace("'standardwebhooks'", standard).replace('port: 8001', 'port: 0');
    writeFileSync(file, `const secret = 'whsec_${btoa('x'.repeat(32))}';\n${whole}\n${send}`);
    const { stdout } = await run([process.execPath, file]);
    expect(stdout).toEndWith('204 false\n');
  });
});

const drivePython = (): void => {
  test('the program of the README in Python remembers what is said to it', async () => {
    const [program = ''] = blocksOf('README.md', 'python');
    const more = `
memory.add([{"role": "user", "content": "I take tram 28 to work."}])
print(memory.query("Which tram do I take?")["data"]["results"][0]["content"], callable(llm.chat.completions.create))`;
    const script = program
      .replaceAll(LOCAL, server.origin)
      .replace('OpenAI(memory=memory)', 'OpenAI(memory=memory, api_key="none")');
    const { stdout, exitCode } = await run([PYTHON, '-W', 'ignore', '-c', script + more]);
    expect([exitCode, stdout]).toEqual([0, 'I take tram 28 to work. True\n']);
  });
};
if (hasPython(['memfuse', 'openai'], 'the program of the README', 'pip install memfuse openai')) drivePython();

test('every link of the README and the docs to a file of the project leads there', () => {
  const files = ['README.md', 'CONTRIBUTING.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)];
  const broken = files
    .filter((file) => file.endsWith('.md'))
    .flatMap((file) =>
      [...read(file).matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)]
        .map(([, target = '']) => join(dirname(file), target))
        .filter((target) => !existsSync(join(ROOT, target)))
        .map((target) => `${file}: ${target}`),
    );
  expect(broken).toEqual([]);
});
