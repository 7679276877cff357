import { afterAll, describe, expect, test } from 'bun:test';
import { segmentMaker } from '../../../src/retrieval/index/segments.ts';
import { UserIndexes, type UserIndexesOptions } from '../../../src/retrieval/index/user-indexes.ts';
import { message } from '../../support/retrieval/documents.ts';
import { openMemories } from '../../support/retrieval/memories.ts';

const ROOMY = 100_000_000;
/** Messages of the memory, in a session, in segments of fifty. */
const MESSAGES = 200;
const IN_A_SEGMENT = 50;

const memories = await openMemories();
afterAll(() => memories.close());

const setUp = async (options: UserIndexesOptions) => {
  const memory = await memories.create('Ada');
  await memory.put(...Array.from({ length: MESSAGES }, (_, i) => message(i + 1, `note ${i}`)));
  const corpus = memories.watch();
  const ada = memory.owner;
  const indexes = new UserIndexes(corpus, null, ROOMY, { segmentMessages: IN_A_SEGMENT, fewDocuments: 10, ...options });
  /** Keeps all that is to be kept; how many segments that were. */
  const keepAll = async (): Promise<number> => {
    let kept = 0;
    for (let made = indexes.nextSegment(ada); made; made = indexes.nextSegment(ada)) {
      expect(await corpus.saveSegment(made)).toBe(true);
      indexes.gaveSegment(made);
      kept += 1;
    }
    return kept;
  };
  /** How many messages the index finds by a name. */
  const spokenBy = async (name: string): Promise<number> => {
    const index = await indexes.open(ada);
    const numbers = index?.speakers.namedIn(name).speakers ?? [];
    const { speaker, key } = (index as NonNullable<typeof index>).columns.arrays;
    return [...speaker.subarray(0, index?.slotCount)].filter((is, slot) => {
      return (key[slot] as number) >= 0 && numbers.includes(is);
    }).length;
  };
  await indexes.open(ada);
  await keepAll();
  return { memory, ada, corpus, indexes, keepAll, spokenBy };
};

describe('a large memory whose user has a new name', () => {
  test('is searched by the old one until its segments are made anew, one at a time, and by the new one then', async () => {
    const { memory, ada, corpus, indexes, spokenBy } = await setUp({ remakesOutdated: true });
    const loads = corpus.loads.length;
    await memory.rename('Eve');
    expect([await spokenBy('Ada'), await spokenBy('Eve')]).toEqual([MESSAGES, 0]);
    // No text was read for it.
    expect(corpus.loads.slice(loads).filter(({ after }) => after === 0)).toEqual([]);
    let remade = 0;
    for (let made = await indexes.nextOutdated(ada); made; made = await indexes.nextOutdated(ada)) {
      expect(await corpus.saveSegment(made)).toBe(true);
      remade += 1;
    }
    expect(remade).toBe(MESSAGES / IN_A_SEGMENT);
    const before = corpus.loads.length;
    expect([await spokenBy('Ada'), await spokenBy('Eve')]).toEqual([0, MESSAGES]);
    expect(corpus.loads.length - before).toBe(1);
    expect(await indexes.nextOutdated(ada)).toBeNull();
  });

  test('is loaded from outdated segments when it is not in memory, and they are made anew behind', async () => {
    const { memory, ada, corpus, indexes, spokenBy } = await setUp({ remakesOutdated: true });
    indexes.forget(ada.userKey);
    await memory.rename('Eve');
    expect(await spokenBy('Ada')).toBe(MESSAGES);
    for (let made = await indexes.nextOutdated(ada); made; made = await indexes.nextOutdated(ada)) {
      await corpus.saveSegment(made);
    }
    expect(await spokenBy('Eve')).toBe(MESSAGES);
  });

  test('takes in what is said meanwhile, and makes no segment of what has the old name', async () => {
    const { memory, ada, corpus, indexes, spokenBy, keepAll } = await setUp({ remakesOutdated: true });
    await memory.rename('Eve');
    await memory.put(...Array.from({ length: 60 }, (_, i) => message(1_000 + i, 'said later')));
    expect([await spokenBy('Ada'), await spokenBy('Eve')]).toEqual([MESSAGES, 60]);
    expect(indexes.nextSegment(ada)).toBeNull();
    for (let made = await indexes.nextOutdated(ada); made; made = await indexes.nextOutdated(ada)) {
      await corpus.saveSegment(made);
    }
    expect(await spokenBy('Eve')).toBe(MESSAGES + 60);
    expect(await keepAll()).toBeGreaterThan(0);
  });

  test('tries a segment that could not be kept once, and again only after the memory was loaded anew', async () => {
    const { memory, ada, corpus, indexes, spokenBy } = await setUp({ remakesOutdated: true });
    await memory.rename('Eve');
    await spokenBy('Ada');
    let made = 0;
    while (await indexes.nextOutdated(ada)) made += 1;
    expect(made).toBe(MESSAGES / IN_A_SEGMENT);
    expect(await spokenBy('Ada')).toBe(MESSAGES);
    expect(await indexes.nextOutdated(ada)).not.toBeNull();
    expect(corpus.loads.length).toBeGreaterThan(0);
  });

  test('is read anew at once where nobody makes segments anew', async () => {
    const { memory, ada, indexes, spokenBy } = await setUp({});
    await memory.rename('Eve');
    expect([await spokenBy('Ada'), await spokenBy('Eve')]).toEqual([0, MESSAGES]);
    indexes.forget(ada.userKey);
    expect([await spokenBy('Ada'), await spokenBy('Eve')]).toEqual([0, MESSAGES]);
  });
});

test('a segment that cannot be read is made anew where it lies, with no text read for the others', async () => {
  const { ada, corpus, indexes, keepAll } = await setUp({ remakesOutdated: true });
  const kept = await corpus.segments(ada.tenantKey, ada.userKey, segmentMaker(null));
  await memories.damageSegments(ada, (bytes) => bytes.slice(0, bytes.length / 2));
  indexes.forget(ada.userKey);
  expect((await indexes.open(ada))?.size).toBe(MESSAGES);
  expect(await keepAll()).toBe(0);
  const remade = [];
  for (let made = await indexes.nextOutdated(ada); made; made = await indexes.nextOutdated(ada)) {
    expect(await corpus.saveSegment(made)).toBe(true);
    remade.push({ firstKey: made.firstKey, lastKey: made.lastKey, isOutdated: false });
  }
  expect(remade).toEqual(kept);
  indexes.forget(ada.userKey);
  const loads = corpus.loads.length;
  expect((await indexes.open(ada))?.size).toBe(MESSAGES);
  expect(corpus.loads.length - loads).toBe(1);
});

test('a small memory whose user has a new name is read anew at once', async () => {
  const { memory, ada, indexes, spokenBy } = await setUp({ remakesOutdated: true, fewDocuments: MESSAGES });
  await memory.rename('Eve');
  expect([await spokenBy('Ada'), await spokenBy('Eve')]).toEqual([0, MESSAGES]);
  indexes.forget(ada.userKey);
  expect([await spokenBy('Ada'), await spokenBy('Eve')]).toEqual([0, MESSAGES]);
});
