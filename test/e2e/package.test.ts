import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = join(import.meta.dir, '..', '..');
const CHECKERS = ['publint@0.3.25', '@arethetypeswrong/cli@0.18.5'] as const;
const EXPORTS = Object.keys(packageJson.exports).filter((name) => name !== './package.json');

let folder: ReturnType<typeof temporaryFolder>;
let tarball: string;
let app: string;

const run = (cwd: string, command: readonly string[]): string => {
  const { exitCode, stdout, stderr } = Bun.spawnSync([...command], { cwd, env: { ...process.env, NO_COLOR: '1' } });
  if (exitCode !== 0) throw new Error(`${command.join(' ')} ended with ${exitCode}: ${stdout}${stderr}`);
  return stdout.toString();
};

/** The address that a server tells at its start. */
const addressOf = async (stdout: ReadableStream<Uint8Array>): Promise<string> => {
  let told = '';
  for await (const chunk of stdout) {
    told += new TextDecoder().decode(chunk);
    const address = /address +(http:\S+)/.exec(told)?.[1];
    if (address) return address;
  }
  throw new Error(`The server ended: ${told}`);
};

/** A copy of what is in the repository, since packing changes files. */
const copyOfRepository = (): string => {
  const copy = join(folder.path, 'repository');
  const files = run(ROOT, ['git', 'ls-files', '--cached', '--others', '--exclude-standard', '-z']).split('\0');
  for (const file of files.filter((name) => name !== '' && !/^(?:test|models\/all)/.test(name))) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(ROOT, file), join(copy, file));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  return copy;
};

beforeAll(() => {
  folder = temporaryFolder();
  const copy = copyOfRepository();
  run(copy, ['npm', 'pack', '--pack-destination', folder.path]);
  tarball = join(folder.path, readdirSync(folder.path).find((name) => name.endsWith('.tgz')) ?? '');
  app = join(folder.path, 'app');
  mkdirSync(app);
  writeFileSync(join(app, 'package.json'), '{"type": "module"}');
  run(app, ['npm', 'install', '--no-audit', '--no-fund', tarball]);
}, 240_000);
afterAll(() => folder.remove());

describe('the package', () => {
  test.each(CHECKERS)('has nothing that %s finds wrong', (checker) => {
    const args = checker.startsWith('publint') ? [tarball] : [tarball, '--profile', 'esm-only'];
    run(app, ['npx', '-y', checker, ...args]);
  });

  test.each(EXPORTS)('exports %s to Bun and to Node', (name) => {
    const from = `memfuse${name.slice(1)}`;
    const code = `import * as all from '${from}'; console.log(Object.keys(all).length > 0);`;
    writeFileSync(join(app, 'import.mjs'), code);
    for (const runtime of [process.execPath, 'node']) expect(run(app, [runtime, 'import.mjs'])).toBe('true\n');
  });

  test('serves with Node alone, and its client asks from there', async () => {
    const data = join(folder.path, 'data');
    const bin = join(app, 'node_modules', 'memfuse', 'bin', 'memfuse.mjs');
    expect(run(app, ['node', bin, '--version'])).toBe(`${packageJson.version}\n`);
    const server = Bun.spawn(['node', bin, 'serve', '--port', '0', '--data', data], {
      cwd: app,
      stdout: 'pipe',
      stderr: 'ignore',
    });
    try {
      const address = await addressOf(server.stdout);
      const code = `import { MemFuse } from 'memfuse/client';
        const memory = new MemFuse({ baseUrl: '${address}' }).for({ user: 'bob' });
        await memory.add('I moved to Lisbon in May.');
        console.log((await memory.search('Where do I live?')).results[0].content);`;
      writeFileSync(join(app, 'ask.mjs'), code);
      expect(run(app, ['node', 'ask.mjs'])).toBe('I moved to Lisbon in May.\n');
      // Built ahead: what it is built from is not in the package.
      expect(existsSync(join(app, 'node_modules', 'memfuse', 'src', 'console'))).toBe(false);
      for (const name of ['console.js', 'console.css', 'icon.svg']) {
        expect([name, (await fetch(`${address}/console/assets/${name}`)).status]).toEqual([name, 200]);
      }
    } finally {
      server.kill('SIGTERM');
      await server.exited;
    }
  });
});
