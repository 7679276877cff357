import { afterAll, afterEach, beforeAll, describe, expect, spyOn, test } from 'bun:test';
import { Remembering, type RememberingOptions, type Turn } from '../../src/integrations/recall.ts';
import { deadAddress } from './remembered.ts';

interface Call {
  readonly path: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into requests of every shape.
  readonly body: any;
}

/** Takes the calls of a memory, so that it can be seen what is asked and what is sent. */
const calls: Call[] = [];
const ANSWERS: Readonly<Record<string, (body: Call['body']) => object>> = {
  '/api/v1/memories/context': () => ({ context: '[1] user: I take tram 28.', citations: [{ id: 'm1' }], tokens: 9 }),
  '/api/v1/memories': ({ user, session }) => ({ session_name: session ?? `the first of ${user}`, message_ids: [] }),
};
let fake: Bun.Server<undefined>;
beforeAll(() => {
  fake = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: async (request) => {
      const { pathname: path } = new URL(request.url);
      const body = await request.json();
      calls.push({ path, body });
      return Response.json({ status: 'success', data: ANSWERS[path]?.(body), message: '', errors: null });
    },
  });
});
afterEach(() => {
  calls.length = 0;
});
afterAll(() => fake.stop(true));

const rememberingOf = (options: Partial<RememberingOptions> = {}) =>
  new Remembering({ user: 'ann', baseUrl: fake.url.origin, ...options });
const user = (text: string): Turn => ({ role: 'user', text });
const assistant = (text: string): Turn => ({ role: 'assistant', text });
const lastQuery = (): string => calls.at(-1)?.body.query;

describe('what is recalled', () => {
  test('is asked for by the question alone when nothing was said before', async () => {
    await rememberingOf().recall([user('Which tram do I take?')]);
    expect(calls).toMatchObject([
      { path: '/api/v1/memories/context', body: { user: 'ann', query: 'Which tram do I take?', max_tokens: 1000 } },
    ]);
  });

  test('is asked for with the turns before the question, and not with those behind it', async () => {
    const turns = [user('Hello.'), assistant('Hi!'), assistant(''), user('Which tram?'), assistant('Let me see.')];
    await rememberingOf().recall(turns);
    expect(lastQuery()).toBe('user: Hello.\nassistant: Hi!\nuser: Which tram?');
  });

  test('is asked for with a bounded question, however much was said', async () => {
    const long = `${'x'.repeat(262_144)}🚋 Which tram?`;
    await rememberingOf().recall([user(long)]);
    expect(lastQuery()).toEndWith('🚋 Which tram?');
    expect(lastQuery().length).toBeLessThanOrEqual(8_192);
    await rememberingOf().recall([user('🚋'.repeat(262_144))]);
    expect(lastQuery().isWellFormed()).toBe(true);
    const many = Array.from({ length: 1_000 }, (_, i) => (i % 2 ? assistant : user)(`turn ${i}`));
    await rememberingOf().recall([...many, user('Which tram?')]);
    expect(lastQuery().split('\n')).toHaveLength(21);
    await rememberingOf().recall([user(long), assistant(long), user('Which tram?')]);
    expect(lastQuery()).toBe('Which tram?');
  });

  test('is asked for without what was recalled before, and not at all for no words', async () => {
    const remembering = rememberingOf();
    const block = await remembering.recall([user('Which tram?')]);
    calls.length = 0;
    for (const turns of [[], [user(' ')], [assistant('Hi!')], [user(block ?? '')]]) {
      expect(await remembering.recall(turns)).toBeNull();
    }
    expect(calls).toEqual([]);
  });

  test('is asked for once for all steps behind one question', async () => {
    const remembering = rememberingOf();
    const turns = [user('Which tram?')];
    const first = await remembering.recall(turns);
    expect(await remembering.recall([...turns, assistant('')])).toBe(first);
    expect(calls).toHaveLength(1);
    await remembering.recall(turns);
    await remembering.recall([user('Which bus?'), assistant('')]);
    await remembering.recall([user('Which bus?'), assistant('')], { user: 'bob' });
    expect(calls.map(({ body }) => [body.user, body.query])).toEqual([
      ['ann', 'Which tram?'],
      ['ann', 'Which tram?'],
      ['ann', 'Which bus?'],
      ['bob', 'Which bus?'],
    ]);
  });

  test('may have to be likely enough', async () => {
    await rememberingOf({ minScore: 0.5, maxTokens: 50, recallTimeoutMs: 500 }).recall([user('Which tram?')]);
    expect(calls[0]?.body).toMatchObject({ min_score: 0.5, max_tokens: 50, deadline_ms: 400 });
  });
});

describe('what is remembered', () => {
  test('goes to the session of the first message, for as many conversations as are known', async () => {
    const remembering = rememberingOf();
    const say = (name: string) => remembering.remember([user('Hello.')], 'Hi!', { user: name });
    await say('first');
    await say('first');
    for (let i = 0; i < 1_000; i += 1) await say(`user ${i}`);
    await say('user 0');
    await say('first');
    const sessions = calls.map(({ body }) => [body.user, body.session]);
    expect(sessions.slice(0, 2)).toEqual([
      ['first', null],
      ['first', 'the first of first'],
    ]);
    expect(sessions.slice(-2)).toEqual([
      ['user 0', 'the first of user 0'],
      ['first', null],
    ]);
  });

  test('is what is new, in words', async () => {
    await rememberingOf().remember([user('old'), assistant('old'), user(' '), user('one'), user('two')], '');
    expect(calls[0]?.body.messages).toEqual([
      { role: 'user', content: 'one' },
      { role: 'user', content: 'two' },
    ]);
    await rememberingOf().remember([user('old'), assistant('old')], ' ');
    expect(calls).toHaveLength(1);
  });
});

test('what fails is told on the console when nobody else listens, without what was said', async () => {
  const warn = spyOn(console, 'warn').mockImplementation(() => {});
  const baseUrl = await deadAddress();
  await rememberingOf({ baseUrl }).recall([user('a secret')]);
  expect(warn.mock.calls).toEqual([
    [
      `MemFuse could not recall: Nothing answers at ${baseUrl}. Start a server with "memfuse serve", or correct baseUrl.`,
    ],
  ]);
  warn.mockRestore();
});
