import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { expectInvalid, expectSuccess } from '../support/envelope.ts';
import { manualClock } from '../support/manual-clock.ts';
import { expectMissing, messageCalls } from '../support/message-calls.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { tablesHolding } from '../support/stored-text.ts';
import { contentsOf, found, say } from '../support/talk.ts';

const clock = manualClock();
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ clock });
});
afterAll(() => server.stop());

const { converse, newSession, add, list, read, update, remove } = messageCalls(() => server);

describe('updating', () => {
  test('replaces contents and moves updated_at, and keeps id, order and created_at', async () => {
    const sessionId = await newSession();
    const ids = await say(server, sessionId, 'a', 'b', 'c');
    const before = await list(sessionId, '?order=asc');
    clock.advance(1_000);
    const [a = '', , c = ''] = ids;
    const answer = await update(sessionId, [c, a], ['C', 'A']);
    expect(expectSuccess(answer, 200, 'Messages updated successfully')).toEqual({ message_ids: [c, a] });
    const after = await list(sessionId, '?order=asc');
    expect(after.map(({ content }) => content)).toEqual(['A', 'b', 'C']);
    expect(after.map(({ id, created_at }) => [id, created_at])).toEqual(
      before.map(({ id, created_at }) => [id, created_at]),
    );
    expect(after.map(({ updated_at }, i) => updated_at > before[i].updated_at)).toEqual([true, false, true]);
    expect(after[1]).toEqual(before[1]);
  });

  test('stores the role that is sent', async () => {
    const sessionId = await newSession();
    const [id = ''] = await say(server, sessionId, 'Said by whom?');
    const new_messages = [{ role: 'assistant', content: 'Said by me.' }];
    await server.call('PUT', `/sessions/${sessionId}/messages`, { message_ids: [id], new_messages });
    expect((await read(sessionId, [id]))[0]).toMatchObject({ role: 'assistant', content: 'Said by me.' });
  });

  test('accepts whole rows as they were listed, as the SDK sends them', async () => {
    const sessionId = await newSession();
    const [id = ''] = await say(server, sessionId, 'Old.');
    const [row] = await list(sessionId);
    const new_messages = [{ ...row, content: 'New.' }];
    const answer = await server.call('PUT', `/sessions/${sessionId}/messages`, { message_ids: [id], new_messages });
    expectSuccess(answer, 200, 'Messages updated successfully');
    expect((await list(sessionId))[0]).toMatchObject({ id, content: 'New.', created_at: row.created_at });
  });

  test('treats a name and metadata of null like ones that are left out', async () => {
    const sessionId = await newSession();
    const [id = ''] = await add(sessionId, [{ role: 'user', content: 'Hi.', name: 'Zoë', metadata: { a: 1 } }]);
    const put = (more: object) =>
      server.call('PUT', `/sessions/${sessionId}/messages`, {
        message_ids: [id],
        new_messages: [{ role: 'user', content: 'Hi again.', ...more }],
      });
    await put({});
    const [leftOut] = await read(sessionId, [id], '?fields=all');
    await put({ name: null, metadata: null });
    const [nulls] = await read(sessionId, [id], '?fields=all');
    expect({ name: nulls.name, metadata: nulls.metadata }).toEqual({ name: leftOut.name, metadata: leftOut.metadata });
  });

  test('changes nothing when one id is missing, and names the missing ones', async () => {
    const sessionId = await newSession();
    const [a = '', b = ''] = await say(server, sessionId, 'a', 'b');
    const before = await list(sessionId);
    clock.advance(5);
    expectMissing(await update(sessionId, [a, 'nope', b, 'nix'], ['1', '2', '3', '4']), 'nope', 'nix');
    expect(await list(sessionId)).toEqual(before);
  });

  test('refuses lists of different lengths with 400 and changes nothing', async () => {
    const sessionId = await newSession();
    const [a = '', b = ''] = await say(server, sessionId, 'a', 'b');
    for (const [ids, contents] of [
      [[a, b], ['A']],
      [[a], ['A', 'B']],
      [[], ['A']],
      [[a], []],
    ] as const) {
      const answer = await update(sessionId, ids, contents);
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ status: 'error', code: 400, data: null });
      expect(answer.body.message).toBe('Number of message IDs and new messages must match');
      expect(answer.body.errors[0].field).toBe('message_ids');
    }
    expect(await contentsOf(server, sessionId)).toEqual(['a', 'b']);
  });

  test('accepts empty lists', async () => {
    const answer = await update(await newSession(), [], []);
    expect(expectSuccess(answer, 200, 'Messages updated successfully')).toEqual({ message_ids: [] });
  });

  test('refuses bodies that do not fit with 422, also on a session that is not there', async () => {
    const good = { role: 'user', content: 'x' };
    const bodies = [
      {},
      { message_ids: [] },
      { new_messages: [] },
      { message_ids: 'x', new_messages: [good] },
      { message_ids: ['x'], new_messages: [{ role: 'robot', content: 'x' }] },
      { message_ids: ['x'], new_messages: [{ role: 'user', content: '' }] },
      { message_ids: ['x'], new_messages: ['x'] },
    ];
    for (const sessionId of [await newSession(), 'no-session']) {
      for (const body of bodies) expectInvalid(await server.call('PUT', `/sessions/${sessionId}/messages`, body));
    }
  });

  test('the new text is found by a query and the old one is not', async () => {
    const { userId, sessionId } = await converse();
    const [id = ''] = await say(server, sessionId, 'My cat is called Pumpernickel.');
    expect(await found(server, userId, 'Pumpernickel')).toHaveLength(1);
    await update(sessionId, [id], ['My cat is called Strudel.']);
    expect(await found(server, userId, 'Pumpernickel')).not.toContain('My cat is called Pumpernickel.');
    expect(await found(server, userId, 'Strudel')).toEqual(['My cat is called Strudel.']);
    expect(await tablesHolding(server, 'Pumpernickel')).toEqual([]);
  });
});

