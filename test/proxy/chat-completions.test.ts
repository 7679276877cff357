import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import OpenAI from 'openai';
import { asRecalled } from '../../src/text/recalled.ts';
import { startServer, type TestServer } from '../support/server.ts';
import {
  BEHAVIOURS,
  chatEvents,
  chunk,
  completion,
  event,
  type FakeUpstream,
  startFakeUpstream,
} from './fake-upstream.ts';
import { linesOf, rememberedOf } from './remembered.ts';

let server: TestServer;
let upstream: FakeUpstream;
beforeAll(async () => {
  upstream = startFakeUpstream();
  server = await startServer({ settings: { 'proxy.base_url': upstream.baseUrl, 'proxy.recall_timeout_ms': 60_000 } });
});
afterAll(async () => {
  await server.stop();
  upstream.stop();
});

/** OpenAI's own client, pointed at the proxy. */
const client = (headers: Record<string, string> = {}): OpenAI =>
  new OpenAI({ baseURL: `${server.origin}/v1`, apiKey: 'sk-of-the-client', defaultHeaders: headers, maxRetries: 0 });

let users = 0;
/** Somebody whom no other test knows. */
const newUser = (): string => {
  users += 1;
  return `user ${users}`;
};

const say = (user: string, content: string, headers?: Record<string, string>) =>
  client(headers).chat.completions.create({ model: 'fake', user, messages: [{ role: 'user', content }] });

