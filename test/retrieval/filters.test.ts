import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import type { CorpusDocument } from '../../src/contract/corpus.ts';
import { ROLES } from '../../src/contract/records.ts';
import type { SearchFilters } from '../../src/retrieval/filters.ts';
import { knowledge, message } from '../support/fake-corpus.ts';
import { keysOf, searchable } from '../support/retrieval/searchable.ts';

const SEED = 20_261_123;
const AGENT = 5;

const found = async (documents: readonly CorpusDocument[], filters: Partial<SearchFilters>): Promise<number[]> => {
  const { corpus, ask } = searchable(null);
  corpus.put(7, ...documents);
  corpus.sessionsByAgent.set(AGENT, [2]);
  return keysOf(await ask('apple', { filters, topK: 100, mode: 'words' })).sort((a, b) => a - b);
};

const documents = [
  message(1, 'apple 1', { sessionKey: 1, role: 'user', createdAt: 10 }),
  message(2, 'apple 2', { sessionKey: 1, role: 'assistant', createdAt: 20 }),
  message(3, 'apple 3', { sessionKey: 2, role: 'user', createdAt: 30 }),
  message(4, 'apple 4', { sessionKey: 3, role: 'system', createdAt: 40 }),
  { ...knowledge(5, 'apple 5'), createdAt: 50 },
  message(6, 'apple 6', { sessionKey: 1, role: 'tool', createdAt: 45 }),
  message(7, 'apple 7', { sessionKey: 1, role: 'function', createdAt: 46 }),
];

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
    expect(await found(documents, filters)).toEqual(keys);
  });

  test('leave as many results as are asked for, whatever they take away', async () => {
    const { corpus, ask } = searchable(null);
    corpus.put(7, ...Array.from({ length: 200 }, (_, i) => message(i, `apple ${i}`, { sessionKey: i < 3 ? 2 : 1 })));
    expect(keysOf(await ask('apple', { topK: 3, filters: { sessionKeys: [2] } })).sort()).toEqual([0, 1, 2]);
  });

  test('change no score', async () => {
    const { corpus, ask } = searchable(null);
    corpus.put(7, ...documents);
    const scores = new Map((await ask('apple 3')).found.map(({ key, score }) => [key, score]));
    for (const filters of [{ sessionKeys: [2] }, { roles: ['user' as const] }, { createdFrom: 20 }]) {
      for (const { key, score } of (await ask('apple 3', { filters })).found) expect(score).toBe(scores.get(key) ?? -1);
    }
  });
});

describe('metadata', () => {
  const withMetadata = async (all: readonly Record<string, unknown>[], metadata: Record<string, unknown>) => {
    const { corpus, ask } = searchable(null);
    const said = all.map((_, i) => message(i, `apple ${i}`, { sessionKey: i + 1 }));
    corpus.put(7, ...said);
    said.forEach((document, i) => {
      corpus.metadata.set(`message:${document.key}`, JSON.stringify(all[i] ?? null));
    });
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
    const { corpus, ask } = searchable(null);
    corpus.put(7, message(1, 'apple', { sessionKey: 1 }), message(2, 'apple', { sessionKey: 2 }));
    corpus.metadata.set('message:1', `{"id":${number}}`);
    corpus.metadata.set('message:2', `{"id":[${number}]}`);
    const by = async (metadata: string) => keysOf(await ask('apple', { filters: { metadata } }));
    expect(await by(`{"id":${number}}`)).toEqual([1]);
    expect(await by(`{"id":[${number}]}`)).toEqual([2]);
    expect(await by(`{"id":${neighbour}}`)).toEqual([]);
  });

  test('is the same however a number is written and keys are ordered', async () => {
    const { corpus, ask } = searchable(null);
    corpus.put(7, message(1, 'apple'));
    corpus.metadata.set('message:1', '{"of":{"a":1.50,"b":-0,"c":725653563933458433.0}}');
    const by = async (metadata: string) => keysOf(await ask('apple', { filters: { metadata } }));
    expect(await by('{"of":{"c":7.25653563933458433e17,"b":0,"a":15e-1}}')).toEqual([1]);
    expect(await by('{"of":{"c":7.25653563933458433e17,"b":0,"a":15e-1,"d":null}}')).toEqual([]);
  });

  test('finds what has them among many that say the same, and counts only those', async () => {
    const { corpus, ask } = searchable(null);
    corpus.put(7, ...Array.from({ length: 50 }, (_, i) => message(i, 'apple', { sessionKey: i + 1 })));
    for (const key of [3, 4]) corpus.metadata.set(`message:${key}`, '{"topic":"tea"}');
    const answer = await ask('apple', { filters: { metadata: '{"topic":"tea"}' } });
    expect(answer.found.map(({ key, duplicates }) => [key, duplicates])).toEqual([[4, 1]]);
  });
});

describe('a filter on metadata that nearly nothing holds', () => {
  const MANY = 3_000;
  const withOne = (key: number) => {
    const memory = searchable(null);
    memory.corpus.put(7, ...Array.from({ length: MANY }, (_, i) => message(i, `apple ${i}`, { sessionKey: i + 1 })));
    memory.corpus.metadata.set(`message:${key}`, '{"topic":"tea"}');
    return memory;
  };
  const filters = { metadata: '{"topic":"tea"}' };

  test('is looked for to the end of the memory, in the order of the ranking', async () => {
    for (const key of [0, 1_500, MANY - 1]) {
      const { found, degraded } = await withOne(key).ask('apple', { filters, mode: 'words' });
      expect(found.map((entry) => entry.key)).toEqual([key]);
      expect(degraded).toEqual([]);
    }
  });

  test('lets the questions of others pass while it is looked for', async () => {
    const { corpus, ask } = withOne(0);
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
    const { corpus, ask } = searchable(null, () => nowMs);
    corpus.put(7, ...Array.from({ length: MANY }, (_, i) => message(i, `apple ${i}`, { sessionKey: i + 1 })));
    for (const key of [MANY - 1, 0]) corpus.metadata.set(`message:${key}`, '{"topic":"tea"}');
    let pages = 0;
    corpus.onMetadata = () => {
      pages += 1;
      nowMs += 300;
    };
    const { found, degraded, isPassing } = await ask('apple', {
      ...{ filters, mode: 'words', deadlineMs: 500, explain: true },
    });
    expect(pages).toBe(2);
    expect(found.map(({ key, explain }) => [key, (explain?.length ?? 0) > 0])).toEqual([[MANY - 1, true]]);
    expect(degraded).toEqual(['filters.metadata: time was up before all of the memory was looked at']);
    expect(isPassing).toBe(true);
  });

  test('passes over what is withdrawn while it is looked for', async () => {
    const { corpus, ask } = withOne(0);
    corpus.onMetadata = () => corpus.retract(7, { kind: 'message', key: 0 });
    expect((await ask('apple', { filters })).found).toEqual([]);
  });
});

test('any filters let through what they say, and no more', async () => {
  const filters = fc.record({
    kinds: fc.subarray(['message', 'knowledge'] as const),
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
      expect(await found(documents, wanted)).toEqual(expected.map(({ key }) => key));
    }),
    { seed: SEED, numRuns: 300 },
  );
});
