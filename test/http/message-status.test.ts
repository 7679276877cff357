import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import { backgroundCalls, type Status } from '../support/background/calls.ts';
import { type EmbeddingEndpoint, POISON, startEmbeddingEndpoint } from '../support/background/endpoint.ts';
import { ASLEEP, PROMPT } from '../support/background/settings.ts';
import { expectRefusal, expectSuccess } from '../support/envelope.ts';
import { eventually } from '../support/eventually.ts';
import { TIMESTAMP, UNKNOWN_IDS } from '../support/formats.ts';
import { messageCalls } from '../support/message-calls.ts';
import { startServer, type TestServer } from '../support/server.ts';

const STATUS_KEYS = ['attempts', 'extracted', 'indexed', 'message_id', 'reason', 'stage', 'summarised', 'updated_at'];
const STORED = { stage: 'stored', indexed: false, summarised: false, extracted: false, attempts: 0, reason: null };
const INDEXED = { ...STORED, stage: 'indexed', indexed: true } as const;
const idsOf = (statuses: readonly Status[]): string[] => statuses.map(({ message_id }) => message_id);

describe('while nobody takes the messages up', () => {
  let server: TestServer;
  const { newSession, add } = messageCalls(() => server);
  const { statuses, status } = backgroundCalls(() => server);
  beforeAll(async () => {
    server = await startServer({ settings: ASLEEP });
  });
  afterAll(() => server.stop());

  const page = async (sessionId: string, query: string): Promise<{ messages: Status[]; next_cursor: string | null }> =>
    expectSuccess(
      await server.call('GET', `/sessions/${sessionId}/messages/status${query}`),
      200,
      'Message statuses retrieved successfully',
    );
  const saying = (...contents: string[]) => contents.map((content) => ({ role: 'user', content }));
  const many = (count: number) => saying(...Array.from({ length: count }, (_, i) => `message ${i}`));

  test('each is stored and nothing else, in the list and by itself', async () => {
    const sessionId = await newSession();
    const ids = await add(sessionId, [...saying('one'), { role: 'assistant', content: 'two' }]);
    const list = await statuses(sessionId);
    expect(idsOf(list)).toEqual(ids);
    for (const row of list) {
      expect(Object.keys(row).sort()).toEqual(STATUS_KEYS);
      expect(row).toMatchObject(STORED);
      expect(row.updated_at).toMatch(TIMESTAMP);
      expect(await status(row.message_id)).toEqual(row);
    }
  });

  test('a session without messages has none', async () => {
    expect(await page(await newSession(), '')).toEqual({ messages: [], next_cursor: null });
  });

  test('they come in the order in which they arrived, whatever time they name', async () => {
    const sessionId = await newSession();
    const late = await add(sessionId, [{ role: 'user', content: 'late', created_at: '2031-01-01T00:00:00Z' }]);
    const early = await add(sessionId, [{ role: 'user', content: 'early', created_at: '2001-01-01T00:00:00Z' }]);
    expect(idsOf(await statuses(sessionId))).toEqual([...late, ...early]);
  });

  test('they come in pages, twenty when nothing is said, a hundred at the most', async () => {
    const sessionId = await newSession();
    const ids = await add(sessionId, many(105));
    const usual = await page(sessionId, '');
    expect(idsOf(usual.messages)).toEqual(ids.slice(0, 20));
    const large = await page(sessionId, '?limit=1000');
    expect(idsOf(large.messages)).toEqual(ids.slice(0, 100));
    const last = await page(sessionId, `?limit=100&cursor=${large.next_cursor}`);
    expect(idsOf(last.messages)).toEqual(ids.slice(100));
    expect(last.next_cursor).toBeNull();
  });

  test('a last page that is full ends with a null cursor', async () => {
    const sessionId = await newSession();
    const ids = await add(sessionId, many(6));
    const first = await page(sessionId, '?limit=3');
    const second = await page(sessionId, `?limit=3&cursor=${first.next_cursor}`);
    expect(idsOf([...first.messages, ...second.messages])).toEqual(ids);
    expect(second.next_cursor).toBeNull();
  });

  test('a reader of pages sees each once, also those that come, and misses none for those that go', async () => {
    const sessionId = await newSession();
    const ids = await add(sessionId, many(7));
    const seen: string[] = [];
    let cursor: string | null = null;
    for (let i = 0; i < 3; i += 1) {
      const { messages, next_cursor }: Awaited<ReturnType<typeof page>> = await page(
        sessionId,
        `?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`,
      );
      seen.push(...idsOf(messages));
      cursor = next_cursor;
      if (i === 0) ids.push(...(await add(sessionId, saying('one more', 'and another'))));
      if (i === 1) await server.call('DELETE', `/sessions/${sessionId}/messages`, { message_ids: ids.slice(0, 3) });
    }
    const rest = await page(sessionId, `?limit=100&cursor=${cursor}`);
    expect([...seen, ...idsOf(rest.messages)]).toEqual(ids);
    expect(rest.next_cursor).toBeNull();
  });

  test.each([
    ['limit=0', 'limit', 'Invalid limit parameter', 'Limit must be greater than 0'],
    ['limit=1.5', 'limit', 'Invalid limit parameter', 'Limit must be an integer'],
  ])('?%s is refused with 400, before the session is looked for', async (query, field, message, text) => {
    for (const sessionId of [await newSession(), 'no-session']) {
      const answer = await server.call('GET', `/sessions/${sessionId}/messages/status?${query}`);
      expectRefusal(answer, 400, field, message, text);
    }
  });

  test.each(UNKNOWN_IDS)('there is none of a session or message that there is not (%s)', async (id) => {
    expect((await server.call('GET', `/sessions/${id}/messages/status`)).status).toBe(404);
    expect((await server.call('GET', `/messages/${id}/status`)).status).toBe(404);
  });

  test('a refusal names what is missing', async () => {
    const session = await server.call('GET', '/sessions/no-session/messages/status');
    expectRefusal(session, 404, 'session_id', "Session with ID 'no-session' not found");
    const message = await server.call('GET', '/messages/no-message/status');
    expectRefusal(message, 404, 'message_id', "Message with ID 'no-message' not found");
  });

  test('a message that is deleted has none', async () => {
    const sessionId = await newSession();
    const [gone = '', kept = ''] = await add(sessionId, saying('gone', 'kept'));
    await server.call('DELETE', `/sessions/${sessionId}/messages`, { message_ids: [gone] });
    expect((await server.call('GET', `/messages/${gone}/status`)).status).toBe(404);
    expect(idsOf(await statuses(sessionId))).toEqual([kept]);
  });
});