describe('a chat completion', () => {
  test('is the answer of the endpoint, and the message and the reply are remembered', async () => {
    const user = newUser();
    upstream.behave(BEHAVIOURS.says('Rex is a fine name.'));
    const answer = await say(user, 'My dog is called Rex.');
    expect(answer).toEqual(completion({ content: 'Rex is a fine name.' }) as typeof answer);
    expect(await linesOf(server, user)).toEqual(['user: My dog is called Rex.', 'assistant: Rex is a fine name.']);
  });

  test('is given what is remembered, beside its instructions, marked as recalled', async () => {
    const user = newUser();
    await say(user, 'My dog is called Rex and is afraid of thunder.');
    await client().chat.completions.create({
      model: 'fake',
      user,
      temperature: 0.5,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'What is my dog called?' },
      ],
    });
    const { body } = upstream.last();
    expect(body).toMatchObject({ model: 'fake', user, temperature: 0.5 });
    expect(body.messages).toHaveLength(2);
    expect(body.messages[0].content).toStartWith('Be brief.\n\n<memfuse-context>\n');
    expect(body.messages[0].content).toEndWith('\n</memfuse-context>');
    expect(body.messages[0].content).toContain('My dog is called Rex');
    expect(body.messages[1]).toEqual({ role: 'user', content: 'What is my dog called?' });
  });

  test('has the block as its first message when there are no instructions, and as a part of instructions in parts', async () => {
    const user = newUser();
    await say(user, 'I live in Lisbon.');
    await say(user, 'Where do I live?');
    expect(upstream.last().body.messages.map(({ role }: { role: string }) => role)).toEqual(['system', 'user']);
    await client().chat.completions.create({
      model: 'fake',
      user,
      messages: [
        { role: 'developer', content: [{ type: 'text', text: 'Be brief.' }] },
        { role: 'user', content: 'Where do I live?' },
      ],
    });
    const [first] = upstream.last().body.messages;
    expect(first.content[0]).toEqual({ type: 'text', text: 'Be brief.' });
    expect(first.content[1].text).toContain('I live in Lisbon.');
  });

  test('of somebody of whom nothing is known goes to the endpoint as it came, digit by digit', async () => {
    const user = newUser();
    const text = `{"model":"fake","user":"${user}","seed":12345678901234567890,"messages":[{"role":"user","content":"Hello"}]}`;
    const answer = await fetch(`${server.origin}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: text,
    });
    expect(answer.status).toBe(200);
    expect(upstream.last().text).toBe(text);
    expect(answer.headers.get('X-Memfuse-Context-Tokens')).toBe('0');
  });

  test('is not given again what its own messages say already', async () => {
    const user = newUser();
    await say(user, 'My cat is called Tom.', { 'X-Memfuse-Session': 'cats' });
    await client({ 'X-Memfuse-Session': 'cats' }).chat.completions.create({
      model: 'fake',
      user,
      messages: [
        { role: 'user', content: 'My cat is called Tom.' },
        { role: 'assistant', content: 'Yes.' },
        { role: 'user', content: 'What is my cat called?' },
      ],
    });
    expect(JSON.stringify(upstream.last().body.messages).split('My cat is called Tom.')).toHaveLength(2);
  });

  test('remembers of each request what is new alone, in one session when none is named', async () => {
    const user = newUser();
    const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'system', content: 'Be brief.' }];
    for (const [said, reply] of [
      ['I plant tomatoes.', 'How many?'],
      ['Twelve.', 'Water them well.'],
      ['I do.', 'Good.'],
    ] as const) {
      messages.push({ role: 'user', content: said });
      upstream.behave(BEHAVIOURS.says(reply));
      const { choices } = await client().chat.completions.create({ model: 'fake', user, messages });
      messages.push({ role: 'assistant', content: choices[0]?.message.content ?? '' });
    }
    const sessions = await rememberedOf(server, user);
    expect(Object.keys(sessions)).toEqual([expect.stringMatching(/^chat [0-9a-f]{16}$/)]);
    expect(await linesOf(server, user)).toEqual([
      'user: I plant tomatoes.',
      'assistant: How many?',
      'user: Twelve.',
      'assistant: Water them well.',
      'user: I do.',
      'assistant: Good.',
    ]);
  });

  test('that calls a tool is remembered with the call, and then with the result', async () => {
    const user = newUser();
    const call = {
      id: 'call_1',
      type: 'function' as const,
      function: { name: 'tides', arguments: '{"port":"Brest"}' },
    };
    upstream.behave(BEHAVIOURS.answers(completion({ tool_calls: [call] }, 'tool_calls')), BEHAVIOURS.says('At noon.'));
    const tools = [{ type: 'function' as const, function: { name: 'tides' } }];
    const asked = { role: 'user' as const, content: 'When is high water in Brest?' };
    const first = await client().chat.completions.create({ model: 'fake', user, tools, messages: [asked] });
    const message = first.choices[0]?.message as OpenAI.ChatCompletionMessage;
    expect(upstream.last().body.tools).toEqual(tools);
    await client().chat.completions.create({
      model: 'fake',
      user,
      tools,
      messages: [asked, message, { role: 'tool', tool_call_id: 'call_1', content: '12:04' }],
    });
    expect(upstream.last().body.messages.at(-1)).toEqual({ role: 'tool', tool_call_id: 'call_1', content: '12:04' });
    const [rows = []] = Object.values(await rememberedOf(server, user));
    expect(rows.map(({ role, content }) => [role, content])).toEqual([
      ['user', 'When is high water in Brest?'],
      ['assistant', 'tides({"port":"Brest"})'],
      ['tool', '12:04'],
      ['assistant', 'At noon.'],
    ]);
    expect(rows[1]?.metadata.source.tool_calls).toEqual([call]);
  });

  test('hands on images whole, and remembers that they were there', async () => {
    const user = newUser();
    const url = `data:image/png;base64,${'A'.repeat(2_000_000)}`;
    const content = [
      { type: 'text' as const, text: 'What do you see?' },
      { type: 'image_url' as const, image_url: { url } },
    ];
    await client().chat.completions.create({ model: 'fake', user, messages: [{ role: 'user', content }] });
    expect(upstream.last().body.messages[0].content).toEqual(content);
    const [rows = []] = Object.values(await rememberedOf(server, user));
    expect(rows.map(({ content: text }) => text)).toEqual(['What do you see?', 'Yes.']);
    expect(rows[0]?.metadata.source.parts[0].image_url.url).toEndWith('more characters are not kept]');
  });

  test('of an image without words is asked without memory, and remembered', async () => {
    const user = newUser();
    await say(user, 'I collect stamps.');
    const content = [{ type: 'image_url' as const, image_url: { url: 'https://images.example/stamp.png' } }];
    await client().chat.completions.create({ model: 'fake', user, messages: [{ role: 'user', content }] });
    expect(upstream.last().body.messages).toEqual([{ role: 'user', content }]);
    expect((await linesOf(server, user)).slice(2)).toEqual(['user: [image_url]', 'assistant: Yes.']);
  });

  test('that repeats what was recalled does not make it remembered again', async () => {
    const user = newUser();
    const block = asRecalled('[1] user: I own a boat.');
    upstream.behave(BEHAVIOURS.says(`${block}\nYou own a boat, I hear.`));
    await say(user, `${block}\n\nWhat do I own?`);
    expect(await linesOf(server, user)).toEqual(['user: What do I own?', 'assistant: You own a boat, I hear.']);
  });

  test('of several choices remembers the first', async () => {
    const user = newUser();
    const [one, two] = [{ content: 'One.' }, { content: 'Two.' }].map((message, index) => ({
      index,
      message: { role: 'assistant', ...message },
      finish_reason: 'stop',
    }));
    upstream.behave(BEHAVIOURS.answers({ ...completion({}), choices: [two, one] }));
    await say(user, 'Count.');
    expect(await linesOf(server, user)).toEqual(['user: Count.', 'assistant: One.']);
  });

  test('that a filter has withdrawn is not remembered', async () => {
    const user = newUser();
    upstream.behave(BEHAVIOURS.answers(completion({ content: 'I beg' }, 'content_filter')));
    await say(user, 'Say something bad.');
    expect(await linesOf(server, user)).toEqual([]);
  });

  test('is remembered once when it is sent twice with one Idempotency-Key, whatever the second reply', async () => {
    const user = newUser();
    const headers = { 'Idempotency-Key': 'once', 'X-Memfuse-Session': 'talk' };
    upstream.behave(BEHAVIOURS.says('First.'), BEHAVIOURS.says('Second.'));
    await say(user, 'Hello.', headers);
    expect((await say(user, 'Hello.', headers)).choices[0]?.message.content).toBe('Second.');
    expect(await linesOf(server, user)).toEqual(['user: Hello.', 'assistant: First.']);
  });

  test('names its user, agent and session in headers, in any script', async () => {
    const headers = {
      'X-Memfuse-User': encodeURIComponent('Jürgen 東京'),
      'X-Memfuse-Agent': 'helper',
      'X-Memfuse-Session': encodeURIComponent('ein Gespräch'),
    };
    await client(headers).chat.completions.create({ model: 'fake', messages: [{ role: 'user', content: 'Hallo.' }] });
    expect(await rememberedOf(server, 'Jürgen 東京')).toMatchObject({
      'ein Gespräch': [{ content: 'Hallo.' }, { content: 'Yes.' }],
    });
    const { agents } = (await server.call('GET', '/agents?name=helper')).body.data;
    expect(agents).toHaveLength(1);
    expect([...upstream.last().headers.keys()].filter((name) => name.startsWith('x-memfuse'))).toEqual([]);
  });
});

describe('a streamed chat completion', () => {
  const stream = (user: string, content: string) =>
    client().chat.completions.create({ model: 'fake', user, stream: true, messages: [{ role: 'user', content }] });

  test('is handed on byte by byte, and remembered whole before it ends', async () => {
    const user = newUser();
    const events = chatEvents('A dark and quiet corner helps.');
    upstream.behave(BEHAVIOURS.streams(events));
    const answer = await fetch(`${server.origin}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Memfuse-User': user },
      body: JSON.stringify({
        model: 'fake',
        stream: true,
        messages: [{ role: 'user', content: 'How do I calm Rex?' }],
      }),
    });
    expect(answer.headers.get('Content-Type')).toBe('text/event-stream');
    expect(answer.headers.get('X-Upstream-Request-Id')).toBe('req_upstream');
    const decoder = new TextDecoder();
    let text = '';
    let atTheEnd: string[] | null = null;
    for await (const bytes of answer.body ?? []) {
      text += decoder.decode(bytes, { stream: true });
      if (atTheEnd === null && text.includes('[DONE]')) atTheEnd = await linesOf(server, user);
    }
    expect(text).toBe(events.join(''));
    expect(atTheEnd).toEqual(['user: How do I calm Rex?', 'assistant: A dark and quiet corner helps.']);
  });

  test('is read by the client as it is without the proxy', async () => {
    const user = newUser();
    upstream.behave(BEHAVIOURS.streams(chatEvents('One two three.')));
    let text = '';
    for await (const { choices } of await stream(user, 'Count.')) text += choices[0]?.delta.content ?? '';
    expect(text).toBe('One two three.');
    expect(await linesOf(server, user)).toEqual(['user: Count.', 'assistant: One two three.']);
  });

  test('puts the pieces of calls together, several at once, and takes no thoughts for words', async () => {
    const user = newUser();
    const call = (index: number, fields: object) => ({ tool_calls: [{ index, ...fields }] });
    upstream.behave(
      BEHAVIOURS.streams([
        event(chunk({ role: 'assistant', content: null, reasoning_content: 'Let me think.' })),
        event(chunk(call(0, { id: 'call_1', type: 'function', function: { name: 'tides', arguments: '' } }))),
        event(chunk(call(1, { id: 'call_2', type: 'function', function: { name: 'wind', arguments: '{"a":' } }))),
        event(chunk(call(0, { function: { arguments: '{"port":' } }))),
        event(chunk(call(1, { function: { arguments: '1}' } }))),
        event(chunk(call(0, { function: { arguments: '"Brest"}' } }))),
        event(chunk({}, 'tool_calls')),
        event({ id: 'chatcmpl-1', choices: [], usage: { total_tokens: 2 } }),
        event('[DONE]'),
      ]),
    );
    for await (const _ of await stream(user, 'Can I sail?'));
    const [rows = []] = Object.values(await rememberedOf(server, user));
    expect(rows[1]?.content).toBe('tides({"port":"Brest"})\nwind({"a":1})');
    expect(rows[1]?.metadata.source.tool_calls[0].function).toEqual({ name: 'tides', arguments: '{"port":"Brest"}' });
  });

  test('of an endpoint that ends without a mark is remembered when the reply had come to its end', async () => {
    const user = newUser();
    upstream.behave(BEHAVIOURS.streams(chatEvents('All of it.').slice(0, -1)));
    for await (const _ of await stream(user, 'Tell me.'));
    expect(await linesOf(server, user)).toEqual(['user: Tell me.', 'assistant: All of it.']);
  });
});

test('the models of the endpoint are listed and described', async () => {
  const models = { object: 'list', data: [{ id: 'org/model:1', object: 'model', created: 1, owned_by: 'us' }] };
  upstream.behave(BEHAVIOURS.answers(models), BEHAVIOURS.answers(models.data[0] as object));
  expect((await client().models.list()).data).toEqual(models.data as OpenAI.Model[]);
  expect(await client().models.retrieve('org/model:1')).toMatchObject({ id: 'org/model:1' });
  expect(decodeURIComponent(upstream.last().path)).toBe('/v1/models/org/model:1');
});
