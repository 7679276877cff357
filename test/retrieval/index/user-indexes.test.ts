import { afterAll, describe, expect, spyOn, test } from 'bun:test';
import fc from 'fast-check';
import { eachPosting } from '../../../src/retrieval/evidence/question-terms.ts';
import { MemoryTooLargeError, TOO_LARGE } from '../../../src/retrieval/index/memory-too-large.ts';
import type { UserIndex } from '../../../src/retrieval/index/user-index.ts';
import { UserIndexes } from '../../../src/retrieval/index/user-indexes.ts';
import { termsOf } from '../../../src/text/terms.ts';
import { knowledge, message } from '../../support/retrieval/documents.ts';
import { openMemories } from '../../support/retrieval/memories.ts';
import type { StoredMemory, Told } from '../../support/retrieval/stored-memory.ts';
import type { WatchedCorpus } from '../../support/retrieval/watched-corpus.ts';

const SEED = 20_261_123;
const ROOMY = 100_000_000;
const memories = await openMemories();
afterAll(() => memories.close());

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** The documents of a memory that hold a word, by their numbers. */
const holders = (memory: StoredMemory, index: UserIndex | null, word: string): number[] => {
  if (index === null) return [];
  const numbers: number[] = [];
  for (const term of termsOf(word)) {
    const list = index.words.get(term);
    if (!list) continue;
    eachPosting(index, list, (slot) => {
      const document = index.document(slot);
      if (document) numbers.push(memory.numberOf(document));
    });
  }
  return numbers.sort((a, b) => a - b);
};

const remember = async (...told: readonly Told[]): Promise<StoredMemory> => {
  const memory = await memories.create();
  await memory.put(...told);
  return memory;
};

const setUp = async (...told: readonly Told[]) => {
  const memory = await remember(...told);
  const corpus = memories.watch();
  const indexes = new UserIndexes(corpus, null, ROOMY);
  return {
    memory,
    corpus,
    indexes,
    open: () => indexes.open(memory.owner),
    found: (index: UserIndex | null, word: string) => holders(memory, index, word),
    /** From which generations documents were asked for. */
    loads: () => corpus.loads.map(({ after }) => after),
  };
};

/** What it answers, and how many turns of the event loop others had meanwhile. */
const turnsDuring = async <T>(work: () => Promise<T>): Promise<{ turns: number; answer: T }> => {
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const answer = await work();
  isOver = true;
  return { turns, answer };
};

/** A promise, and the function that keeps it. */
const gate = () => Promise.withResolvers<void>();

