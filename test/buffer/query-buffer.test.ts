import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { createBufferCounts } from '../../src/buffer/buffer-counts.ts';
import { type AnswerRoom, createAnswerRoom } from '../../src/buffer/kept-answers.ts';
import { QueryBuffer, type QueryBufferSettings } from '../../src/buffer/query-buffer.ts';
import type { AccountNames } from '../../src/contract/corpus.ts';
import { NO_FILTERS } from '../../src/retrieval/filters.ts';
import type { Found, SearchRequest } from '../../src/retrieval/search.ts';
import { eventually } from '../support/eventually.ts';
import { manualClock } from '../support/manual-clock.ts';
import { turn } from '../support/manual-time.ts';
import { searchRequest } from '../support/search-request.ts';

const SEED = 20_260_540;

const asking = (question: string, more: Partial<SearchRequest> = {}): SearchRequest => ({
  ...searchRequest({ tenantKey: 1, userKey: 1 }, question),
  ...more,
});

/** A memory whose answer to every question is its generation, and which counts how often it is searched. */
const createBuffer = (given: Partial<QueryBufferSettings> = {}, shared?: AnswerRoom) => {
  const settings = { max_size: 15, cache_size: 100, cache_ttl: 300, ...given };
  const clock = manualClock(0);
  const memory: {
    generation: number | null;
    content: string;
    searches: number;
    candidates: unknown;
    /** Read with a search; none when they are null. */
    names: AccountNames | null;
    namesRead: number;
    gate: Promise<void> | null;
  } = {
    generation: 1,
    content: '',
    searches: 0,
    candidates: null,
    names: null,
    namesRead: 0,
    gate: null,
  };
  const room = shared ?? createAnswerRoom(2 ** 26, () => clock.now());
  const counts = createBufferCounts();
  const buffer = new QueryBuffer({
    counts,
    room,
    settings: () => settings,
    nowMs: () => clock.now(),
    generation: async () => memory.generation,
    accountNames: async () => {
      memory.namesRead += 1;
      return memory.names && { ...memory.names };
    },
    search: async ({ question, candidates }) => {
      memory.searches += 1;
      memory.candidates = candidates;
      const id = `${question} at ${memory.generation}`;
      const accounts = memory.names;
      await memory.gate;
      const read = accounts && { accounts };
      return { found: [{ id, content: memory.content } as Found], degraded: [], level: 'full', ...read };
    },
  });
  const ask = async (request: string | SearchRequest): Promise<string[]> =>
    (await buffer.query(typeof request === 'string' ? asking(request) : request)).found.map(({ id }) => id);
  return { buffer, counts, clock, memory, ask, room };
};

test('a question has 15 candidates, or as many as are set, and three for each result when that is more', async () => {
  const usual = createBuffer();
  await usual.ask(asking('a', { topK: 5 }));
  expect(usual.memory.candidates).toBe(15);
  await usual.ask(asking('a', { topK: 6 }));
  expect(usual.memory.candidates).toBe(18);
  const wide = createBuffer({ max_size: 100 });
  await wide.ask(asking('a', { topK: 6 }));
  expect(wide.memory.candidates).toBe(100);
});

