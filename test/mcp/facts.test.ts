import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { linesOf } from '../proxy/remembered.ts';
import { asKey, makeKey } from '../support/api-key.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { callTool, connectOverHttp } from './client.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ settings: { 'memory.facts.enabled': true } });
});
afterAll(() => server.stop());

const as = (user: string): Promise<Client> => connectOverHttp(server.origin, { headers: { 'X-Memfuse-User': user } });

/** Says something, and waits until facts are read out of it. */
const say = async (user: string, ...texts: readonly string[]): Promise<string[]> => {
  const messages = texts.map((content) => ({ role: 'user', content }));
  const path = '/memories?wait_for=extracted&timeout_ms=20000';
  const { body } = await server.call('POST', path, { user, session: `talk of ${user}`, messages });
  expect(body.data.reached).toBe(true);
  return body.data.message_ids;
};

describe('list_facts', () => {
  test('lists what holds, with ids, and what it rests on', async () => {
    const [id] = await say('Ann', 'I live in Lisbon.');
    const { data, text } = await callTool(await as('Ann'), 'list_facts');
    expect(data.facts).toEqual([
      expect.objectContaining({
        text: expect.stringContaining('Lisbon'),
        subject: 'Ann',
        state: 'active',
        message_ids: [id],
      }),
    ]);
    expect(data.next_cursor).toBeNull();
    expect(text).toContain(`[id ${data.facts[0].id}]`);
    const all = await callTool(await as('Ann'), 'list_memories');
    expect(all.data).toEqual(data);
  });

  test('filters, and goes on where the page before ended', async () => {
    await say('Bob', 'I live in Porto.', 'I work as a nurse.', 'My sister is called Clara.');
    const client = await as('Bob');
    const { data: home } = await callTool(client, 'list_facts', { category: 'home' });
    expect(home.facts).toHaveLength(1);
    const seen: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const { data, text } = await callTool(client, 'list_facts', { limit: 1, ...(cursor && { cursor }) });
      seen.push(...data.facts.map((fact: { id: string }) => fact.id));
      expect(text.includes('There are more.')).toBe(data.next_cursor !== null);
      if (data.next_cursor === null) break;
      cursor = data.next_cursor;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThan(1);
    expect((await callTool(client, 'list_facts', { as_of: 'soon' })).isError).toBe(true);
  });

  test('of somebody new is empty, and says how to look further', async () => {
    const { isError, data, text } = await callTool(await as('nobody'), 'list_facts');
    expect([isError, data.facts]).toEqual([false, []]);
    expect(text).toContain('`recall`');
  });
});

describe('correct', () => {
  test('puts a fact right, by its id or by what it answers, and says what it was', async () => {
    await say('Cat', 'I live in Lisbon.');
    const client = await as('Cat');
    const [fact] = (await callTool(client, 'list_facts')).data.facts;
    const corrected = await callTool(client, 'correct', { fact_id: fact.id, text: 'Cat lives in Linz.' });
    expect(corrected.data).toMatchObject({ fact: { id: fact.id, text: 'Cat lives in Linz.' }, replaced: fact.text });
    const again = await callTool(client, 'correct', { query: 'Where does Cat live?', text: 'Cat lives in Graz.' });
    expect(again.data.replaced).toBe('Cat lives in Linz.');
    expect((await callTool(client, 'list_facts')).data.facts[0].text).toBe('Cat lives in Graz.');
  });

  test.each([
    [{ text: 'x' }, 'exactly one of'],
    [{ text: 'x', fact_id: 'no-such-fact' }, 'no-such-fact'],
    [{ text: 'x', fact_id: 'a', query: 'b' }, 'exactly one of'],
  ])('%j is an error that says what is wrong', async (args, words) => {
    await say('Dan', 'I live in Bern.');
    const { isError, text } = await callTool(await as('Dan'), 'correct', args);
    expect([isError, text]).toEqual([true, expect.stringContaining(words)]);
    expect((await callTool(await as('Dan'), 'list_facts')).data.facts[0].text).toContain('Bern');
  });

  test('of somebody new says that nothing is known', async () => {
    expect((await callTool(await as('nobody'), 'correct', { query: 'x', text: 'y' })).text).toBe(
      'Nothing is remembered of nobody yet.',
    );
  });
});

