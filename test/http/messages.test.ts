import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { expectInvalid, expectRefusal, expectSuccess } from '../support/envelope.ts';
import { TIMESTAMP, UNKNOWN_IDS, UUID_V7 } from '../support/formats.ts';
import { manualClock } from '../support/manual-clock.ts';
import { expectMissing, messageCalls } from '../support/message-calls.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { contentsOf, say } from '../support/talk.ts';

const ROW_KEYS = ['id', 'session_id', 'role', 'content', 'created_at', 'updated_at'].sort();

const clock = manualClock();
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ clock });
});
afterAll(() => server.stop());

const { converse, newSession, add, list, read, update, remove } = messageCalls(() => server);
const numbered = (count: number, from = 1) => Array.from({ length: count }, (_, i) => `message ${from + i}`);

describe('adding', () => {
  test('answers 201 with the ids in order and the acknowledgement of the contract', async () => {
    const sessionId = await newSession();
    const messages = [
      { role: 'user', content: 'One.' },
      { role: 'assistant', content: 'Two.' },
      { role: 'system', content: 'Three.' },
    ];
    const answer = await server.call('POST', `/sessions/${sessionId}/messages`, { messages });
    const data = expectSuccess(answer, 201, 'Messages added successfully');
    expect(data).toMatchObject({
      transfer_triggered: expect.any(Boolean),
      total_messages: 3,
      buffer_status: 'success',
    });
    expect(data.message_ids).toHaveLength(3);
    for (const id of data.message_ids) expect(id).toMatch(UUID_V7);
    const rows = await list(sessionId, '?order=asc');
    expect(rows.map(({ id, role, content }) => ({ id, role, content }))).toEqual(
      messages.map((message, i) => ({ id: data.message_ids[i], ...message })),
    );
  });

  test('counts the messages of the request alone in total_messages', async () => {
    const sessionId = await newSession();
    await say(server, sessionId, 'Before.');
    const messages = [{ role: 'user', content: 'After.' }];
    const answer = await server.call('POST', `/sessions/${sessionId}/messages`, { messages });
    expect(answer.body.data.total_messages).toBe(1);
  });

  test('accepts an empty list', async () => {
    const sessionId = await newSession();
    const answer = await server.call('POST', `/sessions/${sessionId}/messages`, { messages: [] });
    const data = expectSuccess(answer, 201, 'Messages added successfully');
    expect(data).toMatchObject({ message_ids: [], total_messages: 0, buffer_status: 'success' });
    expect(await list(sessionId)).toEqual([]);
  });

  test('stores a content as it was sent, character by character', async () => {
    const sessionId = await newSession();
    const contents = [
      ' ',
      ' \n\t ',
      '  around  ',
      'Zoë said: 犬 🐕 👩‍👩‍👧 e\u0301',
      '"quoted" \\ /',
      'a\u0000b',
      "'; DROP TABLE messages; --",
      '{"role":"user"}',
      'line\r\nline\u2028line',
      'Alice: speaks',
    ];
    await say(server, sessionId, ...contents);
    expect(await contentsOf(server, sessionId)).toEqual(contents);
  });

  test('ignores ids, session ids and other keys of a message', async () => {
    const sessionId = await newSession();
    const [id = ''] = await add(sessionId, [
      { role: 'user', content: 'Hi.', id: 'mine', session_id: 'mine', updated_at: 7, colour: [] },
    ]);
    expect(id).toMatch(UUID_V7);
    const [row] = await list(sessionId);
    expect(Object.keys(row).sort()).toEqual(ROW_KEYS);
    expect(row).toMatchObject({ id, session_id: sessionId });
  });

  test('refuses a batch with one bad message as a whole', async () => {
    const sessionId = await newSession();
    const good = { role: 'user', content: 'Good.' };
    const bad = [
      { role: 'robot', content: 'Bad role.' },
      { role: 'User', content: 'Bad case.' },
      { role: 'user', content: '' },
      { role: 'user', content: 7 },
      { role: 'user' },
      { content: 'No role.' },
      'text',
      null,
    ];
    for (const message of bad) {
      expectInvalid(await server.call('POST', `/sessions/${sessionId}/messages`, { messages: [good, message, good] }));
    }
    expect(await list(sessionId)).toEqual([]);
  });

  test('keeps every batch of concurrent requests together and in its own order', async () => {
    const sessionId = await newSession();
    const batches = Array.from({ length: 10 }, (_, b) => Array.from({ length: 8 }, (_, i) => `batch ${b} line ${i}`));
    await Promise.all(batches.map((batch) => say(server, sessionId, ...batch)));
    const contents = await contentsOf(server, sessionId);
    expect(contents).toHaveLength(80);
    const seen = Array.from({ length: 10 }, (_, b) => contents.slice(b * 8, b * 8 + 8));
    expect(seen.toSorted()).toEqual(batches);
  });
});

