import { describe, expect, spyOn, test } from 'bun:test';
import fc from 'fast-check';
import { eachPosting } from '../../../src/retrieval/evidence/question-terms.ts';
import type { UserIndex } from '../../../src/retrieval/index/user-index.ts';
import { MemoryTooLargeError, TOO_LARGE, UserIndexes } from '../../../src/retrieval/index/user-indexes.ts';
import { termsOf } from '../../../src/text/terms.ts';
import { FakeCorpus, knowledge, message } from '../../support/fake-corpus.ts';

const SEED = 20_261_123;
const ROOMY = 100_000_000;
const ada = { tenantKey: 1, userKey: 7 };

/** The documents that hold a word, by key. */
const found = (index: UserIndex | null, word: string): number[] => {
  if (index === null) return [];
  const keys: number[] = [];
  for (const term of termsOf(word)) {
    const list = index.words.get(term);
    if (list) eachPosting(index, list, (slot) => keys.push(index.document(slot)?.key ?? -1));
  }
  return keys.sort((a, b) => a - b);
};

const setUp = (maxBytes = ROOMY) => {
  const corpus = new FakeCorpus();
  return { corpus, indexes: new UserIndexes(corpus, null, maxBytes) };
};

/** A promise, and the function that keeps it. */
const gate = () => Promise.withResolvers<void>();

