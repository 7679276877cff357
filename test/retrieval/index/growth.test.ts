import { afterAll, describe, expect, test } from 'bun:test';
import { DOCUMENT_KINDS } from '../../../src/contract/documents.ts';
import { eachPosting } from '../../../src/retrieval/evidence/question-terms.ts';
import { pickEarly } from '../../../src/retrieval/index/early-picks.ts';
import { Growth } from '../../../src/retrieval/index/growth.ts';
import { UserIndex } from '../../../src/retrieval/index/user-index.ts';
import { UserIndexes } from '../../../src/retrieval/index/user-indexes.ts';
import { othersFirst } from '../../../src/retrieval/others-first.ts';
import { WEIGHTS } from '../../../src/retrieval/ranking/weights.ts';
import { createSearch } from '../../../src/retrieval/search.ts';
import { askedWords } from '../../../src/text/terms.ts';
import { message } from '../../support/retrieval/documents.ts';
import { openMemories } from '../../support/retrieval/memories.ts';
import type { StoredMemory, Told } from '../../support/retrieval/stored-memory.ts';
import { searchRequest } from '../../support/search-request.ts';

const ROOMY = 100_000_000;
const COUNT = 5_000;
const SESSION = 100;
const memories = await openMemories();
afterAll(() => memories.close());

const told = (number: number): Told => ({
  ...message(number, `The kettle boils in room ${number % 40}.`),
  sessionKey: 1 + Math.trunc(number / SESSION),
});

/** A long memory whose last message tells of a violin. */
const imported = async (): Promise<StoredMemory> => {
  const memory = await memories.create();
  await memory.put(...Array.from({ length: COUNT }, (_, i) => told(i + 1)));
  await memory.put({ ...message(COUNT + 1, 'My violins are in the attic.'), sessionKey: 1 });
  return memory;
};

const holders = (memory: StoredMemory, index: UserIndex | null, term: string): number[] => {
  const numbers: number[] = [];
  const list = index?.words.get(term);
  if (index && list) {
    eachPosting(index, list, (slot) => {
      const document = index.document(slot);
      if (document) numbers.push(memory.numberOf(document));
    });
  }
  return numbers.sort((a, b) => a - b);
};

const words = askedWords('Where is the violin?', []);

const earlyLook = async (indexes: UserIndexes, { owner }: StoredMemory) => {
  for (;;) {
    const early = await indexes.early(owner, words);
    if (early) return early;
    await othersFirst();
  }
};

describe('a memory that is being read', () => {
  test('shows what bears on a question before all of it is read, and each document once in the end', async () => {
    const memory = await imported();
    const indexes = new UserIndexes(memories.watch(), null, ROOMY);
    const opening = indexes.open(memory.owner);
    const { index, unread } = await earlyLook(indexes, memory);
    expect(unread).toBeGreaterThan(0);
    expect(index.size).toBeLessThan(COUNT);
    expect(holders(memory, index, 'violin')).toEqual([COUNT + 1]);
    const whole = await opening;
    expect(whole?.size).toBe(COUNT + 1);
    expect(whole?.slotCount).toBe(COUNT + 1);
    expect(holders(memory, whole, 'kettl')).toEqual(Array.from({ length: COUNT }, (_, i) => i + 1));
    expect(await indexes.early(memory.owner, words)).toBeNull();
  });

  test('shows it before all of few long documents is read', async () => {
    const memory = await memories.create();
    const long = (i: number) => `The kettle boils in room ${i % 40}. `.repeat(600);
    await memory.put(...Array.from({ length: 120 }, (_, i) => ({ ...told(i + 1), content: long(i) })));
    await memory.put({ ...message(200, 'My violins are in the attic.'), sessionKey: 1 });
    const indexes = new UserIndexes(memories.watch(), null, ROOMY);
    const opening = indexes.open(memory.owner);
    const { index, unread } = await earlyLook(indexes, memory);
    expect(unread).toBeGreaterThan(0);
    expect(holders(memory, index, 'violin')).toEqual([200]);
    expect(holders(memory, await opening, 'violin')).toEqual([200]);
  });

  test('shows a change of what was put in ahead, and nothing that was deleted meanwhile', async () => {
    const memory = await imported();
    const indexes = new UserIndexes(memories.watch(), null, ROOMY);
    const opening = indexes.open(memory.owner);
    await earlyLook(indexes, memory);
    await memory.put({ ...message(COUNT + 1, 'My cello is in the cellar.'), sessionKey: 1 });
    await memory.retract({ kind: 'message', key: 7 });
    await opening;
    const index = await indexes.open(memory.owner);
    expect(holders(memory, index, 'violin')).toEqual([]);
    expect(holders(memory, index, 'cello')).toEqual([COUNT + 1]);
    expect(holders(memory, index, 'kettl')).not.toContain(7);
    expect(index?.size).toBe(COUNT);
  });

  test('is the same in the end as one that nobody looked at', async () => {
    const memory = await imported();
    const indexes = new UserIndexes(memories.watch(), null, ROOMY);
    const opening = indexes.open(memory.owner);
    await earlyLook(indexes, memory);
    await opening;
    const ask = (opened: UserIndexes) =>
      createSearch(memories.watch(), opened, WEIGHTS)(searchRequest(memory.owner, 'Where are the violins?'));
    const unseen = new UserIndexes(memories.watch(), null, ROOMY);
    await unseen.open(memory.owner);
    const fresh = await ask(unseen);
    const seen = ({ found }: typeof fresh) => found.map(({ id, score }) => [id, score.toFixed(6)]);
    expect(seen(await ask(indexes))).toEqual(seen(fresh));
    expect(fresh.degraded).toEqual(['meaning: no static model, searched by words alone']);
  });
});

