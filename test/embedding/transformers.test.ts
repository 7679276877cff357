import { afterAll, afterEach, describe, expect, spyOn, test } from 'bun:test';
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { MemfuseError } from '../../src/contract/errors.ts';
import type { Embedder } from '../../src/embedding/embedder.ts';
import { MODELS_DIR } from '../../src/embedding/model-runtime.ts';
import { openTransformersEmbedder, type TransformersEmbedderOptions } from '../../src/embedding/transformers.ts';
import { norm } from '../../src/embedding/unit.ts';
import { createLog } from '../../src/platform/log.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { HOSTILE_TEXTS } from './hostile-texts.ts';

const RUNTIME = join(MODELS_DIR, 'runtime', 'node_modules');
const MODEL = 'all-MiniLM-L6-v2';
const PATIENT_MS = 60_000;

const isInstalled = existsSync(RUNTIME);
if (!isInstalled) console.warn('transformers.js is not installed, so its tests are left out: bun run transformers');

const opened: Embedder[] = [];
const folders: ReturnType<typeof temporaryFolder>[] = [];
afterEach(async () => {
  for (const embedder of opened.splice(0)) await embedder.close();
});
afterAll(() => {
  for (const folder of folders) folder.remove();
});

const open = async (options: Partial<TransformersEmbedderOptions> = {}): Promise<Embedder> => {
  const embedder = await openTransformersEmbedder(
    { model: MODEL, modelsDir: MODELS_DIR, allowDownload: false, batchSize: 4, timeoutMs: PATIENT_MS, ...options },
    createLog('silent'),
  );
  opened.push(embedder);
  return embedder;
};

/** A folder of models with the runtime and no model. */
const emptyModels = (): string => {
  const folder = temporaryFolder();
  folders.push(folder);
  mkdirSync(join(folder.path, 'runtime'));
  symlinkSync(RUNTIME, join(folder.path, 'runtime', 'node_modules'));
  return folder.path;
};