describe('catching up', () => {
  test('shows each write from the moment it was made', async () => {
    const { memory, open, found } = await setUp(message(1, 'apple'));
    expect(found(await open(), 'apple')).toEqual([1]);
    await memory.put(message(2, 'apple'), knowledge(3, 'apple'));
    expect(found(await open(), 'apple')).toEqual([1, 2, 3]);
    await memory.put(message(1, 'banana'));
    expect(found(await open(), 'apple')).toEqual([2, 3]);
    await memory.retract({ kind: 'message', key: 2 });
    expect(found(await open(), 'apple')).toEqual([3]);
  });

  test('reads only what is new, and nothing when nothing is', async () => {
    const { memory, open, loads } = await setUp(message(1, 'apple'));
    await open();
    await open();
    await memory.put(message(2, 'apple'));
    await open();
    expect(loads()).toEqual([0, 1]);
  });

  test('takes what came in meanwhile in once, and what changed of it since anew', async () => {
    const { memory, corpus, open, found } = await setUp();
    // As many as are handed over at a time.
    const some = (from: number) => Array.from({ length: 500 }, (_, i) => message(from + i, 'apple'));
    await memory.put(...some(0));
    let batches = 0;
    corpus.beforeBatch = async () => {
      batches += 1;
      if (batches <= 3) await memory.put(...some(500 * batches));
    };
    const first = await open();
    expect([first?.size, first?.slotCount]).toEqual([2_000, 2_000]);
    await memory.put(message(1_501, 'banana'));
    await memory.retract({ kind: 'message', key: 1_502 });
    const index = await open();
    expect([index?.size, index?.slotCount]).toEqual([1_999, 2_001]);
    expect(found(index, 'banana')).toEqual([1_501]);
    const left = Array.from({ length: 2_000 }, (_, i) => i).filter((i) => i !== 1_501 && i !== 1_502);
    expect(found(index, 'apple')).toEqual(left);
  });

  test('takes a change of many in whole, also when it comes in several batches', async () => {
    const { memory, open, found } = await setUp();
    const all = (text: string) => Array.from({ length: 600 }, (_, i) => message(i, text));
    await memory.put(...all('apple'));
    await open();
    await memory.put(...all('banana'));
    expect(found(await open(), 'banana')).toHaveLength(600);
    await memory.put(...all('cherry'));
    expect(found(await open(), 'cherry')).toHaveLength(600);
  });

  test('lets others have their turn between long documents and within them', async () => {
    const { memory, open } = await setUp();
    await memory.put(...Array.from({ length: 3 }, (_, i) => message(i, 'apple pie '.repeat(10_000))));
    expect((await turnsDuring(open)).turns).toBeGreaterThanOrEqual(15);
  });

  test('lets others have their turn while it passes over what it has', async () => {
    const { memory, corpus, open, loads } = await setUp(message(0, 'apple'));
    let isFirst = true;
    corpus.beforeBatch = async () => {
      if (isFirst) await memory.put(...Array.from({ length: 2_000 }, (_, i) => message(i + 1, 'apple')));
      isFirst = false;
    };
    expect((await open())?.size).toBe(2_001);
    const { turns, answer: index } = await turnsDuring(open);
    expect([index?.size, index?.slotCount, loads()]).toEqual([2_001, 2_001, [0, 1]]);
    expect(turns).toBeGreaterThanOrEqual(15);
  });

  test('lets others have their turn while a long session is taken out', async () => {
    const { memory, open } = await setUp();
    const messages = Array.from({ length: 1_000 }, (_, i) => message(i, 'apple', { sessionKey: i < 500 ? 0 : 1 }));
    await memory.put(...messages);
    await open();
    await memory.retract({ kind: 'session', key: 1 });
    const { turns, answer: index } = await turnsDuring(open);
    expect(turns).toBeGreaterThanOrEqual(4);
    expect(index?.size).toBe(500);
  });

  test('starts over when the corpus says that all is void', async () => {
    const { memory, open, loads } = await setUp();
    await memory.put(message(1, 'apple'));
    await open();
    await memory.startOver();
    await open();
    expect(loads()).toEqual([0, 0]);
  });

  test('starts over when so much was withdrawn that the rest is worn', async () => {
    const { memory, open, loads } = await setUp();
    await memory.put(...Array.from({ length: 1_200 }, (_, i) => message(i, 'apple')));
    await open();
    await memory.retract(...Array.from({ length: 600 }, (_, i) => ({ kind: 'message', key: i }) as const));
    const index = await open();
    expect(loads()).toEqual([0, 0]);
    expect([index?.size, index?.slotCount]).toEqual([600, 600]);
  });

  test('looks at the store only when the index lacks the generation that was seen, and then shows all that there is', async () => {
    const { memory, corpus, indexes, open, found } = await setUp(message(1, 'apple'));
    const looks = spyOn(corpus, 'changes');
    const first = (await open())?.generation ?? 0;
    expect(found(await indexes.open(memory.owner, null, first), 'apple')).toEqual([1]);
    expect(looks).toHaveBeenCalledTimes(1);
    await memory.put(message(2, 'apple'));
    const second = (await corpus.generation(memory.owner.tenantKey, memory.owner.userKey)) ?? 0;
    await memory.put(message(3, 'apple'));
    expect(found(await indexes.open(memory.owner, null, second), 'apple')).toEqual([1, 2, 3]);
    expect(looks).toHaveBeenCalledTimes(2);
  });

  test('is null for a user who is not there, or no longer', async () => {
    const { memory, indexes, open, found } = await setUp(message(1, 'apple'));
    expect(await indexes.open({ ...memory.owner, userKey: Number.MAX_SAFE_INTEGER })).toBeNull();
    expect(found(await open(), 'apple')).toEqual([1]);
    await memory.drop();
    expect(await open()).toBeNull();
  });

  test('finds the empty memory of a user who has said nothing', async () => {
    const { open } = await setUp();
    expect((await open())?.size).toBe(0);
  });

  test('is done once at a time for each user, and a later one starts where it ended', async () => {
    const { corpus, open } = await setUp(message(1, 'apple'));
    const opened = await Promise.all(Array.from({ length: 10 }, () => open()));
    expect(new Set(opened).size).toBe(1);
    expect(corpus.loads).toHaveLength(1);
  });

  test('of one user does not wait for that of another', async () => {
    const { memory, corpus, indexes, open, found } = await setUp(message(1, 'apple'));
    const other = await remember(message(2, 'apple'));
    const held = gate();
    const { userKey } = memory.owner;
    corpus.beforeBatch = () => (corpus.loads.at(-1)?.userKey === userKey ? held.promise : Promise.resolve());
    const slow = open();
    await Promise.resolve();
    expect(holders(other, await indexes.open(other.owner), 'apple')).toEqual([2]);
    held.resolve();
    expect(found(await slow, 'apple')).toEqual([1]);
  });

  test('shows what is written while it is under way to the one who asks after the write', async () => {
    const { memory, corpus, open, found } = await setUp(message(1, 'apple'));
    const held = gate();
    corpus.beforeBatch = () => held.promise;
    const early = open();
    await Promise.resolve();
    await memory.put(message(2, 'apple'));
    await memory.retract({ kind: 'message', key: 1 });
    const late = open();
    held.resolve();
    await early;
    expect(found(await late, 'apple')).toEqual([2]);
  });

  test('that fails leaves nothing half-done behind: the next one is whole', async () => {
    const { memory, corpus, open, found } = await setUp();
    await memory.put(...[1, 2, 3, 4, 5, 6, 7, 8].map((key) => message(key, 'apple')));
    let batches = 0;
    corpus.beforeBatch = async () => {
      batches += 1;
      if (batches === 2) throw new Error('the disk does not answer');
    };
    expect(open()).rejects.toThrow('the disk does not answer');
    expect(found(await open(), 'apple')).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('that fails does not take those with it who wait behind it', async () => {
    const { corpus, open, found } = await setUp(message(1, 'apple'));
    let isFirst = true;
    corpus.beforeBatch = async () => {
      if (!isFirst) return;
      isFirst = false;
      throw new Error('the disk does not answer');
    };
    const [first, second] = await Promise.allSettled([open(), open()]);
    expect(first.status).toBe('rejected');
    expect(second.status === 'fulfilled' && found(second.value, 'apple')).toEqual([1]);
  });

  test('after any history finds what the corpus holds', async () => {
    const word = fc.constantFrom('apple', 'banana', 'cherry');
    const key = fc.integer({ min: 1, max: 9 });
    const put = fc.tuple(key, word).map(([k, text]) => (memory: StoredMemory) => {
      return memory.put(message(k, text, { sessionKey: k % 3 }));
    });
    const retract = fc.tuple(fc.constantFrom('message', 'session'), key).map(([kind, k]) => (memory: StoredMemory) => {
      return memory.retract({ kind: kind as 'message' | 'session', key: k });
    });
    const startOver = fc.constant((memory: StoredMemory) => memory.startOver());
    const change = fc.oneof({ weight: 6, arbitrary: put }, { weight: 3, arbitrary: retract }, startOver);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(change, fc.boolean()), { maxLength: 40 }), async (history) => {
        const { memory, open, found } = await setUp();
        for (const [act, look] of history) {
          await act(memory);
          if (!look) continue;
          const index = await open();
          for (const text of ['apple', 'banana', 'cherry']) {
            const holding = memory.all().filter(({ content }) => content === text);
            expect(found(index, text)).toEqual(holding.map((document) => document.key).sort((a, b) => a - b));
          }
        }
      }),
      { seed: SEED, numRuns: 300 },
    );
  });
});

