import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { asKey, makeKey } from '../support/api-key.ts';
import { openIdleWorker } from '../support/background/idle-workers.ts';
import { ASLEEP } from '../support/background/settings.ts';
import { expectRefusal } from '../support/envelope.ts';
import { startConversation, startServer, type TestAnswer, type TestServer } from '../support/server.ts';

const CLIENTS = 128;
const UNDER_WAY = 8;
const PER_MINUTE = 600;
const MESSAGES = [{ role: 'user', content: 'hello' }];

let server: TestServer;
beforeAll(async () => {
  const limits = { 'server.max_concurrent_requests': UNDER_WAY, 'server.rate_limit_per_minute': PER_MINUTE };
  const settings = { ...ASLEEP, ...limits, 'server.api_key_validation': true };
  server = await startServer({ settings, outside: { openWorker: openIdleWorker } });
});
afterAll(() => server.stop());

/** Somebody with a key and a session of their own. */
const newCaller = async () => {
  const by = asKey(server, await makeKey(server));
  const { sessionId } = await startConversation(by, crypto.randomUUID());
  const path = `/sessions/${sessionId}/messages`;
  return {
    by,
    path,
    /** Stays under way for as long as it is told to. */
    linger: (forMs: number): Promise<TestAnswer> =>
      by.call('POST', `${path}?wait_for=indexed&timeout_ms=${forMs}`, { messages: MESSAGES }),
    stored: async (): Promise<number> => (await by.call('GET', `${path}?limit=100`)).body.data.messages.length,
  };
};
const crowd = <T>(act: (i: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: CLIENTS }, (_, i) => act(i)));

describe('under 128 clients a key', () => {
  test('has so many requests under way and no more; the others are refused at once and store nothing', async () => {
    const { linger, stored } = await newCaller();
    const answers = await crowd(() => linger(3_000));
    const refused = answers.filter(({ status }) => status !== 201);
    expect(answers.length - refused.length).toBe(UNDER_WAY);
    for (const answer of refused) {
      const text = `${UNDER_WAY} requests are under way already, please try again later`;
      expectRefusal(answer, 429, 'general', 'Too many concurrent requests', text);
      expect(answer.headers.get('Retry-After')).toBe('1');
    }
    expect(await stored()).toBe(UNDER_WAY);
  });

  test('leaves room to other keys while it has none itself', async () => {
    const [greedy, modest] = [await newCaller(), await newCaller()];
    const lingering = crowd(() => greedy.linger(2_000));
    const refused = async () => (await greedy.by.call('GET', '/users')).status;
    let isFull = false;
    while (!isFull) isFull = (await refused()) === 429;
    const others = await Promise.all(Array.from({ length: UNDER_WAY }, () => modest.linger(200)));
    expect(others.map(({ status }) => status)).toEqual(Array(UNDER_WAY).fill(201));
    await lingering;
  });

  test('has room again when its requests have ended, well or not', async () => {
    const { by, path, linger } = await newCaller();
    await crowd(() => linger(300));
    await Promise.all(Array.from({ length: UNDER_WAY }, () => by.call('GET', '/users/no-user')));
    await Promise.all(Array.from({ length: UNDER_WAY }, () => by.call('POST', path, { messages: 'none' })));
    const answers = await Promise.all(Array.from({ length: UNDER_WAY }, () => linger(10)));
    expect(answers.map(({ status }) => status)).toEqual(Array(UNDER_WAY).fill(201));
  });

  test('is served as often a minute as it may be and not once more, and every answer counts down by one', async () => {
    const { by } = await newCaller();
    const secondKey = asKey(server, await makeKey(server));
    const answers: TestAnswer[] = [];
    await crowd(async () => {
      for (let i = 0; i < 6; i += 1) answers.push(await by.call('GET', '/users?name=nobody'));
    });
    const counted = answers.map(({ headers }) => Number(headers.get('X-RateLimit-Remaining')));
    const limited = answers.filter(({ body }) => body.message === 'Rate limit exceeded');
    // The conversation took three.
    expect(answers.length - limited.length).toBe(PER_MINUTE - 3);
    for (const { status, headers } of limited) {
      expect(status).toBe(429);
      expect(Number(headers.get('Retry-After'))).toBeWithin(1, 61);
    }
    const left = counted.filter((count) => count > 0);
    expect(new Set(left).size).toBe(left.length);
    expect((await secondKey.call('GET', '/users')).status).toBe(200);
  });
});
