import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { backgroundCalls } from '../support/background/calls.ts';
import { ASLEEP } from '../support/background/settings.ts';
import { expectSuccess } from '../support/envelope.ts';
import { eventually } from '../support/eventually.ts';
import { messageCalls } from '../support/message-calls.ts';
import { startServer, type TestServer } from '../support/server.ts';

const LIMITS = {
  'buffer.round_buffer.max_size': 5,
  'buffer.round_buffer.max_tokens': 800,
} as const;

let server: TestServer;
const { newSession, list, remove } = messageCalls(() => server);
const { post } = backgroundCalls(() => server);
beforeAll(async () => {
  server = await startServer({ settings: { ...ASLEEP, ...LIMITS } });
});
afterAll(() => server.stop());

const idsOf = (rows: readonly { readonly id: string }[]): string[] => rows.map(({ id }) => id);
const say = async (sessionId: string, contents: readonly string[], query = '') =>
  expectSuccess(await post(sessionId, contents, query), 201, 'Messages added successfully') as {
    readonly message_ids: string[];
    readonly transfer_triggered: boolean;
  };
/** What is buffered, what is not, and all, the oldest first. */
const parts = async (sessionId: string, rest = '&order=asc&limit=100') => {
  const [buffered, others, all] = await Promise.all([
    list(sessionId, `?buffer_only=true${rest}`),
    list(sessionId, `?buffer_only=false${rest}`),
    list(sessionId, `?${rest.slice(1)}`),
  ]);
  return { buffered: idsOf(buffered), others: idsOf(others), all: idsOf(all) };
};
const emptied = (sessionId: string): Promise<boolean> =>
  eventually('the buffer is empty', async () => (await parts(sessionId)).buffered.length === 0);

describe('buffer_only', () => {
  test('tells apart what is gathered and what has moved on; without it there is all', async () => {
    const sessionId = await newSession();
    expect(await parts(sessionId)).toEqual({ buffered: [], others: [], all: [] });
    const old = (await say(sessionId, ['one', 'two'])).message_ids;
    expect(await parts(sessionId)).toEqual({ buffered: old, others: [], all: old });
    old.push(...(await say(sessionId, ['three'], '?wait_for=indexed&timeout_ms=15000')).message_ids);
    expect(await parts(sessionId)).toEqual({ buffered: [], others: old, all: old });
    const fresh = (await say(sessionId, ['four', 'five'])).message_ids;
    expect(await parts(sessionId)).toEqual({ buffered: fresh, others: old, all: [...old, ...fresh] });
  });

  test('is about the newest by arrival, whatever times the messages name', async () => {
    const sessionId = await newSession();
    const at = (year: number) => `${year}-01-01T00:00:00Z`;
    const send = async (query: string, ...years: number[]): Promise<string[]> => {
      const messages = years.map((year) => ({ role: 'user', content: `of ${year}`, created_at: at(year) }));
      const answer = await server.call('POST', `/sessions/${sessionId}/messages${query}`, { messages });
      return answer.body.data.message_ids;
    };
    const old = await send('?wait_for=indexed&timeout_ms=15000', 2020, 2030);
    const fresh = await send('', 2025, 2010);
    const { buffered, others } = await parts(sessionId);
    expect(buffered).toEqual([fresh[1], fresh[0]] as string[]);
    expect(others).toEqual(old);
  });

  test('true and false share out the list, in both orders, by time and by id, page by page', async () => {
    const sessionId = await newSession();
    await say(sessionId, ['a', 'b', 'c'], '?wait_for=indexed&timeout_ms=15000');
    await say(sessionId, ['d', 'e']);
    for (const order of ['asc', 'desc']) {
      for (const by of ['timestamp', 'id']) {
        const whole = await parts(sessionId, `&order=${order}&sort_by=${by}`);
        const members = new Set(whole.buffered);
        expect(whole.buffered).toEqual(whole.all.filter((id) => members.has(id)));
        expect(whole.others).toEqual(whole.all.filter((id) => !members.has(id)));
        const first = await parts(sessionId, `&order=${order}&sort_by=${by}&limit=1`);
        expect(first.buffered).toEqual(whole.buffered.slice(0, 1));
        expect(first.others).toEqual(whole.others.slice(0, 1));
      }
    }
  });

  test('true followed by false is the prompt of a chat adapter: every message once', async () => {
    const sessionId = await newSession();
    await say(sessionId, ['long ago'], '?wait_for=indexed&timeout_ms=15000');
    await say(sessionId, ['a moment ago', 'now']);
    const { buffered, others, all } = await parts(sessionId);
    expect([...others, ...buffered]).toEqual(all);
  });

  test('does not show a buffered message that was deleted', async () => {
    const sessionId = await newSession();
    const [gone = '', kept = ''] = (await say(sessionId, ['gone', 'kept'])).message_ids;
    await remove(sessionId, [gone]);
    expect(await parts(sessionId)).toEqual({ buffered: [kept], others: [], all: [kept] });
  });
});

describe('the rounds of a session leave the buffer', () => {
  test('when there are five, and the fifth says so', async () => {
    const sessionId = await newSession();
    for (let i = 1; i <= 4; i += 1) expect((await say(sessionId, [`round ${i}`])).transfer_triggered).toBe(false);
    expect((await parts(sessionId)).buffered).toHaveLength(4);
    expect((await say(sessionId, ['round 5'])).transfer_triggered).toBe(true);
    await emptied(sessionId);
  });

  test('when they come to eight hundred tokens', async () => {
    const sessionId = await newSession();
    const words = (count: number) => Array.from({ length: count }, (_, i) => `word${i % 10}`).join(' ');
    expect((await say(sessionId, [words(100)])).transfer_triggered).toBe(false);
    expect((await say(sessionId, [words(900)])).transfer_triggered).toBe(true);
    await emptied(sessionId);
  });

  test('and the count begins anew', async () => {
    const sessionId = await newSession();
    for (let i = 1; i <= 5; i += 1) await say(sessionId, [`round ${i}`]);
    await emptied(sessionId);
    for (let i = 6; i <= 9; i += 1) expect((await say(sessionId, [`round ${i}`])).transfer_triggered).toBe(false);
    expect((await say(sessionId, ['round 10'])).transfer_triggered).toBe(true);
  });

  test('each session by itself', async () => {
    const sessions = [await newSession(), await newSession()];
    for (let i = 1; i <= 4; i += 1) {
      for (const sessionId of sessions) {
        expect((await say(sessionId, [`round ${i}`])).transfer_triggered).toBe(false);
      }
    }
    expect((await say(sessions[0] ?? '', ['round 5'])).transfer_triggered).toBe(true);
    await emptied(sessions[0] ?? '');
    expect((await parts(sessions[1] ?? '')).buffered).toHaveLength(4);
  });
});
