import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';

const EXTRACT = join(import.meta.dir, '..', '..', '..', '..', 'src', 'memory', 'kinds', 'extract', 'extract.ts');

/** The packages that a file imports when it is loaded, by itself and by the files that it imports. */
const packagesAtLoad = (entry: string): Set<string> => {
  const transpiler = new Bun.Transpiler({ loader: 'ts' });
  const packages = new Set<string>();
  const seen = new Set<string>();
  const walk = (file: string): void => {
    if (seen.has(file) || !file.endsWith('.ts')) return;
    seen.add(file);
    for (const { path, kind } of transpiler.scanImports(readFileSync(file, 'utf8'))) {
      if (kind !== 'import-statement') continue;
      if (path.startsWith('.')) walk(join(dirname(file), path));
      else packages.add(path);
    }
  };
  walk(entry);
  return packages;
};

test('the tagger and its model are loaded by whoever reads facts, and not with the code', () => {
  const packages = packagesAtLoad(EXTRACT);
  expect(packages.size).toBeGreaterThan(0);
  expect([...packages].filter((name) => name.startsWith('wink'))).toEqual([]);
});

test('facts are read in a Worker', async () => {
  const worker = new Worker(join(import.meta.dir, 'extract-worker.ts'), { workerData: 'I moved to Lisbon last week.' });
  const texts = await new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  await worker.terminate();
  expect(texts).toEqual(['Alice moved to Lisbon last week.']);
});
