import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import { backgroundCalls } from '../support/background/calls.ts';
import { type EmbeddingEndpoint, POISON, startEmbeddingEndpoint } from '../support/background/endpoint.ts';
import { openIdleWorker } from '../support/background/idle-workers.ts';
import { ASLEEP, PROMPT } from '../support/background/settings.ts';
import { expectRefusal, expectSuccess } from '../support/envelope.ts';
import { eventually } from '../support/eventually.ts';
import { messageCalls } from '../support/message-calls.ts';
import { startServer, type TestAnswer, type TestServer } from '../support/server.ts';

/** Longer than any wait that ends well takes. */
const LONG = 'timeout_ms=15000';

const answered = (answer: TestAnswer): TestAnswer['body'] => expectSuccess(answer, 201, 'Messages added successfully');
const timed = async (answer: Promise<TestAnswer>): Promise<{ answer: TestAnswer; tookMs: number }> => {
  const startedMs = performance.now();
  return { answer: await answer, tookMs: performance.now() - startedMs };
};

describe('while the background sleeps', () => {
  let server: TestServer;
  const { newSession, add, list, update } = messageCalls(() => server);
  const { post, statuses, chunks } = backgroundCalls(() => server);
  beforeAll(async () => {
    server = await startServer({ settings: ASLEEP });
  });
  afterAll(() => server.stop());

  const stagesOf = async (sessionId: string): Promise<string[]> =>
    (await statuses(sessionId)).map(({ stage }) => stage);

  test('an add that waits for nothing says nothing of stages', async () => {
    const data = answered(await post(await newSession(), ['hello']));
    expect(data).not.toContainKeys(['stage', 'reached']);
  });

  test('one that waits for stored is answered at once and wakes nobody', async () => {
    const sessionId = await newSession();
    const data = answered(await post(sessionId, ['hello'], '?wait_for=stored'));
    expect(data).toMatchObject({ stage: 'stored', reached: true, total_messages: 1 });
    expect(await stagesOf(sessionId)).toEqual(['stored']);
  });

  test('one that waits for indexed finds its messages indexed and their chunks on disk when it is answered', async () => {
    const sessionId = await newSession();
    const data = answered(await post(sessionId, ['one', 'two'], `?wait_for=indexed&${LONG}`));
    expect(data).toMatchObject({ stage: 'indexed', reached: true });
    expect(await stagesOf(sessionId)).toEqual(['indexed', 'indexed']);
    const made = await chunks(sessionId);
    expect(made.flatMap(({ metadata }) => metadata.message_ids)).toEqual(data.message_ids);
  });

  test('it takes along what waits of its session, and leaves other sessions asleep', async () => {
    const [sessionId, other] = [await newSession(), await newSession()];
    await add(sessionId, [{ role: 'user', content: 'before' }]);
    await add(other, [{ role: 'user', content: 'elsewhere' }]);
    answered(await post(sessionId, ['now'], `?wait_for=indexed&${LONG}`));
    expect(await stagesOf(sessionId)).toEqual(['indexed', 'indexed']);
    expect(await stagesOf(other)).toEqual(['stored']);
  });

  test('one that comes behind an edit reaches it as well, and the edit with it', async () => {
    const sessionId = await newSession();
    const { message_ids } = answered(await post(sessionId, ['before'], `?wait_for=indexed&${LONG}`));
    await update(sessionId, message_ids, ['before, as it should be']);
    expect(await stagesOf(sessionId)).toEqual(['stored']);
    expect(answered(await post(sessionId, ['after'], `?wait_for=indexed&${LONG}`)).reached).toBe(true);
    expect(await stagesOf(sessionId)).toEqual(['indexed', 'indexed']);
  });

  test('many that wait at once, in one session and in others, all reach it', async () => {
    const sessions = [...(await Promise.all(Array.from({ length: 8 }, newSession)))];
    const waits = sessions.flatMap((sessionId) =>
      Array.from({ length: 4 }, (_, i) => post(sessionId, [`message ${i}`], `?wait_for=indexed&${LONG}`)),
    );
    for (const answer of await Promise.all(waits)) expect(answered(answer).reached).toBe(true);
    for (const sessionId of sessions) expect(await stagesOf(sessionId)).toEqual(Array(4).fill('indexed'));
  });

  test.each(['summarised', 'extracted'])(
    'one that waits for %s, which nothing does here, is refused at once and stores nothing',
    async (stage) => {
      const sessionId = await newSession();
      const text = `Nothing takes messages to the stage ${stage} here; wait_for must be one of: stored, indexed`;
      const answer = await post(sessionId, ['hello'], `?wait_for=${stage}&timeout_ms=600`);
      expectRefusal(answer, 400, 'wait_for', 'Invalid wait_for parameter', text);
      expect(await list(sessionId)).toEqual([]);
    },
  );

  test('one without messages has nothing to wait for', async () => {
    const data = answered(await post(await newSession(), [], '?wait_for=indexed'));
    expect(data).toMatchObject({ message_ids: [], stage: 'indexed', reached: true });
  });

  test('one that is sent again with its key waits as well, until it is reached', async () => {
    const sessionId = await newSession();
    const key = { 'Idempotency-Key': 'once and for all' };
    const first = answered(await post(sessionId, ['hello'], '?wait_for=stored', key));
    const indexed = answered(await post(sessionId, ['hello'], `?wait_for=indexed&${LONG}`, key));
    expect(indexed).toMatchObject({ message_ids: first.message_ids, stage: 'indexed', reached: true });
    expect(await stagesOf(sessionId)).toEqual(['indexed']);
  });

  test.each([
    ['wait_for=done', 'wait_for', 'wait_for must be one of: stored, indexed, summarised, extracted'],
    ['wait_for=Indexed', 'wait_for', 'wait_for must be one of: stored, indexed, summarised, extracted'],
    ['wait_for=failed', 'wait_for', 'wait_for must be one of: stored, indexed, summarised, extracted'],
    ['wait_for=', 'wait_for', 'wait_for must be one of: stored, indexed, summarised, extracted'],
    ['wait_for=indexed&timeout_ms=-1', 'timeout_ms', 'timeout_ms must be a whole number from 0 to 60000'],
    ['wait_for=indexed&timeout_ms=1.5', 'timeout_ms', 'timeout_ms must be a whole number from 0 to 60000'],
    ['wait_for=indexed&timeout_ms=60001', 'timeout_ms', 'timeout_ms must be a whole number from 0 to 60000'],
    ['wait_for=indexed&timeout_ms=soon', 'timeout_ms', 'timeout_ms must be a whole number from 0 to 60000'],
    ['wait_for=indexed&timeout_ms=', 'timeout_ms', 'timeout_ms must be a whole number from 0 to 60000'],
    ['timeout_ms=1e3', 'timeout_ms', 'timeout_ms must be a whole number from 0 to 60000'],
  ])('?%s is refused with 400 and stores nothing', async (query, field, text) => {
    const sessionId = await newSession();
    const answer = await post(sessionId, ['hello'], `?${query}`);
    expectRefusal(answer, 400, field, `Invalid ${field} parameter`, text);
    expect(await list(sessionId)).toEqual([]);
  });

  test('there is nothing to wait for in a session that there is not', async () => {
    const answer = await post('no-session', ['hello'], '?wait_for=indexed');
    expectRefusal(answer, 404, 'session_id', "Session with ID 'no-session' not found");
  });
});

