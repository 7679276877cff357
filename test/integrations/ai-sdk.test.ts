import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, isStepCount, streamText, tool, wrapLanguageModel } from 'ai';
import { z } from 'zod';
import { MemFuse } from '../../src/client/index.ts';
import { memory, type RememberingOptions } from '../../src/integrations/ai-sdk.ts';
import { makeKey } from '../support/api-key.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { type ModelEndpoint, startModel } from './model-endpoint.ts';
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

const bare = () => createOpenAICompatible({ name: 'fake', baseURL: endpoint.baseURL })('fake');
const modelOf = (options: RememberingOptions) =>
  wrapLanguageModel({ model: bare(), middleware: memory({ client, ...PATIENT, ...options }) });
/** The instructions that the endpoint was last asked with. */
const instructions = (): string => {
  const { messages } = endpoint.requests.at(-1);
  return messages[0].role === 'system' ? messages[0].content : '';
};
const MOVED = 'I moved to Lisbon in May and take tram 28 to work.';

describe('a model of the AI SDK with memory', () => {
  test('knows in one conversation what was said in another', async () => {
    endpoint.next({ text: 'Lovely.' }, { text: 'Tram 28.' });
    await generateText({ model: modelOf({ user: 'alice' }), prompt: MOVED });
    expect(instructions()).toBe('');
    const { text } = await generateText({ model: modelOf({ user: 'alice' }), prompt: 'Which tram do I take?' });
    expect(text).toBe('Tram 28.');
    expect(instructions()).toContain(MOVED);
    expect(await saidBy(client, 'alice')).toEqual([
      [
        ['user', MOVED],
        ['assistant', 'Lovely.'],
      ],
      [
        ['user', 'Which tram do I take?'],
        ['assistant', 'Tram 28.'],
      ],
    ]);
  });

  test('keeps its own instructions, in front, and is not told again what it reads anyway', async () => {
    await client.for({ user: 'bea', session: 'old' }).add(MOVED);
    endpoint.next({ text: 'Tram 28.' });
    const model = modelOf({ user: 'bea' });
    const asked = { role: 'user' as const, content: 'Which tram do I take?' };
    await generateText({ model, instructions: 'Be brief.', messages: [asked] });
    expect(instructions()).toStartWith('Be brief.\n\n<memfuse-context>\n');
    expect(instructions()).toEndWith('\n</memfuse-context>');
    const history = [
      { role: 'user' as const, content: MOVED },
      { role: 'assistant' as const, content: 'Nice.' },
    ];
    await generateText({ model, instructions: 'Be brief.', messages: [...history, asked] });
    expect(instructions()).not.toContain(MOVED);
  });

  test('remembers of a growing conversation what is new, in one session', async () => {
    const model = modelOf({ user: 'carl' });
    endpoint.next({ text: 'Hello Carl.' }, { text: 'You are Carl.' });
    const first = { role: 'user' as const, content: 'I am Carl.' };
    const { responseMessages } = await generateText({ model, messages: [first] });
    const second = { role: 'user' as const, content: 'Who am I?' };
    await generateText({ model, messages: [first, ...responseMessages, second] });
    expect(await saidBy(client, 'carl')).toEqual([
      [
        ['user', 'I am Carl.'],
        ['assistant', 'Hello Carl.'],
        ['user', 'Who am I?'],
        ['assistant', 'You are Carl.'],
      ],
    ]);
  });

  test('never learns what was recalled, though the model repeats it or the user pastes it', async () => {
    await client.for({ user: 'dan', session: 'old' }).add(MOVED);
    endpoint.next({ text: 'ok' });
    await generateText({ model: modelOf({ user: 'dan' }), prompt: 'Which tram do I take?' });
    const block = instructions();
    endpoint.next({ text: `You told me:\n${block}\nSo it is tram 28.` });
    await generateText({ model: modelOf({ user: 'dan', session: 'new' }), prompt: `${block}\nIs that right?` });
    expect((await saidBy(client, 'dan')).at(-1)).toEqual([
      ['user', 'Is that right?'],
      ['assistant', 'You told me:\n\nSo it is tram 28.'],
    ]);
  });

  test('gives a prompt no more than it may', async () => {
    const old = client.for({ user: 'eve', session: 'old' });
    await old.add(
      Array.from({ length: 20 }, (_, i) => ({
        role: 'user' as const,
        content: `Tram ${i} is one that I take on day ${i}.`,
      })),
    );
    endpoint.next({ text: 'ok' });
    const blockOf = async (maxTokens: number): Promise<string> => {
      await generateText({
        model: modelOf({ user: 'eve', session: `${maxTokens}`, maxTokens }),
        prompt: 'Which tram do I take?',
      });
      return instructions();
    };
    const [short, long] = [await blockOf(60), await blockOf(600)];
    expect(short).toContain('Tram');
    expect(short.length).toBeLessThan(long.length / 2);
  });

  test('is another user for one call that says so', async () => {
    await client.for({ user: 'finn', session: 'old' }).add(MOVED);
    endpoint.next({ text: 'Tram 28.' });
    const providerOptions = { memfuse: { user: 'finn', session: 'today' } };
    await generateText({ model: modelOf({ user: 'nobody' }), prompt: 'Which tram do I take?', providerOptions });
    expect(instructions()).toContain(MOVED);
    expect((await saidBy(client, 'finn')).at(-1)).toHaveLength(2);
    expect(await saidBy(client, 'nobody')).toEqual([]);
  });

  test('has its memory in each step of a call of a tool, which passes as it is', async () => {
    await client.for({ user: 'gus', session: 'old' }).add(MOVED);
    endpoint.requests.length = 0;
    endpoint.next({ call: { name: 'timetable', input: { tram: 28 } } }, { text: 'Tram 28 leaves at nine.' });
    const inputs: unknown[] = [];
    const timetable = tool({
      inputSchema: z.object({ tram: z.number() }),
      execute: (input) => {
        inputs.push(input);
        return 'nine';
      },
    });
    const { text } = await generateText({
      model: modelOf({ user: 'gus', session: 'new' }),
      prompt: 'When does my tram leave?',
      tools: { timetable },
      stopWhen: isStepCount(2),
    });
    expect([text, inputs]).toEqual(['Tram 28 leaves at nine.', [{ tram: 28 }]]);
    expect(endpoint.requests.map(({ messages }) => messages[0].content.includes(MOVED))).toEqual([true, true]);
    expect((await saidBy(client, 'gus')).at(-1)).toEqual([
      ['user', 'When does my tram leave?'],
      ['assistant', 'Tram 28 leaves at nine.'],
    ]);
  });

  test.each([
    ['that is filtered', { text: 'Tram', finish: 'content_filter' }],
    ['that is refused', { status: 500 }],
  ] as const)('keeps nothing of a reply %s', async (what, reply) => {
    endpoint.next(reply);
    const user = `of a reply ${what}`;
    await generateText({ model: modelOf({ user }), prompt: 'Which tram?', maxRetries: 0 }).catch(() => {});
    expect(await saidBy(client, user)).toEqual([]);
  });
});