describe('catching up', () => {
  test('shows each write from the moment it was made', async () => {
    const { corpus, indexes } = setUp();
    corpus.put(7, message(1, 'apple'));
    expect(found(await indexes.open(ada), 'apple')).toEqual([1]);
    corpus.put(7, message(2, 'apple'), knowledge(3, 'apple'));
    expect(found(await indexes.open(ada), 'apple')).toEqual([1, 2, 3]);
    corpus.put(7, message(1, 'banana'));
    expect(found(await indexes.open(ada), 'apple')).toEqual([2, 3]);
    corpus.retract(7, { kind: 'message', key: 2 });
    expect(found(await indexes.open(ada), 'apple')).toEqual([3]);
  });

  test('reads only what is new, and nothing when nothing is', async () => {
    const { corpus, indexes } = setUp();
    corpus.put(7, message(1, 'apple'));
    await indexes.open(ada);
    await indexes.open(ada);
    corpus.put(7, message(2, 'apple'));
    await indexes.open(ada);
    expect(corpus.loads.map(({ after }) => after)).toEqual([0, 1]);
  });

  test('takes what came in meanwhile in once, and what changed of it since anew', async () => {
    const { corpus, indexes } = setUp();
    const some = (from: number) => Array.from({ length: 4 }, (_, i) => message(from + i, 'apple'));
    corpus.put(7, ...some(0));
    let batches = 0;
    corpus.beforeBatch = async () => {
      batches += 1;
      if (batches <= 3) corpus.put(7, ...some(10 * batches));
    };
    const first = await indexes.open(ada);
    expect([first?.size, first?.slotCount]).toEqual([16, 16]);
    corpus.put(7, message(31, 'banana'));
    corpus.retract(7, { kind: 'message', key: 32 });
    const index = await indexes.open(ada);
    expect([index?.size, index?.slotCount]).toEqual([15, 17]);
    expect(found(index, 'banana')).toEqual([31]);
    expect(found(index, 'apple')).toEqual([0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23, 30, 33]);
  });

  test('takes a change of many in whole, also when it comes in several batches', async () => {
    const { corpus, indexes } = setUp();
    const all = (text: string) => Array.from({ length: 10 }, (_, i) => message(i, text));
    corpus.put(7, ...all('apple'));
    await indexes.open(ada);
    corpus.put(7, ...all('banana'));
    expect(found(await indexes.open(ada), 'banana')).toHaveLength(10);
    corpus.put(7, ...all('cherry'));
    expect(found(await indexes.open(ada), 'cherry')).toHaveLength(10);
  });

  test('lets others have their turn between long documents', async () => {
    const { corpus, indexes } = setUp();
    corpus.put(7, ...Array.from({ length: 3 }, (_, i) => message(i, 'apple pie '.repeat(10_000))));
    let turns = 0;
    let isOpen = false;
    const count = (): void => {
      turns += 1;
      if (!isOpen) setImmediate(count);
    };
    setImmediate(count);
    await indexes.open(ada);
    isOpen = true;
    expect(turns).toBeGreaterThanOrEqual(3);
  });

  test('lets others have their turn while a long session is taken out', async () => {
    const { corpus, indexes } = setUp();
    const messages = Array.from({ length: 1_000 }, (_, i) => message(i, 'apple', { sessionKey: i % 2 }));
    corpus.put(7, ...messages);
    await indexes.open(ada);
    corpus.retract(7, { kind: 'session', key: 1 });
    let turns = 0;
    let isOpen = false;
    const count = (): void => {
      turns += 1;
      if (!isOpen) setImmediate(count);
    };
    setImmediate(count);
    const index = await indexes.open(ada);
    isOpen = true;
    expect(turns).toBeGreaterThanOrEqual(4);
    expect(index?.size).toBe(500);
  });

  test('starts over when the corpus says that all is void', async () => {
    const { corpus, indexes } = setUp();
    corpus.put(7, message(1, 'apple', { usualSpeaker: 'Ada' }));
    await indexes.open(ada);
    corpus.startOver(7);
    await indexes.open(ada);
    expect(corpus.loads.map(({ after }) => after)).toEqual([0, 0]);
  });

  test('starts over when so much was withdrawn that the rest is worn', async () => {
    const { corpus, indexes } = setUp();
    corpus.put(7, ...Array.from({ length: 1_200 }, (_, i) => message(i, 'apple')));
    await indexes.open(ada);
    corpus.retract(7, ...Array.from({ length: 600 }, (_, i) => ({ kind: 'message', key: i }) as const));
    const index = await indexes.open(ada);
    expect(corpus.loads.map(({ after }) => after)).toEqual([0, 0]);
    expect([index?.size, index?.slotCount]).toEqual([600, 600]);
  });

  test('is null for a user who is not there, or no longer', async () => {
    const { corpus, indexes } = setUp();
    expect(await indexes.open(ada)).toBeNull();
    corpus.put(7, message(1, 'apple'));
    expect(found(await indexes.open(ada), 'apple')).toEqual([1]);
    corpus.drop(7);
    expect(await indexes.open(ada)).toBeNull();
  });

  test('finds the empty memory of a user who has said nothing', async () => {
    const { corpus, indexes } = setUp();
    corpus.retract(7);
    expect((await indexes.open(ada))?.size).toBe(0);
  });

  test('is done once at a time for each user, and a later one starts where it ended', async () => {
    const { corpus, indexes } = setUp();
    corpus.put(7, message(1, 'apple'));
    const opened = await Promise.all(Array.from({ length: 10 }, () => indexes.open(ada)));
    expect(new Set(opened).size).toBe(1);
    expect(corpus.loads).toHaveLength(1);
  });

  test('of one user does not wait for that of another', async () => {
    const { corpus, indexes } = setUp();
    corpus.put(7, message(1, 'apple'));
    corpus.put(8, message(2, 'apple'));
    const held = gate();
    corpus.beforeBatch = () => (corpus.loads.at(-1)?.userKey === 7 ? held.promise : Promise.resolve());
    const slow = indexes.open(ada);
    await Promise.resolve();
    expect(found(await indexes.open({ tenantKey: 1, userKey: 8 }), 'apple')).toEqual([2]);
    held.resolve();
    expect(found(await slow, 'apple')).toEqual([1]);
  });

  test('shows what is written while it is under way to the one who asks after the write', async () => {
    const { corpus, indexes } = setUp();
    corpus.put(7, message(1, 'apple'));
    const held = gate();
    corpus.beforeBatch = () => held.promise;
    const early = indexes.open(ada);
    await Promise.resolve();
    corpus.put(7, message(2, 'apple'));
    corpus.retract(7, { kind: 'message', key: 1 });
    const late = indexes.open(ada);
    held.resolve();
    await early;
    expect(found(await late, 'apple')).toEqual([2]);
  });

  test('that fails leaves nothing half-done behind: the next one is whole', async () => {
    const { corpus, indexes } = setUp();
    corpus.put(7, ...[1, 2, 3, 4, 5, 6, 7, 8].map((key) => message(key, 'apple')));
    let batches = 0;
    corpus.beforeBatch = async () => {
      batches += 1;
      if (batches === 2) throw new Error('the disk does not answer');
    };
    expect(indexes.open(ada)).rejects.toThrow('the disk does not answer');
    expect(found(await indexes.open(ada), 'apple')).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('that fails does not take those with it who wait behind it', async () => {
    const { corpus, indexes } = setUp();
    corpus.put(7, message(1, 'apple'));
    let isFirst = true;
    corpus.beforeBatch = async () => {
      if (!isFirst) return;
      isFirst = false;
      throw new Error('the disk does not answer');
    };
    const [first, second] = await Promise.allSettled([indexes.open(ada), indexes.open(ada)]);
    expect(first.status).toBe('rejected');
    expect(second.status === 'fulfilled' && found(second.value, 'apple')).toEqual([1]);
  });

  test('after any history finds what the corpus holds', async () => {
    const word = fc.constantFrom('apple', 'banana', 'cherry');
    const key = fc.integer({ min: 1, max: 9 });
    const put = fc.tuple(key, word).map(([k, text]) => (corpus: FakeCorpus) => {
      corpus.put(7, message(k, text, { sessionKey: k % 3 }));
    });
    const retract = fc.tuple(fc.constantFrom('message', 'session'), key).map(([kind, k]) => (corpus: FakeCorpus) => {
      corpus.retract(7, { kind: kind as 'message' | 'session', key: k });
    });
    const startOver = fc.constant((corpus: FakeCorpus) => corpus.startOver(7));
    const change = fc.oneof({ weight: 6, arbitrary: put }, { weight: 3, arbitrary: retract }, startOver);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(change, fc.boolean()), { maxLength: 40 }), async (history) => {
        const { corpus, indexes } = setUp();
        for (const [act, look] of history) {
          act(corpus);
          if (!look) continue;
          const index = await indexes.open(ada);
          for (const text of ['apple', 'banana', 'cherry']) {
            const holders = corpus.all(7).filter(({ content }) => content === text);
            expect(found(index, text)).toEqual(holders.map((document) => document.key).sort((a, b) => a - b));
          }
        }
      }),
      { seed: SEED, numRuns: 300 },
    );
  });
});

