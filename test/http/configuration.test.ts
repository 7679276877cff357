import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GlobalConfig } from '../../src/config/global-config.ts';
import { SETTINGS } from '../../src/config/schema.ts';
import { asKey, makeKey } from '../support/api-key.ts';
import { expectSuccess } from '../support/envelope.ts';
import { eventually } from '../support/eventually.ts';
import { startConversation, startServer, type TestAnswer, type TestServer } from '../support/server.ts';

const FILE = 'memfuse.config.json';
const SECRET = 'sk-nobody-may-see-this';
const FIRST = { server: { max_messages: 3 }, memory: { background: { max_retries: 2 } } };

let server: TestServer;
let file: string;
/** What each reload that changed something told its subscribers. */
let told: (readonly string[])[];

const write = (settings: unknown): void => {
  writeFileSync(file, typeof settings === 'string' ? settings : JSON.stringify(settings));
};
const start = (variables: Record<string, string> = {}): Promise<TestServer> =>
  startServer({
    config: (folder) => {
      file = join(folder, FILE);
      write(FIRST);
      const env = { PORT: '0', MEMFUSE_DATA_DIR: folder, MEMFUSE_SERVER__LOG_LEVEL: 'silent', ...variables };
      return GlobalConfig.initialize({ env, folder });
    },
  });
beforeEach(async () => {
  server = await start();
  told = [];
  server.services.config.subscribe((changed) => told.push(changed));
});
afterEach(() => server.stop());

const show = async (by = server): Promise<{ settings: TestAnswer['body'][]; file: string | null }> =>
  expectSuccess(await by.call('GET', '/admin/config'), 200, 'Settings retrieved successfully');
const settingOf = async (key: string, by = server): Promise<unknown> =>
  (await show(by)).settings.find((setting) => setting.key === key)?.value;
const reload = (by = server): Promise<TestAnswer> => by.call('POST', '/admin/config/reload');
const expectApplied = async (...changed: string[]): Promise<void> => {
  expect(expectSuccess(await reload(), 200, 'Settings reloaded successfully')).toEqual({ changed });
};
/** Asserts that a reload is refused and changes nothing; returns its sentences. */
const expectRefused = async (): Promise<string[]> => {
  const before = await show();
  const { status, body } = await reload();
  expect([status, body.code, body.data]).toEqual([400, 400, null]);
  expect(body.message).toBe('The settings stay as they were');
  expect(await show()).toEqual(before);
  expect(told).toEqual([]);
  for (const { field } of body.errors) expect(field).toBe('config');
  return body.errors.map(({ message }: { message: string }) => message);
};
/** How many messages the server takes in one request, found out by sending them. */
const accepts = async (count: number): Promise<boolean> => {
  const { sessionId } = await startConversation(server, crypto.randomUUID());
  const messages = Array.from({ length: count }, () => ({ role: 'user', content: 'hello' }));
  return (await server.call('POST', `/sessions/${sessionId}/messages`, { messages })).status === 201;
};

describe('the settings in force', () => {
  test('are shown, every one of them, with the file that they come from', async () => {
    const shown = await show();
    expect(shown.settings.map(({ key }) => key)).toEqual(SETTINGS.map(({ path }) => path));
    expect(shown.file).toBe(file);
    expect(await settingOf('server.max_messages')).toBe(3);
    const reloadable = shown.settings.filter((setting) => setting.reloadable).map(({ key }) => key);
    expect(reloadable).toContain('server.max_messages');
    expect(reloadable).not.toContain('server.port');
  });

  test('hide their secrets, and say null of those that are absent', async () => {
    const secret = await start({
      MEMFUSE_EMBEDDING__API_KEY: SECRET,
      MEMFUSE_EMBEDDING__BASE_URL: 'http://127.0.0.1:9',
      REDIS_URL: `redis://:${SECRET}@127.0.0.1:9`,
    });
    const answer = await secret.call('GET', '/admin/config');
    expect(JSON.stringify(answer.body)).not.toContain(SECRET);
    expect(await settingOf('embedding.api_key', secret)).toBe('********');
    expect(await settingOf('redis.url', secret)).toBe('********');
    expect(await settingOf('embedding.api_key')).toBeNull();
    await secret.stop();
  });

  test('are for the one who runs the server: other keys see and reload nothing', async () => {
    const closed = await start({ MEMFUSE_SERVER__API_KEY_VALIDATION: 'true' });
    const stranger = asKey(closed, await makeKey(closed, { scopes: ['read', 'write'] }));
    for (const by of [closed, stranger]) {
      const expected = by === closed ? 401 : 403;
      expect((await by.call('GET', '/admin/config')).status).toBe(expected);
      expect((await reload(by)).status).toBe(expected);
    }
    const admin = asKey(closed, await makeKey(closed));
    expect(await settingOf('server.max_messages', admin)).toBe(3);
    expect((await reload(admin)).status).toBe(200);
    await closed.stop();
  });
});

