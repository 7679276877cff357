import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { getStore, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { type BaseStore, InMemoryStore } from '@langchain/langgraph-checkpoint';
import { MemFuse, MemFuseError } from '../../src/client/index.ts';
import { MemFuseStore, type StoreOptions } from '../../src/integrations/langgraph.ts';
import { makeKey } from '../support/api-key.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { deadAddress } from './remembered.ts';

let server: TestServer;
let client: MemFuse;
beforeAll(async () => {
  server = await startServer();
  client = new MemFuse({ baseUrl: server.origin });
});
afterAll(() => server.stop());

let made = 0;
/** A store of a user of its own. Its type is LangGraph's, which it has to fit. */
const openStore = (options: Partial<StoreOptions> = {}): BaseStore => {
  made += 1;
  return new MemFuseStore({ client, user: `user ${made}`, ...options });
};

describe('a store of LangGraph over MemFuse', () => {
  test('answers as the store in memory does', async () => {
    const stores = [openStore(), new InMemoryStore()];
    /** What both say, without times, which have to be dates that do not go back. */
    const both = async (ask: (store: BaseStore) => Promise<unknown>): Promise<unknown> => {
      const [own, theirs] = await Promise.all(stores.map(ask));
      const plain = (answer: unknown) =>
        JSON.parse(
          JSON.stringify(answer ?? null, (name, value) =>
            ['createdAt', 'updatedAt', 'score'].includes(name) ? undefined : value,
          ),
        );
      expect(plain(own)).toEqual(plain(theirs));
      return own;
    };
    const places: [string[], string, Record<string, unknown>][] = [
      [['users', 'ann'], 'profile', { name: 'Ann', age: 31, tags: ['sails', 'reads'] }],
      [['users', 'ann', 'notes'], 'a/b: "c"', { text: 'Ann is vegan.', rank: 2 }],
      [['users', 'bob'], 'profile', { name: 'Bob', age: 25, pet: null }],
      [['users', 'annette'], 'profile', { name: 'Annette', age: 40 }],
      [['docs'], 'x', { rank: 7 }],
    ];
    for (const [namespace, key, value] of places) await both((store) => store.put(namespace, key, value));
    for (const [namespace, key] of places) await both((store) => store.get(namespace, key));
    await both((store) => store.get(['users', 'ann'], 'other'));
    await both((store) => store.get(['users'], 'profile'));
    for (const prefix of [[], ['users'], ['users', 'ann'], ['docs'], ['nothing']])
      await both((store) => store.search(prefix));
    await both((store) => store.search(['users'], { limit: 2 }));
    await both((store) => store.search(['users'], { offset: 1, limit: 2 }));
    for (const filter of [
      { name: 'Bob' },
      { age: { $gt: 25 } },
      { age: { $gte: 25, $lt: 40 } },
      { name: { $ne: 'Bob' } },
      { pet: null },
      { tags: ['sails'] },
    ]) {
      await both((store) => store.search(['users'], { filter }));
    }
    for (const options of [
      {},
      { prefix: ['users'] },
      { suffix: ['notes'] },
      { maxDepth: 1 },
      { prefix: ['users', '*'], maxDepth: 2 },
      { limit: 1, offset: 1 },
    ]) {
      await both((store) => store.listNamespaces(options));
    }
    await both((store) => store.put(['users', 'bob'], 'profile', { name: 'Robert' }));
    await both((store) => store.get(['users', 'bob'], 'profile'));
    await both((store) => store.delete(['users', 'ann'], 'profile'));
    await both((store) => store.delete(['users', 'ann'], 'was never there'));
    await both((store) => store.search(['users', 'ann']));
    // The store in memory keeps a namespace of which the last item is deleted; others forget it.
    expect(await stores[0]?.listNamespaces({ prefix: ['users', 'ann'] })).toEqual([['users', 'ann', 'notes']]);
    await both((store) =>
      store.batch([
        { namespace: ['docs'], key: 'x' },
        { namespace: ['docs'], key: 'y' },
        { namespace: ['docs'], key: 'w', value: { rank: 8 } },
        { namespacePrefix: ['docs'] },
        { namespace: ['docs'], key: 'y', value: { rank: 1 } },
        { namespace: ['docs'], key: 'y', value: { rank: 2 } },
        { namespace: ['docs'], key: 'z', value: null },
      ]),
    );
    await both((store) => store.search(['docs']));
  });

  test.each([
    ['numbers at their limits', { big: 1.7976931348623157e308, small: 5e-324, whole: 9007199254740991 }],
    [
      'keys and texts of every kind',
      { __proto__x: 1, '': '', 'a.b': '\ud800', nul: '\u0000', emoji: '🚋', source: { parts: [] } },
    ],
    ['deep nesting', { deep: JSON.parse(`${'['.repeat(200)}1${']'.repeat(200)}`) }],
    ['a long text', { text: 'tram '.repeat(30_000) }],
    ['nothing', {}],
  ])('gives values back as they were put: %s', async (_, value) => {
    const store = openStore();
    await store.put(['kept'], 'k', value);
    expect((await store.get(['kept'], 'k'))?.value).toEqual(value);
    expect((await store.search(['kept'])).map((item) => item.value)).toEqual([value]);
  });

  test('keeps when an item was made, and knows when it was changed', async () => {
    const store = openStore();
    await store.put(['notes'], 'n', { text: 'one' });
    const first = await store.get(['notes'], 'n');
    await store.put(['notes'], 'n', { text: 'two' });
    const second = await store.get(['notes'], 'n');
    expect(second?.createdAt).toEqual(first?.createdAt as Date);
    expect(second?.updatedAt.getTime()).toBeGreaterThanOrEqual(first?.updatedAt.getTime() as number);
  });

  test('finds by meaning what was put last, under the namespace alone, with what filters let through', async () => {
    const store = openStore();
    await store.put(['memories', 'ann'], 'food', { data: 'Ann eats no meat and loves aubergines.', kind: 'food' });
    await store.put(['memories', 'ann'], 'tram', { data: 'Ann takes tram 12 to work.', kind: 'travel' });
    await store.put(['memories', 'bob'], 'tram', { data: 'Bob takes tram 28 to work.', kind: 'travel' });
    await store.put(['memories', 'ann'], 'tram', { data: 'Ann takes tram 15 to work.', kind: 'travel' });
    const query = 'Which tram does she take to work?';
    const [best] = await store.search(['memories', 'ann'], { query, limit: 1 });
    expect(best).toMatchObject({
      ...{ namespace: ['memories', 'ann'], key: 'tram' },
      value: { data: 'Ann takes tram 15 to work.', kind: 'travel' },
      ...{ score: expect.any(Number), createdAt: expect.any(Date) },
    });
    const all = await store.search(['memories'], { query });
    expect(all.map(({ value }) => value['data'])).toContain('Bob takes tram 28 to work.');
    expect(all.map(({ value }) => value['data'])).not.toContain('Ann takes tram 12 to work.');
    const food = await store.search(['memories', 'ann'], { query: 'What does Ann like?', filter: { kind: 'food' } });
    expect(food.map(({ key }) => key)).toEqual(['food']);
    await store.delete(['memories', 'ann'], 'tram');
    expect((await store.search(['memories', 'ann'], { query })).map(({ key }) => key)).not.toContain('tram');
  });

  test('finds by the fields that are named, and not what is not to be found', async () => {
    const store = openStore();
    const value = { title: 'Trams of Lisbon', notes: [{ text: 'Line 28 is steep.' }], secret: 'The code is 4711.' };
    await store.put(['docs'], 'fields', value, ['title', 'notes[*].text']);
    await store.put(['docs'], 'hidden', { title: 'Trams of Porto' }, false);
    const keys = async (query: string) => (await store.search(['docs'], { query })).map(({ key }) => key);
    expect(await keys('Which line is steep?')).toEqual(['fields']);
    expect(await keys('trams of Porto')).not.toContain('hidden');
    const { content } =
      (await client.for({ user: `user ${made}` }).search('What is the code?', { min_score: 0 })).results[0] ?? {};
    expect(content ?? '').not.toContain('4711');
    expect((await store.get(['docs'], 'hidden'))?.value).toEqual({ title: 'Trams of Porto' });
  });

  test('holds one value when several are put at once', async () => {
    const store = openStore();
    const values = Array.from({ length: 6 }, (_, i) => ({ i }));
    await Promise.all(values.map((value) => store.put(['race'], 'k', value)));
    const kept = (await store.get(['race'], 'k'))?.value;
    expect(values).toContainEqual(kept as { i: number });
    await store.put(['race'], 'k', { i: 99 });
    expect((await store.search(['race'])).map(({ value }) => value)).toEqual([{ i: 99 }]);
    const session = await client.sessions.getByName(
      'langgraph ["race","k"]',
      (await client.users.getByName(`user ${made}`)).id,
    );
    expect(await Array.fromAsync(client.sessions.messages(session.id))).toHaveLength(1);
  });

  test('survives that its user is deleted', async () => {
    const store = openStore();
    await store.put(['a'], 'k', { n: 1 });
    await client.users.delete((await client.users.getByName(`user ${made}`)).id);
    expect([await store.get(['a'], 'k'), await store.search([]), await store.listNamespaces()]).toEqual([null, [], []]);
    await store.put(['a'], 'k', { n: 2 });
    expect((await store.get(['a'], 'k'))?.value).toEqual({ n: 2 });
  });

  test('keeps the items of each user with that user, when namespaces name users', async () => {
    const store = openStore({ user: ([, name = 'nobody']) => `of ${name}` });
    await store.put(['memories', 'ann'], 'k', { data: 'Ann takes tram 15.' });
    await store.put(['memories', 'bob'], 'k', { data: 'Bob takes tram 28.' });
    expect(await store.search(['memories', 'bob'], { query: 'Which tram?' })).toHaveLength(1);
    const { id } = await client.users.getByName('of ann');
    expect(await Array.fromAsync(client.sessions.list({ user_id: id }))).toHaveLength(1);
  });

  test('refuses namespaces that others would, and says what is wrong with a name that is too long', async () => {
    const store = openStore();
    for (const namespace of [[], ['a.b'], [''], ['langgraph', 'x']]) {
      expect(store.put(namespace, 'k', {})).rejects.toThrow(TypeError);
    }
    expect(store.put(['a'], 'k'.repeat(300), {})).rejects.toThrow('at most 255 are kept');
  });

  test('says why it cannot be reached', async () => {
    const store = new MemFuseStore({ baseUrl: await deadAddress(), user: 'x', retries: 0 });
    expect(store.get(['a'], 'k')).rejects.toBeInstanceOf(MemFuseError);
    expect(store.put(['a'], 'k', {})).rejects.toThrow('Nothing answers at');
  });

  test('works with a key of one user, and with nobody else there', async () => {
    const keyed = await startServer({ settings: { 'server.api_key_validation': true } });
    const admin = new MemFuse({ baseUrl: keyed.origin, apiKey: await makeKey(keyed) });
    const { id } = await admin.users.create({ name: 'lea' });
    await admin.agents.getOrCreate('agent_default');
    const { api_key } = await admin.apiKeys.create(id, { name: 'app' });
    const options = { baseUrl: keyed.origin, apiKey: api_key.key };
    const store = new MemFuseStore({ ...options, user: 'lea' });
    await store.put(['a'], 'k', { data: 'Lea takes tram 28.' });
    expect((await store.search(['a'], { query: 'Which tram?' })).map(({ key }) => key)).toEqual(['k']);
    const other = new MemFuseStore({ ...options, user: 'max' });
    expect(await other.get(['a'], 'k')).toBeNull();
    expect(other.put(['a'], 'k', {})).rejects.toMatchObject({ status: 403 });
    await keyed.stop();
  });

  test('serves a graph of LangGraph', async () => {
    const remember = async ({ messages }: typeof MessagesAnnotation.State) => {
      const store = getStore();
      const said = String(messages.at(-1)?.content);
      const found = (await store?.search(['said'], { query: said, limit: 1 })) ?? [];
      await store?.put(['said'], said, { text: said });
      return { messages: [{ role: 'assistant', content: found.map(({ value }) => value['text']).join() }] };
    };
    const builder = new StateGraph(MessagesAnnotation).addNode('remember', remember).addEdge(START, 'remember');
    const graph = builder.compile({ store: openStore() });
    const ask = async (content: string) =>
      (await graph.invoke({ messages: [{ role: 'user', content }] })).messages.at(-1)?.content;
    expect(await ask('I take tram 28 to work.')).toBe('');
    expect(await ask('Which tram do I take?')).toBe('I take tram 28 to work.');
  });
});
