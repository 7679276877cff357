import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import type { Store } from '../../../src/contract/store.ts';
import { memoryInStore } from '../../support/retrieval/changing-memory.ts';
import { openOutlined } from '../../support/retrieval/outlined-memory.ts';
import { realMeaning } from '../../support/retrieval/real-meaning.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const meaning = realMeaning();
let folder: ReturnType<typeof temporaryFolder>;
let store: Store;
beforeAll(async () => {
  folder = temporaryFolder();
  store = await openSqliteStore({ file: `${folder.path}/memfuse.db`, writer: 'here' });
});
afterAll(async () => {
  await store.close();
  folder.remove();
});

/** A memory of nine messages with an outline of all of them, nothing of it in memory. */
const createOutlined = async (memoryMaxBytes: number) => {
  const { owner, say } = await memoryInStore(store);
  await say(Array.from({ length: 9 }, (_, i) => ({ session: 1, content: `turn ${i}`, role: 'user', name: null })));
  const outlined = openOutlined(store, meaning, { segmentMessages: 3, memoryMaxBytes });
  await outlined.keepAll(owner);
  return { owner, ...outlined };
};

describe('a memory that is not too large', () => {
  test('is answered for by its outline at first, and whole once it is loaded behind', async () => {
    const { owner, memories, indexes } = await createOutlined(1_000_000);
    expect((await memories.open(owner, ['turn']))?.outline).not.toBeNull();
    await indexes.open(owner);
    expect((await memories.open(owner, ['turn']))?.outline).toBeNull();
  });

  test('is waited for by who needs all of it, and when it is prepared', async () => {
    const waiting = await createOutlined(1_000_000);
    expect((await waiting.memories.open(waiting.owner, [], null, true))?.outline).toBeNull();
    const prepared = await createOutlined(1_000_000);
    await prepared.memories.prepare(prepared.owner, null);
    expect(prepared.indexes.holds(prepared.owner)).toBe(true);
  });

  test('keeps its whole index', async () => {
    const { owner, memories, indexes } = await createOutlined(1_000_000);
    await indexes.open(owner);
    await memories.settle(owner);
    expect(indexes.holds(owner)).toBe(true);
  });
});

describe('a memory that is too large', () => {
  test('is never loaded whole, not for who would need all of it either', async () => {
    const { owner, memories, indexes } = await createOutlined(100);
    await memories.prepare(owner, null);
    expect((await memories.open(owner, [], null, true))?.outline).not.toBeNull();
    expect(indexes.holds(owner)).toBe(false);
  });

  test('lets go of a whole index that it had before there was an outline', async () => {
    const { owner, memories, indexes } = await createOutlined(100);
    await indexes.open(owner);
    await memories.settle(owner);
    expect(indexes.holds(owner)).toBe(false);
    expect((await memories.open(owner, []))?.outline).not.toBeNull();
  });
});

test('nothing is opened of a user who is not there', async () => {
  const { owner, memories } = await createOutlined(100);
  expect(await memories.open({ ...owner, userKey: 999_999 }, [])).toBeNull();
});
