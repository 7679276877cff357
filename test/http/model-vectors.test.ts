import { afterEach, describe, expect, test } from 'bun:test';
import { backgroundCalls } from '../support/background/calls.ts';
import { type EmbeddingEndpoint, startEmbeddingEndpoint } from '../support/background/endpoint.ts';
import { PROMPT } from '../support/background/settings.ts';
import { eventually } from '../support/eventually.ts';
import { startConversation, startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let endpoint: EmbeddingEndpoint;
const opened: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.stop();
});

const { post, indexed, statuses } = backgroundCalls(() => server);

/** What the endpoint understands: pets, whatever they are called, and everything else, which differs a little. */
const understand = (text: string): number[] => {
  const isPet = /dachshund|pet/i.test(text);
  const odd = [...text].reduce((sum, character) => sum + (character.codePointAt(0) ?? 0), 0) % 17;
  return isPet ? [1, 0.1, 0, odd / 170] : [0.1, 1, odd / 17, 0];
};

const start = async (settings: Record<string, unknown> = {}) => {
  endpoint = startEmbeddingEndpoint('mended', understand);
  opened.push(endpoint);
  server = await startServer({ settings: { ...endpoint.settings, ...PROMPT, ...settings } });
  opened.push(server);
  return startConversation(server);
};

/** Between two tries of the background, in seconds. */
const PATIENT = { 'memory.background.retry_delay': 1, 'memory.background.max_retry_delay': 1 };

const ask = async (userId: string, query: string, more: object = {}) =>
  (await server.call('POST', `/users/${userId}/query`, { query, top_k: 30, explain: true, ...more })).body.data;

const TEXTS = [
  'Fritz is my dachshund, he is four.',
  ...Array.from({ length: 24 }, (_, i) => `The report number ${i} is due on Friday.`),
];

/** How many vectors are stored. */
const storedVectors = async (): Promise<number> => (await server.stored.rows('message_vectors')).length;

describe('with a model behind an endpoint', () => {
  for (const enabled of [true, false]) {
    test(`each message gets its vector, and is found by it, buffers ${enabled ? 'on' : 'off'}`, async () => {
      const { userId, sessionId } = await start({ 'buffer.enabled': enabled });
      await post(sessionId, TEXTS, '?wait_for=indexed');
      await indexed(sessionId);
      expect(await storedVectors()).toBe(TEXTS.length);
      expect(endpoint.calls.flat()).toContain('Fritz is my dachshund, he is four.');
      const { results, degraded } = await ask(userId, 'Do I keep a pet?');
      expect(degraded).toEqual([]);
      expect(results[0].content).toBe(TEXTS[0]);
      expect(results[0].explain.map(({ step }: { step: string }) => step)).toContain('model');
    });
  }

  test('a message is found by words at once, and by its vector as soon as that is filed', async () => {
    const { userId, sessionId } = await start();
    endpoint.become('silent');
    await post(sessionId, TEXTS);
    expect((await ask(userId, 'dachshund')).results[0].content).toBe(TEXTS[0]);
    endpoint.become('mended');
    await post(sessionId, ['One more.'], '?wait_for=indexed');
    await indexed(sessionId);
    const { results } = await ask(userId, 'Do I keep a pet?');
    expect(results[0].explain.map(({ step }: { step: string }) => step)).toContain('model');
  });

  test('a changed message is found by what it says now', async () => {
    const { userId, sessionId } = await start();
    const { body } = await post(sessionId, TEXTS, '?wait_for=indexed');
    await indexed(sessionId);
    const [first, second] = body.data.message_ids;
    await server.call('PUT', `/sessions/${sessionId}/messages`, {
      message_ids: [first, second],
      new_messages: [
        { role: 'user', content: 'The office is closed.' },
        { role: 'user', content: 'A dachshund guards the office.' },
      ],
    });
    await eventually('the new vectors are filed', async () => (await storedVectors()) === TEXTS.length);
    const { results } = await ask(userId, 'Do I keep a pet?');
    expect(results[0].content).toBe('A dachshund guards the office.');
  });

  for (const [mood, what] of [
    ['down', 'answers 503'],
    ['busy', 'answers 429'],
    ['rubbish', 'answers rubbish'],
    ['otherSize', 'answers vectors of another size'],
    ['silent', 'hangs'],
  ] as const) {
    test(`an endpoint that ${what} costs a question at most a second and a word, and messages wait`, async () => {
      // Fewer failures in a row than open a circuit, which would rest for ten seconds.
      const { userId, sessionId } = await start(PATIENT);
      endpoint.become(mood);
      await post(sessionId, TEXTS);
      const { results, degraded } = await ask(userId, 'When is the report due?');
      expect(results.length).toBeGreaterThan(0);
      expect(degraded).toHaveLength(1);
      expect(degraded[0]).toStartWith('model: the embedding model ');
      expect((await statuses(sessionId)).every(({ stage }) => stage === 'stored')).toBe(true);
      endpoint.become('mended');
      await indexed(sessionId);
      expect(await storedVectors()).toBe(TEXTS.length);
      expect((await ask(userId, 'When is the report due?')).degraded).toEqual([]);
    });
  }

  test('a deadline leaves the search its half', async () => {
    const { userId, sessionId } = await start();
    await post(sessionId, TEXTS, '?wait_for=indexed');
    await indexed(sessionId);
    await ask(userId, 'report');
    endpoint.become('silent');
    const { results, degraded } = await ask(userId, 'When is it due?', { deadline_ms: 400 });
    expect(results.length).toBeGreaterThan(0);
    expect(degraded).toEqual(['model: the embedding model took longer than 200 ms, searched without it']);
    endpoint.become('mended');
  });
});
