import { expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import root from '../../package.json' with { type: 'json' };
import integrations from '../integrations/package.json' with { type: 'json' };

const ROOT = join(import.meta.dir, '..', '..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** Every `package` 1.2.3 that the docs say something is tested with. */
const claims = [
  'README.md',
  'src/integrations/README.md',
  ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`),
]
  .filter((file) => file.endsWith('.md'))
  .flatMap((file) =>
    [...read(file).matchAll(/`(@?[a-z][\w./-]*)`(?: package)? (\d+\.\d+\.\d+)/g)].map(
      ([, name, version]) => `${name} ${version}`,
    ),
  );

test('what the docs say is tested is what the tests install', () => {
  const { dependencies, devDependencies } = root;
  const npm = Object.entries({ ...integrations.dependencies, ...dependencies, ...devDependencies });
  const python = read('examples/python/requirements.txt').split('\n').filter(Boolean);
  const installed = new Set([
    ...npm.map(([name, version]) => `${name} ${version}`),
    ...python.map((line) => line.replace('==', ' ')),
  ]);
  expect(claims.length).toBeGreaterThan(12);
  expect(claims.filter((claim) => !installed.has(claim))).toEqual([]);
});

test('a library that both the root and the integrations install is the same', () => {
  const { dependencies, devDependencies } = root;
  const own: Readonly<Record<string, string>> = { ...dependencies, ...devDependencies };
  const other = Object.entries(integrations.dependencies).filter(
    ([name, version]) => (own[name] ?? version) !== version,
  );
  expect(other).toEqual([]);
});
