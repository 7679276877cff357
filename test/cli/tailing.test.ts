import { afterAll, beforeAll, expect, test } from 'bun:test';
import { openTail } from '../../src/cli/tailing.ts';
import { MemFuse } from '../../src/client/index.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let client: MemFuse;
beforeAll(async () => {
  server = await startServer();
  client = new MemFuse({ baseUrl: server.origin });
});
afterAll(() => server.stop());

const { signal } = new AbortController();
const tailOf = async (user: string, session: string | null, last: number) => {
  const { id: userId } = await client.users.getOrCreate(user);
  const listen = openTail(client, { userId, session, last });
  return async () => (await listen(signal)).map(({ message }) => message.content);
};

test('a tail begins with the newest messages, and then tells each that comes once, in every session of the user', async () => {
  const home = client.for({ user: 'tess', session: 'home' });
  const work = client.for({ user: 'tess', session: 'work' });
  await home.add('one');
  await work.add('two');
  await home.add('three');
  const heard = await tailOf('tess', null, 2);
  expect(await heard()).toEqual(['two', 'three']);
  expect(await heard()).toEqual([]);
  await work.add('four');
  await home.add({ role: 'user', content: 'five, said long ago', created_at: '2001-01-01T00:00:00Z' });
  await client.for({ user: 'tess', session: 'new' }).add('six');
  await client.for({ user: 'somebody else', session: 'new' }).add('not hers');
  expect(await heard()).toEqual(['four', 'five, said long ago', 'six']);
  expect(await heard()).toEqual([]);
});

test('a message that is deleted brings none back, and of a full page none is left out', async () => {
  const memory = client.for({ user: 'dot', session: 'long' });
  const numbered = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => ({ role: 'user' as const, content: String(from + i) }));
  const { message_ids: ids } = await memory.add(numbered(0, 250));
  const heard = await tailOf('dot', 'long', 0);
  expect(await heard()).toEqual([]);
  await memory.delete(ids.slice(-120));
  expect(await heard()).toEqual([]);
  await memory.add(numbered(250, 510));
  expect(await heard()).toEqual(numbered(250, 510).map(({ content }) => content));
  expect(await heard()).toEqual([]);
});

test('a tail of a user who has said nothing yet tells the first message', async () => {
  const heard = await tailOf('new here', null, 10);
  expect(await heard()).toEqual([]);
  await client.for({ user: 'new here' }).add('hello');
  expect(await heard()).toEqual(['hello']);
});