describe('a password in an address', () => {
  test('is not shown, be the setting a secret or not', async () => {
    const secretive = await startServer({
      settings: {
        'embedding.base_url': 'https://ann:hunter2@models.example/v1',
        'redis.url': 'redis://:hunter2@cache:6379',
      },
    });
    const { body } = await secretive.call('GET', '/admin/config');
    expect(JSON.stringify(body)).not.toContain('hunter2');
    expect(JSON.stringify(body)).not.toContain('ann');
    expect(await settingOf('embedding.base_url', secretive)).toBe('https://********@models.example/v1');
    expect(await settingOf('redis.url', secretive)).toBe('********');
    await secretive.stop();
  });
});

describe('a reload', () => {
  test('of what has not changed changes nothing and tells nobody', async () => {
    await expectApplied();
    expect(told).toEqual([]);
  });

  test('puts new values in force for the next request, and tells its subscribers once of all of them', async () => {
    expect([await accepts(3), await accepts(4)]).toEqual([true, false]);
    write({ server: { max_messages: 5, log_level: 'silent' }, memory: { background: { max_retries: 7 } } });
    await expectApplied('server.max_messages', 'memory.background.max_retries');
    expect(await settingOf('server.max_messages')).toBe(5);
    expect([await accepts(5), await accepts(6)]).toEqual([true, false]);
    expect(told).toEqual([['server.max_messages', 'memory.background.max_retries']]);
  });

  test('takes back to its default what the file does not say any more', async () => {
    write({});
    await expectApplied('server.max_messages', 'memory.background.max_retries');
    expect(await settingOf('server.max_messages')).toBe(1_000);
  });

  test.each([
    ['that cannot be parsed', '{"server": {', /^The settings file .* cannot be read: .+\.$/],
    ['that is no table', '[1, 2]', /must hold sections with keys/],
    [
      'with a key that there is not',
      { server: { max_mesages: 5 } },
      /^There is no setting server\.max_mesages .* Did you mean server\.max_messages\?$/,
    ],
    [
      'with a value out of range',
      { server: { max_messages: 0 } },
      /^server\.max_messages is 0 .*: it must be from 1 to 100000\.$/,
    ],
    [
      'with a value of another type',
      { server: { max_messages: 'many' } },
      /^server\.max_messages is "many" .*expected number/,
    ],
    [
      'that contradicts itself',
      { memory: { background: { retry_delay: 60, max_retry_delay: 1 } } },
      /^memory\.background\.max_retry_delay is 1 .*: must be at least memory\.background\.retry_delay, which is 60\.$/,
    ],
  ])('of a file %s changes nothing and says why', async (_what, settings, sentence) => {
    write(settings);
    const [problem] = await expectRefused();
    expect(problem).toMatch(sentence);
  });

  test('applies none of a file of which one value is wrong, and names each that is', async () => {
    write({ server: { max_messages: 5, max_body_bytes: 0 }, memory: { background: { max_retries: -1 } } });
    const problems = await expectRefused();
    expect(problems).toHaveLength(2);
    expect(await accepts(4)).toBe(false);
  });

  test('refuses a key that cannot change while the server runs, and what came with it', async () => {
    write({ server: { max_messages: 5 }, memory: { background: { workers: 5 } }, buffer: { enabled: false } });
    expect((await expectRefused()).toSorted()).toEqual([
      'buffer.enabled cannot change while the server runs. Restart it, or take the change back.',
      'memory.background.workers cannot change while the server runs. Restart it, or take the change back.',
    ]);
    expect(await accepts(4)).toBe(false);
  });

  test('works again once the file does', async () => {
    write('{');
    await expectRefused();
    write({ ...FIRST, server: { max_messages: 4 } });
    await expectApplied('server.max_messages');
    expect(await accepts(4)).toBe(true);
  });

  test('under load loses no request', async () => {
    const { sessionId } = await startConversation(server, 'busy');
    const messages = [{ role: 'user', content: 'hello' }];
    let isOver = false;
    const answers: number[] = [];
    const ask = async (): Promise<void> => {
      while (!isOver) answers.push((await server.call('POST', `/sessions/${sessionId}/messages`, { messages })).status);
    };
    const clients = Array.from({ length: 8 }, ask);
    for (let i = 1; i <= 20; i += 1) {
      write({ server: { max_messages: i % 2 === 0 ? 3 : 5 } });
      expect((await reload()).status).toBe(200);
    }
    isOver = true;
    await Promise.all(clients);
    expect(new Set(answers)).toEqual(new Set([201]));
  });

  test('that nobody asks for follows a change of the file, also of a file that was put in its place', async () => {
    const results: unknown[] = [];
    server.services.config.watch((result) => results.push(result));
    const isInForce = (count: number) =>
      eventually('the change is in force', async () => (await settingOf('server.max_messages')) === count);
    write({ ...FIRST, server: { max_messages: 9 } });
    await isInForce(9);
    writeFileSync(`${file}.new`, JSON.stringify({ ...FIRST, server: { max_messages: 8 } }));
    renameSync(`${file}.new`, file);
    await isInForce(8);
    write('{');
    await eventually('the bad file is told of', () => results.length === 3);
    expect(results[2]).toMatchObject({ applied: false });
    expect(await settingOf('server.max_messages')).toBe(8);
    expect(told).toEqual([['server.max_messages'], ['server.max_messages']]);
  });
});
