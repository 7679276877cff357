import { afterAll, afterEach, beforeAll, describe, expect, setSystemTime, test } from 'bun:test';
import { makeKey } from '../support/api-key.ts';
import { expectRefusal } from '../support/envelope.ts';
import { startServer, type TestAnswer, type TestServer } from '../support/server.ts';

const PER_MINUTE = 5;

let server: TestServer;
beforeAll(async () => {
  server = await startServer({
    settings: { 'server.api_key_validation': true, 'server.rate_limit_per_minute': PER_MINUTE },
  });
});
afterEach(() => {
  setSystemTime();
});
afterAll(() => server.stop());

const ask = (secret: string, path = '/users') =>
  server.call('GET', path, undefined, { Authorization: `Bearer ${secret}` });
const askOften = async (secret: string, times: number): Promise<TestAnswer[]> => {
  const answers: TestAnswer[] = [];
  for (let i = 0; i < times; i += 1) answers.push(await ask(secret));
  return answers;
};
const statuses = (answers: readonly TestAnswer[]) => answers.map(({ status }) => status);

const expectLimited = (answer: TestAnswer): void => {
  expectRefusal(answer, 429, 'general', 'Rate limit exceeded', 'Too many requests, please try again later');
};

describe('a key', () => {
  test('may ask so many times a minute, and is told how often it still may', async () => {
    const answers = await askOften(await makeKey(server), PER_MINUTE);
    expect(statuses(answers)).toEqual(Array(PER_MINUTE).fill(200));
    for (const [i, { headers }] of answers.entries()) {
      expect(headers.get('X-RateLimit-Limit')).toBe(String(PER_MINUTE));
      expect(headers.get('X-RateLimit-Remaining')).toBe(String(PER_MINUTE - 1 - i));
      expect(headers.get('X-RateLimit-Reset')).toMatch(/^\d+$/);
    }
  });

  test('is told when to come back once it asked too often', async () => {
    const secret = await makeKey(server);
    await askOften(secret, PER_MINUTE);
    const answer = await ask(secret);
    expectLimited(answer);
    expect(answer.headers.get('X-RateLimit-Limit')).toBe(String(PER_MINUTE));
    expect(answer.headers.get('X-RateLimit-Remaining')).toBe('0');
    const retryAfter = Number(answer.headers.get('Retry-After'));
    expect(retryAfter).toBeGreaterThanOrEqual(1);
    expect(retryAfter).toBeLessThanOrEqual(60);
  });

  test('is counted by itself, whatever it asks for and however it ends', async () => {
    const [one, two] = [await makeKey(server), await makeKey(server)];
    const paths = [
      '/users',
      '/users/unknown',
      '/agents?name=nobody',
      '/sessions',
      '/sessions/unknown/messages?limit=0',
    ];
    for (const path of paths) expect((await ask(one, path)).status).not.toBe(429);
    expectLimited(await ask(one));
    expect((await ask(two)).status).toBe(200);
  });

  test('is the same one in either header', async () => {
    const secret = await makeKey(server);
    await askOften(secret, PER_MINUTE - 1);
    const last = await server.call('GET', '/users', undefined, { 'X-API-Key': secret });
    expect(last.headers.get('X-RateLimit-Remaining')).toBe('0');
    expectLimited(await ask(secret));
  });

  test('may ask again when the minute is over, and not a moment before', async () => {
    const secret = await makeKey(server);
    const start = Date.now();
    setSystemTime(start);
    await askOften(secret, PER_MINUTE);
    setSystemTime(start + 59_999);
    expectLimited(await ask(secret));
    setSystemTime(start + 60_001);
    const answer = await ask(secret);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('X-RateLimit-Remaining')).toBe(String(PER_MINUTE - 1));
  });

  test('gets no more than its share when it asks all at once', async () => {
    const secret = await makeKey(server);
    const answers = await Promise.all(Array.from({ length: 3 * PER_MINUTE }, () => ask(secret)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(PER_MINUTE);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(2 * PER_MINUTE);
  });
});

test('guessing keys is limited by address, which does not touch the keys of that address', async () => {
  const secret = await makeKey(server);
  const guess = (i: number) =>
    server.call('GET', '/users', undefined, { 'X-API-Key': `guess-${i}`, 'X-Forwarded-For': `203.0.113.${i}` });
  const guesses = await Promise.all(Array.from({ length: 3 * PER_MINUTE }, (_, i) => guess(i)));
  expect(guesses.filter(({ status }) => status === 401)).toHaveLength(PER_MINUTE);
  expectLimited(await server.call('GET', '/users'));
  expectLimited(await ask('another-guess'));
  expect((await ask(secret)).status).toBe(200);
});

test('health is not counted and always answered', async () => {
  const secret = await makeKey(server);
  for (let i = 0; i < 3 * PER_MINUTE; i += 1) expect((await ask(secret, '/health')).status).toBe(200);
  await askOften(secret, PER_MINUTE);
  expectLimited(await ask(secret));
  expect((await ask(secret, '/health')).status).toBe(200);
  expect((await server.call('GET', '/health')).status).toBe(200);
});

test('a server without keys that listens beyond loopback counts by address', async () => {
  const open = await startServer({
    settings: { 'server.host': '0.0.0.0', 'server.allow_unauthenticated': true, 'server.rate_limit_per_minute': 2 },
  });
  try {
    const answers = [1, 2, 3].map(() => open.call('GET', '/users', undefined, { 'X-API-Key': crypto.randomUUID() }));
    expect(statuses(await Promise.all(answers)).toSorted()).toEqual([200, 200, 429]);
  } finally {
    await open.stop();
  }
});

test('a loopback server without keys has no limit', async () => {
  const open = await startServer({ settings: { 'server.rate_limit_per_minute': 2 } });
  try {
    for (let i = 0; i < 10; i += 1) expect((await open.call('GET', '/users')).status).toBe(200);
  } finally {
    await open.stop();
  }
});
