import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import OpenAI from 'openai';
import { MemFuse } from '../../src/client/index.ts';
import { type RememberingOptions, withMemory } from '../../src/integrations/openai.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { type ModelEndpoint, type Reply, startModel } from './model-endpoint.ts';
import { deadAddress, listening, PATIENT, saidBy, startSilence } from './remembered.ts';

let server: TestServer;
let endpoint: ModelEndpoint;
let client: MemFuse;
beforeAll(async () => {
  server = await startServer();
  endpoint = startModel();
  client = new MemFuse({ baseUrl: server.origin });
});
afterAll(async () => {
  await endpoint.stop();
  await server.stop();
});

const bare = () => new OpenAI({ baseURL: endpoint.baseURL, apiKey: 'none', maxRetries: 0 });
const openaiOf = (options: RememberingOptions) => withMemory(bare(), { client, ...PATIENT, ...options });
/** What the endpoint was last asked with beside what was said. */
const instructions = (): string => {
  const { messages, instructions: told } = endpoint.requests.at(-1);
  return told ?? (messages?.[0].role === 'system' ? messages[0].content : '');
};

const MOVED = 'I moved to Lisbon in May and take tram 28 to work.';
const WHICH = 'Which tram do I take?';
const TIMETABLE = { name: 'timetable', input: { tram: 28 } };
const parameters = { type: 'object', properties: { tram: { type: 'number' } } };

type Client = ReturnType<typeof bare>;
/** The ways to ask a question, each with what its reader gets of the reply. */
const WAYS: readonly (readonly [string, (openai: Client, content: string) => Promise<unknown>])[] = [
  [
    'a chat completion',
    async (openai, content) =>
      (await openai.chat.completions.create({ model: 'm', messages: [{ role: 'user', content }] })).choices,
  ],
  [
    'a streamed chat completion',
    async (openai, content) =>
      Array.fromAsync(
        await openai.chat.completions.create({ model: 'm', messages: [{ role: 'user', content }], stream: true }),
      ),
  ],
  [
    'the stream helper',
    async (openai, content) =>
      openai.chat.completions.stream({ model: 'm', messages: [{ role: 'user', content }] }).finalContent(),
  ],
  [
    'a response',
    async (openai, content) => (await openai.responses.create({ model: 'm', input: content })).output_text,
  ],
  [
    'a streamed response',
    async (openai, content) =>
      Array.fromAsync(await openai.responses.create({ model: 'm', input: content, stream: true })),
  ],
];

describe.each(WAYS)('%s of the OpenAI client with memory', (way, ask) => {
  const broken: readonly (readonly [string, Reply])[] = [
    ['is refused', { status: 500 }],
    ['is filtered', { text: 'Tram', finish: way.includes('response') ? 'incomplete' : 'content_filter' }],
    ...(way.includes('stream')
      ? ([
          ['ends without saying so', { text: 'Tram 28 takes you there.', cut: 'silently' }],
          ['loses its connection', { text: 'Tram 28 takes you there.', cut: 'by error' }],
        ] as const)
      : []),
  ];

  test('is told what was said before, reads as it does without, and is remembered', async () => {
    const user = `of ${way}`;
    await client.for({ user, session: 'old' }).add(MOVED);
    endpoint.next({ text: 'Tram 28 – früh am Tag.' });
    const without = await ask(bare(), WHICH);
    expect(await ask(openaiOf({ user }), WHICH)).toEqual(without);
    expect(instructions()).toContain(MOVED);
    expect((await saidBy(client, user)).at(-1)).toEqual([
      ['user', WHICH],
      ['assistant', 'Tram 28 – früh am Tag.'],
    ]);
  });

  test.each(broken)('leaves nothing when it %s', async (what, reply) => {
    const { heard, onError } = listening();
    const user = `of ${way} that ${what}`;
    endpoint.next(reply);
    const outcome = (openai: Client) => ask(openai, WHICH).then(JSON.stringify, (error: Error) => error.message);
    const without = await outcome(bare());
    expect(await outcome(openaiOf({ user, onError }))).toBe(without);
    expect([await saidBy(client, user), heard]).toEqual([[], []]);
  });

  test('goes on without a memory that is down or silent', async () => {
    endpoint.next({ text: 'Hello.' });
    const silence = startSilence();
    const ways = [
      ['unreachable', { baseUrl: await deadAddress() }],
      ['timeout', { baseUrl: silence.baseUrl, recallTimeoutMs: 20, rememberTimeoutMs: 20 }],
    ] as const;
    const without = await ask(bare(), 'Hi.');
    for (const [reason, where] of ways) {
      const { heard, onError } = listening();
      expect(await ask(withMemory(bare(), { user: 'jo', onError, ...where }), 'Hi.')).toEqual(without);
      expect(heard.map((error) => [error.during, error.reason])).toEqual([
        ['recall', reason],
        ['remember', reason],
      ]);
    }
    await silence.stop();
  });
});