describe('a memory with more documents than are taken', () => {
  const twoAtMost = (corpus: FakeCorpus) => new UserIndexes(corpus, null, ROOMY, { mostDocuments: 2 });

  test('is refused when it is loaded and when it grows, and others are found', async () => {
    const corpus = new FakeCorpus();
    const indexes = twoAtMost(corpus);
    corpus.put(7, message(1, 'apple'), message(2, 'apple'));
    corpus.put(8, message(3, 'apple'), message(4, 'apple'), message(5, 'apple'));
    const bob = { tenantKey: 1, userKey: 8 };
    expect(found(await indexes.open(ada), 'apple')).toEqual([1, 2]);
    await expect(indexes.open(bob)).rejects.toThrow(MemoryTooLargeError);
    corpus.put(7, knowledge(6, 'apple'));
    await expect(indexes.open(ada)).rejects.toThrow(MemoryTooLargeError);
    await expect(indexes.open(ada)).rejects.toMatchObject({ code: TOO_LARGE });
  });

  test('is refused before any of its segments is read, when there are so many', async () => {
    const corpus = new FakeCorpus();
    corpus.put(7, ...Array.from({ length: 30 }, (_, i) => message(i + 1, 'apple')));
    const unbounded = new UserIndexes(corpus, null, ROOMY, { segmentMessages: 1 });
    await unbounded.open(ada);
    for (let made = unbounded.nextSegment(ada); made; made = unbounded.nextSegment(ada)) {
      await corpus.saveSegment(made);
      unbounded.gaveSegment(made);
    }
    const read = spyOn(corpus, 'readSegment');
    const bounded = new UserIndexes(corpus, null, ROOMY, { segmentMessages: 1, mostDocuments: 2 });
    await expect(bounded.open(ada)).rejects.toThrow(MemoryTooLargeError);
    expect(read).not.toHaveBeenCalled();
  });

  test('is taken again when it has become smaller', async () => {
    const corpus = new FakeCorpus();
    const indexes = twoAtMost(corpus);
    corpus.put(7, message(1, 'apple'), message(2, 'apple'), message(3, 'apple'));
    await expect(indexes.open(ada)).rejects.toThrow(MemoryTooLargeError);
    corpus.retract(7, { kind: 'message', key: 2 });
    expect(found(await indexes.open(ada), 'apple')).toEqual([1, 3]);
  });
});