describe('a question that was asked before', () => {
  test('is searched again when a name was given that it may name, and not otherwise', async () => {
    const { memory, ask, counts } = createBuffer();
    await ask('Where is Zoë?');
    await ask('Where is Zoë?');
    expect(memory.namesRead).toBe(0);
    memory.names = { user: 'Zoë', agents: ['Rex'] };
    await ask('And Rex?');
    expect([await ask('And Rex?'), memory.searches, counts.hits]).toEqual([['And Rex? at 1'], 2, 2]);
    for (const names of [
      { user: 'Zoë', agents: ['Max'] },
      { user: 'Eve', agents: ['Max'] },
    ]) {
      memory.names = names;
      const { searches } = memory;
      await ask('And Rex?');
      await ask('And Rex?');
      expect(memory.searches).toBe(searches + 1);
    }
    await ask('Where is Zoë?');
    expect(memory.searches).toBe(4);
  });

  test('takes room for the names that were read for it once', async () => {
    const { memory, ask, room } = createBuffer();
    memory.names = { user: 'Zoë', agents: ['x'.repeat(1_000)] };
    await ask('And Rex?');
    const { bytes } = room;
    expect(bytes).toBeGreaterThan(2_000);
    memory.names = { user: 'Eve', agents: ['x'.repeat(1_000)] };
    await ask('And Rex?');
    expect(room.bytes).toBe(bytes);
  });

  test('is answered without a search, also when blanks and capitals differ', async () => {
    const { counts, memory, ask } = createBuffer();
    const answer = await ask('Where is Zoë?');
    expect([await ask('  where   IS\nzoë?'), memory.searches, counts.hits, counts.misses]).toEqual([answer, 1, 1, 1]);
  });

  test('is another question when line ends make it a transcript', async () => {
    const { memory, ask } = createBuffer();
    for (const text of ['user: a user: b', 'user: a\nuser: b', 'USER: a \n user:  b', 'user: a\\nuser: b'])
      await ask(text);
    expect(memory.searches).toBe(2);
  });

  test('is another question with another number, agent, kind of results or conversation', async () => {
    const { memory, ask } = createBuffer();
    const others = [
      {},
      { topK: 6 },
      { filters: { ...NO_FILTERS, agentKeys: [3] } },
      { mode: 'words' } as const,
      { sessionKey: 4 },
    ];
    for (const more of [...others, ...others]) await ask(asking('who', more));
    expect(memory.searches).toBe(5);
  });

  test('is searched for again as soon as anything changed', async () => {
    const { memory, ask } = createBuffer();
    expect(await ask('who')).toEqual(['who at 1']);
    memory.generation = 2;
    expect([await ask('who'), memory.searches]).toEqual([['who at 2'], 2]);
  });

  test('is searched for again after five minutes', async () => {
    const { clock, memory, ask } = createBuffer();
    await ask('who');
    clock.advance(299_999);
    await ask('who');
    expect(memory.searches).toBe(1);
    clock.advance(1);
    await ask('who');
    expect(memory.searches).toBe(2);
  });

  test('is one of a hundred that are kept, the least recently asked going first', async () => {
    const { memory, ask } = createBuffer();
    for (let i = 0; i < 100; i += 1) await ask(`question ${i}`);
    await ask('question 0');
    await ask('one more');
    expect(memory.searches).toBe(101);
    await ask('question 0');
    expect(memory.searches).toBe(101);
    await ask('question 1');
    expect(memory.searches).toBe(102);
  });
});

describe('an answer', () => {
  test('that was on its way while something changed is not kept', async () => {
    const { memory, ask } = createBuffer();
    let go = (): void => {};
    memory.gate = new Promise((resolve) => {
      go = resolve;
    });
    const slow = ask('who');
    await turn();
    memory.generation = 2;
    memory.gate = null;
    await ask('something else');
    go();
    expect(await slow).toEqual(['who at 1']);
    expect(await ask('who')).toEqual(['who at 2']);
  });

  test('of a user who is gone is nothing, and nobody is asked for it', async () => {
    const { memory, ask } = createBuffer();
    await ask('who');
    memory.generation = null;
    expect([await ask('who'), memory.searches]).toEqual([[], 1]);
  });

  test('that failed is not kept', async () => {
    const { memory, ask } = createBuffer();
    memory.gate = Promise.reject(new Error('no disk'));
    expect(await ask('who').catch((error: Error) => error.message)).toBe('no disk');
    memory.gate = null;
    expect(await ask('who')).toEqual(['who at 1']);
  });
});

