import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { expectInvalid } from '../support/envelope.ts';
import { startConversation, startServer, type TestServer } from '../support/server.ts';
import { say } from '../support/talk.ts';

let server: TestServer;
let userId = '';
const user = 'Person of many words';
beforeAll(async () => {
  server = await startServer();
  const conversation = await startConversation(server, user);
  userId = conversation.userId;
  await say(
    server,
    conversation.sessionId,
    'My dog Rex hides under the bed when it thunders.',
    'We flew a red kite by the sea.',
    'The kettle broke, so I boiled water in a pan.',
    'I lost my umbrella on the train to the sea.',
  );
});
afterAll(() => server.stop());

const QUESTION = 'What did we fly by the sea?';
const ask = (body: object) => server.call('POST', `/users/${userId}/query`, { query: QUESTION, top_k: 10, ...body });
const block = (body: object) => server.call('POST', `/users/${userId}/context`, { query: QUESTION, ...body });
const NOTHING = 'Nothing is known about this.';

describe('min_score', () => {
  test('leaves out what scores lower, and keeps the order and the scores of the rest', async () => {
    const all = (await ask({})).body.data.results;
    expect(all.length).toBeGreaterThan(2);
    const bound = all[1].score;
    const some = (await ask({ min_score: bound })).body.data;
    expect(some.results).toEqual(all.filter(({ score }: { score: number }) => score >= bound));
    expect(some.total).toBe(some.results.length);
    expect((await ask({ min_score: 0 })).body.data.results).toEqual(all);
    // An answer that was kept for one bound is none for another.
    expect((await ask({})).body.data.results).toEqual(all);
  });

  test('is read from a text that spells it', async () => {
    expect((await ask({ min_score: '1' })).body.data.results).toEqual([]);
  });

  test('counts in memories/search and memories/context as well', async () => {
    const body = { user, query: QUESTION, min_score: 1 };
    const searched = (await server.call('POST', '/memories/search', body)).body;
    expect(searched.data.results).toEqual([]);
    expect(searched.message).toBe('No results found from BufferService');
    expect((await server.call('POST', '/memories/context', body)).body.data.context).toBe(NOTHING);
    for (const what of ['search', 'context']) {
      const [detail] = expectInvalid(await server.call('POST', `/memories/${what}`, { ...body, min_score: 2 }));
      expect(detail).toMatchObject({ type: 'less_than_equal', loc: ['body', 'min_score'] });
    }
  });

  test('stands in the description of the API', async () => {
    const { paths } = (await server.call('GET', `${server.origin}/openapi.json`)).body;
    for (const path of [
      '/users/{user_id}/query',
      '/users/{user_id}/context',
      '/memories/search',
      '/memories/context',
    ]) {
      const text = JSON.stringify(paths[`/api/v1${path}`].post.requestBody);
      expect([path, text.includes('"min_score"')]).toEqual([path, true]);
    }
  });
});

describe('a block with min_score', () => {
  test('is made of what scores so high, and nothing of it counts as left out', async () => {
    const bound = (await ask({})).body.data.results[0].score;
    const { data } = (await block({ min_score: bound })).body;
    expect(data.context).toContain('[1] user: We flew a red kite by the sea.');
    expect(data.context).not.toContain('kettle');
    expect(data.citations).toHaveLength(1);
    expect(data.truncated).toBe(false);
  });

  test('says in one sentence that nothing is known when nothing is left, in both formats', async () => {
    const { data, message } = (await block({ min_score: 1 })).body;
    expect(message).toBe('Nothing is known that bears on it');
    expect(data).toEqual({ context: NOTHING, tokens: data.tokens, citations: [], truncated: false, degraded: [] });
    expect(data.tokens).toBeGreaterThan(0);
    const chat = (await block({ min_score: 1, format: 'messages' })).body.data;
    expect(chat.context).toEqual([{ role: 'system', content: NOTHING }]);
    expect(chat.tokens).toBeGreaterThan(data.tokens);
  });

  test('stays empty when the sentence has no room, and without min_score', async () => {
    expect((await block({ min_score: 1, max_tokens: 3 })).body.data).toMatchObject({ context: '', tokens: 0 });
    const stranger = (await startConversation(server, 'Nobody yet')).userId;
    const of = async (body: object) =>
      (await server.call('POST', `/users/${stranger}/context`, { query: QUESTION, ...body })).body.data;
    expect(await of({})).toMatchObject({ context: '', tokens: 0 });
    expect(await of({ format: 'messages', min_score: null })).toMatchObject({ context: [], tokens: 0 });
    expect((await of({ min_score: 0 })).context).toBe(NOTHING);
  });

  test('says nothing of the kind when there was no time to look', async () => {
    const { userId: hurried, sessionId } = await startConversation(server, 'Person in a hurry');
    // The question has to wait for the index to take these in.
    await say(
      server,
      sessionId,
      ...Array.from({ length: 60 }, (_, i) => `${i} ${'The harbour lies still. '.repeat(80)}`),
    );
    const body = { query: 'What was lost on the train?', min_score: 0.5, deadline_ms: 0.001 };
    const { data } = (await server.call('POST', `/users/${hurried}/context`, body)).body;
    expect(data.degraded.join()).toContain('the search took longer');
    expect(data.context).toBe('');
  });
});