describe('while the background is far behind', () => {
  let server: TestServer;
  const { newSession, list } = messageCalls(() => server);
  const { post, statuses } = backgroundCalls(() => server);
  beforeAll(async () => {
    server = await startServer({ settings: PROMPT, outside: { openWorker: openIdleWorker } });
  });
  afterAll(() => server.stop());

  test('one is answered when its time is up, stored and not indexed', async () => {
    const sessionId = await newSession();
    const { answer, tookMs } = await timed(post(sessionId, ['hello'], '?wait_for=indexed&timeout_ms=600'));
    expect(answered(answer)).toMatchObject({ stage: 'indexed', reached: false, total_messages: 1 });
    expect(tookMs).toBeGreaterThan(595);
    expect((await statuses(sessionId)).map(({ stage }) => stage)).toEqual(['stored']);
  });

  test('one with no time to wait is answered before one that was sent ahead of it and waits', async () => {
    const [sessionId, other] = [await newSession(), await newSession()];
    const waiting = post(other, ['hello'], `?wait_for=indexed&${LONG}`);
    await eventually('the message is there', async () => (await list(other)).length === 1);
    const answer = await post(sessionId, ['hello'], '?wait_for=indexed&timeout_ms=0');
    expect(answered(answer)).toMatchObject({ stage: 'indexed', reached: false });
    expect(Bun.peek.status(waiting)).toBe('pending');
    expect(await list(sessionId)).toHaveLength(1);
    await server.call('DELETE', `/sessions/${other}`);
    await waiting;
  });

  test('one that is sent again with its key waits as well', async () => {
    const sessionId = await newSession();
    const key = { 'Idempotency-Key': 'once and for all' };
    const first = answered(await post(sessionId, ['hello'], '?wait_for=stored', key));
    const late = await post(sessionId, ['hello'], '?wait_for=indexed&timeout_ms=50', key);
    expect(answered(late)).toMatchObject({ message_ids: first.message_ids, reached: false });
  });

  test('one whose session is deleted under it is not left waiting', async () => {
    const [sessionId, other] = [await newSession(), await newSession()];
    // What is left waiting is answered when this one is.
    const beside = post(other, ['hello'], `?wait_for=indexed&${LONG}`);
    const waiting = post(sessionId, ['hello'], `?wait_for=indexed&${LONG}`);
    await eventually('the message is there', async () => (await list(sessionId)).length === 1);
    await server.call('DELETE', `/sessions/${sessionId}`);
    expectRefusal(await waiting, 404, 'session_id', `Session with ID '${sessionId}' not found`);
    expect(Bun.peek.status(beside)).toBe('pending');
    await eventually('the message is there', async () => (await list(other)).length === 1);
    await server.call('DELETE', `/sessions/${other}`);
    await beside;
  });
});

