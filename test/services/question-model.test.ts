import { describe, expect, test } from 'bun:test';
import type { Embedder } from '../../src/embedding/embedder.ts';
import { unavailable, unusable } from '../../src/embedding/failures.ts';
import { ErrorHandler } from '../../src/services/error-handler.ts';
import { QuestionModel } from '../../src/services/question-model.ts';
import { manualTime } from '../support/manual-time.ts';
import { recordedLog } from '../support/recorded-log.ts';
import { searchRequest } from '../support/search-request.ts';

const ADA = { tenantKey: 1, userKey: 7 };
const MODEL = { name: 'fake', dimensions: 2, fingerprint: 'print' };
const NEVER = new Promise<never>(() => {});
const NOT_THERE = ['model: the embedding model is not available, searched without it'];

interface Given {
  readonly embed?: Embedder['embed'];
  readonly open?: () => Promise<Embedder>;
  readonly isOutside?: boolean;
}

/** A question's model whose embedder does as `embed` says, and is opened as `open` says. */
const create = ({ embed, open, isOutside = true }: Given = {}) => {
  const asked: string[] = [];
  const embedder: Embedder = {
    model: MODEL,
    embed: async (texts) => {
      asked.push(...texts);
      return embed ? embed(texts) : texts.map(() => Float32Array.of(1, 0));
    },
    close: async () => {},
  };
  let opened = 0;
  const time = manualTime();
  const errors = new ErrorHandler(recordedLog(), time.now);
  const model = new QuestionModel({
    open: () => {
      opened += 1;
      return open ? open() : Promise.resolve(embedder);
    },
    isOutside,
    errors,
    scheduler: time,
    nowMs: time.now,
  });
  const ask = (question: string, more: Parameters<typeof searchRequest>[2] = {}) =>
    model.ask(searchRequest(ADA, question, more));
  return { ask, asked, time, errors, opened: () => opened };
};

describe('the configured model, asked for a question', () => {
  test('gives its vector with the name of the model', async () => {
    const { ask } = create();
    const byModel = { fingerprint: 'print', dimensions: 2, vectors: [Float32Array.of(1, 0)] };
    expect(await ask('Where is the dog?')).toEqual({ byModel, degraded: [], isPassing: false });
  });

  test('gives one for each of the last turns of a transcript', async () => {
    const { ask, asked } = create();
    const { byModel } = await ask('User: I have a dog.\nAssistant: How nice.\nUser: Where is it?');
    expect(asked).toEqual(['Where is it?', 'How nice.', 'I have a dog.']);
    expect(byModel?.vectors).toHaveLength(3);
  });

  test('is not asked for words alone, for no results, nor for blanks', async () => {
    const { ask, opened } = create();
    for (const more of [{ mode: 'words' }, { topK: 0 }] as const) {
      expect(await ask('dog', more)).toEqual({ byModel: null, degraded: [], isPassing: false });
    }
    expect(await ask(' \n ')).toEqual({ byModel: null, degraded: [], isPassing: false });
    expect(opened()).toBe(0);
  });

  test('that hangs is waited for a second and no longer, and not at all after five times', async () => {
    const { ask, asked, time } = create({ embed: () => NEVER });
    for (let i = 0; i < 5; i += 1) {
      const answer = ask('dog');
      await time.advance(999);
      expect(time.pending).toBeGreaterThan(0);
      await time.advance(1);
      expect((await answer).byModel).toBeNull();
      expect((await answer).degraded[0]).toStartWith('model: ');
    }
    expect(asked).toHaveLength(5);
    expect(await ask('dog')).toEqual({ byModel: null, degraded: NOT_THERE, isPassing: true });
    expect(asked).toHaveLength(5);
  });

  test('has no circuit when it is in this process, where it is given no more than it can read in time', async () => {
    const slow: (() => void)[] = [];
    const embed = (): Promise<Float32Array[]> =>
      new Promise((resolve) => slow.push(() => resolve([Float32Array.of(1, 0)])));
    const { ask, asked, time, errors } = create({ isOutside: false, embed });
    const waiting = Array.from({ length: 64 }, () => ask('dog'));
    await time.advance(1_000);
    for (const { degraded } of await Promise.all(waiting)) {
      expect(degraded).toEqual(['model: the embedding model took longer than 1000 ms, searched without it']);
    }
    // Nobody waits for them, and they are before it all the same.
    expect((await ask('dog')).degraded).toEqual([
      'model: the embedding model has too many questions before it, searched without it',
    ]);
    expect([asked.length, errors.openCircuits()]).toEqual([64, []]);
    slow.shift()?.();
    await time.advance(0);
    const next = ask('dog');
    await time.advance(0);
    slow.at(-1)?.();
    expect((await next).byModel?.vectors).toHaveLength(1);
  });

  test('is waited for half of a deadline that is shorter, which opens no circuit for others', async () => {
    const { ask, time, errors } = create({ embed: () => NEVER });
    for (let i = 0; i < 6; i += 1) {
      const answer = ask('dog', { deadlineMs: 100 });
      await time.advance(50);
      expect((await answer).degraded).toEqual([
        'model: the embedding model took longer than 50 ms, searched without it',
      ]);
    }
    expect(errors.openCircuits()).toEqual([]);
  });

  test('that fails is gone without, whether it may come back or not', async () => {
    for (const failure of [unavailable('busy'), unusable('of another size'), new TypeError('rubbish')]) {
      const { ask } = create({ embed: () => Promise.reject(failure) });
      expect(await ask('dog')).toEqual({ byModel: null, degraded: NOT_THERE, isPassing: true });
    }
  });

  test('that cannot be opened is left alone for half a minute', async () => {
    const { ask, time, opened } = create({ open: () => Promise.reject(unusable('not installed')) });
    for (let i = 0; i < 3; i += 1)
      expect(await ask('dog')).toEqual({ byModel: null, degraded: NOT_THERE, isPassing: true });
    expect(opened()).toBe(1);
    await time.advance(30_000);
    await ask('dog');
    expect(opened()).toBe(2);
  });
});