describe('a stream of a model of the AI SDK with memory', () => {
  const partsOf = async (model: ReturnType<typeof bare>, messages: { role: 'user'; content: string }[]) => {
    const parts: object[] = [];
    const { stream } = await model.doStream({
      prompt: messages.map(({ content }) => ({ role: 'user', content: [{ type: 'text', text: content }] })),
    });
    for await (const part of stream) parts.push(part);
    return parts;
  };

  test('has the parts that it has without, and is remembered at its end', async () => {
    endpoint.next({ text: 'Tram 28 takes you there.' });
    const messages = [{ role: 'user' as const, content: 'Which tram do I take?' }];
    const without = await partsOf(bare(), messages);
    expect(await partsOf(modelOf({ user: 'hal' }) as ReturnType<typeof bare>, messages)).toEqual(without);
    expect(await saidBy(client, 'hal')).toEqual([
      [
        ['user', 'Which tram do I take?'],
        ['assistant', 'Tram 28 takes you there.'],
      ],
    ]);
  });

  test.each([
    ['that ends without saying so', { text: 'Tram 28 takes you there.', cut: 'silently' }],
    ['of which the connection is lost', { text: 'Tram 28 takes you there.', cut: 'by error' }],
    ['that is filtered', { text: 'Tram', finish: 'content_filter' }],
    ['that is refused', { status: 500 }],
  ] as const)('leaves nothing %s', async (what, reply) => {
    const { heard, onError } = listening();
    const user = `of a stream ${what}`;
    endpoint.next(reply);
    const model = modelOf({ user, onError });
    const { fullStream } = streamText({ model, prompt: 'Which tram?', maxRetries: 0, onError: () => {} });
    for await (const _ of fullStream);
    expect([await saidBy(client, user), heard]).toEqual([[], []]);
  });

  test('leaves nothing when its reader leaves', async () => {
    endpoint.next({ text: 'Tram 28 takes you there, and back again in the evening.' });
    const { stream } = await modelOf({ user: 'ida' }).doStream({
      prompt: [{ role: 'user', content: [{ type: 'text', text: 'Which tram?' }] }],
    });
    const reader = stream.getReader();
    await reader.read();
    await reader.cancel();
    expect(await saidBy(client, 'ida')).toEqual([]);
  });
});