describe('memory', () => {
  const users = [1, 2, 3].map((userKey) => ({ tenantKey: 1, userKey }));
  const text = Array.from({ length: 50 }, (_, i) => `word${i}`).join(' ');

  /** Three users with indexes of the same size, and that size. */
  const threeUsers = async () => {
    const { corpus, indexes } = setUp();
    for (const { userKey } of users) corpus.put(userKey, message(userKey, text));
    const bytes = (await indexes.open({ tenantKey: 1, userKey: 1 }))?.bytes ?? 0;
    corpus.loads.length = 0;
    return { corpus, bytes };
  };

  test('is bounded: the least recently used index goes, and comes back when it is asked for', async () => {
    const { corpus, bytes } = await threeUsers();
    const indexes = new UserIndexes(corpus, null, bytes * 2);
    const [one, two, three] = users as [(typeof users)[0], (typeof users)[0], (typeof users)[0]];
    for (const owner of [one, two, one, three, one]) await indexes.open(owner);
    expect(corpus.loads.map(({ userKey }) => userKey)).toEqual([1, 2, 3]);
    expect(found(await indexes.open(two), 'word7')).toEqual([2]);
    expect(corpus.loads.map(({ userKey }) => userKey)).toEqual([1, 2, 3, 2]);
  });

  test('is a single index that is larger than all that may be kept, until another is asked for', async () => {
    const { corpus, bytes } = await threeUsers();
    const indexes = new UserIndexes(corpus, null, Math.floor(bytes / 2));
    for (const userKey of [1, 1, 2, 1]) {
      expect(found(await indexes.open({ tenantKey: 1, userKey }), 'word7')).toHaveLength(1);
    }
    expect(corpus.loads.map(({ userKey }) => userKey)).toEqual([1, 2, 1]);
  });

  test('of an index that grew is counted as it is now', async () => {
    const { corpus, bytes } = await threeUsers();
    const indexes = new UserIndexes(corpus, null, bytes * 2);
    const [one, two] = users as [(typeof users)[0], (typeof users)[0]];
    await indexes.open(one);
    await indexes.open(two);
    corpus.put(2, message(20, text.replaceAll('word', 'other')));
    await indexes.open(two);
    corpus.loads.length = 0;
    await indexes.open(one);
    expect(corpus.loads).toEqual([{ userKey: 1, after: 0 }]);
  });

  test('is given back when a user is forgotten', async () => {
    const { corpus, indexes } = setUp();
    corpus.put(7, message(1, 'apple'));
    await indexes.open(ada);
    indexes.forget(7);
    await indexes.open(ada);
    expect(corpus.loads.map(({ after }) => after)).toEqual([0, 0]);
  });

  test('is given back when a user is forgotten while the index is on its way', async () => {
    const { corpus, indexes } = setUp();
    corpus.put(7, message(1, 'apple'));
    const held = gate();
    corpus.beforeBatch = () => held.promise;
    const opening = indexes.open(ada);
    // The catch-up is at its documents by now.
    while (corpus.loads.length === 0) await Promise.resolve();
    indexes.forget(7);
    held.resolve();
    await opening;
    await indexes.open(ada);
    expect(corpus.loads.map(({ after }) => after)).toEqual([0, 0]);
  });
});
