import { afterEach, describe, expect, test } from 'bun:test';
import { PRIORITY } from '../../src/contract/outbox.ts';
import { EVERY_SEQUENCE } from '../contract/background.ts';
import { messagesOf } from '../contract/lists.ts';
import { present } from '../contract/world.ts';
import { MARKS } from '../support/pipeline/fake-workers.ts';
import { type Life, type Lives, openLives, type WrittenSettings } from '../support/pipeline/lives.ts';
import { createPeople, incoming } from '../support/pipeline/people.ts';
import { searchRequest } from '../support/search-request.ts';

let lives: Lives;
let life: Life;
afterEach(async () => {
  await lives.kill(life);
  await lives.remove();
});

const open = async (settings: WrittenSettings = {}) => {
  lives = await openLives(settings);
  life = await lives.start();
  const { factory } = life;
  const { scope, people } = await createPeople(factory, 1);
  const { owner, session } = present(people[0]);
  const service = factory.getBufferService(owner);
  type Wait = Parameters<typeof factory.addBatch>[4];
  const add = (texts: readonly string[], wait?: Wait) =>
    factory.addBatch(scope, session.id, texts.map(incoming), undefined, wait);
  const left = async () =>
    (await factory.store.outbox.outstanding(scope, session.id, EVERY_SEQUENCE)).map(({ state }) => state);
  const list = async (buffered: boolean) => {
    const options = { limit: 100, sortBy: 'timestamp', order: 'asc', buffered } as const;
    return (await messagesOf(factory.store, scope, session.id, options)).map(({ content }) => content);
  };
  const ask = async (question: string) => {
    const { found } = await service.query(searchRequest(owner, question));
    return found.map(({ content }) => content);
  };
  return { factory, scope, session, owner, service, add, left, list, ask };
};

describe('a round that is acknowledged', () => {
  test('is listed and found at once, while it waits for others', async () => {
    const { factory, owner, add, list, ask } = await open();
    const added = await lives.until(add(['the lighthouse is white', 'and tall']));
    expect(added).toMatchObject({ replayed: false, transferTriggered: false, backgroundQueued: true, reached: null });
    expect(added.ids).toHaveLength(2);
    expect([await list(true), await list(false)]).toEqual([['the lighthouse is white', 'and tall'], []]);
    expect((await ask('lighthouse'))[0]).toBe('the lighthouse is white');
    expect([factory.users.peek(owner.userKey)?.rounds, factory.filing.report().rounds]).toEqual([1, 0]);
  });

  test('leaves the buffer after five seconds without others', async () => {
    const { factory, owner, add, list, left } = await open();
    await lives.until(add(['alone']));
    await lives.time.advance(4_900);
    expect(await list(true)).toEqual(['alone']);
    await lives.time.advance(101);
    expect([await list(true), await list(false), await left()]).toEqual([[], ['alone'], ['running']]);
    expect([factory.users.peek(owner.userKey)?.rounds, factory.filing.report().rounds]).toEqual([0, 1]);
    expect(factory.counts).toMatchObject({ messages: 1, rounds: 1 });
  });

  test('leaves the buffer with the fifth, and all five are filed together', async () => {
    const { add, list, left } = await open();
    const answers = [];
    for (const text of ['one', 'two', 'three', 'four', 'five']) answers.push(await lives.until(add([text])));
    expect(answers.map(({ transferTriggered }) => transferTriggered)).toEqual([false, false, false, false, true]);
    await lives.time.advance(1);
    expect([await list(true), await left()]).toEqual([[], []]);
  });

  test('leaves the buffer at once when it is long', async () => {
    const { add, list } = await open();
    const { transferTriggered } = await lives.until(add(['x'.repeat(4_000)]));
    await lives.time.advance(1);
    expect([transferTriggered, await list(true)]).toEqual([true, []]);
  });

  test('leaves the buffer when the exact count says that it is longer than it seemed', async () => {
    const { add, list } = await open();
    // The counter of these tests takes every character for a token, four times the estimate.
    const { transferTriggered } = await lives.until(add(['x'.repeat(900)]));
    expect(transferTriggered).toBe(false);
    await lives.time.advance(1);
    expect(await list(true)).toEqual([]);
  });
});

describe('who waits for a stage', () => {
  test('has the messages indexed and filed at once, ahead of their time', async () => {
    const { add, left } = await open();
    const startedAt = lives.time.now();
    const { reached } = await lives.until(add(['now'], { stage: 'indexed', timeoutMs: 10_000 }), 1);
    expect([reached, await left()]).toEqual([true, []]);
    expect(lives.time.now() - startedAt).toBeLessThanOrEqual(10);
  });

  test('has what was said before indexed too, since it comes first', async () => {
    const { add, left } = await open();
    await lives.until(add(['before']));
    const { reached } = await lives.until(add(['now'], { stage: 'indexed', timeoutMs: 10_000 }), 1);
    expect([reached, await left()]).toEqual([true, []]);
  });

  test('is told no when it takes longer, and the work goes on', async () => {
    const { add, left } = await open();
    const startedAt = lives.time.now();
    const waiting = add([`never ${MARKS.throw}`], { stage: 'indexed', timeoutMs: 2_000 });
    expect(await lives.until(waiting)).toMatchObject({ reached: false });
    expect(lives.time.now() - startedAt).toBeLessThanOrEqual(2_100);
    await lives.time.advance(10_000);
    expect(await left()).toEqual(['failed']);
  });

  test('for what is stored does not wait', async () => {
    const { add, left } = await open();
    const startedAt = lives.time.now();
    const { reached } = await lives.until(add(['stored'], { stage: 'stored', timeoutMs: 10_000 }));
    expect([reached, lives.time.now() - startedAt, await left()]).toEqual([true, 0, ['waiting']]);
  });
});

describe('a full queue of tasks', () => {
  test('is told of, and the work is done when there is room', async () => {
    const { factory } = await open({ memory: { background: { queue_size: 1 } } });
    const { scope, people } = await createPeople(factory, 2);
    const [first, second] = await lives.until(
      Promise.all(people.map(({ session }) => factory.addBatch(scope, session.id, [incoming('hello')]))),
    );
    expect([first?.backgroundQueued, second?.backgroundQueued]).toEqual([true, false]);
    await lives.time.advance(70_000);
    expect(await factory.store.outbox.counts(scope)).toMatchObject({ waiting: 0, running: 0, done: 2 });
  });
});

test('an empty round changes nothing and gives no work', async () => {
  const { add, left, factory } = await open();
  expect(await lives.until(add([]))).toMatchObject({ ids: [], transferTriggered: false });
  expect([await left(), factory.counts.rounds]).toEqual([[], 0]);
});

test('an answer that was kept is not given again after a message was deleted', async () => {
  const { factory, scope, session, add, ask } = await open();
  const { ids } = await lives.until(add(['the harbour', 'the harbour master']));
  expect([await ask('harbour'), factory.counts.misses]).toEqual([await ask('harbour'), 1]);
  expect(factory.counts.hits).toBe(1);
  await lives.until(factory.store.messages.delete(scope, session.id, [present(ids[0])], lives.time.now()));
  expect(await ask('harbour')).toEqual(['the harbour master']);
});

test('what is ready is filed when somebody asks for it, and until then it is held', async () => {
  const { factory, add, left } = await open();
  await lives.until(add(['one']));
  await lives.time.advance(5_001);
  expect(await left()).toEqual(['running']);
  await lives.until(factory.filing.flushAll(PRIORITY.critical));
  expect(await left()).toEqual([]);
});
