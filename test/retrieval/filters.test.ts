import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { DOCUMENT_KINDS } from '../../src/contract/documents.ts';
import { ROLES } from '../../src/contract/records.ts';
import type { SearchFilters } from '../../src/retrieval/filters.ts';
import { knowledge, message } from '../support/retrieval/documents.ts';
import { openMemories } from '../support/retrieval/memories.ts';
import { keysOf, searchable, searchOf } from '../support/retrieval/searchable.ts';
import type { StoredMemory, Told } from '../support/retrieval/stored-memory.ts';

const SEED = 20_261_123;
const AGENT = 5;

const memories = await openMemories();
afterAll(() => memories.close());

const documents: readonly Told[] = [
  message(1, 'apple 1', { sessionKey: 1, role: 'user', createdAt: 10 }),
  message(2, 'apple 2', { sessionKey: 1, role: 'assistant', createdAt: 20 }),
  { ...message(3, 'apple 3', { sessionKey: 2, role: 'user', createdAt: 30 }), agent: AGENT },
  message(4, 'apple 4', { sessionKey: 3, role: 'system', createdAt: 40 }),
  { ...knowledge(5, 'apple 5'), createdAt: 50 },
  message(6, 'apple 6', { sessionKey: 1, role: 'tool', createdAt: 45 }),
  message(7, 'apple 7', { sessionKey: 1, role: 'function', createdAt: 46 }),
];
const { memory, ask: askAll } = await searchable(memories, null, documents);

/** What is found of the documents, with sessions and agents by the numbers that they have there. */
const found = async (wanted: Partial<SearchFilters>): Promise<number[]> => {
  const { sessionKeys, agentKeys } = wanted;
  const filters = {
    ...wanted,
    sessionKeys: sessionKeys?.map(memory.sessionKey) ?? null,
    agentKeys: agentKeys?.map(memory.agentKey) ?? null,
  };
  return keysOf(await askAll('apple', { filters, topK: 100, mode: 'words' })).sort((a, b) => a - b);
};

describe('filters', () => {
  test.each<[string, Partial<SearchFilters>, number[]]>([
    ['none', {}, [1, 2, 3, 4, 5, 6, 7]],
    ['messages', { kinds: ['message'] }, [1, 2, 3, 4, 6, 7]],
    ['knowledge', { kinds: ['knowledge'] }, [5]],
    ['neither kind', { kinds: [] }, []],
    ['sessions, which hold no knowledge', { sessionKeys: [1, 3] }, [1, 2, 4, 6, 7]],
    ['a session that has nothing', { sessionKeys: [9] }, []],
    ['no session', { sessionKeys: [] }, []],
    ['an agent, and knowledge, which belongs to none', { agentKeys: [AGENT] }, [3, 5]],
    ['an agent without sessions, and knowledge', { agentKeys: [6] }, [5]],
    ['several agents', { agentKeys: [6, AGENT] }, [3, 5]],
    ['a session and an agent, both', { sessionKeys: [1, 2], agentKeys: [AGENT] }, [3]],
    ['roles, which nobody has who told no message', { roles: ['user', 'system'] }, [1, 3, 4]],
    ['a role of chat APIs', { roles: ['tool'] }, [6]],
    ['from a moment on', { createdFrom: 30 }, [3, 4, 5, 6, 7]],
    ['up to a moment', { createdTo: 30 }, [1, 2, 3]],
    ['one moment', { createdFrom: 20, createdTo: 20 }, [2]],
    ['no time at all', { createdFrom: 21, createdTo: 20 }, []],
    ['all of it', { sessionKeys: [1], roles: ['assistant'], createdFrom: 20, kinds: ['message'] }, [2]],
  ])('by %s', async (_, filters, keys) => {
    expect(await found(filters)).toEqual(keys);
  });

  test('leave as many results as are asked for, whatever they take away', async () => {
    const said = Array.from({ length: 200 }, (_, i) => message(i, `apple ${i}`, { sessionKey: i < 3 ? 2 : 1 }));
    const { ask, memory: large } = await searchable(memories, null, said);
    const filters = { sessionKeys: [large.sessionKey(2)] };
    expect(keysOf(await ask('apple', { topK: 3, filters })).sort()).toEqual([0, 1, 2]);
  });

  test('change no score', async () => {
    const scores = new Map((await askAll('apple 3')).found.map(({ key, score }) => [key, score]));
    for (const filters of [
      { sessionKeys: [memory.sessionKey(2)] },
      { roles: ['user' as const] },
      { createdFrom: 20 },
    ]) {
      for (const { key, score } of (await askAll('apple 3', { filters })).found)
        expect(score).toBe(scores.get(key) ?? -1);
    }
  });
});

