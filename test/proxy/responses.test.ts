import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import OpenAI from 'openai';
import { startServer, type TestServer } from '../support/server.ts';
import {
  BEHAVIOURS,
  event,
  type FakeUpstream,
  responseEvents,
  responseOf,
  startFakeUpstream,
} from './fake-upstream.ts';
import { linesOf, rememberedOf } from './remembered.ts';

let server: TestServer;
let upstream: FakeUpstream;
let client: OpenAI;
beforeAll(async () => {
  upstream = startFakeUpstream();
  server = await startServer({ settings: { 'proxy.base_url': upstream.baseUrl, 'proxy.recall_timeout_ms': 60_000 } });
  client = new OpenAI({ baseURL: `${server.origin}/v1`, apiKey: 'sk-of-the-client', maxRetries: 0 });
});
afterAll(async () => {
  await server.stop();
  upstream.stop();
});

let users = 0;
/** Somebody whom no other test knows. */
const newUser = (): string => {
  users += 1;
  return `user ${users}`;
};

const ask = (user: string, input: OpenAI.Responses.ResponseInput | string, more: object = {}) =>
  client.responses.create({ model: 'fake', user, input, ...more });

describe('a response', () => {
  test('is the answer of the endpoint, and the message and the reply are remembered', async () => {
    const user = newUser();
    upstream.behave(BEHAVIOURS.answers(responseOf('A fine name.')));
    const answer = await ask(user, 'My dog is called Rex.');
    expect(answer.output_text).toBe('A fine name.');
    expect(upstream.last().path).toBe('/v1/responses');
    expect(await linesOf(server, user)).toEqual(['user: My dog is called Rex.', 'assistant: A fine name.']);
  });

  test('is given what is remembered behind its instructions', async () => {
    const user = newUser();
    upstream.behave(BEHAVIOURS.answers(responseOf('Noted.')), BEHAVIOURS.answers(responseOf('Rex.')));
    await ask(user, 'My dog is called Rex.');
    await ask(user, 'What is my dog called?', { instructions: 'Be brief.' });
    const { instructions, input } = upstream.last().body;
    expect(instructions).toStartWith('Be brief.\n\n<memfuse-context>\n');
    expect(instructions).toContain('My dog is called Rex.');
    expect(input).toBe('What is my dog called?');
  });

  test('to items remembers those that are new, with calls, results and images, in one session', async () => {
    const user = newUser();
    const call = { type: 'function_call' as const, call_id: 'call_1', name: 'tides', arguments: '{"port":"Brest"}' };
    const asked = {
      role: 'user' as const,
      content: [
        { type: 'input_text' as const, text: 'When is high water here?' },
        {
          type: 'input_image' as const,
          image_url: `data:image/png;base64,${'A'.repeat(300_000)}`,
          detail: 'auto' as const,
        },
      ],
    };
    const thought = { type: 'reasoning' as const, id: 'rs_1', summary: [] };
    upstream.behave(
      BEHAVIOURS.answers(responseOf('', { output: [thought, call] })),
      BEHAVIOURS.answers(responseOf('At noon.', { id: 'resp_2' })),
    );
    await ask(user, [asked]);
    expect(upstream.last().body.input).toEqual([asked]);
    await ask(user, [asked, thought, call, { type: 'function_call_output', call_id: 'call_1', output: '12:04' }]);
    const sessions = Object.values(await rememberedOf(server, user));
    expect(sessions.map((rows) => rows.map(({ role, content }) => [role, content]))).toEqual([
      [
        ['user', 'When is high water here?'],
        ['assistant', 'tides({"port":"Brest"})'],
        ['tool', '12:04'],
        ['assistant', 'At noon.'],
      ],
    ]);
  });

  test('that goes on from another is remembered in its session', async () => {
    const user = newUser();
    upstream.behave(
      BEHAVIOURS.answers(responseOf('How many?', { id: 'resp_a' })),
      BEHAVIOURS.answers(responseOf('Water them.', { id: 'resp_b' })),
      BEHAVIOURS.answers(responseOf('Good.', { id: 'resp_c' })),
    );
    await ask(user, 'I plant tomatoes.');
    await ask(user, 'Twelve.', { previous_response_id: 'resp_a' });
    await ask(user, 'I do.', { previous_response_id: 'resp_b' });
    expect(upstream.last().body.previous_response_id).toBe('resp_b');
    expect(Object.values(await rememberedOf(server, user)).map((rows) => rows.length)).toEqual([6]);
  });

  test('in a conversation of the endpoint has a session of its own for that', async () => {
    const user = newUser();
    for (const id of ['conv_1', 'conv_2', 'conv_1']) {
      upstream.behave(BEHAVIOURS.answers(responseOf('Yes.')));
      await ask(user, 'Hello.', { conversation: id === 'conv_2' ? { id } : id });
    }
    const lengths = Object.values(await rememberedOf(server, user)).map((rows) => rows.length);
    expect(lengths.toSorted()).toEqual([2, 4]);
  });

  test.each([
    ['failed', { status: 'failed', output: [] }, 0],
    ['is in the queue', { status: 'queued', output: [] }, 0],
    ['was filtered', { status: 'incomplete', incomplete_details: { reason: 'content_filter' } }, 0],
    [
      'ran into the limit of its length',
      { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } },
      2,
    ],
  ])('that %s is remembered when the client has all that there is', async (_, fields, messages) => {
    const user = newUser();
    upstream.behave(BEHAVIOURS.answers(responseOf('Once upon a time', fields)));
    await ask(user, 'Tell me a story.');
    expect(await linesOf(server, user)).toHaveLength(messages);
  });
});

describe('a streamed response', () => {
  const stream = async (user: string, content: string): Promise<string> => {
    let text = '';
    for await (const part of await client.responses.create({ model: 'fake', user, input: content, stream: true })) {
      if (part.type === 'response.output_text.delta') text += part.delta;
    }
    return text;
  };

  test('is read by the client as it is without the proxy, and remembered whole', async () => {
    const user = newUser();
    upstream.behave(BEHAVIOURS.streams(responseEvents('One two three.')));
    expect(await stream(user, 'Count.')).toBe('One two three.');
    expect(await linesOf(server, user)).toEqual(['user: Count.', 'assistant: One two three.']);
  });

  test.each([
    ['ends without its last event', responseEvents('Half of').slice(0, -1)],
    ['fails', responseEvents('Half of', responseOf('', { status: 'failed' }), 'response.failed')],
    ['ends with what is no JSON', [...responseEvents('Half of').slice(0, -1), event('{"type":"response.completed"')]],
  ])('that %s leaves nothing remembered', async (_, events) => {
    const user = newUser();
    upstream.behave(BEHAVIOURS.streams(events));
    await stream(user, 'Tell me a story.').catch((error) => error);
    expect(await linesOf(server, user)).toEqual([]);
  });
});
