import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { UserIndexes } from '../../../src/retrieval/index/user-indexes.ts';
import { WEIGHTS } from '../../../src/retrieval/ranking/weights.ts';
import { createSearch, type SearchAnswer } from '../../../src/retrieval/search.ts';
import { FakeCorpus, message } from '../../support/fake-corpus.ts';
import { anyContent, anyHistory, leftOf } from '../../support/retrieval/histories.ts';
import { realMeaning } from '../../support/retrieval/real-meaning.ts';
import { searchable } from '../../support/retrieval/searchable.ts';
import { searchRequest } from '../../support/search-request.ts';

const SEED = 20_261_123;
const USERS = [1, 2, 3, 4, 5, 6];
const TOPICS = ['kayak', 'violin', 'invoice', 'garden', 'puppy', 'train'];

const meaning = realMeaning();
const ownerOf = (userKey: number) => ({ tenantKey: 1, userKey });

/** Six users with forty messages each, and how large one of their indexes is. */
const crowd = async () => {
  const corpus = new FakeCorpus();
  for (const user of USERS) {
    const texts = Array.from({ length: 40 }, (_, i) => `Note ${i} on the ${TOPICS[(user + i) % 6]}, of user ${user}.`);
    corpus.put(user, ...texts.map((text, i) => message(user * 1_000 + i, text, { createdAt: i })));
  }
  const roomy = new UserIndexes(corpus, meaning, 100_000_000);
  const bytes = (await roomy.open(ownerOf(1)))?.bytes ?? 0;
  return { corpus, roomy, bytes };
};

/** Once what is let go has been closed. */
const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const seen = ({ found }: SearchAnswer) => found.map(({ key, score }) => [key, Math.round(score * 1_000)]);

describe('indexes that put each other out of memory', () => {
  test('answer every question as those do that have all the room, however many are asked at once', async () => {
    const { corpus, roomy, bytes } = await crowd();
    const calm = createSearch(corpus, roomy, WEIGHTS);
    const asked = USERS.flatMap((user) => ['kayak', 'dog'].map((question) => searchRequest(ownerOf(user), question)));
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
    const { corpus, bytes } = await crowd();
    const own = realMeaning();
    const indexes = new UserIndexes(corpus, own, Math.floor(bytes * 2.5));
    const round = async () => {
      for (const user of USERS) await indexes.open(ownerOf(user));
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
      const { corpus, bytes } = await crowd();
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
        await indexes.open(ownerOf(1)).catch(() => null);
        if (why.startsWith('is forgotten')) indexes.forget(1);
        await soon();
      };
      for (let i = 0; i < 3; i += 1) await round();
      const size = own.pool.components.length;
      for (let i = 0; i < 50; i += 1) await round();
      expect(own.pool.components.length).toBe(size);
    },
  );

  test('answer a question that is under way when its user is forgotten, and those of others', async () => {
    const { corpus } = await crowd();
    const indexes = new UserIndexes(corpus, meaning, 100_000_000);
    const search = createSearch(corpus, indexes, WEIGHTS);
    for (let i = 0; i < 50; i += 1) {
      const asked = [1, 2, 1].map((user) => search(searchRequest(ownerOf(user), 'kayak')));
      for (let pause = 0; pause < i; pause += 1) await Promise.resolve();
      indexes.forget(1);
      for (const { found } of await Promise.all(asked)) {
        expect(found).toHaveLength(10);
        for (const { score } of found) expect(score).toBeWithin(0, 1.000001);
      }
    }
  });

  test('answer those who ask while others write, each as of one moment', async () => {
    const { corpus, roomy } = await crowd();
    const search = createSearch(corpus, roomy, WEIGHTS);
    for (let i = 0; i < 60; i += 1) {
      corpus.put(1, message(1_000, `The zebra is number ${i}.`, { createdAt: i }));
      const asked = Array.from({ length: 4 }, () => search(searchRequest(ownerOf(1), 'zebra', { topK: 1 })));
      for (let pause = 0; pause < i % 12; pause += 1) await Promise.resolve();
      corpus.put(1, message(1_000, `The zebra is number ${i} still.`, { createdAt: i }));
      const late = search(searchRequest(ownerOf(1), 'zebra', { topK: 1 }));
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
      const { corpus, ask, close } = searchable(meaning);
      for (const taken of changes) {
        if ('add' in taken) corpus.put(7, taken.add);
        else corpus.retract(7, taken.retract);
        await ask(question);
      }
      const fresh = searchable(meaning);
      fresh.corpus.put(7, ...leftOf(changes));
      const [grown, built] = await Promise.all([ask(question), fresh.ask(question)]);
      // Sums differ in their last digits, so that what is level may change places.
      const inOrder = ({ found }: SearchAnswer) =>
        found.map(({ kind, key, score }) => `${score.toFixed(4)} ${kind} ${key}`).sort();
      if (leftOf(changes).length <= 10) expect(inOrder(grown)).toEqual(inOrder(built));
      const scores = ({ found }: SearchAnswer) => found.map(({ score }) => score);
      scores(built).forEach((score, i) => {
        expect(scores(grown)[i]).toBeCloseTo(score, 4);
      });
      close();
      fresh.close();
    }),
    { seed: SEED, numRuns: 60 },
  );
}, 20_000);