describe('when the background processes the messages', () => {
  let endpoint: EmbeddingEndpoint;
  let server: TestServer;
  const { newSession, add, update } = messageCalls(() => server);
  const { statuses, status, indexed, chunks, idle } = backgroundCalls(() => server);
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

  const saying = (...contents: string[]) => contents.map((content) => ({ role: 'user', content }));
  const failed = (messageId: string): Promise<Status> =>
    eventually('the message failed', async () => {
      const found = await status(messageId);
      return found.stage === 'failed' && found;
    });

  test('they are indexed, and neither summarised nor extracted, which nothing does yet', async () => {
    const sessionId = await newSession();
    await add(sessionId, saying('one', 'two'));
    for (const row of await indexed(sessionId)) expect(row).toMatchObject(INDEXED);
  });

  test('those are indexed that stand in a chunk, and no others', async () => {
    const sessionId = await newSession();
    for (let i = 0; i < 8; i += 1) await add(sessionId, saying(`round ${i}, said`, `round ${i}, answered`));
    const rows = await indexed(sessionId);
    const chunked = (await chunks(sessionId)).flatMap(({ metadata }) => metadata.message_ids);
    expect(chunked.sort()).toEqual(idsOf(rows).sort());
  });

  test('one that is edited is stored again at once, with what was made together with it, and then indexed again', async () => {
    const sessionId = await newSession();
    const ids = await add(sessionId, saying('one', 'two', 'three'));
    await indexed(sessionId);
    endpoint.become('silent');
    expect((await update(sessionId, ids.slice(1, 2), ['two, and a half'])).status).toBe(200);
    expect(await chunks(sessionId)).toEqual([]);
    for (const row of await statuses(sessionId)) expect(row).toMatchObject(STORED);
    endpoint.become('mended');
    await indexed(sessionId);
    const made = await chunks(sessionId);
    expect(made.flatMap(({ metadata }) => metadata.message_ids)).toEqual(ids);
    expect(made.map(({ content }) => content).join('\n')).toContain('two, and a half');
  });

  test('one that is edited while it is worked on is indexed as it is now', async () => {
    const sessionId = await newSession();
    endpoint.become('silent');
    const ids = await add(sessionId, saying('as it was'));
    await eventually('the endpoint is asked', () => endpoint.held > 0);
    await update(sessionId, ids, ['as it is']);
    endpoint.become('mended');
    await indexed(sessionId);
    expect((await chunks(sessionId)).map(({ content }) => content)).toEqual(['[user]: as it is']);
  });

  test('the neighbours of one that is deleted are stored again, and then indexed without it', async () => {
    const sessionId = await newSession();
    const [first = '', gone = '', last = ''] = await add(sessionId, saying('first', 'a secret', 'last'));
    await indexed(sessionId);
    await server.call('DELETE', `/sessions/${sessionId}/messages`, { message_ids: [gone] });
    expect(idsOf(await indexed(sessionId))).toEqual([first, last]);
    const made = await chunks(sessionId);
    expect(made.flatMap(({ metadata }) => metadata.message_ids)).toEqual([first, last]);
    expect(JSON.stringify(made)).not.toContain('a secret');
  });

  test('one that the work fails for says so, with the reason and how often it was tried; the others are indexed', async () => {
    const sessionId = await newSession();
    const ids = await add(sessionId, saying('one', 'two', `three ${POISON}`, 'four', 'five'));
    const poisoned = await failed(ids[2] ?? '');
    await idle();
    const rows = await statuses(sessionId);
    expect(rows[2]).toEqual(poisoned);
    const { reason } = poisoned;
    expect(reason).not.toBeEmpty();
    expect(reason).not.toContain(POISON);
    expect(poisoned).toMatchObject({ ...STORED, stage: 'failed', attempts: 4, reason });
    for (const row of rows.toSpliced(2, 1)) expect(row).toMatchObject(INDEXED);
  });

  test('one that failed is stored again when it is edited, and indexed if it can be now', async () => {
    const sessionId = await newSession();
    const [id = ''] = await add(sessionId, saying(`a cup of ${POISON}`));
    await failed(id);
    expect((await update(sessionId, [id], ['a cup of tea'])).status).toBe(200);
    expect((await status(id)).stage).not.toBe('failed');
    const row = await eventually('the message is indexed', async () => {
      const found = await status(id);
      return found.stage === 'indexed' && found;
    });
    expect(row).toMatchObject(INDEXED);
    expect((await chunks(sessionId)).map(({ content }) => content)).toEqual(['[user]: a cup of tea']);
  });

  test('one that failed leaves no dead letter behind when it is deleted and its task is retried', async () => {
    const sessionId = await newSession();
    const [id = ''] = await add(sessionId, saying(`a cup of ${POISON}`));
    await failed(id);
    await server.call('DELETE', `/sessions/${sessionId}/messages`, { message_ids: [id] });
    const { tasks } = (await server.call('GET', '/tasks?state=failed&limit=100')).body.data;
    const mine = tasks.filter(({ session_id }: { session_id: string }) => session_id === sessionId);
    for (const { id: taskId } of mine) await server.call('POST', `/tasks/${taskId}/retry`);
    await idle();
    const left = (await server.call('GET', '/tasks?state=failed&limit=100')).body.data.tasks;
    expect(left.filter(({ session_id }: { session_id: string }) => session_id === sessionId)).toEqual([]);
    expect(await chunks(sessionId)).toEqual([]);
  });

  test('the time of a status never goes back', async () => {
    const sessionId = await newSession();
    const [id = ''] = await add(sessionId, saying('on and on'));
    const times: string[] = [];
    await eventually('the message is indexed', async () => {
      const { stage, updated_at } = await status(id);
      times.push(updated_at);
      return stage === 'indexed';
    });
    expect(times).toEqual(times.toSorted());
  });
});
