import { afterAll, beforeAll, expect, test } from 'bun:test';
import { createDatabase, type TestDatabase } from '../support/postgres.ts';
import { startConversation, startServer, type TestServer } from '../support/server.ts';

/** What Postgres answers on a full disk, to all that would make a file longer. */
const FULL = `
  CREATE FUNCTION refuse_row() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE 'could not extend file "base/1/2": No space left on device' USING ERRCODE = '53100'; END $$;
  CREATE FUNCTION refuse_table() RETURNS event_trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE 'could not extend file "base/1/2": No space left on device' USING ERRCODE = '53100'; END $$;
  CREATE TRIGGER full_disk BEFORE INSERT ON messages FOR EACH ROW EXECUTE FUNCTION refuse_row();
  CREATE EVENT TRIGGER full_disk ON ddl_command_start EXECUTE FUNCTION refuse_table();
`;
const ROOM = 'DROP EVENT TRIGGER full_disk; DROP TRIGGER full_disk ON messages';

let database: TestDatabase;
let server: TestServer;
beforeAll(async () => {
  database = await createDatabase();
  server = await startServer({ settings: { 'database.url': database.url } });
});
afterAll(async () => {
  await server.stop();
  await database.remove();
});

test('a database whose disk is full refuses adds, loses none, answers questions, and is ready again when there is room', async () => {
  const { userId, sessionId } = await startConversation(server);
  const add = (content: string, key = content) =>
    server.call(
      'POST',
      `/sessions/${sessionId}/messages`,
      { messages: [{ role: 'user', content }] },
      { 'Idempotency-Key': key },
    );
  const isReady = async (): Promise<number> => (await server.call('GET', '/health/ready')).status;
  const found = async (query: string): Promise<string[]> =>
    (await server.call('POST', `/users/${userId}/query`, { query })).body.data.results.map(
      ({ content }: { content: string }) => content,
    );
  expect((await add('The heron stands at the pond.')).status).toBe(201);
  await database.run(FULL);
  // Nothing has failed yet.
  expect(await isReady()).toBe(200);

  const refused = await Promise.all(Array.from({ length: 8 }, (_, i) => add(`The heron number ${i} flies.`)));
  for (const { status, headers, body } of refused) {
    expect(status).toBe(503);
    expect(headers.get('Retry-After')).toMatch(/^\d+$/);
    expect(body.message).toBe('The disk of the database is full. Free some space and send the request again.');
    expect(JSON.stringify(body)).not.toMatch(/53100|base\/|INSERT|extend/);
  }
  const notReady = await server.call('GET', '/health/ready');
  expect([notReady.status, notReady.body.message]).toEqual([503, refused[0]?.body.message]);
  expect(await isReady()).toBe(503);
  expect((await server.call('GET', '/health/live')).status).toBe(200);
  expect(await found('Where does the heron stand?')).toEqual(['The heron stands at the pond.']);

  await database.run(ROOM);
  expect(await isReady()).toBe(200);
  // With the keys of the refused ones.
  const again = await Promise.all(Array.from({ length: 8 }, (_, i) => add(`The heron number ${i} flies.`)));
  expect(again.map(({ status }) => status)).toEqual(Array(8).fill(201));
  expect(await found('Where does the heron number 3 fly?')).toContain('The heron number 3 flies.');
  const { body } = await server.call('GET', `/sessions/${sessionId}/messages?limit=100`);
  expect(body.data.messages).toHaveLength(9);
});