describe('a memory with more documents than are taken', () => {
  const twoAtMost = () => new UserIndexes(memories.watch(), null, ROOMY, { mostDocuments: 2 });

  test('is refused when it is loaded and when it grows, and others are found', async () => {
    const indexes = twoAtMost();
    const ada = await remember(message(1, 'apple'), message(2, 'apple'));
    const bob = await remember(message(3, 'apple'), message(4, 'apple'), message(5, 'apple'));
    expect(holders(ada, await indexes.open(ada.owner), 'apple')).toEqual([1, 2]);
    await expect(indexes.open(bob.owner)).rejects.toThrow(MemoryTooLargeError);
    await ada.put(knowledge(6, 'apple'));
    await expect(indexes.open(ada.owner)).rejects.toThrow(MemoryTooLargeError);
    await expect(indexes.open(ada.owner)).rejects.toMatchObject({ code: TOO_LARGE });
  });

  test('is refused before any of its segments is read, when there are so many', async () => {
    const { owner } = await remember(...Array.from({ length: 30 }, (_, i) => message(i + 1, 'apple')));
    const corpus = memories.watch();
    const unbounded = new UserIndexes(corpus, null, ROOMY, { segmentMessages: 1 });
    await unbounded.open(owner);
    for (let made = unbounded.nextSegment(owner); made; made = unbounded.nextSegment(owner)) {
      await corpus.saveSegment(made);
      unbounded.gaveSegment(made);
    }
    const read = spyOn(corpus, 'readSegment');
    const bounded = new UserIndexes(corpus, null, ROOMY, { segmentMessages: 1, mostDocuments: 2 });
    await expect(bounded.open(owner)).rejects.toThrow(MemoryTooLargeError);
    expect(read).not.toHaveBeenCalled();
  });

  test('is taken again when it has become smaller', async () => {
    const indexes = twoAtMost();
    const ada = await remember(message(1, 'apple'), message(2, 'apple'), message(3, 'apple'));
    await expect(indexes.open(ada.owner)).rejects.toThrow(MemoryTooLargeError);
    await ada.retract({ kind: 'message', key: 2 });
    expect(holders(ada, await indexes.open(ada.owner), 'apple')).toEqual([1, 3]);
  });
});