/** The same documents, some of them with metadata. */
const withTea = (said: readonly Told[], ...keys: readonly number[]): Told[] =>
  said.map((told) => (keys.includes(told.key) ? { ...told, metadata: '{"topic":"tea"}' } : told));

describe('metadata', () => {
  const withMetadata = async (all: readonly Record<string, unknown>[], metadata: Record<string, unknown>) => {
    const said = all.map((own, i) => ({
      ...message(i, `apple ${i}`, { sessionKey: i + 1 }),
      metadata: JSON.stringify(own),
    }));
    const { ask } = await searchable(memories, null, said);
    return keysOf(await ask('apple', { filters: { metadata: JSON.stringify(metadata) }, topK: 100 })).sort(
      (a, b) => a - b,
    );
  };
  const all = [{ topic: 'tea', tags: ['a', 'b'] }, { topic: 'tea', deep: { of: 1 } }, { topic: null }, {}];

  test('must hold what the filter names, value by value', async () => {
    expect(await withMetadata(all, { topic: 'tea' })).toEqual([0, 1]);
    expect(await withMetadata(all, { topic: 'tea', tags: ['a', 'b'] })).toEqual([0]);
    expect(await withMetadata(all, { tags: ['b', 'a'] })).toEqual([]);
    expect(await withMetadata(all, { deep: { of: 1 } })).toEqual([1]);
    expect(await withMetadata(all, { topic: null })).toEqual([2]);
    expect(await withMetadata(all, {})).toEqual([0, 1, 2, 3]);
    expect(await withMetadata(all, { constructor: 'x' })).toEqual([]);
  });

  test.each([
    ['a whole number beyond doubles', '725653563933458433', '725653563933458432'],
    ['more digits than a double has', '0.12345678901234567891', '0.12345678901234567892'],
    ['a number that a double holds', '9007199254740992', '9007199254740993'],
  ])('tells %s from its neighbour', async (_, number, neighbour) => {
    const { ask } = await searchable(memories, null, [
      { ...message(1, 'apple', { sessionKey: 1 }), metadata: `{"id":${number}}` },
      { ...message(2, 'apple', { sessionKey: 2 }), metadata: `{"id":[${number}]}` },
    ]);
    const by = async (metadata: string) => keysOf(await ask('apple', { filters: { metadata } }));
    expect(await by(`{"id":${number}}`)).toEqual([1]);
    expect(await by(`{"id":[${number}]}`)).toEqual([2]);
    expect(await by(`{"id":${neighbour}}`)).toEqual([]);
  });

  test('is the same however a number is written and keys are ordered', async () => {
    const metadata = '{"of":{"a":1.50,"b":-0,"c":725653563933458433.0}}';
    const { ask } = await searchable(memories, null, [{ ...message(1, 'apple'), metadata }]);
    const by = async (wanted: string) => keysOf(await ask('apple', { filters: { metadata: wanted } }));
    expect(await by('{"of":{"c":7.25653563933458433e17,"b":0,"a":15e-1}}')).toEqual([1]);
    expect(await by('{"of":{"c":7.25653563933458433e17,"b":0,"a":15e-1,"d":null}}')).toEqual([]);
  });

  test('finds what has them among many that say the same, and counts only those', async () => {
    const said = Array.from({ length: 50 }, (_, i) => message(i, 'apple', { sessionKey: i + 1 }));
    const { ask } = await searchable(memories, null, withTea(said, 3, 4));
    const answer = await ask('apple', { filters: { metadata: '{"topic":"tea"}' } });
    expect(answer.found.map(({ key, duplicates }) => [key, duplicates])).toEqual([[4, 1]]);
  });
});