describe('when the work behind an add', () => {
  let endpoint: EmbeddingEndpoint;
  let server: TestServer;
  const { newSession } = messageCalls(() => server);
  const { post, status, indexed, idle } = backgroundCalls(() => server);
  beforeAll(async () => {
    endpoint = startEmbeddingEndpoint();
    server = await startServer({ settings: { ...PROMPT, ...endpoint.settings } });
  });
  afterEach(async () => {
    endpoint.become('choosy');
    await idle();
  });
  afterAll(async () => {
    await server.stop();
    await endpoint.stop();
  });

  test('takes longer than the wait, the answer says so and the work goes on', async () => {
    const sessionId = await newSession();
    endpoint.become('silent');
    const { answer, tookMs } = await timed(post(sessionId, ['slow food'], '?wait_for=indexed&timeout_ms=400'));
    expect(answered(answer)).toMatchObject({ stage: 'indexed', reached: false });
    expect(tookMs).toBeGreaterThan(395);
    endpoint.become('mended');
    await indexed(sessionId);
  });

  test('ends within the wait, the answer comes then', async () => {
    const sessionId = await newSession();
    endpoint.become('silent');
    const waiting = post(sessionId, ['slow food'], `?wait_for=indexed&${LONG}`);
    await eventually('the endpoint is asked', () => endpoint.held > 0);
    endpoint.become('mended');
    expect(answered(await waiting).reached).toBe(true);
  });

  test('is given up, the stage is not reached', async () => {
    const sessionId = await newSession();
    const data = answered(await post(sessionId, [`a cup of ${POISON}`], '?wait_for=indexed&timeout_ms=1000'));
    expect(data.reached).toBe(false);
    expect((await status(data.message_ids[0])).stage).toBe('failed');
  });
});
