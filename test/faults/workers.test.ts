import { afterAll, afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { backgroundCalls } from '../support/background/calls.ts';
import { type EmbeddingEndpoint, POISON, startEmbeddingEndpoint } from '../support/background/endpoint.ts';
import { HANGING_TEXT, moodyWorkers } from '../support/background/moods.ts';
import { PROMPT } from '../support/background/settings.ts';
import { eventually } from '../support/eventually.ts';
import { messageCalls } from '../support/message-calls.ts';
import { startServer, type TestServer } from '../support/server.ts';

const LEASE_MS = 2_000;

let server: TestServer;
const { newSession } = messageCalls(() => server);
const { post, idle, indexed, statuses, stats, chunks, status } = backgroundCalls(() => server);

const timed = async (work: Promise<unknown>): Promise<number> => {
  const startedMs = performance.now();
  await work;
  return performance.now() - startedMs;
};
const restarts = async (): Promise<number> => (await stats()).workers.reduce((sum, worker) => sum + worker.restarts, 0);
/** Each message is in one chunk, and the chunks say what the messages say. */
const expectOnce = async (sessionId: string, ...contents: string[]): Promise<void> => {
  const ids = (await statuses(sessionId)).map(({ message_id }) => message_id);
  const made = await chunks(sessionId);
  expect(made.flatMap(({ metadata }) => metadata.message_ids).toSorted()).toEqual(ids.toSorted());
  const said = made.flatMap(({ content }) => content.split('\n'));
  expect(said.toSorted()).toEqual(contents.map((content) => `[user]: ${content}`).toSorted());
};

describe('a background Worker', () => {
  const workers = moodyWorkers(() => server);
  const start = async (more: Record<string, unknown> = {}): Promise<void> => {
    const settings = { ...PROMPT, 'memory.background.lease': LEASE_MS / 1_000, ...more };
    server = await startServer({ settings, outside: { openWorker: workers.openWorker } });
  };
  afterEach(() => server.stop());
  afterAll(workers.release);

  test('that is killed at a task is replaced, and the task completes, once', async () => {
    await start();
    const sessionId = await newSession();
    workers.kill(1);
    await post(sessionId, ['one', 'two']);
    await indexed(sessionId);
    await expectOnce(sessionId, 'one', 'two');
    expect(await restarts()).toBe(1);
  });

  test('that hangs is replaced within its lease, and the task completes, once', async () => {
    await start();
    const sessionId = await newSession();
    workers.hang(1);
    await post(sessionId, ['one', 'two']);
    expect(await timed(indexed(sessionId))).toBeGreaterThan(LEASE_MS / 2);
    await expectOnce(sessionId, 'one', 'two');
    expect(await restarts()).toBe(1);
  });

  test('that hangs in native code is replaced within its lease all the same', async () => {
    await start();
    const sessionId = await newSession();
    workers.stall(1);
    await post(sessionId, ['one', 'two']);
    expect(await timed(indexed(sessionId))).toBeGreaterThan(LEASE_MS / 2);
    await expectOnce(sessionId, 'one', 'two');
    expect(await restarts()).toBe(1);
  });

  test('that hangs holds up no other session, and no request', async () => {
    await start({ 'memory.background.lease': 60 });
    const [stuck, other] = [await newSession(), await newSession()];
    workers.hang(1);
    await post(stuck, ['one']);
    await eventually('the Worker hangs', () => workers.isOver());
    const { body } = await post(other, ['two'], '?wait_for=indexed&timeout_ms=15000');
    expect(body.data.reached).toBe(true);
    expect((await statuses(stuck))[0]?.stage).toBe('stored');
    expect(await restarts()).toBe(0);
  });

  test('is replaced also when all of them hang or die at once, and everything completes, once', async () => {
    await start();
    const sessions = await Promise.all(Array.from({ length: 9 }, newSession));
    workers.hang(3);
    workers.kill(3);
    await Promise.all(sessions.map((sessionId, i) => post(sessionId, [`message ${i}`])));
    for (const [i, sessionId] of sessions.entries()) {
      await indexed(sessionId);
      await expectOnce(sessionId, `message ${i}`);
    }
    expect(workers.isOver()).toBe(true);
    expect(await restarts()).toBe(6);
  });

  test('that one message makes hang each time costs that message its index and no other', async () => {
    await start({ 'memory.background.max_retries': 1, 'memory.background.lease': LEASE_MS / 2_000 });
    const sessionId = await newSession();
    await post(sessionId, ['before', `into the ${HANGING_TEXT}`, 'after']);
    const found = await eventually('the message is given up', async () => {
      const rows = await statuses(sessionId);
      return rows.every(({ stage }) => stage !== 'stored') && rows;
    });
    expect(found.map(({ stage }) => stage)).toEqual(['indexed', 'failed', 'indexed']);
    expect(found[1]?.reason).toMatch(/^The background \d Worker stopped before it answered\.$/);
  });
});

describe('an endpoint that is silent', () => {
  const WORKERS = 2;
  const SESSIONS = 30;
  let endpoint: EmbeddingEndpoint;
  beforeEach(async () => {
    endpoint = startEmbeddingEndpoint('silent');
    server = await startServer({ settings: { ...PROMPT, ...endpoint.settings, 'memory.background.workers': WORKERS } });
  });
  afterEach(async () => {
    await server.stop();
    await endpoint.stop();
  });

  test('has one call to answer and a task of each Worker, however many wait; then everything is indexed', async () => {
    const sessions = await Promise.all(Array.from({ length: SESSIONS }, newSession));
    await Promise.all(sessions.map((sessionId, i) => post(sessionId, [`message ${i}`])));
    await eventually('the Workers have what they can have', async () => {
      const { running } = await stats();
      return running === WORKERS && endpoint.held === 1;
    });
    const [first] = sessions;
    const { body } = await post(first ?? '', ['one more'], '?wait_for=indexed&timeout_ms=300');
    expect(body.data.reached).toBe(false);
    const { running, waiting, failed } = await stats();
    expect([running, endpoint.held, failed]).toEqual([WORKERS, 1, 0]);
    expect(waiting).toBeGreaterThanOrEqual(SESSIONS - WORKERS);

    endpoint.become('mended');
    for (const sessionId of sessions) await indexed(sessionId);
    for (const [i, sessionId] of sessions.entries()) {
      await expectOnce(sessionId, `message ${i}`, ...(i === 0 ? ['one more'] : []));
    }
    const texts = endpoint.calls.flat();
    expect(texts.length).toBe(new Set(texts).size);
  });
});

describe('a poison message', () => {
  const RETRIES = 3;
  let endpoint: EmbeddingEndpoint;
  const start = async (delayS: number): Promise<void> => {
    const retries = {
      'memory.background.max_retries': RETRIES,
      'memory.background.retry_delay': delayS,
      'memory.background.max_retry_delay': delayS,
    };
    server = await startServer({ settings: { ...PROMPT, ...endpoint.settings, ...retries } });
  };
  beforeEach(() => {
    endpoint = startEmbeddingEndpoint();
  });
  afterEach(async () => {
    await server.stop();
    await endpoint.stop();
  });

  const deadLetters = async (sessionId: string) => {
    const { tasks } = await backgroundCalls(() => server).tasks('?state=failed&limit=100');
    return tasks.filter(({ session_id }) => session_id === sessionId);
  };

  test('ends in the dead letter with its reason, and what was said with it and after it is indexed', async () => {
    await start(0.2);
    const sessionId = await newSession();
    await post(sessionId, ['one', 'two', `a cup of ${POISON}`, 'four']);
    await post(sessionId, ['five']);
    const found = await eventually('all is decided', async () => {
      const rows = await statuses(sessionId);
      return rows.every(({ stage }) => stage !== 'stored') && rows;
    });
    expect(found.map(({ stage }) => stage)).toEqual(['indexed', 'indexed', 'failed', 'indexed', 'indexed']);
    const [letter, ...more] = await deadLetters(sessionId);
    expect(more).toEqual([]);
    expect(letter).toMatchObject({ state: 'failed', attempts: RETRIES + 1, reason: found[2]?.reason ?? 'none' });
    expect(letter?.reason).toContain('400');
  });

  const isTried = () => endpoint.calls.flat().some((text) => text.includes(POISON));

  test('holds up its session for no longer than its retries', async () => {
    await start(0.2);
    const sessionId = await newSession();
    await post(sessionId, [`a cup of ${POISON}`]);
    await eventually('it is tried', isTried);
    await post(sessionId, ['tea']);
    await idle();
    expect((await statuses(sessionId)).map(({ stage }) => stage)).toEqual(['failed', 'indexed']);
    // Each try sends it with its batch, and what is refused in a batch alone.
    const tries = endpoint.calls.flat().filter((text) => text.includes(POISON));
    expect(tries.length).toBeWithin(RETRIES + 1, 2 * (RETRIES + 1) + 1);
  });

  test('holds up no other session, though it is tried again in an hour', async () => {
    await start(3_600);
    const [sessionId, other] = [await newSession(), await newSession()];
    const { body } = await post(sessionId, [`a cup of ${POISON}`]);
    await eventually('it is tried', isTried);
    await post(other, ['beside']);
    await indexed(other);
    expect((await status(body.data.message_ids[0])).stage).toBe('stored');
  });
});
