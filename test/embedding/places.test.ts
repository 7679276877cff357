import { afterAll, expect, test } from 'bun:test';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { openMultilingualModel } from '../../src/embedding/multilingual-model.ts';
import { openStaticModel } from '../../src/embedding/static-model.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOM = join(import.meta.dir, '../../src/embedding');
const TEXT = 'My dog Rex hides under the bed when it thunders. Моя собака боится грома.';
const MODELS = {
  'static-minilm-256': { open: openStaticModel, from: 'static-model.ts' },
  'static-multilingual-256': { open: openMultilingualModel, from: 'multilingual-model.ts' },
};

const folder = temporaryFolder();
afterAll(folder.remove);

for (const [name, { open, from }] of Object.entries(MODELS)) {
  test(`a Worker and the single binary have the same ${name} as the server`, async () => {
    const model = await open();
    const here = { fingerprint: model.fingerprint, vector: [...model.sumOfText(TEXT)] };
    const codeOf = (room: string) => `
    const { ${open.name} } = await import(${JSON.stringify(join(room, from))});
    const model = await ${open.name}();
    const answer = { fingerprint: model.fingerprint, vector: [...model.sumOfText(${JSON.stringify(TEXT)})] };`;

    const inWorker = join(folder.path, `${name}.ts`);
    writeFileSync(
      inWorker,
      `import { parentPort } from 'node:worker_threads';${codeOf(ROOM)} parentPort.postMessage(answer);`,
    );
    const worker = new Worker(inWorker);
    const fromWorker = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
    await worker.terminate();
    expect(fromWorker).toEqual(here);

    // Built from a copy of the source that is gone when the binary runs: what it needs is within.
    const copy = join(folder.path, 'copy');
    mkdirSync(join(copy, 'models'), { recursive: true });
    const root = join(import.meta.dir, '../..');
    cpSync(join(root, 'src'), join(copy, 'src'), { recursive: true });
    for (const file of Object.keys(MODELS)) {
      cpSync(join(root, `models/${file}.safetensors`), join(copy, `models/${file}.safetensors`));
    }
    const entry = join(copy, 'src/embedding/entry.ts');
    const source = codeOf('.').replace(`"${from}"`, `"./${from}"`);
    writeFileSync(entry, `${source} console.log(JSON.stringify(answer)); export {};`);
    const binary = join(folder.path, name);
    const build = Bun.spawnSync([process.execPath, 'build', '--compile', entry, '--outfile', binary], { cwd: copy });
    expect(build.stderr.toString() + build.exitCode).toEndWith('0');
    rmSync(copy, { recursive: true });
    const run = Bun.spawnSync([binary], { cwd: folder.path });
    expect(JSON.parse(run.stdout.toString())).toEqual(here);
  });
}

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
