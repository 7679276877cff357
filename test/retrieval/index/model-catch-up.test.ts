import { afterAll, describe, expect, test } from 'bun:test';
import { storedVector } from '../../../src/embedding/quantised.ts';
import type { UserIndex } from '../../../src/retrieval/index/user-index.ts';
import { UserIndexes } from '../../../src/retrieval/index/user-indexes.ts';
import { MODEL_WEIGHTS } from '../../../src/retrieval/ranking/model-weights.ts';
import { WEIGHTS } from '../../../src/retrieval/ranking/weights.ts';
import { createSearch } from '../../../src/retrieval/search.ts';
import { message } from '../../support/retrieval/documents.ts';
import { openMemories } from '../../support/retrieval/memories.ts';
import { anyStored, anyVector, DIMENSIONS } from '../../support/retrieval/model-memory.ts';
import type { StoredMemory, Told } from '../../support/retrieval/stored-memory.ts';
import { searchRequest } from '../../support/search-request.ts';

const MODEL = { fingerprint: 'model', dimensions: DIMENSIONS };
const OTHER = { fingerprint: 'other', dimensions: 8 };

const memories = await openMemories();
afterAll(() => memories.close());

/** Numbers of the messages that have a vector in an index. */
const embeddedIn = (memory: StoredMemory, index: UserIndex | null): number[] => {
  const numbers: number[] = [];
  for (let slot = 0; slot < (index?.slotCount ?? 0); slot += 1) {
    const document = index?.document(slot);
    if (document && (index?.model?.rowOf(slot) ?? -1) >= 0) numbers.push(memory.numberOf(document));
  }
  return numbers.sort((a, b) => a - b);
};

const setUp = async (...told: readonly Told[]) => {
  const memory = await memories.create();
  await memory.put(...told);
  const corpus = memories.watch();
  const indexes = new UserIndexes(corpus, null, 100_000_000);
  const ada = memory.owner;
  return { memory, ada, corpus, indexes, embedded: (index: UserIndex | null) => embeddedIn(memory, index) };
};

describe('catching up with the vectors of a model', () => {
  test('begins when somebody asks by the model, and not before', async () => {
    const { memory, ada, indexes, embedded } = await setUp(message(1, 'apple'), message(2, 'pear'));
    await memory.putVector('model', { key: 1, ...anyStored(1) });
    expect((await indexes.open(ada))?.model).toBeNull();
    expect(embedded(await indexes.open(ada, MODEL))).toEqual([1]);
  });

  test('shows each vector from the moment it was filed, and takes in only what is new', async () => {
    const { memory, ada, indexes, embedded } = await setUp(message(1, 'apple'), message(2, 'pear'), message(3, 'plum'));
    await memory.putVector('model', { key: 1, ...anyStored(1) });
    expect(embedded(await indexes.open(ada, MODEL))).toEqual([1]);
    await memory.putVector('model', { key: 3, ...anyStored(3) });
    await memory.putVector('other', { key: 2, ...anyStored(2) });
    expect(embedded(await indexes.open(ada, MODEL))).toEqual([1, 3]);
    await memory.put(message(1, 'another'));
    expect(embedded(await indexes.open(ada, MODEL))).toEqual([3]);
    await memory.putVector('model', { key: 1, ...anyStored(4) });
    expect(embedded(await indexes.open(ada, MODEL))).toEqual([1, 3]);
    await memory.retract({ kind: 'message', key: 3 });
    expect(embedded(await indexes.open(ada, MODEL))).toEqual([1]);
  });

  test('misses none that was filed while questions were asked without the model', async () => {
    const { memory, ada, indexes, embedded } = await setUp(message(1, 'apple'), message(2, 'pear'));
    await indexes.open(ada, MODEL);
    await memory.putVector('model', { key: 1, ...anyStored(1) });
    await indexes.open(ada);
    await memory.putVector('model', { key: 2, ...anyStored(2) });
    await indexes.open(ada);
    expect(embedded(await indexes.open(ada, MODEL))).toEqual([1, 2]);
  });

  test('misses none whose message came while the documents were handed over', async () => {
    const { memory, ada, corpus, indexes, embedded } = await setUp(message(1, 'apple'));
    let asked = 0;
    corpus.beforeBatch = async () => {
      asked += 1;
      // The second time it is asked for more, all messages have been read.
      if (asked !== 2) return;
      await memory.put(message(2, 'pear'));
      await memory.putVector('model', { key: 2, ...anyStored(2) });
    };
    await indexes.open(ada, MODEL);
    expect(embedded(await indexes.open(ada, MODEL))).toEqual([2]);
  });

  test('starts over with another model, and with a memory that is void', async () => {
    const { memory, ada, indexes, embedded } = await setUp(message(1, 'apple'));
    await memory.putVector('model', { key: 1, ...anyStored(1) });
    await indexes.open(ada, MODEL);
    expect(embedded(await indexes.open(ada, OTHER))).toEqual([]);
    await memory.putVector('other', { key: 1, ...storedVector(anyVector(1, 8)) });
    expect(embedded(await indexes.open(ada, OTHER))).toEqual([1]);
    await memory.startOver();
    expect(embedded(await indexes.open(ada, OTHER))).toEqual([1]);
  });
});

describe('a search by the configured model', () => {
  /** Forty messages that share no word with the question, the fifth of which is what is meant. */
  const create = async () => {
    const meant = anyVector(100);
    const said = Array.from({ length: 40 }, (_, i) => message(i + 1, `text ${i}`, { sessionKey: i }));
    const { memory, ada, corpus, indexes } = await setUp(...said);
    for (let key = 1; key <= 40; key += 1) {
      const vector = key === 5 ? meant : anyVector(key).map((x, k) => (k % 2 === 0 ? -x : x));
      await memory.putVector('model', { key, ...storedVector(vector) });
    }
    const search = createSearch(corpus, indexes, WEIGHTS, MODEL_WEIGHTS);
    return { memory, ada, search, byModel: { ...MODEL, vectors: [meant] } };
  };

  test('finds what is meant without a word of it, and says so', async () => {
    const { memory, ada, search, byModel } = await create();
    const { found, degraded } = await search(searchRequest(ada, 'zebra', { byModel, explain: true }));
    expect(found.slice(0, 1).map((first) => [memory.numberOf(first), first.foundBy])).toEqual([[5, 'meaning']]);
    // One of forty vectors lies as near by chance as counts at all.
    expect(found.length).toBeLessThanOrEqual(2);
    expect(found[0]?.explain?.map(({ step }) => step)).toContain('model');
    expect(degraded).toEqual([]);
  });

  test('finds nothing of it by words alone, nor without the vector of the question', async () => {
    const { ada, search, byModel } = await create();
    expect((await search(searchRequest(ada, 'zebra', { byModel, mode: 'words' }))).found).toEqual([]);
    expect((await search(searchRequest(ada, 'zebra'))).found).toEqual([]);
  });

  test('finds it by meaning alone', async () => {
    const { memory, ada, search, byModel } = await create();
    const { found } = await search(searchRequest(ada, 'text', { byModel, mode: 'meaning' }));
    expect(found.slice(0, 1).map(memory.numberOf)).toEqual([5]);
  });
});
