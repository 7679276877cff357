import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { asKey, makeKey } from '../support/api-key.ts';
import { expectInvalid, expectRefusal, expectSuccess } from '../support/envelope.ts';
import { TIMESTAMP } from '../support/formats.ts';
import { createKey, listKeys } from '../support/key-calls.ts';
import { manualClock } from '../support/manual-clock.ts';
import { startConversation, startServer, type TestAnswer, type TestServer } from '../support/server.ts';
import { tablesHolding } from '../support/stored-text.ts';

const ROW_KEYS = ['id', 'user_id', 'name', 'key', 'permissions', 'created_at', 'expires_at'].sort();
const HIDDEN = '********';

const clock = manualClock();
let server: TestServer;
/** The server as the owner of the default tenant sees it. */
let owner: TestServer;
beforeAll(async () => {
  server = await startServer({ clock, settings: { 'server.api_key_validation': true } });
  owner = asKey(server, await makeKey(server));
});
afterAll(() => server.stop());

let names = 0;
const fresh = (word: string): string => {
  names += 1;
  return `${word} ${names}`;
};

const expectInvalidKey = (answer: TestAnswer): void => {
  const text = 'The provided API key is invalid or has expired';
  expectRefusal(answer, 401, 'api_key', 'Authentication failed: Invalid API key', text);
};

describe('creating a key', () => {
  test('shows the row of the contract with the whole secret, which works', async () => {
    const { userId } = await startConversation(owner, fresh('creator'));
    const body = { name: 'laptop', expires_at: '2999-01-01T00:00:00Z', user_id: 'of somebody else', colour: 'red' };
    const key = await createKey(owner, userId, body);
    expect(Object.keys(key).sort()).toEqual(ROW_KEYS);
    expect(key).toMatchObject({ user_id: userId, name: 'laptop', expires_at: '2999-01-01T00:00:00.000000Z' });
    expect(key.created_at).toMatch(TIMESTAMP);
    expect(key.permissions).toBeObject();
    expect(key.key.length).toBeGreaterThanOrEqual(32);
    expect((await asKey(server, key.key).call('GET', `/users/${userId}`)).status).toBe(200);
  });

  test('needs no body at all, nor anything in it', async () => {
    const { userId } = await startConversation(owner, fresh('bodiless'));
    const nulls = { name: null, key: null, permissions: null, expires_at: null };
    const keys = [
      await createKey(owner, userId),
      await createKey(owner, userId, {}),
      await createKey(owner, userId, nulls),
    ];
    for (const key of keys) {
      expect(key).toMatchObject({ user_id: userId, name: null, expires_at: null });
      expect((await asKey(server, key.key).call('GET', `/users/${userId}`)).status).toBe(200);
    }
    expect(new Set(keys.map(({ key }) => key)).size).toBe(3);
  });

  test('takes a secret that the client chose', async () => {
    const { userId } = await startConversation(owner, fresh('chooser'));
    const chosen = `chosen-${crypto.randomUUID()}${crypto.randomUUID()}`;
    expect((await createKey(owner, userId, { key: chosen })).key).toBe(chosen);
    expect((await asKey(server, chosen).call('GET', `/users/${userId}`)).status).toBe(200);
  });

  test('stores no secret', async () => {
    const { userId } = await startConversation(owner, fresh('secretive'));
    const { id, key } = await createKey(owner, userId);
    expect(await tablesHolding(server, id)).not.toBeEmpty();
    expect(await tablesHolding(server, key)).toEqual([]);
  });

  test('gives the permissions that are asked for', async () => {
    const { userId, sessionId } = await startConversation(owner, fresh('permitted'));
    const reading = asKey(server, (await createKey(owner, userId, { permissions: { read: true } })).key);
    expect((await reading.call('GET', `/sessions/${sessionId}/messages`)).status).toBe(200);
    expect((await reading.call('POST', `/sessions/${sessionId}/messages`, { messages: [] })).status).toBe(403);
  });

  test('passes over permissions that it does not know', async () => {
    const { userId } = await startConversation(owner, fresh('unknown permission'));
    const { key } = await createKey(owner, userId, { permissions: { read: true, colour: 'red' } });
    expect((await asKey(server, key).call('GET', `/users/${userId}`)).status).toBe(200);
  });

  test.each([{ name: 7 }, { key: 7 }, { permissions: 'all' }, { permissions: [] }, { expires_at: 'soon' }])(
    'refuses %j with 422',
    async (body) => {
      const { userId } = await startConversation(owner, fresh('refused'));
      expectInvalid(await owner.call('POST', `/users/${userId}/api-keys`, body));
      expect(await listKeys(owner, userId)).toEqual([]);
    },
  );
});

