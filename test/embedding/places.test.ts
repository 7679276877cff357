import { afterAll, expect, test } from 'bun:test';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { openStaticModel } from '../../src/embedding/static-model.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const MODULE = join(import.meta.dir, '../../src/embedding/static-model.ts');
const TEXT = 'My dog Rex hides under the bed when it thunders.';

const folder = temporaryFolder();
afterAll(folder.remove);

test('a Worker and the single binary have the same model as the server', async () => {
  const model = await openStaticModel();
  const here = { fingerprint: model.fingerprint, vector: [...model.sumOfText(TEXT)] };
  const code = `
    const { openStaticModel } = await import(${JSON.stringify(MODULE)});
    const model = await openStaticModel();
    const answer = { fingerprint: model.fingerprint, vector: [...model.sumOfText(${JSON.stringify(TEXT)})] };`;

  const inWorker = join(folder.path, 'worker.ts');
  writeFileSync(inWorker, `import { parentPort } from 'node:worker_threads';${code} parentPort.postMessage(answer);`);
  const worker = new Worker(inWorker);
  const fromWorker = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  await worker.terminate();
  expect(fromWorker).toEqual(here);

  // Built from a copy of the source that is gone when the binary runs: what it needs is within.
  const copy = join(folder.path, 'copy');
  mkdirSync(join(copy, 'models'), { recursive: true });
  const root = join(import.meta.dir, '../..');
  cpSync(join(root, 'src'), join(copy, 'src'), { recursive: true });
  cpSync(join(root, 'models/static-minilm-256.safetensors'), join(copy, 'models/static-minilm-256.safetensors'));
  const entry = join(copy, 'src/entry.ts');
  const source = code.replace(JSON.stringify(MODULE), "'./embedding/static-model.ts'");
  writeFileSync(entry, `${source} console.log(JSON.stringify(answer)); export {};`);
  const binary = join(folder.path, 'binary');
  const build = Bun.spawnSync([process.execPath, 'build', '--compile', entry, '--outfile', binary], { cwd: copy });
  expect(build.stderr.toString() + build.exitCode).toEndWith('0');
  rmSync(copy, { recursive: true });
  const run = Bun.spawnSync([binary], { cwd: folder.path });
  expect(JSON.parse(run.stdout.toString())).toEqual(here);
});

test('the static model loads no package of the other providers', () => {
  const entry = join(folder.path, 'packages.ts');
  const open = join(import.meta.dir, '../../src/embedding/open.ts');
  const settings = {
    provider: 'static',
    request_dimension: false,
    base_url: '',
    batch_size: 1,
    timeout_ms: 1,
    max_retries: 0,
  };
  writeFileSync(
    entry,
    `const { openEmbedder } = await import(${JSON.stringify(open)});
    const embedder = await openEmbedder(${JSON.stringify({ ...settings, allow_download: false })}, { log: console });
    await embedder.embed(['a dog']);
    console.log(Object.keys(require.cache).filter((file) => file.includes('node_modules')).length);`,
  );
  const run = Bun.spawnSync([process.execPath, entry], { cwd: folder.path });
  expect(run.stdout.toString().trim()).toBe('0');
});