describe('the OpenAI client with memory', () => {
  test('keeps instructions of its own, as a text, as parts and in a response', async () => {
    await client.for({ user: 'bea', session: 'old' }).add(MOVED);
    endpoint.next({ text: 'Tram 28.' });
    const openai = openaiOf({ user: 'bea', session: 'new' });
    const asked = { role: 'user' as const, content: WHICH };
    await openai.chat.completions.create({ model: 'm', messages: [{ role: 'system', content: 'Be brief.' }, asked] });
    expect(instructions()).toStartWith('Be brief.\n\n<memfuse-context>\n');
    const parts = [{ type: 'text' as const, text: 'Be brief.' }];
    await openai.chat.completions.create({ model: 'm', messages: [{ role: 'developer', content: parts }, asked] });
    const [developer, user] = endpoint.requests.at(-1).messages;
    expect(developer).toMatchObject({ role: 'developer', content: [...parts, { type: 'text' }] });
    expect(developer.content[1].text).toStartWith('<memfuse-context>');
    expect(user).toEqual(asked);
    await openai.responses.create({ model: 'm', instructions: 'Be brief.', input: WHICH });
    expect(instructions()).toStartWith('Be brief.\n\n<memfuse-context>\n');
  });

  test('has its memory in each round of a call of a tool by chat completions', async () => {
    await client.for({ user: 'gus', session: 'old' }).add(MOVED);
    endpoint.requests.length = 0;
    endpoint.next({ call: TIMETABLE }, { text: 'Tram 28 leaves at nine.' });
    const inputs: unknown[] = [];
    const timetable = {
      ...{ name: 'timetable', description: 'When a tram leaves', parameters, parse: JSON.parse },
      function: (input: object) => {
        inputs.push(input);
        return 'nine';
      },
    };
    const messages = [{ role: 'user' as const, content: 'When does my tram leave?' }];
    const tools = [{ type: 'function' as const, function: timetable }];
    const runner = openaiOf({ user: 'gus', session: 'new' }).chat.completions.runTools({ model: 'm', messages, tools });
    expect(await runner.finalContent()).toBe('Tram 28 leaves at nine.');
    expect(inputs).toEqual([TIMETABLE.input]);
    expect(endpoint.requests.map(({ messages: [first] }) => first.content.includes(MOVED))).toEqual([true, true]);
    expect((await saidBy(client, 'gus')).at(-1)).toEqual([
      ['user', 'When does my tram leave?'],
      ['assistant', 'Tram 28 leaves at nine.'],
    ]);
  });

  test('has its memory in each round of a call of a tool by responses, which only refers to what was asked', async () => {
    await client.for({ user: 'hal', session: 'old' }).add(MOVED);
    endpoint.requests.length = 0;
    endpoint.next({ call: TIMETABLE }, { text: 'Tram 28 leaves at nine.' });
    const openai = openaiOf({ user: 'hal', session: 'new' });
    const first = await openai.responses.create({ model: 'm', input: 'When does my tram leave?' });
    expect(first.output).toMatchObject([{ type: 'function_call', arguments: JSON.stringify(TIMETABLE.input) }]);
    const input = [{ type: 'function_call_output' as const, call_id: 'call1', output: 'nine' }];
    await openai.responses.create({ model: 'm', previous_response_id: first.id, input });
    expect(endpoint.requests.map(({ instructions: told }) => told.includes(MOVED))).toEqual([true, true]);
    expect((await saidBy(client, 'hal')).at(-1)).toEqual([
      ['user', 'When does my tram leave?'],
      ['assistant', 'Tram 28 leaves at nine.'],
    ]);
  });

  test('remembers of a growing conversation what is new, and of its parts the texts', async () => {
    endpoint.next({ text: 'Hello Carl.' }, { text: 'You are Carl.' });
    const openai = openaiOf({ user: 'carl' });
    const image = { type: 'image_url' as const, image_url: { url: 'data:image/png;base64,AA==' } };
    const first = { role: 'user' as const, content: [{ type: 'text' as const, text: 'I am Carl.' }, image] };
    const reply = (await openai.chat.completions.create({ model: 'm', messages: [first] })).choices[0]?.message;
    if (!reply) throw new Error('no reply');
    const second = { role: 'user' as const, content: 'Who am I?' };
    await openai.chat.completions.create({ model: 'm', messages: [first, reply, second] });
    expect(endpoint.requests.at(-1).messages).toContainEqual(first);
    expect(await saidBy(client, 'carl')).toEqual([
      [
        ['user', 'I am Carl.'],
        ['assistant', 'Hello Carl.'],
        ['user', 'Who am I?'],
        ['assistant', 'You are Carl.'],
      ],
    ]);
  });

  test('leaves nothing of a stream whose reader leaves', async () => {
    endpoint.next({ text: 'Tram 28 takes you there, and back again in the evening.' });
    const messages = [{ role: 'user' as const, content: WHICH }];
    const stream = await openaiOf({ user: 'ida' }).chat.completions.create({ model: 'm', messages, stream: true });
    for await (const _ of stream) break;
    expect(await saidBy(client, 'ida')).toEqual([]);
  });

  test('leaves other calls, and a fetch of the user, as they are', async () => {
    const addresses: string[] = [];
    const own = new OpenAI({
      ...{ baseURL: endpoint.baseURL, apiKey: 'none', maxRetries: 0 },
      fetch: (input, init) => {
        addresses.push(new URL(`${input}`).pathname);
        return fetch(input, init);
      },
    });
    endpoint.next({ text: 'Hello.' });
    const openai = withMemory(own, { client, user: 'kim', ...PATIENT });
    expect(openai).toBeInstanceOf(OpenAI);
    await openai.chat.completions.create({ model: 'm', messages: [{ role: 'user', content: 'Hi.' }] });
    await openai.embeddings.create({ model: 'e', input: 'Hi.', encoding_format: 'float' });
    expect(addresses).toEqual(['/v1/chat/completions', '/v1/embeddings']);
    expect(endpoint.requests.at(-1)).toEqual({ model: 'e', input: 'Hi.', encoding_format: 'float' });
    expect(await saidBy(client, 'kim')).toHaveLength(1);
  });
});
