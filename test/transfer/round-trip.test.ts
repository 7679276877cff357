import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { readdirSync } from 'node:fs';
import { MemFuse, MemFuseError } from '../../src/client/index.ts';
import { startServer, type TestServer } from '../support/server.ts';

let from: TestServer;
let to: TestServer;
beforeAll(async () => {
  [from, to] = await Promise.all([startServer(), startServer()]);
});
afterAll(() => Promise.all([from.stop(), to.stop()]));

const clientOf = ({ origin }: TestServer): MemFuse => new MemFuse({ baseUrl: origin, retries: 0 });
const exported = async (server: TestServer, userId: string | null): Promise<string> =>
  new Response(await clientOf(server).export(userId)).text();
/** An export without what differs from one time to the next. */
const records = (text: string): unknown[] =>
  text
    .trim()
    .split('\n')
    .slice(1, -1)
    .map((line) => JSON.parse(line));

const BIG = '12345678901234567890.125';
let userId: string;

/** A user with all that there is of one. */
const fill = async (): Promise<void> => {
  const client = clientOf(from);
  const memory = client.for({ user: 'alice', agent: 'helper', session: 'first' });
  await from.call(
    'POST',
    '/memories',
    `{"user":"alice","agent":"helper","session":"first","messages":[
    {"role":"user","content":"The tide is at ${BIG}.","name":"Ann","metadata":{"height":${BIG}},"created_at":"2024-05-01T10:00:00Z"},
    {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"tides","arguments":"{\\"port\\":\\"Brest\\"}"}}]},
    {"role":"user","content":[{"type":"text","text":"Look at this"},{"type":"image_url","image_url":{"url":"https://example.org/x.png"}}]},
    {"role":"user","content":"Two\\nlines and a \\u2028 and 😀"}]}`,
  );
  const [first] = await memory.listMessages();
  await memory.update([first?.id ?? ''], [{ role: 'user', content: 'The tide was high.' }]);
  await client.for({ user: 'alice', agent: 'other', session: 'second' }).add(
    Array.from({ length: 450 }, (_, i) => ({
      role: i % 2 ? ('assistant' as const) : ('user' as const),
      content: `turn ${i}`,
    })),
  );
  const [item = ''] = await memory.addKnowledge(['Alice is vegan.', 'Alice sails.']);
  await memory.updateKnowledge([item], ['Alice is vegetarian.']);
  ({ userId } = await memory.ids());
  await client.users.setRetention(userId, { messages_days: 3_650, half_life_days: 0 });
  await client.users.update(userId, { description: 'sails' });
};

