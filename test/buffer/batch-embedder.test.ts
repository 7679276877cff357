import { describe, expect, test } from 'bun:test';
import { BatchEmbedder } from '../../src/buffer/batch-embedder.ts';
import type { Embedder } from '../../src/embedding/embedder.ts';
import { manualTime } from '../support/manual-time.ts';

const FINGERPRINT = 'a'.repeat(64);

/** An embedder whose vector of a text is its length, and which keeps what it was asked for. */
const lengths = (answer: (texts: readonly string[]) => Float32Array[] | Promise<Float32Array[]>) => {
  const calls: (readonly string[])[] = [];
  const embedder: Embedder = {
    model: { name: 'lengths', dimensions: 1, fingerprint: FINGERPRINT },
    embed: async (texts) => {
      calls.push(texts);
      return answer(texts);
    },
    close: async () => {},
  };
  const time = manualTime();
  return { batch: new BatchEmbedder(embedder, time), calls, time };
};

const byLength = (texts: readonly string[]) => texts.map((text) => new Float32Array([text.length]));
const numbers = (vectors: readonly Float32Array[]): number[] => vectors.map(([number = -1]) => number);

describe('texts that many ask for', () => {
  test('within five milliseconds are one call of the model, and everybody gets their own vectors in order', async () => {
    const { batch, calls, time } = lengths(byLength);
    const first = batch.embed(['a', 'bbb']);
    await time.advance(4);
    const second = batch.embed(['cc']);
    expect(calls).toEqual([]);
    await time.advance(1);
    expect([numbers(await first), numbers(await second)]).toEqual([[1, 3], [2]]);
    expect(calls).toEqual([['a', 'bbb', 'cc']]);
  });

  test('later are another call, also while the first is under way', async () => {
    let go = (): void => {};
    let isFirst = true;
    const { batch, calls, time } = lengths(async (texts) => {
      if (isFirst) {
        isFirst = false;
        await new Promise<void>((resolve) => {
          go = resolve;
        });
      }
      return byLength(texts);
    });
    const first = batch.embed(['a']);
    await time.advance(5);
    const second = batch.embed(['bb']);
    await time.advance(5);
    expect([calls, numbers(await second)]).toEqual([[['a'], ['bb']], [2]]);
    go();
    expect(numbers(await first)).toEqual([1]);
  });

  test('are none: then nobody is asked', async () => {
    const { batch, calls, time } = lengths(byLength);
    expect([await batch.embed([]), time.pending, calls]).toEqual([[], 0, []]);
  });
});

describe('a call of the model that fails', () => {
  test('fails for everybody in it, and for nobody after it', async () => {
    let isBroken = true;
    const { batch, time } = lengths((texts) => {
      if (isBroken) throw new Error('out of memory');
      return byLength(texts);
    });
    const asked = [batch.embed(['a']), batch.embed(['b', 'c'])].map((call) => call.catch((error) => error.message));
    await time.advance(5);
    expect(await Promise.all(asked)).toEqual(['out of memory', 'out of memory']);
    isBroken = false;
    const again = batch.embed(['a']);
    await time.advance(5);
    expect(numbers(await again)).toEqual([1]);
  });

  test('by answering too few vectors fails for those who got none', async () => {
    const { batch, time } = lengths((texts) => byLength(texts).slice(0, 1));
    const asked = [batch.embed(['a']), batch.embed(['bb'])].map((call) => call.then(numbers, (error) => error.message));
    await time.advance(5);
    expect(await Promise.all(asked)).toEqual([[1], 'The embedder answered fewer vectors than it was given texts.']);
  });
});

test('a batch embedder tells which model makes its vectors', () => {
  expect(lengths(byLength).batch.model.fingerprint).toBe(FINGERPRINT);
});
