import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { expectInvalid, expectRefusal, expectSuccess } from '../support/envelope.ts';
import { TIMESTAMP, UNKNOWN_IDS, UUID_V7 } from '../support/formats.ts';
import { manualClock } from '../support/manual-clock.ts';
import { startServer, type TestAnswer, type TestServer } from '../support/server.ts';
import { tablesHolding } from '../support/stored-text.ts';
import { found } from '../support/talk.ts';

const ROW_KEYS = ['id', 'user_id', 'content', 'created_at', 'updated_at'].sort();

const clock = manualClock();
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ clock });
});
afterAll(() => server.stop());

let users = 0;
const newUser = async (): Promise<string> => {
  users += 1;
  return (await server.call('POST', '/users', { name: `person ${users}` })).body.data.user.id;
};

const add = async (userId: string, ...knowledge: string[]): Promise<string[]> => {
  const answer = await server.call('POST', `/users/${userId}/knowledge`, { knowledge });
  return expectSuccess(answer, 201, 'Knowledge items added successfully').knowledge_ids;
};
const list = async (userId: string): Promise<TestAnswer['body'][]> =>
  expectSuccess(await server.call('GET', `/users/${userId}/knowledge`), 200, 'Knowledge items retrieved successfully')
    .knowledge;
const contentsOf = async (userId: string) => (await list(userId)).map(({ content }) => content);
const read = async (userId: string, ids: readonly string[]): Promise<TestAnswer['body'][]> => {
  const answer = await server.call('POST', `/users/${userId}/knowledge/read`, { knowledge_ids: ids });
  return expectSuccess(answer, 200, 'Knowledge items retrieved successfully').knowledge;
};
const put = (userId: string, ids: readonly string[], contents: readonly string[]) =>
  server.call('PUT', `/users/${userId}/knowledge`, { knowledge_ids: ids, new_knowledge: contents });
const update = async (userId: string, ids: readonly string[], contents: readonly string[]) =>
  expectSuccess(await put(userId, ids, contents), 200, 'Knowledge items updated successfully').knowledge_ids;
const remove = async (userId: string, ids: readonly string[]) => {
  const answer = await server.call('DELETE', `/users/${userId}/knowledge`, { knowledge_ids: ids });
  return expectSuccess(answer, 200, 'Knowledge items deleted successfully').knowledge_ids;
};

describe('adding and listing', () => {
  test('answers 201 with the ids in order, and lists in order of creation', async () => {
    const userId = await newUser();
    const first = await add(userId, 'c', 'a', 'b');
    clock.advance(1);
    const second = await add(userId, 'aa');
    for (const id of first) expect(id).toMatch(UUID_V7);
    const rows = await list(userId);
    expect(rows.map(({ id, content }) => [id, content])).toEqual([
      [first[0], 'c'],
      [first[1], 'a'],
      [first[2], 'b'],
      [second[0], 'aa'],
    ]);
  });

  test('shows rows of exactly five keys, all of them strings, with times of fixed width', async () => {
    const userId = await newUser();
    await add(userId, 'Fact.');
    const [row] = await list(userId);
    expect(Object.keys(row).sort()).toEqual(ROW_KEYS);
    for (const value of Object.values(row)) expect(value).toBeString();
    expect(row).toMatchObject({ user_id: userId, content: 'Fact.' });
    expect(row.created_at).toMatch(TIMESTAMP);
    expect(row.updated_at).toBe(row.created_at);
  });

  test('lists nothing for a user without knowledge', async () => {
    expect(await list(await newUser())).toEqual([]);
  });

  test('accepts an empty list, empty texts and repeated texts', async () => {
    const userId = await newUser();
    expect(await add(userId)).toEqual([]);
    await add(userId, '', 'twice', 'twice', ' ');
    expect(await contentsOf(userId)).toEqual(['', 'twice', 'twice', ' ']);
  });

  test('shows each user their own items only', async () => {
    const ann = await newUser();
    const bob = await newUser();
    await add(ann, "Ann's");
    await add(bob, "Bob's");
    expect(await contentsOf(ann)).toEqual(["Ann's"]);
    expect(await contentsOf(bob)).toEqual(["Bob's"]);
  });

  test('keeps every batch of concurrent requests together and in its own order', async () => {
    const userId = await newUser();
    const batches = Array.from({ length: 8 }, (_, b) => Array.from({ length: 5 }, (_, i) => `batch ${b} item ${i}`));
    await Promise.all(batches.map((batch) => add(userId, ...batch)));
    const contents = await contentsOf(userId);
    const seen = Array.from({ length: 8 }, (_, b) => contents.slice(b * 5, b * 5 + 5));
    expect(seen.toSorted()).toEqual(batches);
  });
});

