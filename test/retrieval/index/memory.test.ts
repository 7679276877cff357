import { afterAll, describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { UserIndexes } from '../../../src/retrieval/index/user-indexes.ts';
import type { Owner } from '../../../src/retrieval/owner.ts';
import { WEIGHTS } from '../../../src/retrieval/ranking/weights.ts';
import { createSearch, type SearchAnswer } from '../../../src/retrieval/search.ts';
import { withoutSegments } from '../../support/retrieval/changing-memory.ts';
import { message } from '../../support/retrieval/documents.ts';
import { anyContent, anyHistory } from '../../support/retrieval/histories.ts';
import { openMemories } from '../../support/retrieval/memories.ts';
import { realMeaning } from '../../support/retrieval/real-meaning.ts';
import { searchable } from '../../support/retrieval/searchable.ts';
import type { StoredMemory } from '../../support/retrieval/stored-memory.ts';
import { searchRequest } from '../../support/search-request.ts';

const SEED = 20_261_123;
const USERS = [1, 2, 3, 4, 5, 6];
const TOPICS = ['kayak', 'violin', 'invoice', 'garden', 'puppy', 'train'];

const meaning = realMeaning();
const memories = await openMemories();
afterAll(() => memories.close());

/** Six users with forty messages each, and how large one of their indexes is. */
const crowd = async () => {
  const users = await Promise.all(USERS.map(() => memories.create()));
  for (const [user, memory] of users.entries()) {
    const texts = Array.from({ length: 40 }, (_, i) => `Note ${i} on the ${TOPICS[(user + i) % 6]}, of user ${user}.`);
    await memory.put(...texts.map((text, i) => message(i, text)));
  }
  const [first] = users as [StoredMemory];
  const corpus = memories.watch();
  const roomy = new UserIndexes(corpus, meaning, 100_000_000);
  const bytes = (await roomy.open(first.owner))?.bytes ?? 0;
  return { corpus, roomy, bytes, first, owners: users.map(({ owner }) => owner) };
};

/** Once what is let go has been closed. */
const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const seen = ({ found }: SearchAnswer) => found.map(({ key, score }) => [key, Math.round(score * 1_000)]);

describe('indexes that put each other out of memory', () => {
  test('answer every question as those do that have all the room, however many are asked at once', async () => {
    const { corpus, roomy, bytes, owners } = await crowd();
    const calm = createSearch(corpus, roomy, WEIGHTS);
    const asked = owners.flatMap((owner) => ['kayak', 'dog'].map((question) => searchRequest(owner, question)));
    const expected: number[][][] = [];
    for (const request of asked) expected.push(seen(await calm(request)));
    for (const share of [0.5, 1.2, 2.5]) {
      const pressed = createSearch(corpus, new UserIndexes(corpus, meaning, Math.floor(bytes * share)), WEIGHTS);
      for (let round = 0; round < 5; round += 1) {
        expect((await Promise.all(asked.map((request) => pressed(request)))).map(seen)).toEqual(expected);
      }
    }
  });

  test('give the memory of their vectors back: it does not grow, however often they come and go', async () => {
    const { corpus, bytes, owners } = await crowd();
    const own = realMeaning();
    const indexes = new UserIndexes(corpus, own, Math.floor(bytes * 2.5));
    const round = async () => {
      for (const owner of owners) await indexes.open(owner);
      await soon();
    };
    for (let i = 0; i < 3; i += 1) await round();
    const size = own.pool.components.length;
    for (let i = 0; i < 50; i += 1) await round();
    expect(own.pool.components.length).toBe(size);
  });

  test.each(['is larger than all that may be kept', 'is forgotten', 'cannot be read to its end'])(
    'give memory back when one %s',
    async (why) => {
      const { corpus, bytes, first } = await crowd();
      const own = realMeaning();
      const indexes = new UserIndexes(corpus, own, why.startsWith('is larger') ? bytes / 2 : bytes * 10);
      let batches = 0;
      if (why.startsWith('cannot')) {
        corpus.beforeBatch = async () => {
          batches += 1;
          if (batches % 5 === 0) throw new Error('the disk does not answer');
        };
      }
      const round = async () => {
        await indexes.open(first.owner).catch(() => null);
        if (why.startsWith('is forgotten')) indexes.forget(first.owner.userKey);
        await soon();
      };
      for (let i = 0; i < 3; i += 1) await round();
      const size = own.pool.components.length;
      for (let i = 0; i < 50; i += 1) await round();
      expect(own.pool.components.length).toBe(size);
    },
  );

  test('answer a question that is under way when its user is forgotten, and those of others', async () => {
    const { corpus, owners } = await crowd();
    const [one, two] = owners as [Owner, Owner];
    const indexes = new UserIndexes(corpus, meaning, 100_000_000);
    const search = createSearch(corpus, indexes, WEIGHTS);
    for (let i = 0; i < 50; i += 1) {
      const asked = [one, two, one].map((owner) => search(searchRequest(owner, 'kayak')));
      for (let pause = 0; pause < i; pause += 1) await Promise.resolve();
      indexes.forget(one.userKey);
      for (const { found } of await Promise.all(asked)) {
        expect(found).toHaveLength(10);
        for (const { score } of found) expect(score).toBeWithin(0, 1.000001);
      }
    }
  });

  test('answer those who ask while others write, each as of one moment', async () => {
    const { corpus, roomy, first } = await crowd();
    const search = createSearch(corpus, roomy, WEIGHTS);
    for (let i = 0; i < 60; i += 1) {
      await first.put(message(0, `The zebra is number ${i}.`));
      const asked = Array.from({ length: 4 }, () => search(searchRequest(first.owner, 'zebra', { topK: 1 })));
      for (let pause = 0; pause < i % 12; pause += 1) await Promise.resolve();
      await first.put(message(0, `The zebra is number ${i} still.`));
      const late = search(searchRequest(first.owner, 'zebra', { topK: 1 }));
      for (const { found } of await Promise.all(asked)) {
        expect(found[0]?.content).toMatch(new RegExp(`^The zebra is number ${i}( still)?\\.$`));
      }
      expect((await late).found[0]?.content).toBe(`The zebra is number ${i} still.`);
    }
  });
});

test('a memory that is searched while it changes answers as one that is built afresh', async () => {
  await fc.assert(
    fc.asyncProperty(anyHistory, anyContent, async (changes, question) => {
      const { corpus, memory, ask, close } = await searchable(memories, meaning, []);
      for (const taken of changes) {
        if ('add' in taken) await memory.put(taken.add);
        else await memory.retract(taken.retract);
        await ask(question);
      }
      const fresh = new UserIndexes(withoutSegments(corpus), meaning, 100_000_000);
      const request = searchRequest(memory.owner, question);
      const built = await createSearch(corpus, fresh, WEIGHTS)(request);
      const grown = await ask(question);
      // Sums differ in their last digits, so that what is level may change places.
      const inOrder = ({ found }: SearchAnswer) =>
        found.map(({ kind, key, score }) => `${score.toFixed(4)} ${kind} ${key}`).sort();
      const numbered = { ...built, found: built.found.map((entry) => ({ ...entry, key: memory.numberOf(entry) })) };
      if (memory.all().length <= 10) expect(inOrder(grown)).toEqual(inOrder(numbered));
      const scores = ({ found }: SearchAnswer) => found.map(({ score }) => score);
      scores(built).forEach((score, i) => {
        expect(scores(grown)[i]).toBeCloseTo(score, 4);
      });
      close();
      fresh.forget(memory.owner.userKey);
    }),
    { seed: SEED, numRuns: 60 },
  );
});
