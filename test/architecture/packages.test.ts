import { expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { LOADED_LATER } from '../../src/platform/packages.ts';

const ROOT = join(import.meta.dir, '..', '..');
const MAIN = join(ROOT, 'src', 'serve.ts');
const WORKERS = join(ROOT, 'src', 'workers');

/** The packages that files import, themselves and by others, and the files that `main.ts` loads while it starts. */
const packagesOf = (entries: readonly string[], follows: (file: string, kind: string) => boolean): Set<string> => {
  const transpiler = new Bun.Transpiler({ loader: 'ts' });
  const packages = new Set<string>();
  const seen = new Set<string>();
  const walk = (file: string): void => {
    if (seen.has(file) || !file.endsWith('.ts')) return;
    seen.add(file);
    for (const { path, kind } of transpiler.scanImports(readFileSync(file, 'utf8'))) {
      if (/^(node:|bun)/.test(path) || !follows(file, kind)) continue;
      if (path.startsWith('.')) walk(join(dirname(file), path));
      else packages.add(path);
    }
  };
  for (const entry of entries) walk(entry);
  return packages;
};

test('every package that is loaded after the start is found before connections come in', () => {
  const first = packagesOf([MAIN], (file, kind) => kind === 'import-statement' || file === MAIN);
  const workers = readdirSync(WORKERS).filter((name) => name.endsWith('.ts'));
  const all = packagesOf([MAIN, ...workers.map((name) => join(WORKERS, name))], () => true);
  // The services open, and load them, before there is a listener.
  const atOpening = ['ioredis', 'postgres'];
  const late = [...all].filter((name) => !first.has(name) && !atOpening.includes(name));
  expect(late.filter((name) => !LOADED_LATER.includes(name))).toEqual([]);
});

test('what only some clients ask for is loaded with their first request, and costs others no memory', () => {
  const first = packagesOf([MAIN], (file, kind) => kind === 'import-statement' || file === MAIN);
  const late = [...first].filter((name) => name.startsWith('@modelcontextprotocol/') || name === 'eventsource-parser');
  expect(late).toEqual([]);
  expect([...first].filter((name) => name.startsWith('@opentelemetry/'))).toEqual([]);
  expect(LOADED_LATER).toContain('@modelcontextprotocol/sdk/server/mcp.js');
  expect(LOADED_LATER).toContain('eventsource-parser');
});

test('an engine that is not used, and languages that nobody reads by chrono, cost no memory', () => {
  const workers = readdirSync(WORKERS).map((name) => join(WORKERS, name));
  const first = packagesOf([MAIN, ...workers], (_, kind) => kind === 'import-statement');
  expect([...first].filter((name) => name === 'postgres' || name === 'ioredis')).toEqual([]);
  expect([...first].filter((name) => name.startsWith('chrono-node'))).toEqual(['chrono-node/en']);
});

test('what is found ahead is installed', () => {
  const { dependencies } = packageJson;
  const packageOf = (name: string) => name.split('/', name.startsWith('@') ? 2 : 1).join('/');
  expect(LOADED_LATER.filter((name) => !(packageOf(name) in dependencies))).toEqual([]);
  expect(LOADED_LATER.filter((name) => !Bun.resolveSync(name, ROOT).startsWith(ROOT))).toEqual([]);
});
