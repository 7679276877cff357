import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { MemFuse } from '../../src/client/index.ts';
import { expectRefusal, expectSuccess } from '../support/envelope.ts';
import { startConversation, startServer, type TestServer } from '../support/server.ts';

const DAY_MS = 86_400_000;

describe('how long what is known of a user is kept', () => {
  let server: TestServer;
  let now = Date.now();
  beforeAll(async () => {
    const settings = {
      'memory.facts.enabled': true,
      'memory.retention.messages_days': 90,
      'memory.facts.half_life_days': 20,
    };
    server = await startServer({ settings, clock: { now: () => now } });
  });
  afterAll(() => server.stop());

  const retentionOf = async (userId: string) =>
    expectSuccess(await server.call('GET', `/users/${userId}/retention`), 200, 'Retention retrieved successfully')
      .retention;
  const set = async (userId: string, body: unknown) => server.call('PUT', `/users/${userId}/retention`, body);

  test('is what the server is set to, until the user has a policy, of which the shorter time holds for messages', async () => {
    const { userId } = await startConversation(server, 'Ada');
    const served = { messages_days: 90, half_life_days: 20 };
    expect(await retentionOf(userId)).toEqual({ messages_days: null, half_life_days: null, in_force: served });
    for (const [own, in_force] of [
      [
        { messages_days: 30, half_life_days: 40 },
        { messages_days: 30, half_life_days: 40 },
      ],
      [
        { messages_days: 365, half_life_days: 0 },
        { messages_days: 90, half_life_days: null },
      ],
      [
        { messages_days: 0.5, half_life_days: null },
        { messages_days: 0.5, half_life_days: 20 },
      ],
      [{ messages_days: null, half_life_days: null }, served],
    ] as const) {
      const answer = expectSuccess(await set(userId, own), 200, 'Retention updated successfully');
      expect(answer.retention).toEqual({ ...own, in_force });
      expect(await retentionOf(userId)).toEqual({ ...own, in_force });
    }
    // The row of a user has the keys that it always had.
    const { user } = expectSuccess(await server.call('GET', `/users/${userId}`), 200, 'User retrieved successfully');
    expect(Object.keys(user).sort()).toEqual(['created_at', 'description', 'id', 'name', 'updated_at']);
  });

  test('is refused with the field when it is no number of days, and says nothing of who is not there', async () => {
    const { userId } = await startConversation(server, 'Bob');
    for (const messages_days of [0, -1, 40_000, 'soon', undefined]) {
      const refused = await set(userId, { messages_days, half_life_days: null });
      expect([refused.status, refused.body.errors[0].field]).toEqual([422, 'messages_days']);
    }
    for (const half_life_days of [-1, 40_000, 'soon', undefined]) {
      const refused = await set(userId, { messages_days: null, half_life_days });
      expect([refused.status, refused.body.errors[0].field]).toEqual([422, 'half_life_days']);
    }
    const nobody = 'no-such-user';
    const message = `User with ID '${nobody}' not found`;
    expectRefusal(await server.call('GET', `/users/${nobody}/retention`), 404, 'user_id', message);
    const body = { messages_days: 1, half_life_days: null };
    expectRefusal(await set(nobody, body), 404, 'user_id', message);
  });

  test('lets the facts of that user fade by the own half-life, wherever they are shown', async () => {
    const client = new MemFuse({ baseUrl: server.origin });
    const said = async (user: string) => {
      const memory = client.for({ user });
      await memory.add('I live in Lisbon.', { waitFor: 'extracted', waitMs: 20_000 });
      return { memory, ...(await memory.ids()) };
    };
    const [one, other] = [await said('Cem'), await said('Dana')];
    const sureness = async ({ memory }: typeof one) => (await Array.fromAsync(memory.facts()))[0]?.confidence ?? 0;
    const [fresh, usual] = [await sureness(one), await sureness(other)];
    await client.users.setRetention(one.userId, { messages_days: null, half_life_days: 10 });
    now += 20 * DAY_MS;
    expect(await sureness(one)).toBeCloseTo(fresh / 4);
    expect(await sureness(other)).toBeCloseTo(usual / 2);
    const profile = await one.memory.profile();
    expect(profile.categories[0]?.facts[0]?.confidence).toBeCloseTo(fresh / 4);
    const { forgotten } = await one.memory.forget('Lisbon', { dryRun: true });
    expect(forgotten.facts[0]?.confidence).toBeCloseTo(fresh / 4);
    await client.users.setRetention(one.userId, { messages_days: null, half_life_days: 0 });
    expect(await sureness(one)).toBeCloseTo(fresh);
  });
});
