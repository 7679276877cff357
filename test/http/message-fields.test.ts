import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { expectInvalid, expectSuccess } from '../support/envelope.ts';
import { manualClock } from '../support/manual-clock.ts';
import { messageCalls } from '../support/message-calls.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { contentsOf, say } from '../support/talk.ts';

const ROW_KEYS = ['id', 'session_id', 'role', 'content', 'created_at', 'updated_at'].sort();
const FULL_ROW_KEYS = [...ROW_KEYS, 'name', 'metadata'].sort();

const clock = manualClock();
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ clock });
});
afterAll(() => server.stop());

const { newSession, add, list, read } = messageCalls(() => server);

describe('the optional fields of a message', () => {
  test('are shown with fields=all by list and read, and by nothing else', async () => {
    const sessionId = await newSession();
    const metadata = { source: 'import', tags: ['a', 'b'], nested: { deep: [1, 2.5, null, true, 'Zoë 犬'] } };
    const created_at = '2023-05-08T13:56:00Z';
    const [id = ''] = await add(sessionId, [{ role: 'user', content: 'Hi.', name: 'Zoë', metadata, created_at }]);
    const [listed] = await list(sessionId, '?fields=all');
    expect(Object.keys(listed).sort()).toEqual(FULL_ROW_KEYS);
    expect(listed).toMatchObject({ id, name: 'Zoë', created_at: '2023-05-08T13:56:00.000000Z' });
    expect(listed.metadata).toEqual(metadata);
    expect(await read(sessionId, [id], '?fields=all')).toEqual([listed]);
    const [plain] = await list(sessionId);
    expect(Object.keys(plain).sort()).toEqual(ROW_KEYS);
    expect(Object.keys((await read(sessionId, [id]))[0]).sort()).toEqual(ROW_KEYS);
  });

  test('are in a message that is asked for by its id alone', async () => {
    const sessionId = await newSession();
    const [id = ''] = await add(sessionId, [{ role: 'tool', content: 'Sunny.', name: 'weather', metadata: { at: 1 } }]);
    const data = expectSuccess(await server.call('GET', `/messages/${id}`), 200, 'Message retrieved successfully');
    expect([data.message]).toEqual(await list(sessionId, '?fields=all'));
    await server.call('DELETE', `/sessions/${sessionId}/messages`, { message_ids: [id] });
    const gone = await server.call('GET', `/messages/${id}`);
    expect([gone.status, gone.body.errors[0].field]).toEqual([404, 'message_id']);
  });

  test('are null when they were left out or sent as null', async () => {
    const sessionId = await newSession();
    await add(sessionId, [
      { role: 'user', content: 'Left out.' },
      { role: 'user', content: 'Null.', name: null, metadata: null, created_at: null },
    ]);
    for (const row of await list(sessionId, '?fields=all')) expect(row).toMatchObject({ name: null, metadata: null });
  });

  test.each([
    ['2023-05-08T13:56:00Z', '2023-05-08T13:56:00.000000Z'],
    ['2023-05-08T13:56:00.125Z', '2023-05-08T13:56:00.125000Z'],
    ['2023-05-08T15:56:00+02:00', '2023-05-08T13:56:00.000000Z'],
    ['2023-05-08T00:26:00-13:30', '2023-05-08T13:56:00.000000Z'],
    ['1969-12-31T23:59:59.999Z', '1969-12-31T23:59:59.999000Z'],
    ['2024-02-29T12:00:00.000000Z', '2024-02-29T12:00:00.000000Z'],
  ])('a created_at of %s is kept as %s', async (sent, kept) => {
    const sessionId = await newSession();
    await add(sessionId, [{ role: 'user', content: 'Then.', created_at: sent }]);
    expect((await list(sessionId))[0].created_at).toBe(kept);
  });

  test.each([['yesterday'], [''], ['2023-13-01T00:00:00Z'], ['2023-02-30T00:00:00Z'], ['2023-05-08T25:00:00Z'], [{}]])(
    'a created_at of %j is refused with 422',
    async (created_at) => {
      const messages = [{ role: 'user', content: 'Never.', created_at }];
      expectInvalid(await server.call('POST', `/sessions/${await newSession()}/messages`, { messages }));
    },
  );

  test('imported messages sort by the time they were said, and by id in order of arrival', async () => {
    const sessionId = await newSession();
    const at = (created_at: string, content: string) => ({ role: 'user', content, created_at });
    await add(sessionId, [
      at('2023-05-03T00:00:00Z', 'third'),
      at('2023-05-01T00:00:00Z', 'first'),
      at('2023-05-02T00:00:00Z', 'second'),
      at('2023-05-02T00:00:00Z', 'second again'),
    ]);
    await say(server, sessionId, 'now');
    await add(sessionId, [at('2023-04-01T00:00:00Z', 'zeroth')]);
    const chronological = ['zeroth', 'first', 'second', 'second again', 'third', 'now'];
    const contents = async (query: string) => (await list(sessionId, query)).map(({ content }) => content);
    expect(await contents('?order=asc')).toEqual(chronological);
    expect(await contents('')).toEqual(chronological.toReversed());
    expect(await contents('?limit=2')).toEqual(['now', 'third']);
    const arrival = ['third', 'first', 'second', 'second again', 'now', 'zeroth'];
    expect(await contents('?sort_by=id&order=asc')).toEqual(arrival);
  });

  test('metadata takes at most 16 KiB as JSON', async () => {
    const sessionId = await newSession();
    const ofBytes = (bytes: number) => ({ a: 'x'.repeat(bytes - '{"a":""}'.length) });
    await add(sessionId, [{ role: 'user', content: 'Full.', metadata: ofBytes(16_384) }]);
    const messages = [{ role: 'user', content: 'Too full.', metadata: ofBytes(16_385) }];
    expectInvalid(await server.call('POST', `/sessions/${sessionId}/messages`, { messages }));
    const wide = [{ role: 'user', content: 'Wide.', metadata: { a: '犬'.repeat(6_000) } }];
    expectInvalid(await server.call('POST', `/sessions/${sessionId}/messages`, { messages: wide }));
    expect(await contentsOf(server, sessionId)).toEqual(['Full.']);
  });

  test.each(['{"constructor":1,"toString":"x","":0,"hasOwnProperty":null}', '{"__proto__":{"admin":true},"other":1}'])(
    'metadata of %s comes back as it was sent',
    async (metadata) => {
      const sessionId = await newSession();
      const body = `{"messages":[{"role":"user","content":"Hi.","metadata":${metadata}}]}`;
      const answer = await server.call('POST', `/sessions/${sessionId}/messages`, body);
      expectSuccess(answer, 201, 'Messages added successfully');
      const [row] = await list(sessionId, '?fields=all');
      expect(JSON.stringify(row.metadata)).toBe(metadata);
    },
  );
});
