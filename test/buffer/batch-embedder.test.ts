import { describe, expect, test } from 'bun:test';
import { BatchEmbedder } from '../../src/buffer/batch-embedder.ts';
import { MemfuseError } from '../../src/contract/errors.ts';
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

  test('while a call is under way are the next, one call at a time, however many ask', async () => {
    const gates: (() => void)[] = [];
    const { batch, calls, time } = lengths(async (texts) => {
      await new Promise<void>((resolve) => gates.push(resolve));
      return byLength(texts);
    });
    const first = batch.embed(['a']);
    await time.advance(5);
    const later = ['bb', 'ccc', 'dddd'].map(async (text) => {
      const vectors = batch.embed([text]);
      await time.advance(5);
      return vectors;
    });
    await time.advance(1_000);
    expect([calls, gates.length]).toEqual([[['a']], 1]);
    gates[0]?.();
    expect(numbers(await first)).toEqual([1]);
    await time.rest();
    expect(calls).toEqual([['a'], ['bb', 'ccc', 'dddd']]);
    gates[1]?.();
    expect((await Promise.all(later)).map(numbers)).toEqual([[2], [3], [4]]);
    const afterwards = batch.embed(['e']);
    await time.advance(5);
    gates[2]?.();
    expect(numbers(await afterwards)).toEqual([1]);
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

  test('because one text is refused fails those alone whose text it is', async () => {
    const { batch, calls, time } = lengths((texts) => {
      if (texts.includes('poison'))
        throw new MemfuseError('internal', 'The embedding endpoint refuses the texts (400).');
      return byLength(texts);
    });
    const asked = [batch.embed(['a', 'bb']), batch.embed(['c', 'poison']), batch.embed(['ddd'])].map((call) =>
      call.then(numbers, (error) => error.message),
    );
    await time.advance(5);
    expect(await Promise.all(asked)).toEqual([[1, 2], 'The embedding endpoint refuses the texts (400).', [3]]);
    expect(calls).toEqual([['a', 'bb', 'c', 'poison', 'ddd'], ['a', 'bb'], ['c', 'poison'], ['ddd']]);
  });

  test.each([
    ['does not answer', new MemfuseError('overloaded', 'It does not answer.')],
    ['refuses the key', new MemfuseError('internal', 'It refuses the key.', { untilMended: true })],
  ])('because the model %s is one call, and fails everybody in it', async (_, error) => {
    const { batch, calls, time } = lengths(() => {
      throw error;
    });
    const asked = [batch.embed(['a']), batch.embed(['b'])].map((call) => call.catch((failure) => failure));
    await time.advance(5);
    expect(await Promise.all(asked)).toEqual([error, error]);
    expect(calls).toHaveLength(1);
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