describe('reading by id', () => {
  test('passes over ids that are unknown or of another user', async () => {
    const userId = await newUser();
    const [own = '', second = ''] = await add(userId, 'mine', 'mine too');
    const [foreign = ''] = await add(await newUser(), 'theirs');
    const rows = await read(userId, [second, 'unknown', foreign, own]);
    expect(rows.map(({ content }) => content).toSorted()).toEqual(['mine', 'mine too']);
    expect(rows.find(({ id }) => id === own)).toEqual((await list(userId))[0]);
    expect(await read(userId, [foreign, ...UNKNOWN_IDS])).toEqual([]);
    expect(await read(userId, [])).toEqual([]);
  });
});

describe('updating', () => {
  test('replaces contents and moves updated_at, and keeps id, order and created_at', async () => {
    const userId = await newUser();
    const [a = '', b = '', c = ''] = await add(userId, 'a', 'b', 'c');
    const before = await list(userId);
    clock.advance(1_000);
    expect(await update(userId, [c, a], ['C', 'A'])).toEqual([c, a]);
    const after = await list(userId);
    expect(after.map(({ id, content }) => [id, content])).toEqual([
      [a, 'A'],
      [b, 'b'],
      [c, 'C'],
    ]);
    expect(after.map(({ created_at }) => created_at)).toEqual(before.map(({ created_at }) => created_at));
    expect(after.map(({ updated_at }, i) => updated_at > before[i].updated_at)).toEqual([true, false, true]);
  });

  test('passes over ids that are unknown or of another user, and answers those it changed', async () => {
    const userId = await newUser();
    const stranger = await newUser();
    const [own = ''] = await add(userId, 'old');
    const [foreign = ''] = await add(stranger, 'theirs');
    expect(await update(userId, ['unknown', foreign, own], ['x', 'y', 'new'])).toEqual([own]);
    expect(await contentsOf(userId)).toEqual(['new']);
    expect(await contentsOf(stranger)).toEqual(['theirs']);
    expect(await update(userId, [], [])).toEqual([]);
  });

  test('passes over texts in excess of the ids', async () => {
    const userId = await newUser();
    const [id = ''] = await add(userId, 'old');
    expect(await update(userId, [id], ['new', 'one too many'])).toEqual([id]);
    expect(await contentsOf(userId)).toEqual(['new']);
  });

  test('refuses fewer texts than ids with 400 and changes nothing', async () => {
    const userId = await newUser();
    const ids = await add(userId, 'a', 'b');
    for (const contents of [['A'], []]) {
      const answer = await put(userId, ids, contents);
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ status: 'error', code: 400, data: null });
      expect(answer.body.errors).not.toBeEmpty();
    }
    expect(await contentsOf(userId)).toEqual(['a', 'b']);
  });

  test('the new text is found by a query and the old one is not', async () => {
    const userId = await newUser();
    const [id = ''] = await add(userId, 'Plays the bassoon.');
    expect(await found(server, userId, 'bassoon')).toEqual(['Plays the bassoon.']);
    await update(userId, [id], ['Plays the harp.']);
    expect(await found(server, userId, 'bassoon')).not.toContain('Plays the bassoon.');
    expect(await found(server, userId, 'harp')).toEqual(['Plays the harp.']);
    expect(await tablesHolding(server, 'bassoon')).toEqual([]);
  });
});