describe('deleting', () => {
  test('takes ids in a JSON body, answers them, and leaves the others in order', async () => {
    const sessionId = await newSession();
    const [a = '', b = '', c = '', d = ''] = await say(server, sessionId, 'a', 'b', 'c', 'd');
    const data = expectSuccess(await remove(sessionId, [d, b]), 200, 'Messages deleted successfully');
    expect(data).toEqual({ message_ids: [d, b] });
    expect(await contentsOf(server, sessionId)).toEqual(['a', 'c']);
    expectMissing(await remove(sessionId, [b]), b);
    const answer = await server.call('POST', `/sessions/${sessionId}/messages/read`, { message_ids: [a, b, c, d] });
    expectMissing(answer, b, d);
    await say(server, sessionId, 'e');
    expect(await contentsOf(server, sessionId)).toEqual(['a', 'c', 'e']);
  });

  test('deletes nothing when one id is missing, and names the missing ones', async () => {
    const sessionId = await newSession();
    const [a = '', b = ''] = await say(server, sessionId, 'a', 'b');
    expectMissing(await remove(sessionId, [a, 'nope', b]), 'nope');
    expect(await contentsOf(server, sessionId)).toEqual(['a', 'b']);
  });

  test('accepts an empty list and refuses a missing body with 422', async () => {
    const sessionId = await newSession();
    expect(expectSuccess(await remove(sessionId, []), 200, 'Messages deleted successfully')).toEqual({
      message_ids: [],
    });
    const [detail] = expectInvalid(await server.call('DELETE', `/sessions/${sessionId}/messages`));
    expect(detail).toMatchObject({ type: 'missing', loc: ['body'], input: null });
    expectInvalid(await server.call('DELETE', `/sessions/${sessionId}/messages`, {}));
    expectInvalid(await server.call('DELETE', '/sessions/no-session/messages'));
  });

  test('leaves no text behind, and nothing for a query to find', async () => {
    const { userId, sessionId } = await converse();
    const [id = ''] = await say(server, sessionId, 'The launch code is xylophone.', 'The launch is on Monday.');
    expect(await found(server, userId, 'launch')).toHaveLength(2);
    await remove(sessionId, [id]);
    expect(await found(server, userId, 'launch xylophone')).toEqual(['The launch is on Monday.']);
    expect(await tablesHolding(server, 'xylophone')).toEqual([]);
  });

  test('of many concurrent requests for one message one answers 200 and the others 404', async () => {
    const sessionId = await newSession();
    const ids = await say(server, sessionId, 'Once only.');
    const answers = await Promise.all(Array.from({ length: 8 }, () => remove(sessionId, ids)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(7).fill(404)]);
  });
});

test('adding to a session while it is deleted is in time or too late, and leaves nothing', async () => {
  const sessionId = await newSession();
  const post = () =>
    server.call('POST', `/sessions/${sessionId}/messages`, { messages: [{ role: 'user', content: 'Quicksilver.' }] });
  const [before, , deleted, ...after] = await Promise.all([
    post(),
    post(),
    server.call('DELETE', `/sessions/${sessionId}`),
    post(),
    post(),
  ]);
  expect(deleted?.status).toBe(200);
  for (const answer of [before, ...after]) expect([201, 404]).toContain(answer?.status);
  expect((await server.call('GET', `/sessions/${sessionId}/messages`)).status).toBe(404);
  expect(await tablesHolding(server, 'Quicksilver')).toEqual([]);
});
