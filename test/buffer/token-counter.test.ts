import { afterEach, describe, expect, test } from 'bun:test';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { createTokenCounter, type TokenCounter } from '../../src/buffer/token-counter.ts';
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
    await time.settle();
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
    await time.settle();
    await counter.close();
    await time.advance(5);
    expect(await Promise.all([made, gathering])).toEqual(['CountingEndedError', 'CountingEndedError']);
  });
});
