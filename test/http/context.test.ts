import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { startConversation, startServer, type TestServer } from '../support/server.ts';
import { say } from '../support/talk.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

let conversations = 0;
const converse = () => {
  conversations += 1;
  return startConversation(server, `Person${conversations}`);
};
const contextOf = (userId: string, body: object) => server.call('POST', `/users/${userId}/context`, body);

describe('what a block goes without', () => {
  test('is named as a query names it', async () => {
    const { userId, sessionId } = await converse();
    await say(server, sessionId, 'We flew a red kite.');
    for (const as_of of ['2026-05-01', '1970-01-01T00:00:00Z']) {
      const body = { query: 'red kite', as_of };
      const { degraded } = (await contextOf(userId, body)).body.data;
      const asked = await server.call('POST', `/users/${userId}/query`, body);
      expect(degraded).toEqual(asked.body.data.degraded);
      expect(degraded.join()).toContain('as_of');
    }
    expect((await contextOf(userId, { query: 'red kite' })).body.data.degraded).toEqual([]);
  });
});

describe('the tokens of a block', () => {
  const of = async (userId: string, max_tokens: number) =>
    (await contextOf(userId, { query: 'red kite', max_tokens })).body;

  test('hold a short memory whose conversation has a long name', async () => {
    const { userId, sessionId } = await converse();
    await say(server, sessionId, 'I fly a red kite at dawn.');
    for (let maxTokens = 14; maxTokens <= 40; maxTokens += 1) {
      const { data, message } = await of(userId, maxTokens);
      expect(message).toBe('Context of 1 memories');
      expect(data.context).toContain('[1] user: I fly a red kite at dawn.');
      expect(data.truncated).toBe(false);
    }
  });

  test('that are too few for anything are named, and so is a memory that holds nothing', async () => {
    const { userId, sessionId } = await converse();
    expect((await of(userId, 5)).message).toBe('Nothing is known that bears on it');
    await say(server, sessionId, 'I fly a red kite at dawn.');
    const { data, message } = await of(userId, 5);
    expect(message).toBe('Nothing fits in 5 tokens of what is known; ask with more max_tokens');
    expect(data).toEqual({ context: '', tokens: 0, citations: [], truncated: true, degraded: [] });
  });

  test('are used when there is enough to say', async () => {
    const { userId, sessionId } = await converse();
    const places = ['over the hill', 'by the sea with my sister', 'until it began to rain and we had to run home'];
    const texts = Array.from({ length: 300 }, (_, i) => `On day ${i} we flew the red kite ${places[i % 3]}.`);
    await say(server, sessionId, ...texts);
    for (const maxTokens of [20, 50, 100, 200, 1_000]) {
      const { tokens } = (await of(userId, maxTokens)).data;
      expect(tokens).toBeLessThanOrEqual(maxTokens);
      // Of twenty tokens one or two may be left, where all that was found is as long as that.
      const least = Math.min(maxTokens * 0.95, maxTokens - 2);
      expect([maxTokens, tokens >= least, tokens]).toEqual([maxTokens, true, tokens]);
    }
  });
});

describe('a long message', () => {
  const sentences = Array.from(
    { length: 500 },
    (_, i) => `We flew kite number ${i} by the sea until it began to rain.`,
  );
  const FACT = 'The vault code is marmalade.';

  test('is shown by the passage that was asked for, and not given out whole', async () => {
    const { userId, sessionId } = await converse();
    const content = [...sentences.slice(0, 250), FACT, ...sentences.slice(250)].join(' ');
    await say(server, sessionId, 'Good morning.', content, 'The kettle broke.');
    for (const format of ['text', 'messages']) {
      for (const max_tokens of [60, 300]) {
        const { data } = (await contextOf(userId, { query: 'What is the vault code?', max_tokens, format })).body;
        const shown = JSON.stringify(data.context);
        expect(shown).toContain(FACT);
        expect(shown).toContain('[...]');
        expect(shown).not.toContain('number 0 ');
        expect(data.truncated).toBe(true);
      }
    }
    const whole = (await contextOf(userId, { query: 'What is the vault code?', max_tokens: 20_000 })).body.data;
    expect(whole.context).toContain(content);
    expect(whole.truncated).toBe(false);
  });

  test('of blanks without end holds up nothing', async () => {
    const { userId, sessionId } = await converse();
    const blanks = ' \t'.repeat(100_000);
    await say(server, sessionId, `The vault${blanks}code is${blanks.slice(0, 50_000)}marmalade.`);
    const { data } = (await contextOf(userId, { query: `What is the${blanks}vault code?`, max_tokens: 100 })).body;
    expect(data.citations).toHaveLength(1);
  });
});
