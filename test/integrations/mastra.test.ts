import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { inspect } from 'node:util';
import { Mastra } from '@mastra/core';
import { Agent } from '@mastra/core/agent';
import { RequestContext } from '@mastra/core/request-context';
import { createTool } from '@mastra/core/tools';
import { z } from 'zod';
import { MemFuse } from '../../src/client/index.ts';
import { type MastraOptions, memory } from '../../src/integrations/mastra.ts';
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

const timetableInputs: unknown[] = [];
const timetable = createTool({
  id: 'timetable',
  description: 'When a tram leaves',
  inputSchema: z.object({ tram: z.number() }),
  execute: async (input) => {
    timetableInputs.push(input);
    return { leaves: 'nine' };
  },
});

const agentOf = (options: MastraOptions = {}) => {
  const remembering = memory(options.baseUrl ? options : { client, ...PATIENT, ...options });
  const bot = new Agent({
    ...{ id: 'bot', name: 'bot', instructions: 'Be brief.', maxRetries: 0 },
    model: { id: 'fake/fake', url: endpoint.baseURL, apiKey: 'none' },
    tools: { timetable },
    inputProcessors: [remembering],
    outputProcessors: [remembering],
  });
  return new Mastra({ agents: { bot }, logger: false }).getAgent('bot');
};
type Bot = ReturnType<typeof agentOf>;
const instructions = (): string => endpoint.requests.at(-1).messages[0].content;
const MOVED = 'I moved to Lisbon in May and take tram 28 to work.';
const WHICH = 'Which tram do I take?';

const generated = async (agent: Bot, content: string) => (await agent.generate(content)).text;
const streamed = async (agent: Bot, content: string) => (await agent.stream(content)).text;

describe.each([
  ['generate', generated],
  ['stream', streamed],
] as const)('%s of an agent of Mastra with memory', (way, ask) => {
  test('knows what was said before, beside its instructions, and is remembered', async () => {
    const user = `of ${way}`;
    endpoint.next({ text: 'Lovely.' }, { text: 'Tram 28 takes you there.' });
    expect(await ask(agentOf({ user }), MOVED)).toBe('Lovely.');
    expect(instructions()).toBe('Be brief.');
    expect(await ask(agentOf({ user }), WHICH)).toBe('Tram 28 takes you there.');
    expect(instructions()).toStartWith('Be brief.\n\n<memfuse-context>');
    expect(instructions()).toContain(MOVED);
    expect(await saidBy(client, user)).toEqual([
      [
        ['user', MOVED],
        ['assistant', 'Lovely.'],
      ],
      [
        ['user', WHICH],
        ['assistant', 'Tram 28 takes you there.'],
      ],
    ]);
  });

  test('has its memory in each step of a call of a tool, and remembers what was said', async () => {
    const user = `of ${way} with a tool`;
    await client.for({ user, session: 'old' }).add(MOVED);
    endpoint.requests.length = 0;
    timetableInputs.length = 0;
    endpoint.next({ call: { name: 'timetable', input: { tram: 28 } } }, { text: 'Tram 28 leaves at nine.' });
    expect(await ask(agentOf({ user, session: 'new' }), 'When does my tram leave?')).toBe('Tram 28 leaves at nine.');
    expect(timetableInputs).toEqual([{ tram: 28 }]);
    expect(endpoint.requests.map(({ messages }) => messages[0].content.includes(MOVED))).toEqual([true, true]);
    expect((await saidBy(client, user)).at(-1)).toEqual([
      ['user', 'When does my tram leave?'],
      ['assistant', 'Tram 28 leaves at nine.'],
    ]);
  });

  test.each([
    ['is refused', { status: 400 }],
    ['is filtered', { text: 'Tram', finish: 'content_filter' }],
    ['ends without saying so', { text: 'Tram 28 takes you there.', cut: 'silently' }],
    ['loses its connection', { text: 'Tram 28 takes you there.', cut: 'by error' }],
  ] as const)('leaves nothing when the model %s', async (what, reply) => {
    const { heard, onError } = listening();
    const user = `of ${way} that ${what}`;
    endpoint.next(reply);
    await ask(agentOf({ user, onError }), WHICH).catch(() => {});
    const isBroken = endpoint.requests.at(-1).stream === true || !('cut' in reply);
    expect([(await saidBy(client, user)).length, heard]).toEqual([isBroken ? 0 : 1, []]);
  });

  test('goes on without a memory that is down or silent', async () => {
    endpoint.next({ text: 'Hello.' });
    const silence = startSilence();
    const ways = [
      ['unreachable', { baseUrl: await deadAddress() }],
      ['timeout', { baseUrl: silence.baseUrl, recallTimeoutMs: 20, rememberTimeoutMs: 20 }],
    ] as const;
    for (const [reason, where] of ways) {
      const { heard, onError } = listening();
      expect(await ask(agentOf({ user: 'jo', onError, ...where }), 'Hi.')).toBe('Hello.');
      expect(heard.map((error) => [error.during, error.reason])).toEqual([
        ['recall', reason],
        ['remember', reason],
      ]);
    }
    await silence.stop();
  });
});

describe('an agent of Mastra that serves many', () => {
  /** The ways to say whose memory a call is about. */
  const ways: readonly (readonly [string, (resource: string, thread: string) => object])[] = [
    ['the memory of the call', (resource, thread) => ({ memory: { resource, thread } })],
    [
      'the context of the request',
      (resource, thread) => ({
        requestContext: new RequestContext([
          ['mastra__resourceId', resource],
          ['mastra__threadId', thread],
        ]),
      }),
    ],
  ];

  test.each(ways)('takes user and conversation from %s', async (way, options) => {
    endpoint.next({ text: 'ok' });
    const agent = agentOf();
    const names = ['ann', 'bob'].map((name) => `${name} of ${way}`);
    for (const name of names) {
      await agent.generate(`I am ${name}.`, options(name, `talk of ${name}`));
      await agent.generate('Who am I?', options(name, `talk of ${name}`));
    }
    for (const name of names) {
      const { id } = await client.users.getByName(name);
      const sessions = await Array.fromAsync(client.sessions.list({ user_id: id }));
      expect(sessions.map((session) => session.name)).toEqual([`talk of ${name}`]);
      const said = (await saidBy(client, name))[0]?.map(([, content]) => content);
      expect(said).toEqual([`I am ${name}.`, 'ok', 'Who am I?', 'ok']);
    }
  });

  test('says what is missing when nobody names the user', async () => {
    const error = await agentOf()
      .generate('Hi.')
      .catch((thrown: Error) => thrown);
    expect(inspect(error)).toContain('Whose memory is it?');
  });
});
