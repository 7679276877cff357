import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { PRIORITY } from '../../src/contract/outbox.ts';
import { messagesOf } from '../contract/lists.ts';
import { present } from '../contract/world.ts';
import { MARKS } from '../support/pipeline/fake-workers.ts';
import { createProcessor, openProcessorWorld, type ProcessorWorld } from '../support/pipeline/processor.ts';

let world: ProcessorWorld;
beforeEach(async () => {
  world = await openProcessorWorld();
});
afterEach(() => world.close());

const THROWN = 'This text cannot be embedded.';

/** Tasks with a gate before each: none goes on before it is opened. */
const gates = () => {
  const opened: (() => void)[] = [];
  return {
    beforeTask: () => new Promise<void>((resolve) => opened.push(resolve)),
    /** How many are at the gate. */
    get waiting() {
      return opened.length;
    },
    open: () => {
      for (const go of opened.splice(0)) go();
    },
  };
};

describe('a task', () => {
  test('is done as soon as it is due, and its messages are in chunks with vectors', async () => {
    const { talk, say, store, time, state, chunks } = world;
    const { processor, started } = createProcessor(store, time);
    processor.start();
    const task = await say(talk, ['one', 'two'], { dueInMs: 700 });
    expect(processor.offer(task)).toBe(true);
    await time.advance(699);
    expect(started).toEqual([]);
    await time.advance(1);
    expect(await state(talk)).toEqual({ chunks: ['[user]: one\n[user]: two'], left: [] });
    expect((await chunks(talk)).map(({ embedded, tokenCount }) => ({ embedded, tokenCount }))).toEqual([
      { embedded: true, tokenCount: 'one'.length + 'two'.length },
    ]);
    expect(started.map(({ key, attempts }) => ({ key, attempts }))).toEqual([{ key: task.key, attempts: 0 }]);
  });

  test('that nobody offered is found in the outbox within a second', async () => {
    const { talk, say, store, time, state } = world;
    const { processor } = createProcessor(store, time);
    processor.start();
    await time.rest();
    await say(talk, ['left behind']);
    await time.advance(1_000);
    expect((await state(talk)).left).toEqual([]);
  });

  test('that waits for a clock that was a year ahead is done when the clock is right again', async () => {
    const YEAR_MS = 365 * 24 * 3_600_000;
    const { talk, say, store, time, state } = world;
    const { processor } = createProcessor(store, time);
    processor.start();
    await time.rest();
    time.setBack(-YEAR_MS);
    const task = await say(talk, ['said in the future'], { dueInMs: 5_000 });
    processor.offer(task);
    await time.advance(1_500);
    expect((await state(talk)).left).toHaveLength(1);
    time.setBack(YEAR_MS);
    await time.advance(3_000);
    expect((await state(talk)).left).toEqual([]);
  });

  test('that a process before left for a clock that was a year ahead is done by the next', async () => {
    const YEAR_MS = 365 * 24 * 3_600_000;
    const { talk, say, store, time, state } = world;
    time.setBack(-YEAR_MS);
    await say(talk, ['said in the future'], { dueInMs: 5_000 });
    time.setBack(YEAR_MS);
    await say(talk, ['said now'], { dueInMs: 100 });
    const { processor } = createProcessor(store, time);
    processor.start();
    await time.advance(3_000);
    expect((await state(talk)).left).toEqual([]);
  });

  test('that is hurried is done before its time', async () => {
    const { talk, say, store, time, state } = world;
    const { processor } = createProcessor(store, time);
    processor.start();
    processor.offer(await say(talk, ['soon'], { dueInMs: 60_000 }));
    await time.advance(10);
    expect((await state(talk)).left).toHaveLength(1);
    processor.expedite(talk.key, PRIORITY.high);
    await time.advance(1);
    expect((await state(talk)).left).toEqual([]);
  });

  test('whose messages changed while it was at work is done again at once, with what they say now', async () => {
    const { talk, say, store, scope, time, state } = world;
    const { processor, started, file } = createProcessor(store, time, {
      deliver: async (task, draft) => {
        if (started.length === 1) {
          const [message] = await messagesOf(store, scope, talk.id, { limit: 1, sortBy: 'timestamp', order: 'asc' });
          const change = { id: present(message).id, role: 'user', content: 'after' } as const;
          await store.messages.update(scope, talk.id, [change], time.now());
        }
        await file(task, draft);
      },
    });
    processor.start();
    processor.offer(await say(talk, ['before']));
    await time.advance(1);
    const indexed = started.filter(({ kind }) => kind === 'index');
    expect(indexed.map(({ attempts }) => attempts)).toEqual([0, 0]);
    expect(await state(talk)).toEqual({ chunks: ['[user]: after'], left: [] });
  });

  test('that was deleted with its session meanwhile ends without a word', async () => {
    const { talk, say, store, scope, time } = world;
    const gate = gates();
    const { processor, filed, log } = createProcessor(store, time, { beforeTask: gate.beforeTask });
    processor.start();
    processor.offer(await say(talk, ['going']));
    await time.advance(1);
    await store.sessions.delete(scope, talk.id);
    gate.open();
    await time.advance(60_000);
    expect([filed, log.lines]).toEqual([[], []]);
    expect(processor.workers().map(({ state }) => state)).toEqual(['idle']);
  });
});

