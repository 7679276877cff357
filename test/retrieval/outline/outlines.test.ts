import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import type { Store } from '../../../src/contract/store.ts';
import { UserIndexes } from '../../../src/retrieval/index/user-indexes.ts';
import { Memories } from '../../../src/retrieval/outline/memories.ts';
import { WEIGHTS } from '../../../src/retrieval/ranking/weights.ts';
import { createSearch } from '../../../src/retrieval/search.ts';
import { anyQuestions, CHANGES, expectSame } from '../../support/retrieval/changes.ts';
import { type ChangingMemory, memoryInStore, withoutSegments } from '../../support/retrieval/changing-memory.ts';
import { type Outlined, openOutlined } from '../../support/retrieval/outlined-memory.ts';
import { realMeaning } from '../../support/retrieval/real-meaning.ts';
import { searchRequest } from '../../support/search-request.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const SEED = 20_261_123;
const SMALL = 3;
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

type Step = (memory: ChangingMemory, outlined: Outlined) => unknown;

const step: fc.Arbitrary<Step> = fc.oneof(
  ...CHANGES,
  { weight: 5, arbitrary: fc.constant<Step>(({ owner }, { keepAll }) => keepAll(owner)) },
  { weight: 3, arbitrary: fc.constant<Step>(({ owner }, { keepTail }) => keepTail(owner)) },
  { weight: 6, arbitrary: fc.constant<Step>(({ owner }, { search }) => search(searchRequest(owner, 'a dog in Oslo'))) },
  { weight: 2, arbitrary: fc.constant<Step>(({ owner }, { close }) => close(owner)) },
);
const anyHistory = fc.array(step, { minLength: 10, maxLength: 50 });

const askAfresh = async ({ corpus, owner }: ChangingMemory, question: string) => {
  const indexes = new UserIndexes(withoutSegments(corpus), meaning, 100_000_000);
  const answer = await createSearch(
    corpus,
    new Memories(indexes),
    WEIGHTS,
  )(searchRequest(owner, question, { topK: 50 }));
  indexes.forget(owner.userKey);
  return answer;
};

const expectAsWhole = async (memory: ChangingMemory, { search, close }: Outlined, question: string): Promise<void> => {
  const request = searchRequest(memory.owner, question, { topK: 50 });
  const expected = await askAfresh(memory, question);
  expectSame(await search(request), expected);
  close(memory.owner);
  expectSame(await search(request), expected);
};

/** Twelve messages in three sessions, all of them outlined but the last ones. */
const createTalk = async (segmentMessages = SMALL) => {
  const memory = await memoryInStore(store);
  const texts = ['the kayak is red', 'a dog', 'we walk to Oslo', 'cherry pie'];
  for (const session of [1, 2, 3]) {
    await memory.say(texts.map((content) => ({ session, content: `${content} ${session}`, role: 'user', name: null })));
  }
  const outlined = openOutlined(store, meaning, { segmentMessages });
  await outlined.keepAll(memory.owner);
  const ask = async (question: string): Promise<string[]> =>
    (await outlined.search(searchRequest(memory.owner, question))).found.map(({ content }) => content);
  return { memory, ...outlined, outlined, ask };
};

