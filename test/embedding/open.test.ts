import { expect, test } from 'bun:test';
import { settingsFrom } from '../../src/config/load.ts';
import { MemfuseError } from '../../src/contract/errors.ts';
import { openEmbedder } from '../../src/embedding/open.ts';
import { norm } from '../../src/embedding/unit.ts';
import { createLog } from '../../src/platform/log.ts';
import { DIMENSIONS, startFakeEndpoint } from './fake-endpoint.ts';

const log = createLog('silent');

const open = (section: Record<string, unknown> = {}) => {
  const entries = Object.entries(section).map(([key, value]) => ({ path: `embedding.${key}`, value, source: 'test' }));
  return openEmbedder(settingsFrom(entries).embedding, { log });
};

test('without settings the static model is opened, which needs no network, no key and no package', async () => {
  const embedder = await open();
  expect(embedder.model).toMatchObject({ name: 'static-minilm-256', dimensions: 256 });
  const vectors = await embedder.embed(['My dog hides under the bed.', '']);
  expect(vectors.map((vector) => Math.round(norm(vector)))).toEqual([1, 0]);
  await embedder.close();
});

test('a dimension that the model does not have is refused, with both numbers', async () => {
  const error = await open({ dimension: 384 }).catch((reason) => reason);
  expect(error).toBeInstanceOf(MemfuseError);
  expect(error.message).toBe(
    'embedding.dimension is 384, but static-minilm-256 gives vectors of 256 components. Leave the setting out, or name another model.',
  );
});

test('an OpenAI-compatible endpoint is used as the settings say', async () => {
  const endpoint = startFakeEndpoint();
  const embedder = await open({
    provider: 'openai',
    model: 'm',
    dimension: DIMENSIONS,
    base_url: endpoint.baseUrl,
    api_key: 'k',
    batch_size: 1,
    request_dimension: true,
  });
  expect(await embedder.embed(['a', 'b'])).toHaveLength(2);
  const call = { path: '/v1/embeddings', model: 'm', dimensions: DIMENSIONS, authorization: 'Bearer k' };
  expect(endpoint.calls).toMatchObject([
    { ...call, input: ['a'] },
    { ...call, input: ['b'] },
  ]);
  await embedder.close();
  await endpoint.stop();
});

test('an endpoint without a model or a dimension is refused where the settings are read', () => {
  for (const section of [{}, { model: 'm' }, { dimension: 4 }]) {
    expect(() => open({ provider: 'openai', ...section })).toThrow(
      'embedding.provider is "openai" (test): needs embedding.model and embedding.dimension, such as text-embedding-3-small and 1536.',
    );
  }
});

test('an address that is not HTTP is refused where the settings are read', () => {
  for (const url of ['localhost:1234', 'ftp://x/v1', 'v1']) {
    expect(() => open({ base_url: url })).toThrow(`embedding.base_url is "${url}" (test)`);
  }
});
