import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { startConversation, startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let userId = '';
let sessionId = '';
beforeAll(async () => {
  server = await startServer();
  ({ userId, sessionId } = await startConversation(server, 'Asker'));
  const said = (content: string, day: number, role = 'user') => ({
    role,
    content,
    created_at: `2024-04-${String(day).padStart(2, '0')}T10:00:00Z`,
  });
  const messages = [
    said('The kettle broke this morning.', 1),
    said('Shall I look for another?', 1, 'assistant'),
    said('My name is Ottilie and I am a nurse in Trieste.', 2),
    ...Array.from({ length: 40 }, (_, i) => said(`The bus was ${i} minutes late.`, 3)),
    said('We painted the hallway green.', 27),
    said('Green is calm.', 27, 'assistant'),
    said('I am vegetarian.', 28),
    said('What did I say last?', 29),
    said('I have two sons.', 30),
  ];
  await server.call('POST', `/sessions/${sessionId}/messages`, { messages });
});
afterAll(() => server.stop());

const ask = async (query: string, more: object = {}): Promise<string[]> =>
  (
    await server.call('POST', `/users/${userId}/query`, { query, top_k: 5, as_of: '2024-05-01', ...more })
  ).body.data.results.map(({ content }: { content: string }) => content);

describe('a question about the conversation as a whole', () => {
  test('is answered by the newest messages when it asks for the last', async () => {
    expect((await ask('What did I say last?')).slice(0, 2)).toEqual(['I have two sons.', 'I am vegetarian.']);
    expect((await ask('Was habe ich zuletzt gesagt?'))[0]).toBe('I have two sons.');
  });

  test('is answered by the oldest, in order, when it asks for the first', async () => {
    const [first, second] = ['The kettle broke this morning.', 'Shall I look for another?'];
    expect((await ask('What did we first talk about?')).slice(0, 2)).toEqual([first, second]);
    expect((await ask('What did I say first?')).slice(0, 2)).toEqual([
      first,
      'My name is Ottilie and I am a nurse in Trieste.',
    ]);
    expect((await ask('我们一开始聊了什么？'))[0]).toBe(first);
  });

  test('is answered by what was said on the day that it names', async () => {
    const day = ['We painted the hallway green.', 'Green is calm.'];
    for (const query of [
      'What did we talk about on 27 April?',
      'Worüber haben wir am 27. April gesprochen?',
      '4月27日に何を話しましたか？',
    ]) {
      expect([query, await ask(query)]).toEqual([query, day]);
    }
    expect(await ask('What did I say on 27 April?')).toEqual(day.slice(0, 1));
  });

  test.each([
    'What do you know about me?',
    'Tell me everything you remember about me.',
    'Summarise our conversation',
    'What have we been up to?',
    'Was weißt du über mich?',
    'Que sais-tu de moi ?',
    '¿Qué sabes de mí?',
    'Что ты обо мне знаешь?',
    '你对我了解多少？',
    '私について何を知っていますか？',
  ])('is answered by what tells most of the user: %s', async (query) => {
    const found = await ask(query, { top_k: 8 });
    expect(found).toEqual(
      expect.arrayContaining([
        'My name is Ottilie and I am a nurse in Trieste.',
        'I am vegetarian.',
        'I have two sons.',
      ]),
    );
    const { context } = (await server.call('POST', `/users/${userId}/context`, { query, max_tokens: 300 })).body.data;
    expect(context).toContain('I am vegetarian.');
  });

  test('has scores from 0 to 1 in their order, which the explanation adds up to', async () => {
    const body = { query: 'What did I say last?', top_k: 5, explain: true };
    const { results } = (await server.call('POST', `/users/${userId}/query`, body)).body.data;
    const scores = results.map(({ score }: { score: number }) => score);
    expect(scores).toEqual(scores.toSorted((a: number, b: number) => b - a));
    expect(scores.every((score: number) => score > 0.5 && score < 1)).toBe(true);
    expect(results[0].explain.map(({ step }: { step: string }) => step)).toEqual(['time']);
  });

  test('keeps to filters, and to the moment that is asked for', async () => {
    expect((await ask('What did I say last?', { as_of: '2024-04-28T12:00:00Z' }))[0]).toBe('I am vegetarian.');
    const filters = { roles: ['assistant'] };
    expect(await ask('What did we first talk about?', { filters })).toEqual([
      'Shall I look for another?',
      'Green is calm.',
    ]);
    const none = { metadata: { topic: 'boats' } };
    expect(await ask('What did I say last?', { filters: none })).toEqual([]);
  });

  test('goes by its words when nothing was said at the time that it names', async () => {
    await server.call('POST', `/sessions/${sessionId}/messages`, {
      messages: [{ role: 'user', content: 'On 12 April we talk about the roof.', created_at: '2024-04-11T09:00:00Z' }],
    });
    expect(await ask('What did we talk about on 12 April?')).toContain('On 12 April we talk about the roof.');
  });
});
