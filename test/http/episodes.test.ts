import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { expectRefusal, expectSuccess } from '../support/envelope.ts';
import { eventually } from '../support/eventually.ts';
import { TIMESTAMP, UUID_V7 } from '../support/formats.ts';
import { messageCalls } from '../support/message-calls.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { tablesHolding } from '../support/stored-text.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PROMPT = {
  'memory.episodes.enabled': true,
  'buffer.round_buffer.idle': 0.01,
  'buffer.performance.flush_interval': 0.02,
  'memory.background.retry_delay': 0.01,
} as const;

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ settings: PROMPT });
});
afterAll(() => server.stop());

const { converse, remove, update } = messageCalls(() => server);

/** Three topics, ten turns each; greetings and farewells say where one conversation ends. */
const GARDEN = [
  'Hi there! I planted tomatoes in the garden this spring.',
  'The tomatoes need water every morning.',
  'My basil grows beside the tomatoes.',
  'I built a wooden bed for the carrots.',
  'Slugs ate half of my lettuce last week.',
  'The compost smells, but the soil is dark and rich.',
  'I water the garden with rain from a barrel.',
  'My neighbour gave me seeds of pumpkins.',
  'The pumpkins climb over the fence already.',
  'I have to go now, the garden is waiting. Bye!',
];
const OFFICE = [
  'Good morning! Our quarterly report is due on Friday.',
  'The spreadsheet of the budget has an error in it.',
  'My manager wants charts of the revenue.',
  'Accounting sent me the invoices of the supplier.',
  'I presented the forecast to the board.',
  'The audit of the books begins in June.',
  'We hired an accountant for the tax return.',
  'The revenue grew by a tenth this quarter.',
  'I finish the report with the numbers of the audit.',
  'That is all for the office today, see you tomorrow.',
];

const say = async (sessionId: string, texts: readonly string[], query = '?wait_for=summarised&timeout_ms=20000') => {
  const messages = texts.map((content, i) => ({ role: i % 2 === 0 ? 'user' : 'assistant', content }));
  const answer = await server.call('POST', `/sessions/${sessionId}/messages${query}`, { messages });
  return expectSuccess(answer, 201, 'Messages added successfully');
};
const page = async (userId: string, query = ''): Promise<{ episodes: Episode[]; next_cursor: string | null }> => {
  const answer = await server.call('GET', `/users/${userId}/episodes${query}`);
  return expectSuccess(answer, 200, 'Episodes retrieved successfully');
};
const list = async (userId: string, query = ''): Promise<Episode[]> => (await page(userId, query)).episodes;

interface Episode {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly participants: readonly string[];
  readonly key_phrases: readonly string[];
  readonly message_ids: readonly string[];
  readonly open: boolean;
}