describe('the room for answers', () => {
  const ROOM = 100_000;
  const texts = (buffer: ReturnType<typeof createBuffer>, content: string) => {
    buffer.memory.content = content;
    return buffer;
  };

  test('is bounded in bytes over all users, the least recently used answer going first', async () => {
    const room = createAnswerRoom(ROOM, () => 0);
    const [ada, bob] = [
      texts(createBuffer({}, room), 'a'.repeat(4_000)),
      texts(createBuffer({}, room), 'b'.repeat(4_000)),
    ];
    await bob.ask('first of all');
    for (let i = 0; i < 50; i += 1) {
      await ada.ask(`question ${i}`);
      await bob.ask('first of all');
      expect(room.bytes).toBeLessThanOrEqual(ROOM);
    }
    expect(bob.memory.searches).toBe(1);
    expect(room.bytes).toBeGreaterThan(ROOM / 2);
    await ada.ask('question 49');
    expect(ada.memory.searches).toBe(50);
    await ada.ask('question 0');
    expect(ada.memory.searches).toBe(51);
  });

  test('takes no answer that would fill it', async () => {
    const { ask, memory, room } = texts(
      createBuffer(
        {},
        createAnswerRoom(ROOM, () => 0),
      ),
      'x'.repeat(ROOM),
    );
    for (let i = 0; i < 3; i += 1) await ask('who');
    expect([memory.searches, room.bytes]).toEqual([3, 0]);
  });

  test('is given back when anything changed, when others are asked, and when the user is gone', async () => {
    const { ask, memory, room, buffer } = createBuffer({ cache_size: 2 });
    await ask('a');
    const one = room.bytes;
    await ask('b');
    await ask('c');
    expect(room.bytes).toBe(2 * one);
    memory.generation = 2;
    await ask('a');
    expect(room.bytes).toBe(one);
    memory.generation = null;
    await ask('a');
    expect(room.bytes).toBe(0);
    memory.generation = 3;
    await ask('a');
    buffer.clear();
    expect(room.bytes).toBe(0);
  });

  test('is given back when time is up, though nobody asks again', async () => {
    const { ask, room } = createBuffer(
      { cache_ttl: 0.02 },
      createAnswerRoom(ROOM, () => performance.now()),
    );
    await ask('a');
    expect(room.bytes).toBeGreaterThan(0);
    await eventually('it is let go of', () => room.bytes === 0);
  });

  test('holds no long question, and knows it again', async () => {
    const { ask, memory, room } = createBuffer();
    const long = 'Where is my kayak? '.repeat(10_000);
    const [first] = await ask(long);
    expect([await ask(`  ${long.toUpperCase()}`), memory.searches]).toEqual([[first ?? ''], 1]);
    expect(room.bytes).toBeLessThan(2_000);
    await ask(`${long} again`);
    expect(memory.searches).toBe(2);
  });
});

test('whatever is asked and changed in any order, no answer is older than the moment of its question', async () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ ask: fc.constantFrom('a', 'b', 'c') }) },
    { weight: 1, arbitrary: fc.record({ passMs: fc.constantFrom(100, 1_000) }) },
    { weight: 1, arbitrary: fc.record({ change: fc.constant(true) }) },
    { weight: 2, arbitrary: fc.record({ turns: fc.nat({ max: 2 }) }) },
  );
  const property = fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
    const { clock, memory, ask } = createBuffer({ cache_size: 2, cache_ttl: 1 });
    const answers: Promise<void>[] = [];
    for (const step of steps) {
      if ('ask' in step) {
        const asked = memory.generation ?? 0;
        answers.push(
          ask(step.ask).then(([answer = '']) => {
            expect(answer.startsWith(`${step.ask} at `)).toBe(true);
            expect(Number(answer.split(' at ')[1])).toBeGreaterThanOrEqual(asked);
          }),
        );
      } else if ('change' in step) memory.generation = (memory.generation ?? 0) + 1;
      else if ('passMs' in step) clock.advance(step.passMs);
      else for (let i = 0; i < step.turns; i += 1) await Promise.resolve();
    }
    await Promise.all(answers);
  });
  await fc.assert(property, { seed: SEED, numRuns: 200 });
});