describe('listing keys', () => {
  test('hides the secrets', async () => {
    const { userId } = await startConversation(owner, fresh('lister'));
    const made = [await createKey(owner, userId, { name: 'one' }), await createKey(owner, userId, { name: 'two' })];
    const keys = await listKeys(owner, userId);
    expect(keys).toEqual(made.map((key) => ({ ...key, key: HIDDEN })));
  });

  test('shows the keys of that user only', async () => {
    const ann = await startConversation(owner, fresh('ann'));
    const bob = await startConversation(owner, fresh('bob'));
    await createKey(owner, ann.userId, { name: "Ann's" });
    expect(await listKeys(owner, bob.userId)).toEqual([]);
  });
});

describe('deleting a key', () => {
  test('answers its id, and the key is refused from the next request on', async () => {
    const { userId } = await startConversation(owner, fresh('revoker'));
    const { id, key } = await createKey(owner, userId);
    const holder = asKey(server, key);
    expect((await holder.call('GET', `/users/${userId}`)).status).toBe(200);
    const answer = await owner.call('DELETE', `/users/${userId}/api-keys/${id}`);
    expect(expectSuccess(answer, 200, 'API key deleted successfully')).toEqual({ key_id: id });
    expectInvalidKey(await holder.call('GET', `/users/${userId}`));
    expect(await listKeys(owner, userId)).toEqual([]);
    const again = await owner.call('DELETE', `/users/${userId}/api-keys/${id}`);
    expectRefusal(again, 404, 'key_id', `API key with ID '${id}' not found for user '${userId}'`);
  });

  test('does not find the key of another user, nor one that nobody has', async () => {
    const ann = await startConversation(owner, fresh('ann'));
    const bob = await startConversation(owner, fresh('bob'));
    const { id, key } = await createKey(owner, ann.userId);
    for (const keyId of [id, 'no-key', '%00']) {
      const answer = await owner.call('DELETE', `/users/${bob.userId}/api-keys/${keyId}`);
      const message = `API key with ID '${decodeURIComponent(keyId)}' not found for user '${bob.userId}'`;
      expectRefusal(answer, 404, 'key_id', message);
    }
    expect((await asKey(server, key).call('GET', `/users/${ann.userId}`)).status).toBe(200);
  });

  test('happens by itself when the user is deleted', async () => {
    const { userId } = await startConversation(owner, fresh('leaver'));
    const { key } = await createKey(owner, userId);
    await owner.call('DELETE', `/users/${userId}`);
    expectInvalidKey(await asKey(server, key).call('GET', '/users'));
  });
});

describe('an unknown user', () => {
  test('has no keys to list, create or delete', async () => {
    const message = "User with ID 'no-user' not found";
    for (const [method, path] of [
      ['GET', ''],
      ['POST', ''],
      ['DELETE', '/no-key'],
    ] as const) {
      expectRefusal(await owner.call(method, `/users/no-user/api-keys${path}`), 404, 'user_id', message);
    }
  });
});

describe('a key that expires', () => {
  test('works until its time has come and is refused from then on', async () => {
    const { userId } = await startConversation(owner, fresh('expiring'));
    const expires_at = new Date(clock.now() + 60_000).toISOString();
    const holder = asKey(server, (await createKey(owner, userId, { expires_at })).key);
    const ask = () => holder.call('GET', `/users/${userId}`);
    expect((await ask()).status).toBe(200);
    clock.advance(59_999);
    expect((await ask()).status).toBe(200);
    clock.advance(1);
    expectInvalidKey(await ask());
    clock.advance(1);
    expectInvalidKey(await ask());
    expect(await listKeys(owner, userId)).toHaveLength(1);
  });
});
