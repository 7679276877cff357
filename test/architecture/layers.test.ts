import { expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

const ROOT = join(import.meta.dir, '..', '..');
const MAX_LINES = 400;

/** Which rooms, or single files, a room may import, besides itself. Packages are nobody's room. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  'src/platform': [],
  'src/config': [],
  'src/text': [],
  'src/embedding': ['src/contract/errors.ts', 'src/text', 'src/platform'],
  'src/contract': [],
  'src/api': [],
  'src/retrieval': ['src/embedding', 'src/contract', 'src/text', 'src/platform'],
  'src/memory': ['src/retrieval', 'src/embedding', 'src/contract', 'src/text', 'src/platform'],
  'src/buffer': ['src/memory', 'src/retrieval', 'src/embedding', 'src/contract', 'src/text', 'src/platform'],
  // files out of a store and into one
  'src/transfer': ['src/contract', 'src/api', 'src/platform'],
  'src/services': [
    'src/buffer',
    'src/memory',
    'src/retrieval',
    'src/embedding',
    'src/contract',
    'src/text',
    'src/platform',
    'src/config',
  ],
  'src/proxy': ['src/api', 'src/text', 'src/platform'],
  'src/mcp': ['src/api', 'src/text'],
  'src/http': [
    'src/proxy',
    'src/mcp',
    'src/transfer',
    'src/services',
    'src/memory',
    'src/retrieval',
    'src/contract',
    'src/platform',
    'src/config',
    'src/api',
  ],
  'src/workers': [
    'src/buffer',
    'src/memory',
    'src/retrieval',
    'src/embedding',
    'src/contract',
    'src/text',
    'src/platform',
    'adapters',
  ],
  'src/integrations': ['src/client', 'src/text/recalled.ts'],
  // the types of its schemas alone, which the test below holds
  'src/client': ['src/api'],
  // runs in a browser
  'src/console': ['src/client'],
  'src/serve.ts': ['src/http', 'src/services', 'src/contract', 'src/platform', 'src/config'],
  'src/main.ts': ['src/serve.ts'],
  // the terminal: asks a server by the client, or works on its files
  'src/cli': [
    'src/serve.ts',
    'src/mcp',
    'src/client',
    'src/text/one-line.ts',
    'src/services',
    'src/embedding',
    'src/contract',
    'src/api',
    'src/platform',
    'src/config',
    'adapters',
  ],
  adapters: ['src/contract', 'src/text', 'src/platform'],
};

/** Imports that a rule does not cover, and why. */
const EXCEPTIONS: Record<string, readonly string[]> = {
  // it opens the stores that everything else is given
  'src/services/connection-manager.ts': ['adapters'],
  // the types of the Worker that it starts
  'src/services/search-worker.ts': ['src/workers'],
  'src/services/search-service.ts': ['src/workers'],
};

const IMPORT = /^(?:import|export)\b(?:[^'"]*?\bfrom)?\s*['"](\.[^'"]+)['"]|\bimport\(['"](\.[^'"]+)['"]\)/gm;

const sourceFiles = (['src', 'adapters'] as const).flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts'))
    .map((name) => join(folder, name)),
);

const roomOf = (file: string): string => {
  if (file.startsWith('adapters/')) return 'adapters';
  return file.split('/').slice(0, 2).join('/');
};

const importsOf = (file: string): string[] =>
  [...readFileSync(join(ROOT, file), 'utf8').matchAll(IMPORT)]
    .map(([, fromStatic, fromDynamic]) => fromStatic ?? fromDynamic ?? '')
    .map((target) => relative(ROOT, normalize(join(ROOT, dirname(file), target))))
    // data, not code
    .filter((target) => target !== 'package.json' && !/^models\b/.test(target));

test('every room has a rule', () => {
  expect([...new Set(sourceFiles.map(roomOf))].filter((room) => !(room in MAY_IMPORT))).toEqual([]);
});

test('imports run one way between the rooms', () => {
  const broken = sourceFiles.flatMap((file) => {
    const allowed = new Set([roomOf(file), ...(MAY_IMPORT[roomOf(file)] ?? []), ...(EXCEPTIONS[file] ?? [])]);
    return importsOf(file)
      .filter((target) => !allowed.has(roomOf(target)) && !allowed.has(target))
      .map((target) => `${file} imports ${target}`);
  });
  expect(broken).toEqual([]);
});

test('the layer between routes and engine has no engine in it: only adapters import better-sqlite3', () => {
  const importers = sourceFiles.filter((file) => /'better-sqlite3'/.test(readFileSync(join(ROOT, file), 'utf8')));
  expect(importers.filter((file) => !file.startsWith('adapters/sqlite/'))).toEqual([]);
});

test('no engine is named above adapters, but in the settings, where a person chooses one', () => {
  const namers = sourceFiles
    .filter((file) => file.startsWith('src/') && !file.startsWith('src/config/'))
    .filter((file) => /sqlite|postgres|redis/i.test(readFileSync(join(ROOT, file), 'utf8')));
  expect(namers).toEqual([]);
});

test('no connection that serves loads an extension: sqlite-vec is for what brings files of earlier versions up to date', () => {
  const importers = sourceFiles.filter((file) => readFileSync(join(ROOT, file), 'utf8').includes("'sqlite-vec'"));
  expect(importers).toEqual(['adapters/sqlite/migrate.ts']);
});

test('the HTTP layer runs on any runtime: it names no Bun global', () => {
  const users = sourceFiles
    .filter((file) => file.startsWith('src/http/') || file.startsWith('src/api/'))
    .filter((file) => /\bBun\.|from 'bun/.test(readFileSync(join(ROOT, file), 'utf8')));
  expect(users).toEqual([]);
});

test(`no source file is longer than ${MAX_LINES} lines`, () => {
  const lengths = sourceFiles.map((file) => [file, readFileSync(join(ROOT, file), 'utf8').split('\n').length] as const);
  expect(lengths.filter(([, lines]) => lines > MAX_LINES)).toEqual([]);
});