describe('deleting', () => {
  test('answers the ids that it deleted and passes over the others', async () => {
    const userId = await newUser();
    const stranger = await newUser();
    const [a = '', b = ''] = await add(userId, 'a', 'b');
    const [foreign = ''] = await add(stranger, 'theirs');
    expect(await remove(userId, ['unknown', b, foreign])).toEqual([b]);
    expect(await contentsOf(userId)).toEqual(['a']);
    expect(await contentsOf(stranger)).toEqual(['theirs']);
    expect(await remove(userId, [b])).toEqual([]);
    expect(await remove(userId, [])).toEqual([]);
    expect(await remove(userId, [a])).toEqual([a]);
    expect(await list(userId)).toEqual([]);
  });

  test('leaves no text behind, and nothing for a query to find', async () => {
    const userId = await newUser();
    const [id = ''] = await add(userId, 'Collects theodolites.', 'Collects stamps.');
    expect(await found(server, userId, 'collects')).toHaveLength(2);
    expect(await tablesHolding(server, 'theodolites')).not.toBeEmpty();
    await remove(userId, [id]);
    expect(await found(server, userId, 'collects theodolites')).toEqual(['Collects stamps.']);
    expect(await tablesHolding(server, 'theodolites')).toEqual([]);
  });
});

const CALLS: readonly [string, string, unknown?][] = [
  ['GET', '/knowledge'],
  ['POST', '/knowledge', { knowledge: ['x'] }],
  ['POST', '/knowledge', { knowledge: [] }],
  ['POST', '/knowledge/read', { knowledge_ids: [] }],
  ['POST', '/knowledge/read', { knowledge_ids: ['x'] }],
  ['PUT', '/knowledge', { knowledge_ids: ['x'], new_knowledge: ['x'] }],
  ['PUT', '/knowledge', { knowledge_ids: [], new_knowledge: [] }],
  ['DELETE', '/knowledge', { knowledge_ids: ['x'] }],
  ['DELETE', '/knowledge', { knowledge_ids: [] }],
];

for (const [method, path, body] of CALLS) {
  test(`${method} ${path} ${JSON.stringify(body) ?? ''} answers 404 for an unknown user`, async () => {
    for (const id of ['invalid-user', '019a2b3c-4d5e-7f60-8a9b-0c1d2e3f4a5b', '%00']) {
      const answer = await server.call(method, `/users/${id}${path}`, body);
      expectRefusal(answer, 404, 'user_id', `User with ID '${decodeURIComponent(id)}' not found`);
    }
  });
}

const UNFIT: readonly [string, string, unknown?][] = [
  ['POST', '/knowledge'],
  ['POST', '/knowledge', {}],
  ['POST', '/knowledge', { knowledge: 'x' }],
  ['POST', '/knowledge', { knowledge: ['x', 7] }],
  ['POST', '/knowledge', { knowledge: [null] }],
  ['POST', '/knowledge', { knowledge: [{ content: 'x' }] }],
  ['POST', '/knowledge/read', {}],
  ['POST', '/knowledge/read', { knowledge_ids: 'x' }],
  ['PUT', '/knowledge', { knowledge_ids: [] }],
  ['PUT', '/knowledge', { new_knowledge: [] }],
  ['PUT', '/knowledge', { knowledge_ids: [7], new_knowledge: ['x'] }],
  ['DELETE', '/knowledge'],
  ['DELETE', '/knowledge', {}],
  ['DELETE', '/knowledge', { knowledge_ids: null }],
];

for (const [method, path, body] of UNFIT) {
  test(`${method} ${path} ${JSON.stringify(body) ?? 'without a body'} is refused with 422, before the user`, async () => {
    const userId = await newUser();
    for (const id of [userId, 'invalid-user']) {
      expectInvalid(await server.call(method, `/users/${id}${path}`, body));
    }
    expect(await list(userId)).toEqual([]);
  });
}