test('a look that time does not suffice for shows nothing: what was acknowledged is found, or waited for', async () => {
  const memory = await imported();
  const index = new UserIndex(null);
  const { tenantKey, userKey } = memory.owner;
  let ms = 0;
  // Each look at the clock takes a minute.
  const growth = new Growth(
    index,
    [{ after: 0, keys: { firstKey: 0, lastKey: Number.MAX_SAFE_INTEGER } }],
    DOCUMENT_KINDS,
    () => {
      ms += 60_000;
      return ms;
    },
  );
  const corpus = memories.watch();
  let read = 0;
  for await (const batch of corpus.documents(tenantKey, userKey, 0)) {
    for (const document of batch) index.add(document);
    growth.read(batch);
    read += batch.length;
    if (read > 2_500) break;
  }
  expect(await growth.look(corpus, memory.owner, words)).toBeNull();
});

test('a look that lasts longer than the reading shows nothing, since the index is whole by then', async () => {
  const memory = await imported();
  const { tenantKey, userKey } = memory.owner;
  const keys = { firstKey: 0, lastKey: Number.MAX_SAFE_INTEGER };
  const index = new UserIndex(null);
  const growth = new Growth(index, [{ after: 0, keys }], DOCUMENT_KINDS);
  const corpus = memories.watch();
  for await (const batch of corpus.documents(tenantKey, userKey, 0)) growth.read(batch);
  const looking = growth.look(corpus, memory.owner, words);
  growth.end();
  expect(await looking).toBeNull();
  expect(index.size).toBe(0);
});

describe('what is picked early', () => {
  const batch = (...contents: string[]) =>
    contents.map((content, i) => ({ ...message(i + 1, content), generation: i + 1 }));
  const pick = async (question: string, contents: readonly string[], isOver = () => false) => {
    const batches = (async function* () {
      for (let i = 0; i < contents.length; i += 2) yield batch(...contents.slice(i, i + 2));
    })();
    const { documents, ...rest } = await pickEarly(batches, askedWords(question, []), isOver);
    return { ...rest, texts: documents.map(({ content }) => content) };
  };

  test('are texts with a word of the question, in any form and script, as they came', async () => {
    const texts = ['Two puppies', 'a PUPPY', 'unhappy', 'мои щенки', '我的小狗', 'nothing'];
    expect((await pick('puppy', texts)).texts).toEqual(['Two puppies', 'a PUPPY']);
    expect((await pick('щенки?', texts)).texts).toEqual(['мои щенки']);
    expect((await pick('小狗', texts)).texts).toEqual(['我的小狗']);
  });

  test('are the rarest, when many have a word', async () => {
    const many = Array.from({ length: 6_000 }, (_, i) => (i === 3_000 ? 'the garden gate' : `a garden ${i}`));
    const { texts, looked, isWhole } = await pick('garden gate', many);
    expect(texts).toContain('the garden gate');
    expect(texts).toHaveLength(512);
    expect([looked, isWhole]).toEqual([6_000, true]);
  });

  test('are fewer of long ones, so that reading them takes no longer, and one however long', async () => {
    const long = 'a garden with a wall. '.repeat(5_000);
    const many = Array.from({ length: 100 }, (_, i) => (i === 70 ? `${long} The gate is green.` : long));
    const { texts, looked, isWhole } = await pick('garden gate', many);
    expect(texts.some((text) => text.includes('gate'))).toBe(true);
    expect(texts.length).toBeWithin(2, 6);
    expect([looked, isWhole]).toEqual([100, true]);
    expect((await pick('gate', ['nothing', `gate ${long.repeat(10)}`])).texts).toHaveLength(1);
  });

  test('are those that time was left for', async () => {
    const many = Array.from({ length: 100 }, () => 'a garden');
    expect(await pick('garden', many, () => true)).toMatchObject({ looked: 2, isWhole: false });
  });
});