describe('the episodes of a user', () => {
  test('are there when an add that waits for them is answered, each with what it is about and what it was made from', async () => {
    const { userId, sessionId } = await converse();
    const data = await say(sessionId, [...GARDEN, ...OFFICE]);
    expect(data).toMatchObject({ stage: 'summarised', reached: true });
    const [garden, office, ...more] = await list(userId);
    expect(more).toEqual([]);
    expect(garden?.message_ids).toEqual(data.message_ids.slice(0, GARDEN.length));
    expect(office?.message_ids).toEqual(data.message_ids.slice(GARDEN.length));
    expect([garden?.open, office?.open]).toEqual([false, true]);
    expect(`${garden?.title} ${garden?.summary} ${garden?.key_phrases}`).toMatch(/tomatoes|garden|pumpkins/i);
    expect(`${office?.title} ${office?.summary} ${office?.key_phrases}`).toMatch(/report|revenue|audit/i);
    expect(office).toEqual({
      id: expect.stringMatching(UUID_V7),
      user_id: userId,
      session_id: sessionId,
      title: expect.any(String),
      summary: expect.any(String),
      participants: expect.any(Array),
      key_phrases: expect.any(Array),
      started_at: expect.stringMatching(TIMESTAMP),
      ended_at: expect.stringMatching(TIMESTAMP),
      message_ids: expect.any(Array),
      open: true,
      created_at: expect.stringMatching(TIMESTAMP),
      updated_at: expect.stringMatching(TIMESTAMP),
    } as never);
    const statuses = await server.call('GET', `/sessions/${sessionId}/messages/status?limit=100`);
    for (const row of statuses.body.data.messages) expect(row.summarised).toBe(true);
  });

  test('name the user and the agent by their present names, without being made again', async () => {
    const { userId, sessionId, agentId } = await converse();
    await say(sessionId, GARDEN);
    const [before] = await list(userId);
    await server.call('PUT', `/users/${userId}`, { name: 'Rosalind' });
    await server.call('PUT', `/agents/${agentId}`, { name: `Gardener` });
    const [after] = await list(userId);
    expect(after?.participants).toEqual(['Rosalind', 'Gardener']);
    expect(after?.summary).toContain('Rosalind');
    expect(after).toMatchObject({ id: before?.id as string, message_ids: before?.message_ids as string[] });
  });

  test('are found by their own words when a question asks for their level, with the messages that they were made from', async () => {
    const { userId, sessionId } = await converse();
    const { message_ids: ids } = await say(sessionId, [...GARDEN, ...OFFICE]);
    const [garden] = await list(userId);
    const ask = async (filters?: object) => {
      const body = { query: 'Which plants grow in the garden?', top_k: 20, ...(filters && { filters }) };
      return expectSuccess(await server.call('POST', `/users/${userId}/query`, body), 200, expect.any(String));
    };
    type Result = { id: string; type: string; content: string; metadata: { level: number; message_ids?: string[] } };
    const levelsIn = ({ results }: { results: readonly Result[] }) =>
      [...new Set(results.map(({ metadata }) => metadata.level))].toSorted();
    expect(levelsIn(await ask())).toEqual([0]);
    const { results } = await ask({ levels: [1] });
    const content = `${garden?.title}\n${garden?.summary}`;
    expect(results[0]).toMatchObject({ id: garden?.id, type: 'knowledge', role: null, content });
    expect(results[0].metadata).toMatchObject({ session_id: sessionId, level: 1 });
    expect(results[0].metadata.message_ids).toEqual(ids.slice(0, GARDEN.length).toReversed());
    expect(levelsIn({ results })).toEqual([1]);
    expect(levelsIn(await ask({ levels: [0, 1] }))).toEqual([0, 1]);
    expect(await ask({ levels: [1], types: ['message'] })).toMatchObject({ results: [] });
    expect(await ask({ levels: [1], session_ids: [sessionId] })).toMatchObject({
      results: results.map(({ id }: Result) => ({ id })),
    });
    expect(await ask({ levels: [1], roles: ['user'] })).toMatchObject({ results: [] });
    const wrong = { query: 'a', filters: { levels: [3] } };
    expect((await server.call('POST', `/users/${userId}/query`, wrong)).status).toBe(422);
    await server.call('PUT', `/users/${userId}`, { name: 'Cordelia' });
    expect((await ask({ levels: [1] })).results[0].content).toContain('Cordelia');
  });

  test('grow under the same id while messages follow, and end where another topic begins', async () => {
    const { userId, sessionId } = await converse();
    await say(sessionId, GARDEN.slice(0, 4));
    const [young, ...none] = await list(userId);
    expect([young?.message_ids.length, young?.open, none]).toEqual([4, true, []]);
    await say(sessionId, GARDEN.slice(4));
    const [grown, ...still] = await list(userId);
    expect(grown).toMatchObject({ id: young?.id as string, open: true });
    expect([grown?.message_ids.length, still]).toEqual([GARDEN.length, []]);
    await say(sessionId, OFFICE);
    const after = await list(userId);
    expect(after.map(({ message_ids, open }) => [message_ids.length, open])).toEqual([
      [GARDEN.length, false],
      [OFFICE.length, true],
    ]);
    expect(after[0]?.id).toBe(young?.id as string);
  });

  test('come in pages, of all sessions or of one', async () => {
    const { userId, sessionId, agentId } = await converse();
    await say(sessionId, [...GARDEN, ...OFFICE]);
    const made = await server.call('POST', '/sessions', { user_id: userId, agent_id: agentId });
    const other = made.body.data.session.id;
    await say(other, GARDEN);
    const all = await list(userId);
    expect(all).toHaveLength(3);
    const first = await page(userId, '?limit=2');
    const second = await page(userId, `?limit=2&cursor=${first.next_cursor}`);
    expect([...first.episodes, ...second.episodes]).toEqual(all);
    expect(second.next_cursor).toBeNull();
    const one = await page(userId, `?session_id=${sessionId}&limit=1`);
    expect(one.episodes).toEqual(all.slice(0, 1));
    expect(await list(userId, `?session_id=${sessionId}&limit=1&cursor=${one.next_cursor}`)).toEqual(all.slice(1, 2));
    expect(await list(userId, `?session_id=${other}`)).toEqual(all.slice(2));
    const foreign = await server.call('GET', `/users/${userId}/episodes?session_id=${other}&cursor=${one.next_cursor}`);
    expect(foreign.status).toBe(400);
  });

  test('are nobody else’s: unknown users, and sessions of others, are 404', async () => {
    const [ann, bob] = [await converse(), await converse()];
    await say(ann.sessionId, GARDEN);
    const unknown = '019b76da-a800-7000-8000-000000000000';
    const gone = await server.call('GET', `/users/${unknown}/episodes`);
    expectRefusal(gone, 404, 'user_id', `User with ID '${unknown}' not found`);
    const foreign = await server.call('GET', `/users/${bob.userId}/episodes?session_id=${ann.sessionId}`);
    expectRefusal(foreign, 404, 'session_id', `Session with ID '${ann.sessionId}' not found`);
    expect((await server.call('GET', `/users/${ann.userId}/episodes?limit=none`)).status).toBe(400);
  });

  test('say nothing of what was edited or deleted, from the answer on', async () => {
    const { userId, sessionId } = await converse();
    const secret = 'zanzibar';
    const { message_ids: ids } = await say(sessionId, [
      `I hid the key of the ${secret} safe under the mat.`,
      ...GARDEN,
    ]);
    expect(JSON.stringify(await list(userId))).toContain(secret);
    await update(sessionId, [ids[0]], ['I moved the key to my desk in the office.']);
    expect(JSON.stringify(await list(userId))).not.toContain(secret);
    const [remade] = await eventually('the episode is made again', async () => {
      const now = await list(userId);
      return now.length > 0 && now;
    });
    expect(remade?.message_ids).toEqual(ids);
    await remove(sessionId, [ids[3]]);
    expect((await list(userId)).flatMap(({ message_ids }) => message_ids)).not.toContain(ids[3]);
    const [without] = await eventually('the episode is made again', async () => {
      const now = await list(userId);
      return now.length > 0 && now;
    });
    expect(without?.message_ids).toEqual(ids.filter((id: string) => id !== ids[3]));
  });

  test('are gone with their session, their agent and their user', async () => {
    for (const what of ['session', 'agent', 'user'] as const) {
      const of = await converse();
      const secret = `quetzal${what}`;
      await say(of.sessionId, [`I saw a ${secret} in the cloud forest of the mountains.`, ...GARDEN]);
      expect(await tablesHolding(server, secret)).toContain('messages');
      expect([200, 204]).toContain((await server.call('DELETE', `/${what}s/${of[`${what}Id`]}`)).status);
      if (what !== 'user') expect(await list(of.userId)).toEqual([]);
      await eventually('nothing of it is stored', async () => (await tablesHolding(server, secret)).length === 0);
    }
  });
});

