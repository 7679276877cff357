import { afterAll, describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import type { IndexSegment } from '../../../src/contract/corpus.ts';
import { segmentMaker } from '../../../src/retrieval/index/segments.ts';
import { UserIndexes } from '../../../src/retrieval/index/user-indexes.ts';
import { WEIGHTS } from '../../../src/retrieval/ranking/weights.ts';
import { createSearch } from '../../../src/retrieval/search.ts';
import { documentsAfter } from '../../contract/snapshot.ts';
import { present } from '../../contract/world.ts';
import { anyQuestions, CHANGES, expectSame } from '../../support/retrieval/changes.ts';
import {
  type ChangingMemory,
  corpusWith,
  memoryInStore,
  withoutSegments,
} from '../../support/retrieval/changing-memory.ts';
import { openMemories } from '../../support/retrieval/memories.ts';
import { realMeaning } from '../../support/retrieval/real-meaning.ts';
import { searchRequest } from '../../support/search-request.ts';

const SEED = 20_261_124;
const ROOMY = 100_000_000;
const SMALL = 3;
const meaning = realMeaning();
const memories = await openMemories();
afterAll(() => memories.close());

/** A memory, its indexes, and what was made of them and is not kept yet. */
const openIndexes = (memory: ChangingMemory, segmentMessages = SMALL) => {
  const { corpus, owner } = memory;
  const read = { segments: 0, messages: 0 };
  const counting = corpusWith(corpus, {
    readSegment: async (...given) => {
      const bytes = await corpus.readSegment(...given);
      if (bytes) read.segments += 1;
      return bytes;
    },
    documents: async function* (...given) {
      for await (const batch of corpus.documents(...given)) {
        read.messages += batch.filter(({ kind }) => kind === 'message').length;
        yield batch;
      }
    },
  });
  const unreadable: number[] = [];
  const indexes = new UserIndexes(counting, meaning, ROOMY, {
    segmentMessages,
    onUnreadable: ({ firstKey }) => unreadable.push(firstKey),
  });
  const search = createSearch(counting, indexes, WEIGHTS);
  let held: IndexSegment | null = null;
  const made = (): IndexSegment | null => {
    const segment = indexes.nextSegment(owner);
    if (segment) indexes.gaveSegment(segment);
    return segment;
  };
  return {
    read,
    unreadable,
    ask: (question: string) => search(searchRequest(owner, question, { topK: 50 })),
    open: () => indexes.open(owner),
    /** Makes the next segment and keeps it; whether there was one and it was kept. */
    keep: async (): Promise<boolean> => {
      const segment = made();
      return segment !== null && (await corpus.saveSegment(segment));
    },
    /** Keeps all there is to keep. */
    keepAll: async (): Promise<number> => {
      let count = 0;
      for (let segment = made(); segment; segment = made()) if (await corpus.saveSegment(segment)) count += 1;
      return count;
    },
    /** Makes the next segment, to be kept when the memory has gone on. */
    hold: () => {
      held ??= made();
    },
    keepHeld: async () => {
      if (held) await corpus.saveSegment(held);
      held = null;
    },
    /** Puts the index out of memory. */
    drop: () => indexes.forget(owner.userKey),
  };
};

type Indexes = ReturnType<typeof openIndexes>;
type Step = (memory: ChangingMemory, indexes: Indexes) => unknown;

const step: fc.Arbitrary<Step> = fc.oneof(
  ...CHANGES,
  { weight: 6, arbitrary: fc.constant<Step>((_, indexes) => indexes.open()) },
  { weight: 3, arbitrary: fc.constant<Step>((_, indexes) => indexes.keep()) },
  { weight: 6, arbitrary: fc.constant<Step>((_, indexes) => indexes.open().then(indexes.keepAll)) },
  { weight: 2, arbitrary: fc.constant<Step>((_, indexes) => indexes.hold()) },
  { weight: 2, arbitrary: fc.constant<Step>((_, indexes) => indexes.keepHeld()) },
  { weight: 4, arbitrary: fc.constant<Step>((_, indexes) => indexes.drop()) },
);
const anyHistory = fc.array(step, { minLength: 10, maxLength: 60 });

/** Asks the memory as it is held, as it is loaded, and as it is built from its documents alone. */
const expectAsBuiltAfresh = async (memory: ChangingMemory, indexes: Indexes, question: string): Promise<void> => {
  const fresh = new UserIndexes(withoutSegments(memory.corpus), meaning, ROOMY);
  const request = searchRequest(memory.owner, question, { topK: 50 });
  const expected = await createSearch(memory.corpus, fresh, WEIGHTS)(request);
  expectSame(await indexes.ask(question), expected);
  indexes.drop();
  expectSame(await indexes.ask(question), expected);
  fresh.forget(memory.owner.userKey);
};

describe('an index that is read back from segments', () => {
  test('answers after any history as one that is built from the documents alone', async () => {
    let segments = 0;
    await fc.assert(
      fc.asyncProperty(anyHistory, anyQuestions, async (steps, questions) => {
        const memory = await memoryInStore(memories.store);
        const indexes = openIndexes(memory);
        for (const take of steps) await take(memory, indexes);
        for (const question of questions) await expectAsBuiltAfresh(memory, indexes, question);
        segments += indexes.read.segments;
        indexes.drop();
      }),
      { seed: SEED, numRuns: 300 },
    );
    expect(segments).toBeGreaterThan(800);
  });
});

/** Ten messages of two sessions and a fact, and their index in memory. */
const createTen = async (segmentMessages = SMALL) => {
  const memory = await memoryInStore(memories.store);
  const texts = ['the kayak is red', 'a dog', 'we walk to Oslo', 'cherry pie', 'an apple a day'];
  const round = [...texts, ...texts].map((content, i) => ({
    session: 1 + (i % 2),
    content: `${content} ${i}`,
    role: 'user' as const,
    name: null,
  }));
  await memory.say(round);
  await memory.learn('the kayak is old');
  const indexes = openIndexes(memory, segmentMessages);
  await indexes.open();
  const { tenantKey, userKey } = memory.owner;
  const kept = () => memory.corpus.segments(tenantKey, userKey, segmentMaker(meaning));
  const [first] = await documentsAfter(memories.store, tenantKey, userKey, 0);
  /** Keys as if the first of the ten were 1. */
  const counted = (key: number): number => (key === 0 ? 0 : key + 1 - present(first).key);
  const spans = async () => (await kept()).map(({ firstKey, lastKey }) => [counted(firstKey), counted(lastKey)]);
  return { memory, indexes, kept, counted, spans };
};

describe('what is kept of an index', () => {
  test('is ranges of as many messages; of what comes after the last a 64th is enough', async () => {
    const { memory, indexes, spans } = await createTen(128);
    const say = async (count: number): Promise<number> => {
      await memory.say(
        Array.from({ length: count }, () => ({ session: 1, content: 'more', role: 'user', name: null })),
      );
      await indexes.open();
      return indexes.keepAll();
    };
    expect([await indexes.keepAll(), await spans()]).toEqual([1, [[0, 10]]]);
    expect([await say(1), await spans()]).toEqual([0, [[0, 10]]]);
    const ten = [0, 10];
    expect([await say(1), await spans()]).toEqual([1, [ten, [11, 12]]]);
    // One that is no larger is taken along, and what they make together may be taken along by the next.
    expect([await say(2), await spans()]).toEqual([1, [ten, [11, 14]]]);
    expect([await say(2), await spans()]).toEqual([1, [ten, [11, 14], [15, 16]]]);
    expect([await say(2), await spans()]).toEqual([1, [ten, [11, 18]]]);
    expect([await say(9), await spans()]).toEqual([1, [[0, 27]]]);
    await expectAsBuiltAfresh(memory, indexes, 'more kayak');
  });

  test('is never of more messages than a range, however few came after the last', async () => {
    const { memory, indexes, spans } = await createTen(16);
    await indexes.keepAll();
    await memory.say(Array.from({ length: 12 }, () => ({ session: 1, content: 'more', role: 'user', name: null })));
    await indexes.open();
    await indexes.keepAll();
    expect(await spans()).toEqual([
      [0, 10],
      [11, 22],
    ]);
  });

  test('spares reading its messages: those alone come from the store that are in none', async () => {
    const { indexes } = await createTen();
    await indexes.keepAll();
    indexes.drop();
    Object.assign(indexes.read, { segments: 0, messages: 0 });
    expect((await indexes.open())?.size).toBe(11);
    expect(indexes.read).toEqual({ segments: 4, messages: 0 });
  });

  test('is made anew between others, of however few messages, when one of a range changed or went', async () => {
    for (const change of ['rewrite', 'unsay'] as const) {
      const { memory, indexes, kept } = await createTen();
      await indexes.keepAll();
      await memory[change](4, 'something else');
      expect(await kept()).toHaveLength(3);
      await indexes.open();
      expect(await indexes.keepAll()).toBe(1);
      expect(await kept()).toHaveLength(4);
      await expectAsBuiltAfresh(memory, indexes, 'kayak Oslo');
    }
  });

  test('is offered once, also when it was not kept, until the index is loaded again', async () => {
    const { indexes } = await createTen(10);
    indexes.hold();
    expect(await indexes.keepAll()).toBe(0);
    indexes.drop();
    await indexes.open();
    expect(await indexes.keepAll()).toBe(1);
  });

  test('is nothing while no index is in memory', async () => {
    const { indexes } = await createTen();
    indexes.drop();
    expect(await indexes.keep()).toBe(false);
  });
});

describe('a kept segment that cannot be read', () => {
  const DAMAGES: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
    'is cut short': (bytes) => bytes.slice(0, bytes.length / 2),
    'is empty': () => new Uint8Array(),
    'has a header that is no JSON': (bytes) => bytes.slice().fill(123, 8, 20),
    'has a number that is another': (bytes) => bytes.slice().fill(77, -9, -8),
    'is something else': () => new TextEncoder().encode('<html>404</html>'),
  };
  for (const [happened, damage] of Object.entries(DAMAGES)) {
    test(`because it ${happened} is passed over: its messages are read, and it is told of`, async () => {
      const { memory, indexes, counted } = await createTen();
      await indexes.keepAll();
      await memories.damageSegments(memory.owner, damage);
      indexes.drop();
      await expectAsBuiltAfresh(memory, indexes, 'Where is the red kayak?');
      // Asked twice, the second time after a second load.
      expect(indexes.unreadable.map(counted)).toEqual([0, 4, 7, 10, 0, 4, 7, 10]);
    });
  }

  test('is passed over when the store fails to hand it over, and others are read', async () => {
    const { memory, indexes, counted } = await createTen();
    await indexes.keepAll();
    indexes.drop();
    const { corpus } = memory;
    const hand = corpus.readSegment.bind(corpus);
    corpus.readSegment = async (tenantKey, userKey, range) => {
      if (counted(range.lastKey) === 6) throw new Error('the disk does not answer');
      return hand(tenantKey, userKey, range);
    };
    await expectAsBuiltAfresh(memory, indexes, 'apple');
    expect(indexes.unreadable.map(counted)).toEqual([4, 4]);
  });

  test('is made again, and takes the place of the damaged one', async () => {
    const { memory, indexes } = await createTen();
    await indexes.keepAll();
    await memories.damageSegments(memory.owner, () => new Uint8Array());
    indexes.drop();
    await indexes.open();
    expect(indexes.unreadable).toHaveLength(4);
    expect(await indexes.keepAll()).toBe(4);
    indexes.drop();
    expect((await indexes.open())?.size).toBe(11);
    expect(indexes.unreadable).toHaveLength(4);
  });

  test('goes with the first change of a message in it, and is whole from then on', async () => {
    const { memory, indexes } = await createTen();
    await indexes.keepAll();
    await memories.damageSegments(memory.owner, () => new Uint8Array());
    for (const pick of [0, 3, 6, 9]) await memory.rewrite(pick, 'kayak');
    await indexes.open();
    expect(await indexes.keepAll()).toBe(4);
    indexes.drop();
    await indexes.open();
    expect(indexes.unreadable).toEqual([]);
  });
});