describe('a filter on metadata that nearly nothing holds', () => {
  const MANY = 3_000;
  const many = Array.from({ length: MANY }, (_, i) => message(i, `apple ${i}`, { sessionKey: i + 1 }));
  let large: StoredMemory;
  beforeAll(async () => {
    large = await memories.create();
    await large.put(...many);
  });
  let held: readonly number[] = [];
  /** Has some of them hold it, and no others. */
  const withTeaAt = async (keys: readonly number[], clockMs?: () => number) => {
    await large.put(...many.filter(({ key }) => held.includes(key)));
    await large.put(
      ...withTea(
        many.filter(({ key }) => keys.includes(key)),
        ...keys,
      ),
    );
    held = keys;
    return searchOf(memories, null, large, clockMs);
  };
  const filters = { metadata: '{"topic":"tea"}' };

  test('is looked for to the end of the memory, in the order of the ranking', async () => {
    for (const key of [0, 1_500, MANY - 1]) {
      const { ask } = await withTeaAt([key]);
      const answer = await ask('apple', { filters, mode: 'words' });
      expect([keysOf(answer), answer.degraded]).toEqual([[key], []]);
    }
  });

  test('lets the questions of others pass while it is looked for', async () => {
    const { corpus, ask } = await withTeaAt([0]);
    let others = 0;
    let pages = 0;
    corpus.onMetadata = () => {
      pages += 1;
      setImmediate(() => {
        others += 1;
      });
    };
    await ask('apple', { filters });
    expect(pages).toBeGreaterThan(3);
    expect(others).toBeGreaterThanOrEqual(pages - 1);
  });

  test('is given up when time is up, with what was found by then, and the answer is not kept', async () => {
    let nowMs = 0;
    const { corpus, ask } = await withTeaAt([0, MANY - 1], () => nowMs);
    let pages = 0;
    corpus.onMetadata = () => {
      pages += 1;
      nowMs += 300;
    };
    const {
      found: answers,
      degraded,
      isPassing,
    } = await ask('apple', {
      ...{ filters, mode: 'words', deadlineMs: 500, explain: true },
    });
    expect(pages).toBe(2);
    expect(answers.map(({ key, explain }) => [key, (explain?.length ?? 0) > 0])).toEqual([[MANY - 1, true]]);
    expect(degraded).toEqual(['filters.metadata: time was up before all of the memory was looked at']);
    expect(isPassing).toBe(true);
  });

  test('passes over what is withdrawn while it is looked for', async () => {
    const { corpus, ask } = await withTeaAt([1]);
    corpus.onMetadata = () => large.retract({ kind: 'message', key: 1 });
    expect((await ask('apple', { filters })).found).toEqual([]);
  });
});

test('any filters let through what they say, and no more', async () => {
  const filters = fc.record({
    kinds: fc.subarray(DOCUMENT_KINDS),
    sessionKeys: fc.option(fc.subarray([1, 2, 3])),
    agentKeys: fc.option(fc.subarray([AGENT, 6])),
    roles: fc.option(fc.subarray([...ROLES])),
    createdFrom: fc.option(fc.integer({ min: 0, max: 60 })),
    createdTo: fc.option(fc.integer({ min: 0, max: 60 })),
  });
  await fc.assert(
    fc.asyncProperty(filters, async (wanted) => {
      const { kinds, sessionKeys, agentKeys, roles, createdFrom, createdTo } = wanted;
      const expected = documents.filter((document) => {
        const { kind, sessionKey, role, createdAt } = document;
        const isOfAgent = agentKeys === null || kind === 'knowledge' || (agentKeys.includes(AGENT) && sessionKey === 2);
        return (
          kinds.includes(kind) &&
          (sessionKeys === null || (sessionKey !== null && sessionKeys.includes(sessionKey))) &&
          (roles === null || (role !== null && roles.includes(role))) &&
          isOfAgent &&
          createdAt >= (createdFrom ?? 0) &&
          createdAt <= (createdTo ?? 60)
        );
      });
      expect(await found(wanted)).toEqual(expected.map(({ key }) => key));
    }),
    { seed: SEED, numRuns: 300 },
  );
});