describe('listing', () => {
  test('shows rows of exactly six keys, all of them strings, with times of fixed width', async () => {
    const sessionId = await newSession();
    await add(sessionId, [{ role: 'user', content: 'Hi.', name: 'Zoë', metadata: { a: 1 } }]);
    const [row] = await list(sessionId);
    expect(Object.keys(row).sort()).toEqual(ROW_KEYS);
    for (const value of Object.values(row)) expect(value).toBeString();
    expect(row.created_at).toMatch(TIMESTAMP);
    expect(row.updated_at).toMatch(TIMESTAMP);
    expect(row.session_id).toBe(sessionId);
    expect((await read(sessionId, [row.id]))[0]).toEqual(row);
  });

  test('is newest first unless told otherwise, and stable within a batch and within a millisecond', async () => {
    const sessionId = await newSession();
    await say(server, sessionId, ...numbered(5));
    await say(server, sessionId, ...numbered(5, 6));
    clock.advance(1);
    await say(server, sessionId, ...numbered(5, 11));
    const ascending = numbered(15);
    const contents = async (query: string) => (await list(sessionId, query)).map(({ content }) => content);
    expect(await contents('?order=asc')).toEqual(ascending);
    expect(await contents('?order=desc')).toEqual(ascending.toReversed());
    expect(await contents('')).toEqual(ascending.toReversed());
    expect(await contents('?sort_by=timestamp&order=asc')).toEqual(ascending);
    expect(await contents('?sort_by=id&order=asc')).toEqual(ascending);
    expect(await contents('?sort_by=id')).toEqual(ascending.toReversed());
    const times = (await list(sessionId, '?order=asc')).map(({ created_at }) => created_at);
    expect(times.toSorted()).toEqual(times);
  });

  test('answers 20 unless told otherwise and never more than 100', async () => {
    const sessionId = await newSession();
    await say(server, sessionId, ...numbered(105));
    expect(await list(sessionId)).toHaveLength(20);
    expect(await list(sessionId, '?limit=1')).toHaveLength(1);
    expect(await list(sessionId, '?limit=100')).toHaveLength(100);
    expect(await list(sessionId, '?limit=101')).toHaveLength(100);
    expect(await list(sessionId, '?limit=99999999999999999999')).toHaveLength(100);
    const newest = await list(sessionId, '?limit=2');
    expect(newest.map(({ content }) => content)).toEqual(['message 105', 'message 104']);
    const oldest = await list(sessionId, '?limit=2&order=asc');
    expect(oldest.map(({ content }) => content)).toEqual(['message 1', 'message 2']);
  });

  test.each(['abc', '1.5', '', '1e3', '0x10', '%20', 'NaN', '5abc'])(
    'refuses the limit "%s" with 400',
    async (limit) => {
      const answer = await server.call('GET', `/sessions/${await newSession()}/messages?limit=${limit}`);
      expectRefusal(answer, 400, 'limit', 'Invalid limit parameter', 'Limit must be an integer');
    },
  );

  test.each(['0', '-1', '-99999999999999999999'])('refuses the limit "%s" with 400', async (limit) => {
    const answer = await server.call('GET', `/sessions/${await newSession()}/messages?limit=${limit}`);
    expectRefusal(answer, 400, 'limit', 'Invalid limit parameter', 'Limit must be greater than 0');
  });

  test.each([
    ['sort_by', 'date', 'sort_by must be one of: timestamp, id'],
    ['sort_by', 'Timestamp', 'sort_by must be one of: timestamp, id'],
    ['sort_by', '', 'sort_by must be one of: timestamp, id'],
    ['sort_by', 'toString', 'sort_by must be one of: timestamp, id'],
    ['order', 'up', 'order must be one of: asc, desc'],
    ['order', 'ASC', 'order must be one of: asc, desc'],
    ['order', 'Desc', 'order must be one of: asc, desc'],
    ['order', '', 'order must be one of: asc, desc'],
    ['buffer_only', '1', "buffer_only must be 'true' or 'false'"],
    ['buffer_only', 'yes', "buffer_only must be 'true' or 'false'"],
    ['buffer_only', '', "buffer_only must be 'true' or 'false'"],
  ])('refuses %s=%s with 400', async (name, value, text) => {
    const answer = await server.call('GET', `/sessions/${await newSession()}/messages?${name}=${value}`);
    expectRefusal(answer, 400, name, `Invalid ${name} parameter`, text);
  });

  test('looks at the parameters before it looks for the session', async () => {
    for (const query of ['limit=abc', 'sort_by=date', 'order=up', 'buffer_only=1']) {
      expect((await server.call('GET', `/sessions/no-session/messages?${query}`)).status).toBe(400);
    }
  });

  test('passes over parameters that it does not know', async () => {
    const sessionId = await newSession();
    await say(server, sessionId, 'Hi.');
    expect(await list(sessionId, '?colour=red&offset=x')).toHaveLength(1);
  });

  test('takes buffer_only in any case, and true and false together hold every message once', async () => {
    const sessionId = await newSession();
    const ids = await say(server, sessionId, ...numbered(3));
    const buffered = await list(sessionId, '?buffer_only=TRUE');
    const others = await list(sessionId, '?buffer_only=False');
    expect([...buffered, ...others].map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
  });

  test('counts the newest messages as buffered until the background has taken them', async () => {
    const sessionId = await newSession();
    await say(server, sessionId, ...numbered(3));
    expect(await list(sessionId, '?buffer_only=true')).toHaveLength(3);
    expect(await list(sessionId, '?buffer_only=false')).toEqual([]);
    const messages = [{ role: 'user', content: 'the last' }];
    await server.call('POST', `/sessions/${sessionId}/messages?wait_for=indexed&timeout_ms=30000`, { messages });
    expect(await list(sessionId, '?buffer_only=true')).toEqual([]);
    expect(await list(sessionId, '?buffer_only=false')).toHaveLength(4);
  });
});

describe('reading by id', () => {
  test('answers in the order asked for', async () => {
    const sessionId = await newSession();
    const [a = '', b = '', c = ''] = await say(server, sessionId, 'a', 'b', 'c');
    expect((await read(sessionId, [c, a, b])).map(({ content }) => content)).toEqual(['c', 'a', 'b']);
    expect(await read(sessionId, [])).toEqual([]);
  });

  test('names every missing id in the order asked for, and shows nothing', async () => {
    const sessionId = await newSession();
    const [a = ''] = await say(server, sessionId, 'a');
    const path = `/sessions/${sessionId}/messages/read`;
    expectMissing(await server.call('POST', path, { message_ids: ['z', a, 'y', ''] }), 'z', 'y', '');
  });

  test.each(UNKNOWN_IDS)('takes the id %s for missing', async (id) => {
    expectMissing(
      await server.call('POST', `/sessions/${await newSession()}/messages/read`, { message_ids: [id] }),
      id,
    );
  });

  test('takes ids that are no text of this world for missing', async () => {
    const path = `/sessions/${await newSession()}/messages/read`;
    expect((await server.call('POST', path, { message_ids: ['\u0000', 'a\u0000b'] })).status).toBe(404);
    expect((await server.call('POST', path, '{"message_ids":["\\ud800"]}')).status).toBe(404);
  });

  test('takes the id of a message in another session for missing, of whichever user', async () => {
    const { userId, agentId, sessionId } = await converse();
    const sibling = await server.call('POST', '/sessions', { user_id: userId, agent_id: agentId });
    const siblingId = sibling.body.data.session.id;
    const strangerId = await newSession();
    for (const otherId of [siblingId, strangerId]) {
      const [foreign = ''] = await say(server, otherId, 'Not yours.');
      const [own = ''] = await say(server, sessionId, 'Mine.');
      const ids = [own, foreign];
      expectMissing(await server.call('POST', `/sessions/${sessionId}/messages/read`, { message_ids: ids }), foreign);
      expectMissing(await update(sessionId, ids, ['x', 'x']), foreign);
      expectMissing(await remove(sessionId, ids), foreign);
      expect((await read(otherId, [foreign]))[0].content).toBe('Not yours.');
      expect((await read(sessionId, [own]))[0].content).toBe('Mine.');
    }
  });

  test.each([{}, { message_ids: 'x' }, { message_ids: [7] }, { message_ids: [null] }, { message_ids: null }])(
    'refuses %j with 422, also on a session that is not there',
    async (body) => {
      expectInvalid(await server.call('POST', `/sessions/${await newSession()}/messages/read`, body));
      expectInvalid(await server.call('POST', '/sessions/no-session/messages/read', body));
    },
  );
});

describe('on a session that does not exist', () => {
  test('every verb answers 404 about the session', async () => {
    const calls: [string, string, unknown?][] = [
      ['GET', '/messages'],
      ['POST', '/messages', { messages: [] }],
      ['POST', '/messages', { messages: [{ role: 'user', content: 'x' }] }],
      ['POST', '/messages/read', { message_ids: [] }],
      ['POST', '/messages/read', { message_ids: ['x'] }],
      ['PUT', '/messages', { message_ids: [], new_messages: [] }],
      ['PUT', '/messages', { message_ids: ['x'], new_messages: [{ role: 'user', content: 'x' }] }],
      ['DELETE', '/messages', { message_ids: [] }],
      ['DELETE', '/messages', { message_ids: ['x'] }],
    ];
    for (const id of ['no-session', '019a2b3c-4d5e-7f60-8a9b-0c1d2e3f4a5b', '%00']) {
      for (const [method, path, body] of calls) {
        const answer = await server.call(method, `/sessions/${id}${path}`, body);
        expectRefusal(answer, 404, 'session_id', `Session with ID '${decodeURIComponent(id)}' not found`);
      }
    }
  });
});