describe('a memory that fails', () => {
  test('lets the model answer without it, and is told of', async () => {
    endpoint.next({ text: 'Hello.' });
    const silence = startSilence();
    const ways = [
      ['unreachable', { baseUrl: await deadAddress() }],
      ['timeout', { baseUrl: silence.baseUrl, recallTimeoutMs: 20, rememberTimeoutMs: 20 }],
    ] as const;
    for (const [reason, where] of ways) {
      const { heard, onError } = listening();
      const model = wrapLanguageModel({ model: bare(), middleware: memory({ user: 'jo', onError, ...where }) });
      const { text } = await generateText({ model, prompt: 'Hi.' });
      expect([text, instructions()]).toEqual(['Hello.', '']);
      expect(heard.map((error) => [error.during, error.reason])).toEqual([
        ['recall', reason],
        ['remember', reason],
      ]);
    }
    await silence.stop();
  });

  test('says which time limit may be raised', async () => {
    endpoint.next({ text: 'Hello.' });
    const silence = startSilence();
    const { heard, onError } = listening();
    const options = { baseUrl: silence.baseUrl, user: 'jo', onError, recallTimeoutMs: 20, rememberTimeoutMs: 30 };
    await generateText({ model: wrapLanguageModel({ model: bare(), middleware: memory(options) }), prompt: 'Hi.' });
    expect(heard.map(({ message }) => message)).toEqual([
      'The memory did not answer within 20 ms. Raise recallTimeoutMs, or look whether the server is busy.',
      'The memory did not answer within 30 ms. Raise rememberTimeoutMs, or look whether the server is busy.',
    ]);
    await silence.stop();
  });

  test('stops the call when that is what is wanted', async () => {
    const onError = (error: Error): never => {
      throw error;
    };
    const middleware = memory({ user: 'jo', baseUrl: await deadAddress(), onError });
    const call = generateText({ model: wrapLanguageModel({ model: bare(), middleware }), prompt: 'Hi.' });
    expect(call).rejects.toThrow('Nothing answers at');
  });

  test('is not told of when the caller gives the call up', async () => {
    const silence = startSilence();
    const { heard, onError } = listening();
    const middleware = memory({ user: 'jo', baseUrl: silence.baseUrl, recallTimeoutMs: 60_000, onError });
    const stop = new AbortController();
    const model = wrapLanguageModel({ model: bare(), middleware });
    const call = generateText({ model, prompt: 'Hi.', abortSignal: stop.signal });
    stop.abort();
    expect(call).rejects.toThrow();
    await call.catch(() => {});
    expect(heard).toEqual([]);
    await silence.stop();
  });
});

test('remembering can be handed over, so that the reply does not wait for it', async () => {
  endpoint.next({ text: 'Hello.' });
  const handed: Promise<void>[] = [];
  const model = modelOf({ user: 'kim', waitUntil: (remembering) => handed.push(remembering) });
  await generateText({ model, prompt: 'I am Kim.' });
  await Promise.all(handed);
  expect(handed).toHaveLength(1);
  expect((await saidBy(client, 'kim'))[0]).toHaveLength(2);
});

test('a key of one user remembers and recalls for that user, and is refused for another', async () => {
  const keyed = await startServer({ settings: { 'server.api_key_validation': true } });
  const admin = new MemFuse({ baseUrl: keyed.origin, apiKey: await makeKey(keyed) });
  const { id } = await admin.users.create({ name: 'lea' });
  await admin.agents.getOrCreate('agent_default');
  const { api_key } = await admin.apiKeys.create(id, { name: 'app' });
  endpoint.next({ text: 'ok' });
  const { heard, onError } = listening();
  const options = { baseUrl: keyed.origin, apiKey: api_key.key, onError, ...PATIENT };
  const asked = (user: string, prompt: string) =>
    generateText({ model: wrapLanguageModel({ model: bare(), middleware: memory({ ...options, user }) }), prompt });
  await asked('lea', MOVED);
  await asked('lea', 'Which tram do I take?');
  expect(instructions()).toContain(MOVED);
  expect(heard).toEqual([]);
  await asked('max', 'Which tram do I take?');
  expect(instructions()).toBe('');
  expect(heard.map(({ during, reason }) => [during, reason])).toEqual([
    ['recall', 'refused'],
    ['remember', 'refused'],
  ]);
  await keyed.stop();
});