describe('the tasks of one session', () => {
  test('run one after the other in the order of what was said, those of others beside them', async () => {
    const { talk, newSession, say, store, time } = world;
    const other = await newSession();
    const gate = gates();
    const { processor, started } = createProcessor(store, time, { beforeTask: gate.beforeTask });
    const first = await say(talk, ['one']);
    processor.start();
    processor.offer(first);
    await time.advance(1);
    // The first is taken, so what follows is a task of its own, however urgent.
    processor.offer(await say(talk, ['two'], { priority: PRIORITY.critical }));
    processor.offer(await say(other, ['three'], { priority: PRIORITY.low }));
    await time.advance(1);
    expect([gate.waiting, started.map(({ sessionKey }) => sessionKey)]).toEqual([2, [talk.key, other.key]]);
    gate.open();
    await time.advance(1);
    expect(started.slice(2).map(({ firstSequence, sessionKey }) => [sessionKey, firstSequence])).toEqual([
      [talk.key, 2],
    ]);
    gate.open();
    await time.advance(1);
    expect(processor.workers()).toHaveLength(2);
  });

  test('wait for the first while it waits for a retry', async () => {
    const { talk, say, store, time, state } = world;
    let failures = 2;
    const { processor, started } = createProcessor(store, time, {
      beforeTask: async () => {
        failures -= 1;
        if (failures >= 0) throw new Error('not yet');
      },
    });
    processor.start();
    processor.offer(await say(talk, ['one']));
    await time.advance(1);
    processor.offer(await say(talk, ['two']));
    await time.advance(60_000);
    expect(started.map(({ firstSequence, attempts }) => [firstSequence, attempts])).toEqual([
      [1, 0],
      [1, 1],
      [1, 2],
      [2, 0],
    ]);
    expect(await state(talk)).toEqual({ chunks: ['[user]: one', '[user]: two'], left: [] });
  });
});

describe('a task that fails', () => {
  test('is tried three times more, after one, two and four seconds, and then is a dead letter with its reason', async () => {
    const { talk, say, store, time, state } = world;
    const begun: number[] = [];
    const { processor, log } = createProcessor(store, time, {
      beforeTask: async () => {
        begun.push(time.now());
      },
    });
    const start = time.now();
    processor.start();
    processor.offer(await say(talk, [`bad ${MARKS.throw}`]));
    await time.advance(60_000);
    expect(begun.map((at) => at - start)).toEqual([0, 1_000, 3_000, 7_000]);
    expect(await state(talk)).toEqual({
      chunks: [],
      left: [{ span: [1, 1], state: 'failed', attempts: 4, reason: THROWN }],
    });
    expect(log.lines.map(({ severity, facts }) => [severity, facts['attempts'], facts['reason']])).toEqual([
      ['error', 4, THROWN],
    ]);
  });

  test('waits for half as long when chance will have it', async () => {
    const { talk, say, store, time } = world;
    const begun: number[] = [];
    const { processor } = createProcessor(store, time, {
      random: () => 0,
      beforeTask: async () => {
        begun.push(time.now());
      },
    });
    const start = time.now();
    processor.start();
    processor.offer(await say(talk, [MARKS.throw]));
    await time.advance(60_000);
    expect(begun.map((at) => at - start)).toEqual([0, 500, 1_500, 3_500]);
  });

  test('is cut in half until the one message that it fails for stands alone, and the others are done', async () => {
    const { talk, say, store, time, state } = world;
    const { processor } = createProcessor(store, time);
    processor.start();
    processor.offer(await say(talk, ['a', 'b', 'c', 'd', `e ${MARKS.throw}`, 'f', 'g']));
    await time.advance(60_000);
    const { chunks, left } = await state(talk);
    expect(left).toEqual([{ span: [5, 5], state: 'failed', attempts: 4, reason: THROWN }]);
    const letters = chunks.flatMap((chunk) => chunk.split('\n')).map((line) => line.at(-1));
    expect(letters).toEqual(['a', 'b', 'c', 'd', 'f', 'g']);
  });

  test('holds up its session for no longer than its retries', async () => {
    const { talk, say, store, time, state } = world;
    const { processor } = createProcessor(store, time);
    processor.start();
    processor.offer(await say(talk, [MARKS.throw]));
    await time.advance(1);
    processor.offer(await say(talk, ['after it']));
    await time.advance(6_998);
    expect((await state(talk)).chunks).toEqual([]);
    await time.advance(1_002);
    expect((await state(talk)).chunks).toEqual(['[user]: after it']);
  });

  test('is tried from the first when somebody re-drives it', async () => {
    const { talk, say, store, scope, time, state } = world;
    let isBroken = true;
    const { processor } = createProcessor(store, time, {
      beforeTask: async () => {
        if (isBroken) throw new Error('out of order');
      },
    });
    processor.start();
    const { id, ...task } = await say(talk, ['patience']);
    processor.offer({ id, ...task });
    await time.advance(20_000);
    expect((await state(talk)).left).toMatchObject([{ state: 'failed', reason: 'out of order' }]);
    isBroken = false;
    expect((await store.outbox.redrive(scope, id, time.now()))?.id).toBe(id);
    await time.advance(1_000);
    expect(await state(talk)).toEqual({ chunks: ['[user]: patience'], left: [] });
  });

  test('leaves no more than 500 characters of its reason', async () => {
    const { talk, say, store, time, state } = world;
    const { processor } = createProcessor(store, time, {
      settings: { max_retries: 0 },
      beforeTask: async () => {
        throw new Error('long '.repeat(1_000));
      },
    });
    processor.start();
    processor.offer(await say(talk, ['x']));
    await time.advance(1);
    expect((await state(talk)).left[0]?.reason).toHaveLength(500);
  });
});
