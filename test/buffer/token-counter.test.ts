import { afterEach, describe, expect, spyOn, test } from 'bun:test';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { type CountFor, createTokenCounter, type TokenCounter } from '../../src/buffer/token-counter.ts';
import { systemScheduler } from '../../src/platform/scheduler.ts';
import { manualTime } from '../support/manual-time.ts';
import { recordedLog } from '../support/recorded-log.ts';

let counter: TokenCounter;
afterEach(() => counter.close());

const open = (cacheSize = 1_000): TokenCounter => {
  counter = createTokenCounter(cacheSize, systemScheduler, recordedLog());
  return counter;
};

const TEXTS = ['', 'hello', 'Zoë has a 🦊.', '你好，世界', '<|endoftext|> is a text like any other', 'x'.repeat(3_000)];

describe('counts', () => {
  test('are those of the tokenizer of the language models, in the order of the texts', async () => {
    const { count } = open();
    const asText = { disallowedSpecial: new Set<string>() };
    expect(await count(TEXTS)).toEqual(TEXTS.map((text) => countTokens(text, asText)));
    expect(await count([])).toEqual([]);
  });

  test('are known after they were made, by what the text says', async () => {
    const { count, known } = open();
    expect(known('hello world')).toBeUndefined();
    const [tokens] = await count(['hello world']);
    expect([known(['hello', 'world'].join(' ')), known('hello  world')]).toEqual([tokens, undefined]);
    expect(known('')).toBeUndefined();
    await count(['']);
    expect(known('')).toBe(0);
  });

  test('are kept for so many texts, and the least recently used goes first', async () => {
    const { count, known } = open(3);
    await count(['one', 'two', 'three']);
    expect(known('one')).toBe(1);
    await count(['four']);
    expect(['one', 'two', 'three', 'four'].map((text) => known(text) !== undefined)).toEqual([true, false, true, true]);
  });

  test('of a thousand texts are kept, and not of one more', async () => {
    const { count, known } = open();
    const texts = Array.from({ length: 1_001 }, (_, i) => `text ${i}`);
    await count(texts);
    expect(texts.filter((text) => known(text) !== undefined)).toHaveLength(1_000);
    expect(known('text 0')).toBeUndefined();
  });
});

describe('texts that are to be counted', () => {
  test('gather for five milliseconds, and each is counted once', async () => {
    const time = manualTime();
    counter = createTokenCounter(1_000, time, recordedLog());
    const counts = [counter.count(['same', 'other']), counter.count(['same']), counter.count(['same', 'same'])];
    await time.rest();
    expect(time.pending).toBe(1);
    await time.advance(4);
    expect(counter.known('same')).toBeUndefined();
    await time.advance(1);
    expect(await Promise.all(counts)).toEqual([[1, 1], [1], [1, 1]]);
    // What is known already waits for nobody.
    expect([await counter.count(['same']), time.pending]).toEqual([[1], 0]);
  });

  test('that arrive while others are counted are counted after them', async () => {
    const time = manualTime();
    counter = createTokenCounter(1_000, time, recordedLog());
    const first = counter.count(['one']);
    await time.advance(5);
    const second = counter.count(['two words']);
    await time.advance(5);
    expect([await first, await second]).toEqual([[1], [2]]);
  });
});

