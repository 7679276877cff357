import { afterAll, expect, test } from 'bun:test';
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
  const indexes = new UserIndexes(corpus, null, ROOMY, { segmentMessages: IN_A_SEGMENT, ...options });
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
  await indexes.open(ada);
  await keepAll();
  return { memory, ada, corpus, indexes, keepAll };
};

test('a segment that cannot be read is made anew where it lies, with no text read for the others', async () => {
  const { ada, corpus, indexes, keepAll } = await setUp({ remakesUnreadable: true });
  const kept = await corpus.segments(ada.tenantKey, ada.userKey, segmentMaker(null));
  await memories.damageSegments(ada, (bytes) => bytes.slice(0, bytes.length / 2));
  indexes.forget(ada.userKey);
  expect((await indexes.open(ada))?.size).toBe(MESSAGES);
  expect(await keepAll()).toBe(0);
  const remade = [];
  for (let made = await indexes.nextUnreadable(ada); made; made = await indexes.nextUnreadable(ada)) {
    expect(await corpus.saveSegment(made)).toBe(true);
    remade.push({ firstKey: made.firstKey, lastKey: made.lastKey });
  }
  expect(remade).toEqual(kept);
  indexes.forget(ada.userKey);
  const loads = corpus.loads.length;
  expect((await indexes.open(ada))?.size).toBe(MESSAGES);
  expect(corpus.loads.length - loads).toBe(1);
});