const refusal = async (call: Promise<unknown>): Promise<MemfuseError> => {
  const error = await call.then(
    () => null,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(MemfuseError);
  return error;
};

const dot = (a: Float32Array = new Float32Array(), b: Float32Array = new Float32Array()): number =>
  a.reduce((sum, x, k) => sum + x * (b[k] ?? 0), 0);

test('CI has what these tests need (bun run transformers)', () => {
  if (process.env['CI']) expect(isInstalled).toBe(true);
});

describe.if(isInstalled)('transformers.js in its Worker', () => {
  test('texts come back in order, of length 1, near to what means the same, whatever they are batched with', async () => {
    const embedder = await open();
    expect(embedder.model).toMatchObject({ name: MODEL, dimensions: 384 });
    expect(embedder.model.fingerprint).toMatch(/^[0-9a-f]{64}$/);
    const texts = [
      'My dog is scared of thunder.',
      'Send the invoice by Friday.',
      'The puppy fears storms.',
      'a',
      'b',
      'c',
    ];
    const vectors = await embedder.embed(texts);
    for (const vector of vectors) {
      expect(vector).toHaveLength(384);
      expect(norm(vector)).toBeCloseTo(1, 5);
    }
    expect(dot(vectors[0], vectors[2])).toBeGreaterThan(0.5);
    expect(dot(vectors[0], vectors[1])).toBeLessThan(0.2);
    for (const [i, text] of texts.entries()) {
      const [alone] = await embedder.embed([text]);
      expect(dot(alone, vectors[i])).toBeCloseTo(1, 5);
    }
  });

  test(
    'no text throws',
    async () => {
      const vectors = await (await open()).embed(HOSTILE_TEXTS);
      for (const vector of vectors) expect(norm(vector)).toBeCloseTo(1, 4);
    },
    PATIENT_MS,
  );

  test('a question waits for the text at hand, not for the batch', async () => {
    const embedder = await open();
    const order: string[] = [];
    const batch = embedder.embed(Array<string>(12).fill('dog '.repeat(300))).then(() => order.push('batch'));
    await embedder.embed(['Who is afraid?']).then(() => order.push('question'));
    await batch;
    expect(order).toEqual(['question', 'batch']);
  });

  test('a Worker that dies under a batch is replaced, and the batch is answered', async () => {
    const spy = spyOn(Worker.prototype, 'postMessage');
    const embedder = await open();
    const [before] = await embedder.embed(['dog']);
    const worker = spy.mock.contexts.at(-1);
    const call = embedder.embed(Array<string>(8).fill('dog '.repeat(200)));
    while (spy.mock.contexts.length < 3) await Bun.sleep(1);
    if (worker instanceof Worker) worker.postMessage(null); // throws where nothing catches
    expect(await call).toHaveLength(8);
    expect(spy.mock.contexts.at(-1)).not.toBe(worker as Worker);
    expect((await embedder.embed(['dog']))[0]).toEqual(before as Float32Array);
    spy.mockRestore();
  });

  test('a Worker that takes too long is replaced at the next call', async () => {
    const embedder = await open({ timeoutMs: 300, batchSize: 1_000 });
    const error = await refusal(embedder.embed(Array<string>(500).fill('dog '.repeat(400))));
    expect(error.message).toBe('The embedding Worker did not answer within 300 ms and is replaced.');
    expect(error.retryable).toBe(true);
    expect(await embedder.embed(['dog'])).toHaveLength(1);
  });

  test('after closing, calls are refused', async () => {
    const embedder = await open();
    const call = refusal(embedder.embed(Array<string>(50).fill('dog '.repeat(400))));
    await embedder.close();
    expect((await call).retryable).toBe(true);
    expect((await refusal(embedder.embed(['a']))).message).toBe('The embedder is closed.');
  });

  test('a model whose files are missing or cut short gives one sentence', async () => {
    const modelsDir = emptyModels();
    const missing = await refusal(open({ modelsDir }));
    expect(missing.message).toBe(
      `The embedding model ${MODEL} is incomplete: config.json is not in its folder. Put it there, or let it be downloaded with MEMFUSE_EMBEDDING__ALLOW_DOWNLOAD=true.`,
    );
    expect(missing.retryable).toBe(false);

    cpSync(join(MODELS_DIR, MODEL), join(modelsDir, MODEL), { recursive: true });
    truncateSync(join(modelsDir, MODEL, 'onnx', 'model_quantized.onnx'), 1_000_000);
    const short = await refusal(open({ modelsDir }));
    expect(short.message).toStartWith(`The embedding model ${MODEL} cannot be loaded: its files are cut short`);
    expect(short.message).not.toContain(modelsDir);
    expect(short.retryable).toBe(false);
  });

  test('a model is downloaded only when that was asked for, and kept', async () => {
    const asked: string[] = [];
    const hub = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      fetch: (request) => {
        const [, file = ''] = new URL(request.url).pathname.split('/resolve/main/');
        asked.push(file);
        const path = join(MODELS_DIR, MODEL, file);
        return existsSync(path) ? new Response(Bun.file(path)) : new Response(null, { status: 404 });
      },
    });
    const modelsDir = emptyModels();
    const remoteHost = hub.url.href;
    await refusal(open({ modelsDir, remoteHost }));
    expect(asked).toEqual([]);

    const downloaded = await open({ modelsDir, remoteHost, allowDownload: true });
    expect(asked).toContain('onnx/model_quantized.onnx');
    const [vector] = await downloaded.embed(['dog']);
    await hub.stop(true);

    const kept = await open({ modelsDir });
    expect(readdirSync(modelsDir).sort()).toEqual([MODEL, 'runtime']);
    expect((await kept.embed(['dog']))[0]).toEqual(vector as Float32Array);
    expect(kept.model.fingerprint).toBe(downloaded.model.fingerprint);
    expect(kept.model.fingerprint).toBe((await open()).model.fingerprint);
  });
});

test.if(!existsSync(join(MODELS_DIR, '..', 'node_modules', '@huggingface', 'transformers')))(
  'without the package one sentence says how to install it',
  async () => {
    const folder = temporaryFolder();
    folders.push(folder);
    const error = await refusal(open({ modelsDir: folder.path }));
    expect(error.message).toContain('transformers.js is not installed');
    expect(error.message).toEndWith('Install it with: bun run transformers');
    expect(error.retryable).toBe(false);
  },
);