describe('an export', () => {
  test('comes back as it was: ids, times, metadata digit by digit, parts and calls', async () => {
    await fill();
    const text = await exported(from, userId);
    const outcome = await clientOf(to).import(text);
    expect(outcome).toMatchObject({ skipped: 0, errors: [], dry_run: false });
    // A large one takes minutes in which nothing moves.
    expect(to.resting).toEqual(['/api/v1/import']);
    const none = { api_key: 0, entity: 0, fact: 0, episode: 0, forgotten: 0, pending: 0 };
    expect(outcome.imported).toEqual({ user: 1, agent: 2, session: 2, message: 454, knowledge: 2, ...none });
    expect(await clientOf(to).users.retention(userId)).toMatchObject({ messages_days: 3_650, half_life_days: 0 });
    const again = await exported(to, userId);
    expect(records(again)).toEqual(records(text));
    expect(again).toContain(`"height":${BIG}`);
    const { results } = await clientOf(to)
      .for({ user: 'alice' })
      .search('Which port did you ask the tides of?', { top_k: 3 });
    expect(results.map(({ content }) => content).join()).toContain('Brest');
  });

  test('brought in twice comes in once, and one that broke off comes in further', async () => {
    const text = await exported(from, userId);
    const twice = await clientOf(to).import(text);
    expect(twice.imported).toMatchObject({ message: 0, user: 0, session: 0, knowledge: 0 });
    expect(twice.skipped).toBe(records(text).length);
    const ids = (await Array.fromAsync(clientOf(to).sessions.list())).map(({ id }) => id);
    const [gone = ''] = ids;
    await clientOf(to).sessions.delete(gone);
    const rest = await clientOf(to).import(text);
    expect(rest.imported.session).toBe(1);
    // The session that was created last stands last.
    const sorted = (some: unknown[]) => some.map((record) => JSON.stringify(record)).sort();
    expect(sorted(records(await exported(to, userId)))).toEqual(sorted(records(text)));
  });

  test('of which a part is missing, or a letter is another, is refused in a sentence and changes nothing', async () => {
    const text = await exported(from, userId);
    const before = await exported(to, userId);
    const lines = text.split('\n');
    const refusal = async (file: string): Promise<string> => {
      const error = await clientOf(to)
        .import(file)
        .then(
          () => null,
          (thrown: unknown) => thrown,
        );
      if (!(error instanceof MemFuseError)) throw new Error('It should have been refused.');
      expect(error.status).toBe(400);
      return error.message;
    };
    expect(await refusal(lines.slice(0, 10).join('\n'))).toContain('has no end');
    expect(await refusal(text.slice(0, text.length / 2))).toContain('has no end');
    expect(await refusal([...lines.slice(0, 5), ...lines.slice(6)].join('\n'))).toContain('checksum');
    expect(await refusal(text.replace('turn 7"', 'turn 8"'))).toContain('checksum');
    expect(await refusal('')).toContain('empty');
    expect(await refusal('PK\u0003\u0004')).toContain('neither JSON nor JSON Lines');
    expect(await refusal(text.replace(/"memfuse_export":\d/, '"memfuse_export":9'))).toContain('later version');
    expect(records(await exported(to, userId))).toEqual(records(before));
    expect(readdirSync(to.services.config.current.data_dir).filter((name) => name.startsWith('import-'))).toEqual([]);
  });

  test('can be tried without storing anything', async () => {
    const fresh = await startServer();
    try {
      const outcome = await clientOf(fresh).import(await exported(from, userId), { dryRun: true });
      expect(outcome).toMatchObject({ dry_run: true, imported: { user: 1, session: 2, message: 454, knowledge: 2 } });
      expect(await Array.fromAsync(clientOf(fresh).users.list())).toEqual([]);
    } finally {
      await fresh.stop();
    }
  });

  test('of all has every user and the digests of keys', async () => {
    const fresh = await startServer();
    try {
      const { id } = await clientOf(from).users.create({ name: 'bob' });
      await clientOf(from).apiKeys.create(id, { name: 'app' });
      const text = await exported(from, null);
      expect(text).not.toContain('mf_');
      const outcome = await clientOf(fresh).import(text);
      expect(outcome.imported).toMatchObject({ user: 2, api_key: 1, message: 454 });
      expect(records(await exported(fresh, null))).toEqual(records(text));
    } finally {
      await fresh.stop();
    }
  });

  test('is for who may read that user, and an import for who may write', async () => {
    const { status } = await from.call('GET', '/users/nobody/export').catch(() => ({ status: 404 }));
    expect(status).toBe(404);
    const wrong = await fetch(`${to.api}/import`, {
      method: 'POST',
      headers: { 'Content-Type': 'text/plain' },
      body: 'x',
    });
    expect(wrong.status).toBe(415);
  });
});

test('a message that cannot be read is told of by its line, and the others come in', async () => {
  const lines = [
    '{"role":"user","content":"one"}',
    'no JSON',
    '{"role":"pirate","content":"two"}',
    '{"role":"user","content":""}',
    '{"role":"user","content":"three"}',
  ];
  const outcome = await clientOf(to).import(lines.join('\n'), { user: 'lines' });
  expect(outcome.imported).toMatchObject({ user: 1, session: 1, message: 2 });
  expect(outcome.errors.map(({ line }) => line)).toEqual([2, 3, 4]);
  expect(outcome.errors_total).toBe(3);
});

test('a file that goes from one conversation to another and back comes in whole, in order, and once', async () => {
  const lines = Array.from({ length: 1_200 }, (_, i) =>
    JSON.stringify({
      user: `mover ${i % 3}`,
      session: `talk ${i % 4}`,
      role: 'user',
      content: i % 24 < 12 ? 'ok' : `said ${i}`,
    }),
  ).join('\n');
  const outcome = await clientOf(to).import(lines);
  expect(outcome.errors).toEqual([]);
  expect(outcome.imported).toMatchObject({ user: 3, session: 12, message: 1_200 });
  const twice = await clientOf(to).import(lines);
  expect(twice.imported).toMatchObject({ user: 0, session: 0, message: 0 });
  const memory = clientOf(to).for({ user: 'mover 1', session: 'talk 1' });
  const said = (await Array.fromAsync(memory.messages())).map(({ content }) => content);
  const expected = Array.from({ length: 100 }, (_, k) => 1 + 12 * k).map((i) => (i % 24 < 12 ? 'ok' : `said ${i}`));
  expect(said).toEqual(expected);
});