describe('a memory that is searched by its outline', () => {
  test('answers after any history as one whose documents are all looked at', async () => {
    let byOutline = 0;
    await fc.assert(
      fc.asyncProperty(anyHistory, anyQuestions, async (steps, questions) => {
        const memory = await memoryInStore(store);
        const outlined = openOutlined(store, meaning, { segmentMessages: SMALL });
        for (const take of steps) await take(memory, outlined);
        for (const question of questions) await expectAsWhole(memory, outlined, question);
        if (await outlined.outlines.open(memory.owner, [])) byOutline += 1;
        outlined.close(memory.owner);
        expect(outlined.unreadable).toEqual([]);
      }),
      { seed: SEED, numRuns: 60 },
    );
    expect(byOutline).toBeGreaterThan(30);
  }, 120_000);

  test('is never loaded whole when it is too large', async () => {
    const { memory, ask, indexes } = await createTalk();
    expect((await ask('Who has a red kayak?'))[0]).toStartWith('the kayak is red');
    expect(indexes.holds(memory.owner)).toBe(false);
  });

  test('is loaded behind the first answer when it is not', async () => {
    const { memory } = await createTalk();
    const { search, indexes, outlines } = openOutlined(store, meaning, {
      segmentMessages: SMALL,
      memoryMaxBytes: Number.POSITIVE_INFINITY,
    });
    const request = searchRequest(memory.owner, 'Who has a red kayak?');
    const first = await search(request);
    expectSame(
      first,
      await askAfresh(memory, request.question).then(({ found, ...rest }) => ({ ...rest, found: found.slice(0, 10) })),
    );
    await indexes.open(memory.owner);
    expect(indexes.holds(memory.owner)).toBe(true);
    await Bun.sleep(0);
    expect(outlines.nextSegment(memory.owner)).toBeNull();
  });

  test('keeps what came after its outline as segments of its own, which are outlined in turn', async () => {
    const { memory, ask, keepTail } = await createTalk();
    await memory.say(
      Array.from({ length: 2 * SMALL }, () => ({ session: 1, content: 'more kayaks', role: 'user', name: null })),
    );
    await ask('kayak');
    expect(await keepTail(memory.owner)).toEqual({ segments: 2, outlines: 2 });
    expect(await keepTail(memory.owner)).toEqual({ segments: 0, outlines: 0 });
    expect((await ask('more kayaks'))[0]).toBe('more kayaks');
  });

  test('is outlined anew where a message changed', async () => {
    const { memory, ask, keepTail } = await createTalk();
    await ask('kayak');
    for (let i = 0; i < 3; i += 1) {
      await memory.rewrite(1, `a cat number ${i}`);
      expect(await ask('cat')).toContain(`a cat number ${i}`);
      expect(await keepTail(memory.owner)).toEqual({ segments: 1, outlines: 1 });
      expect(await ask('cat')).toContain(`a cat number ${i}`);
    }
  });

  test('is whole for a question that waits while another takes in what changed', async () => {
    const { memory, search } = await createTalk();
    const request = searchRequest(memory.owner, 'a red kayak', { topK: 50 });
    for (let i = 0; i < 10; i += 1) {
      const first = search(request);
      await memory.rewrite(i, `a kayak number ${i}`);
      const answers = await Promise.all([first, search(request), search({ ...request, question: `kayak ${i}` })]);
      for (const { found } of answers) expect(found.length).toBeGreaterThanOrEqual(4);
      expectSame(await search(request), await askAfresh(memory, request.question));
    }
  });

  test('offers no segment of what is kept, with or without an outline', async () => {
    const { memory, ask, outlines } = await createTalk();
    await memory.say(Array.from({ length: SMALL }, () => ({ session: 1, content: 'more', role: 'user', name: null })));
    const { indexes } = openOutlined(store, meaning, { segmentMessages: SMALL });
    await indexes.open(memory.owner);
    const made = indexes.nextSegment(memory.owner);
    expect(made && (await store.corpus.saveSegment(made))).toBe(true);
    expect(await ask('more')).toContain('more');
    expect(outlines.nextSegment(memory.owner)).toBeNull();
  });

  test('finds what was said a moment ago, by its meaning too, and nothing that was deleted', async () => {
    const { memory, ask } = await createTalk();
    expect(await ask('puppy')).not.toContain('my hound barks');
    await memory.say([{ session: 2, content: 'my hound barks', role: 'user', name: null }]);
    expect(await ask('puppy')).toContain('my hound barks');
    await memory.unsay(12);
    expect(await ask('puppy')).not.toContain('my hound barks');
    await memory.unsay(0);
    expect(await ask('kayak')).not.toContain('the kayak is red 1');
  });

  test('shows what filters let through, and says what of them it cannot look through', async () => {
    const { memory, search } = await createTalk();
    const none = await search(searchRequest(memory.owner, 'kayak', { filters: { roles: ['assistant'] } }));
    expect(none.found).toEqual([]);
    const one = await search(
      searchRequest(memory.owner, 'kayak', { filters: { kinds: ['message'], roles: ['user'] } }),
    );
    expect(one.found).not.toBeEmpty();
    const odd = await search(searchRequest(memory.owner, 'kayak', { filters: { metadata: '{"mood":"calm"}' } }));
    expect([odd.found, odd.degraded]).toEqual([
      [],
      ['filters.metadata: only the best of so large a memory were looked at'],
    ]);
  });

  test('explains its results by all steps, those that need vectors too', async () => {
    const { memory, search } = await createTalk();
    const { found } = await search(searchRequest(memory.owner, 'a red kayak', { explain: true }));
    const steps = found[0]?.explain?.map((each) => each.step) ?? [];
    expect(steps).toEqual(expect.arrayContaining(['words', 'soft_words', 'meaning', 'meaning_around']));
  });

  test('has no outline before anything of it is outlined, and none once its user is gone', async () => {
    const memory = await memoryInStore(store);
    await memory.say([{ session: 1, content: 'a dog', role: 'user', name: null }]);
    const { outlines, search } = openOutlined(store, meaning);
    expect(await outlines.open(memory.owner, ['dog'])).toBeNull();
    expect((await search(searchRequest(memory.owner, 'dog'))).found).toHaveLength(1);
    expect(await outlines.open({ ...memory.owner, userKey: 999_999 }, ['dog'])).toBeNull();
  });
});
