import { describe, expect, test } from 'bun:test';
import { storedVector } from '../../../src/embedding/quantised.ts';
import type { UserIndex } from '../../../src/retrieval/index/user-index.ts';
import { UserIndexes } from '../../../src/retrieval/index/user-indexes.ts';
import { MODEL_WEIGHTS } from '../../../src/retrieval/ranking/model-weights.ts';
import { WEIGHTS } from '../../../src/retrieval/ranking/weights.ts';
import { createSearch } from '../../../src/retrieval/search.ts';
import { FakeCorpus, message } from '../../support/fake-corpus.ts';
import { anyStored, anyVector, DIMENSIONS } from '../../support/retrieval/model-memory.ts';
import { searchRequest } from '../../support/search-request.ts';

const ada = { tenantKey: 1, userKey: 7 };
const MODEL = { fingerprint: 'model', dimensions: DIMENSIONS };
const OTHER = { fingerprint: 'other', dimensions: 8 };

const setUp = () => {
  const corpus = new FakeCorpus();
  const indexes = new UserIndexes(corpus, null, 100_000_000);
  return { corpus, indexes };
};

/** Keys of the messages that have a vector in an index. */
const embedded = (index: UserIndex | null): number[] => {
  const keys: number[] = [];
  for (let slot = 0; slot < (index?.slotCount ?? 0); slot += 1) {
    if ((index?.model?.rowOf(slot) ?? -1) >= 0) keys.push(index?.document(slot)?.key ?? -1);
  }
  return keys.sort((a, b) => a - b);
};

describe('catching up with the vectors of a model', () => {
  test('begins when somebody asks by the model, and not before', async () => {
    const { corpus, indexes } = setUp();
    corpus.put(7, message(1, 'apple'), message(2, 'pear'));
    corpus.putVector(7, 'model', { key: 1, ...anyStored(1) });
    expect((await indexes.open(ada))?.model).toBeNull();
    expect(embedded(await indexes.open(ada, MODEL))).toEqual([1]);
  });

  test('shows each vector from the moment it was filed, and takes in only what is new', async () => {
    const { corpus, indexes } = setUp();
    corpus.put(7, message(1, 'apple'), message(2, 'pear'), message(3, 'plum'));
    corpus.putVector(7, 'model', { key: 1, ...anyStored(1) });
    expect(embedded(await indexes.open(ada, MODEL))).toEqual([1]);
    corpus.putVector(7, 'model', { key: 3, ...anyStored(3) });
    corpus.putVector(7, 'other', { key: 2, ...anyStored(2) });
    expect(embedded(await indexes.open(ada, MODEL))).toEqual([1, 3]);
    corpus.put(7, message(1, 'another'));
    expect(embedded(await indexes.open(ada, MODEL))).toEqual([3]);
    corpus.putVector(7, 'model', { key: 1, ...anyStored(4) });
    expect(embedded(await indexes.open(ada, MODEL))).toEqual([1, 3]);
    corpus.retract(7, { kind: 'message', key: 3 });
    expect(embedded(await indexes.open(ada, MODEL))).toEqual([1]);
  });

  test('misses none that was filed while questions were asked without the model', async () => {
    const { corpus, indexes } = setUp();
    corpus.put(7, message(1, 'apple'), message(2, 'pear'));
    await indexes.open(ada, MODEL);
    corpus.putVector(7, 'model', { key: 1, ...anyStored(1) });
    await indexes.open(ada);
    corpus.putVector(7, 'model', { key: 2, ...anyStored(2) });
    await indexes.open(ada);
    expect(embedded(await indexes.open(ada, MODEL))).toEqual([1, 2]);
  });

  test('misses none whose message came while the documents were handed over', async () => {
    const { corpus, indexes } = setUp();
    corpus.put(7, message(1, 'apple'));
    let once = true;
    corpus.beforeBatch = async () => {
      // The second time it is asked for more, all documents have been read.
      if (corpus.loads.length === 0 || !once) return;
      once = false;
      corpus.put(7, message(2, 'pear'));
      corpus.putVector(7, 'model', { key: 2, ...anyStored(2) });
    };
    await indexes.open(ada, MODEL);
    expect(embedded(await indexes.open(ada, MODEL))).toEqual([2]);
  });

  test('starts over with another model, and with a memory that is void', async () => {
    const { corpus, indexes } = setUp();
    corpus.put(7, message(1, 'apple'));
    corpus.putVector(7, 'model', { key: 1, ...anyStored(1) });
    await indexes.open(ada, MODEL);
    expect(embedded(await indexes.open(ada, OTHER))).toEqual([]);
    corpus.putVector(7, 'other', { key: 1, ...storedVector(anyVector(1, 8)) });
    expect(embedded(await indexes.open(ada, OTHER))).toEqual([1]);
    corpus.startOver(7);
    expect(embedded(await indexes.open(ada, OTHER))).toEqual([1]);
  });
});

describe('a search by the configured model', () => {
  /** Forty messages that share no word with the question, the fifth of which is what is meant. */
  const create = () => {
    const { corpus, indexes } = setUp();
    const meant = anyVector(100);
    corpus.put(7, ...Array.from({ length: 40 }, (_, i) => message(i + 1, `text ${i}`, { sessionKey: i })));
    for (let key = 1; key <= 40; key += 1) {
      const vector = key === 5 ? meant : anyVector(key).map((x, k) => (k % 2 === 0 ? -x : x));
      corpus.putVector(7, 'model', { key, ...storedVector(vector) });
    }
    const search = createSearch(corpus, indexes, WEIGHTS, MODEL_WEIGHTS);
    return { search, byModel: { ...MODEL, vectors: [meant] } };
  };

  test('finds what is meant without a word of it, and says so', async () => {
    const { search, byModel } = create();
    const { found, degraded } = await search(searchRequest(ada, 'zebra', { byModel, explain: true }));
    expect(found[0]).toMatchObject({ key: 5, foundBy: 'meaning' });
    // One of forty vectors lies as near by chance as counts at all.
    expect(found.length).toBeLessThanOrEqual(2);
    expect(found[0]?.explain?.map(({ step }) => step)).toContain('model');
    expect(degraded).toEqual([]);
  });

  test('finds nothing of it by words alone, nor without the vector of the question', async () => {
    const { search, byModel } = create();
    expect((await search(searchRequest(ada, 'zebra', { byModel, mode: 'words' }))).found).toEqual([]);
    expect((await search(searchRequest(ada, 'zebra'))).found).toEqual([]);
  });

  test('finds it by meaning alone', async () => {
    const { search, byModel } = create();
    const { found } = await search(searchRequest(ada, 'text', { byModel, mode: 'meaning' }));
    expect(found[0]?.key).toBe(5);
  });
});