describe('forget', () => {
  test('first says what would go and changes nothing, then forgets it, facts and all', async () => {
    await say('Eve', 'I am allergic to peanuts.', 'I live in Rome.');
    const client = await as('Eve');
    const shown = await callTool(client, 'forget', { query: 'peanuts' });
    expect(shown.data.forgotten).toBe(false);
    expect(shown.text).toStartWith('This would be forgotten, and is not yet:');
    const types = shown.data.items.map(({ type }: { type: string }) => type);
    expect(types).toContain('message');
    expect(types).toContain('fact');
    expect(await linesOf(server, 'Eve')).toHaveLength(2);
    const ids = shown.data.items.map(({ id }: { id: string }) => id);
    const gone = await callTool(client, 'forget', { ids, confirm: true });
    expect(gone.data.forgotten).toBe(true);
    expect(await linesOf(server, 'Eve')).toEqual(['user: I live in Rome.']);
    const left = (await callTool(client, 'list_facts')).data.facts.map(({ text }: { text: string }) => text);
    expect(left.join()).not.toContain('peanut');
    expect((await callTool(client, 'recall', { query: 'peanuts' })).text).not.toContain('peanuts');
  });

  test('is not confirmed by words, of which something else may have come to hold', async () => {
    await say('Fay', 'I collect stamps.');
    const refused = await callTool(await as('Fay'), 'forget', { query: 'stamps', confirm: true });
    expect([refused.isError, refused.text]).toEqual([true, expect.stringContaining('ids that were shown')]);
    expect(await linesOf(server, 'Fay')).toHaveLength(1);
  });

  test('by ids alone says what would go as well', async () => {
    const [id = ''] = await say('Gus', 'I collect coins.');
    const { data } = await callTool(await as('Gus'), 'forget', { ids: [id] });
    expect(data.forgotten).toBe(false);
    expect(data.items[0]).toEqual({ id, type: 'message', text: 'I collect coins.' });
    expect(await linesOf(server, 'Gus')).toHaveLength(1);
  });

  test("never touches what is another user's", async () => {
    const [id = ''] = await say('Hal', 'I collect shells.');
    await say('Ida', 'I collect stones.');
    await callTool(await as('Ida'), 'forget', { ids: [id], confirm: true });
    expect(await linesOf(server, 'Hal')).toHaveLength(1);
  });
});

describe('delete_all_memories', () => {
  test('says what would go, and deletes it when that is confirmed', async () => {
    await say('Jon', 'I play the oboe.');
    const client = await as('Jon');
    const shown = await callTool(client, 'delete_all_memories');
    expect(shown.data).toEqual({ deleted: false, sessions: 1, knowledge: 0 });
    expect(shown.text).toEndWith('Nothing is deleted yet.');
    expect(await linesOf(server, 'Jon')).toHaveLength(1);
    expect((await callTool(client, 'delete_all_memories', { confirm: true })).data.deleted).toBe(true);
    expect(await linesOf(server, 'Jon')).toEqual([]);
    expect((await callTool(client, 'delete_all_memories')).text).toBe('Nothing is remembered.');
    await callTool(client, 'remember', { text: 'Jon plays the flute.' });
    expect(await linesOf(server, 'Jon')).toEqual(['user: Jon plays the flute.']);
  });

  test('needs the permission to write', async () => {
    const guarded = await startServer({ settings: { 'server.api_key_validation': true } });
    const owner = asKey(guarded, await makeKey(guarded));
    await owner.call('POST', '/memories', { user: 'kim', messages: [{ role: 'user', content: 'Hello.' }] });
    const headers = {
      Authorization: `Bearer ${await makeKey(guarded, { scopes: ['read'] })}`,
      'X-Memfuse-User': 'kim',
    };
    const reader = await connectOverHttp(guarded.origin, { headers });
    for (const tool of ['delete_all_memories', 'forget']) {
      const args = tool === 'forget' ? { ids: ['x'], confirm: true } : { confirm: true };
      expect((await callTool(reader, tool, args)).text).toContain("the permission 'write'");
    }
    expect(await linesOf(owner, 'kim')).toHaveLength(1);
    await guarded.stop();
  });
});

describe('resources', () => {
  const read = async (client: Client, uri: string): Promise<string> => {
    const [content] = (await client.readResource({ uri })).contents;
    return (content as { text: string }).text;
  };

  test('hold the profile of the user', async () => {
    await say('Lea', 'I live in Lyon.', 'I am vegetarian.');
    const client = await as('Lea');
    const profile = await read(client, 'memfuse://profile');
    expect(profile).toStartWith('<memfuse-context>\n');
    expect(profile).toContain('Lyon');
    expect(await read(await as('nobody'), 'memfuse://profile')).toBe('Nothing is known about nobody yet.');
  });

  test('hold the conversations of the user, the newest first, with the last messages of each', async () => {
    const say1 = (session: string, content: string) =>
      server.call('POST', '/memories', { user: 'Max', session, messages: [{ role: 'user', content }] });
    for (let i = 1; i <= 22; i += 1) await say1(`talk ${i}`, `This is talk ${i}.`);
    await say1('talk 22', 'And this is its end.');
    const client = await as('Max');
    const { resources } = await client.listResources();
    expect(resources.map(({ name }) => name)).toEqual([
      'profile',
      ...Array.from({ length: 20 }, (_, i) => `talk ${22 - i}`),
    ]);
    const text = await read(client, resources[1]?.uri ?? '');
    expect(text).toContain('Conversation "talk 22":');
    expect(text.indexOf('This is talk 22.')).toBeLessThan(text.indexOf('And this is its end.'));
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual(['memfuse://sessions/{session_id}']);
  });

  test("that are not there, or nobody's of this tenant, are errors of the protocol", async () => {
    const client = await as('Max');
    await expect(read(client, 'memfuse://sessions/no-such-session')).rejects.toThrow("'no-such-session' not found");
    await expect(read(client, 'memfuse://nothing')).rejects.toThrow('not found');
  });

  test('of a user are not read for another', async () => {
    await say('Ned', 'A secret.');
    const [{ session_id: sessionId }] = (await callTool(await as('Ned'), 'recall', { query: 'secret' })).data.results;
    await expect(read(await as('Ola'), `memfuse://sessions/${sessionId}`)).rejects.toThrow('not found');
  });
});
