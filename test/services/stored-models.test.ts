import { expect, test } from 'bun:test';
import type { StoredModel } from '../../src/contract/vectors.ts';
import { unusable } from '../../src/embedding/failures.ts';
import { StoredModels } from '../../src/services/stored-models.ts';

const MODEL = { name: 'fake', dimensions: 4, fingerprint: 'print' };
const OWN = { model: 'print', dimensions: 4 };
const COMPLAINT = 'model: vectors of another model than fake are stored, searched without them; run: bun run reindex';

const create = (stored: StoredModel[], configured = async () => MODEL) => {
  let nowMs = 0;
  let looks = 0;
  const models = new StoredModels({
    vectors: {
      models: async () => {
        looks += 1;
        return stored;
      },
    },
    configured,
    nowMs: () => nowMs,
  });
  return {
    models,
    looks: () => looks,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
};

test('stored vectors of the configured model, and none, give no complaint and are not looked at again', async () => {
  for (const stored of [[], [OWN]]) {
    const { models, looks, pass } = create(stored);
    expect(await models.look()).toBeNull();
    pass(1_000_000);
    expect([models.complaint, looks()]).toEqual([null, 1]);
  }
});

test('vectors of another model give one, as do those of another dimension', async () => {
  for (const other of [
    { model: 'other', dimensions: 4 },
    { model: 'print', dimensions: 8 },
  ]) {
    expect(await create([OWN, other]).models.look()).toBe(COMPLAINT);
  }
});

test('a complaint ends with the first look after all was put right, ten seconds later at most', async () => {
  const stored = [{ model: 'other', dimensions: 4 }];
  const { models, looks, pass } = create(stored);
  await models.look();
  stored.splice(0, 1, OWN);
  pass(9_999);
  expect([models.complaint, looks()]).toEqual([COMPLAINT, 1]);
  pass(1);
  expect([models.complaint, looks()]).toEqual([COMPLAINT, 2]);
  await models.look();
  expect(models.complaint).toBeNull();
});

test('the model is not opened when there is nothing to compare it with', async () => {
  const { models } = create([], () => Promise.reject(unusable('not installed')));
  expect(await models.look()).toBeNull();
});

test('a model that cannot be opened is no complaint of stored vectors', async () => {
  const { models } = create([OWN], () => Promise.reject(unusable('not installed')));
  expect(await models.look().catch((error) => error.message)).toBe('not installed');
  expect(models.complaint).toBeNull();
});