describe('texts that a request waits for', () => {
  /** Counts in the order in which they come; the first text of all keeps the Worker busy while the others are asked for. */
  const inOrder = async (ask: (count: (text: string, countFor: CountFor) => void) => void): Promise<string[]> => {
    const time = manualTime();
    counter = createTokenCounter(1_000, time, recordedLog());
    const came: string[] = [];
    const counting: Promise<unknown>[] = [];
    const count = (text: string, countFor: CountFor): void => {
      counting.push(counter.count([text], countFor).then(() => came.push(text.slice(0, 12).trim())));
    };
    count('first', 'request');
    ask(count);
    await time.advance(5);
    await Promise.all(counting);
    return came;
  };
  /** So long that two are never in one trip. */
  const long = (name: string): string => `${name} ${'word '.repeat(6_000)}`;

  test('are counted before all that waits for nobody, and without a pause', async () => {
    const came = await inOrder((count) => {
      for (let i = 0; i < 6; i += 1) count(long(`background ${i}`), 'background');
      for (let i = 0; i < 3; i += 1) count(long(`request ${i}`), 'request');
    });
    expect(came.slice(0, 4)).toEqual(['first', 'request 0 wo', 'request 1 wo', 'request 2 wo']);
    expect(came).toHaveLength(10);
  });

  test('get ahead with what the background has asked for as well, which is counted once', async () => {
    const both = long('both');
    const came = await inOrder((count) => {
      for (let i = 0; i < 3; i += 1) count(long(`background ${i}`), 'background');
      count(both, 'background');
      count(both, 'request');
    });
    expect(came.slice(0, 3)).toEqual(['first', 'both word wo', 'both word wo']);
  });
});

describe('a counter', () => {
  test('sends its Worker little at a time, and everything in the end', async () => {
    counter = createTokenCounter(10_000, systemScheduler, recordedLog());
    const texts = Array.from({ length: 200 }, (_, i) => `${i} ${'word '.repeat(200)}`);
    const sent = spyOn(Worker.prototype, 'postMessage');
    try {
      expect(await counter.count(texts)).toEqual(texts.map((text) => countTokens(text)));
      const trips = sent.mock.calls.map(([message]) => (message as { payload: readonly string[] }).payload);
      expect(trips.flat()).toEqual(texts);
      for (const trip of trips) expect(trip.join('').length).toBeLessThanOrEqual(32_768);
    } finally {
      sent.mockRestore();
    }
  });

  test('for a request go in one trip when they are asked for together', async () => {
    const { count } = open();
    // The Worker runs, and has nothing to do.
    await count(['first'], 'request');
    const sent = spyOn(Worker.prototype, 'postMessage');
    try {
      await Promise.all([count(['one', 'two', 'three'], 'request'), count(['four'], 'request')]);
      const trips = sent.mock.calls.map(([message]) => (message as { payload: readonly string[] }).payload);
      expect(trips).toEqual([['one', 'two', 'three', 'four']]);
    } finally {
      sent.mockRestore();
    }
  });

  test('is behind while more than four million characters wait', async () => {
    const time = manualTime();
    counter = createTokenCounter(1_000, time, recordedLog());
    const texts = Array.from({ length: 17 }, (_, i) => `${i} ${'word '.repeat(50_000)}`);
    const counting = Promise.allSettled(texts.slice(0, 16).map((text) => counter.count([text])));
    expect(counter.isBehind).toBe(false);
    const last = Promise.allSettled([counter.count([texts[16] ?? ''])]);
    expect(counter.isBehind).toBe(true);
    await counter.close();
    await Promise.all([counting, last]);
  });
});

describe('a counter that is closed', () => {
  const nameOfError = (counting: Promise<unknown>) => counting.catch((error: Error) => error.name);

  test('counts no more, and says so', async () => {
    const { count, close } = open();
    await count(['one']);
    await close();
    expect(await nameOfError(count(['two']))).toBe('CountingEndedError');
  });

  test('ends the counts that it cuts off, while they gather and while they are made', async () => {
    const time = manualTime();
    counter = createTokenCounter(1_000, time, recordedLog());
    const made = nameOfError(counter.count(['long '.repeat(200_000)]));
    await time.advance(5);
    const gathering = nameOfError(counter.count(['short']));
    await time.rest();
    await counter.close();
    await time.advance(5);
    expect(await Promise.all([made, gathering])).toEqual(['CountingEndedError', 'CountingEndedError']);
  });
});

test('a tokenizer that could not be read for want of descriptors is read when there are some', () => {
  const script = fileURLToPath(new URL('./starved-counter.ts', import.meta.url));
  // With three the Worker loads its own files, and perhaps the package: not being found was remembered.
  const program = ['sh', '-c', 'ulimit -n 100; exec "$@"', 'sh', process.execPath, script, '3'];
  const [, then] = JSON.parse(Bun.spawnSync(program).stdout.toString());
  expect(then).toBe('counted');
});