describe('memory', () => {
  const text = Array.from({ length: 50 }, (_, i) => `word${LETTERS[i % 26]}${LETTERS[Math.trunc(i / 26)]}`).join(' ');

  /** Three users with indexes of the same size, and that size. */
  const threeUsers = async () => {
    const users = [
      await remember(message(1, text)),
      await remember(message(1, text)),
      await remember(message(1, text)),
    ];
    const [one, two, three] = users as [StoredMemory, StoredMemory, StoredMemory];
    const bytes = (await new UserIndexes(memories.watch(), null, ROOMY).open(one.owner))?.bytes ?? 0;
    return { one, two, three, corpus: memories.watch(), bytes };
  };
  const loadsOf = (corpus: WatchedCorpus): number[] => corpus.loads.map(({ userKey }) => userKey);
  const userKeysOf = (...users: readonly StoredMemory[]): number[] => users.map(({ owner }) => owner.userKey);

  test('is bounded: the least recently used index goes, and comes back when it is asked for', async () => {
    const { one, two, three, corpus, bytes } = await threeUsers();
    const indexes = new UserIndexes(corpus, null, bytes * 2);
    for (const { owner } of [one, two, one, three, one]) await indexes.open(owner);
    expect(loadsOf(corpus)).toEqual(userKeysOf(one, two, three));
    expect(holders(two, await indexes.open(two.owner), 'wordha')).toEqual([1]);
    expect(loadsOf(corpus)).toEqual(userKeysOf(one, two, three, two));
  });

  test('is a single index that is larger than all that may be kept, until another is asked for', async () => {
    const { one, two, corpus, bytes } = await threeUsers();
    const indexes = new UserIndexes(corpus, null, Math.floor(bytes / 2));
    for (const memory of [one, one, two, one]) {
      expect(holders(memory, await indexes.open(memory.owner), 'wordha')).toEqual([1]);
    }
    expect(loadsOf(corpus)).toEqual(userKeysOf(one, two, one));
  });

  test('of an index that grew is counted as it is now', async () => {
    const { one, two, corpus, bytes } = await threeUsers();
    const indexes = new UserIndexes(corpus, null, bytes * 2);
    await indexes.open(one.owner);
    await indexes.open(two.owner);
    await two.put(message(20, text.replaceAll('word', 'other')));
    await indexes.open(two.owner);
    corpus.loads.length = 0;
    await indexes.open(one.owner);
    expect(corpus.loads).toEqual([{ userKey: one.owner.userKey, after: 0 }]);
  });

  test('is given back when a user is forgotten', async () => {
    const { memory, indexes, open, loads } = await setUp(message(1, 'apple'));
    await open();
    indexes.forget(memory.owner.userKey);
    await open();
    expect(loads()).toEqual([0, 0]);
  });

  test('is given back when a user is forgotten while the index is on its way', async () => {
    const { memory, corpus, indexes, open, loads } = await setUp(message(1, 'apple'));
    const held = gate();
    corpus.beforeBatch = () => held.promise;
    const opening = open();
    // The catch-up is at its documents by now.
    while (corpus.loads.length === 0) await Promise.resolve();
    indexes.forget(memory.owner.userKey);
    held.resolve();
    await opening;
    await open();
    expect(loads()).toEqual([0, 0]);
  });
});