test('Episodes can be turned off: no message has one, and nothing takes messages to their stage', async () => {
  const off = await startServer({ settings: { ...PROMPT, 'memory.episodes.enabled': false } });
  try {
    const { sessionId, userId } = await messageCalls(() => off).converse();
    const messages = [{ role: 'user', content: GARDEN[0] }];
    const waiting = await off.call('POST', `/sessions/${sessionId}/messages?wait_for=summarised`, { messages });
    const text = 'Nothing takes messages to the stage summarised here; wait_for must be one of: stored, indexed';
    expectRefusal(waiting, 400, 'wait_for', 'Invalid wait_for parameter', text);
    const indexed = await off.call('POST', `/sessions/${sessionId}/messages?wait_for=indexed`, { messages });
    expect(indexed.body.data).toMatchObject({ reached: true });
    const { body } = await off.call('GET', `/sessions/${sessionId}/messages/status`);
    expect(body.data.messages[0]).toMatchObject({ stage: 'indexed', indexed: true, summarised: false });
    expect((await off.call('GET', `/users/${userId}/episodes`)).body.data.episodes).toEqual([]);
  } finally {
    await off.stop();
  }
});

test('Episodes that are turned off and on again leave no session without its own', async () => {
  const folder = temporaryFolder();
  const settings = { ...PROMPT, data_dir: folder.path };
  try {
    const off = await startServer({ settings: { ...settings, 'memory.episodes.enabled': false } });
    const { sessionId, userId } = await messageCalls(() => off).converse();
    const messages = GARDEN.map((content) => ({ role: 'user', content }));
    await off.call('POST', `/sessions/${sessionId}/messages?wait_for=indexed`, { messages });
    expect((await off.call('GET', `/users/${userId}/episodes`)).body.data.episodes).toEqual([]);
    await off.stop();
    const on = await startServer({ settings });
    const [episode] = await eventually('the session has its episode', async () => {
      const { episodes } = (await on.call('GET', `/users/${userId}/episodes`)).body.data;
      return episodes.length > 0 && episodes;
    });
    expect(episode.message_ids).toHaveLength(GARDEN.length);
    await on.stop();
  } finally {
    folder.remove();
  }
});
