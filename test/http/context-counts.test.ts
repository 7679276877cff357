import { afterEach, describe, expect, test } from 'bun:test';
import { countText } from '../../src/buffer/count-text.ts';
import type { TokenCounter } from '../../src/buffer/token-counter.ts';
import type { SearchService } from '../../src/services/search-service.ts';
import { backgroundCalls } from '../support/background/calls.ts';
import { PROMPT } from '../support/background/settings.ts';
import { eventually } from '../support/eventually.ts';
import { type ManualTime, manualTime } from '../support/manual-time.ts';
import { startConversation, startServer, type TestServer } from '../support/server.ts';

const TEXTS = Array.from({ length: 40 }, (_, i) => `On day ${i} we flew the red kite over the hill until it rained.`);
const never = (): Promise<never> => new Promise(() => {});

let server: TestServer;
let time: ManualTime;
afterEach(() => server.stop());
const { post, indexed } = backgroundCalls(() => server);

/** A server whose counter answers requests as told; what it was asked to count for them is kept. */
const start = async (
  answer: (texts: readonly string[]) => Promise<number[]>,
  search?: Partial<SearchService>,
): Promise<{ userId: string; sessionId: string; asked: string[] }> => {
  const asked: string[] = [];
  const counter: TokenCounter = {
    known: () => undefined,
    count: async (texts, countFor) => {
      if (countFor !== 'request') return texts.map(countText);
      asked.push(...texts);
      return answer(texts);
    },
    isBehind: false,
    close: async () => {},
  };
  time = manualTime();
  server = await startServer({ settings: PROMPT, scheduler: time, outside: { counter } });
  Object.assign(server.services.search, search);
  const { userId, sessionId } = await startConversation(server);
  await post(sessionId, TEXTS);
  await indexed(sessionId);
  return { userId, sessionId, asked };
};

const contextOf = (userId: string, body: object) =>
  server.call('POST', `/users/${userId}/context`, { query: 'red kite', max_tokens: 300, ...body });

/** The answer to a request that waits for its deadline. */
const whenOver = async (userId: string, deadline_ms: number, isWaiting = () => time.pending > 0) => {
  const answer = contextOf(userId, { deadline_ms });
  await eventually('the request waits', isWaiting);
  await time.advance(deadline_ms);
  return (await answer).body;
};

describe('the tokens of a block', () => {
  test('are those that the background has counted; only what the block adds is counted for it', async () => {
    const { userId, asked } = await start(async (texts) => texts.map(countText));
    const { data } = (await contextOf(userId, {})).body;
    expect(data.tokens).toBe(countText(data.context));
    expect(data.tokens).toBeWithin(285, 301);
    // The block itself holds contents; beside it the one is counted that is cut to what is left.
    const pieces = asked.filter((text) => TEXTS.some((content) => text.includes(content)) && !text.includes('[2]'));
    expect(new Set(pieces).size).toBeLessThanOrEqual(1);
  });

  test('of a message that has changed since are counted anew', async () => {
    const { userId, sessionId } = await start(async (texts) => texts.map(countText));
    const { messages } = (await server.call('GET', `/sessions/${sessionId}/messages?limit=100`)).body.data;
    const changed = messages.map(({ content }: { content: string }) => ({
      role: 'user',
      content: `${content} `.repeat(9),
    }));
    const ids = messages.map(({ id }: { id: string }) => id);
    await server.call('PUT', `/sessions/${sessionId}/messages`, { message_ids: ids, new_messages: changed });
    const { data } = (await contextOf(userId, {})).body;
    expect(data.tokens).toBe(countText(data.context));
    expect(data.tokens).toBeWithin(285, 301);
  });
});

describe('a deadline', () => {
  test('that is over before the tokens are counted gives a smaller block, and says so', async () => {
    const { userId, asked } = await start(never);
    const { data } = await whenOver(userId, 250, () => asked.length > 0);
    expect(data.degraded).toEqual([
      'deadline_ms 250: tokens were estimated from above, so that less stands in the block than fits; allow more',
    ]);
    expect(data.citations.length).toBeGreaterThan(0);
    expect(countText(data.context)).toBeLessThanOrEqual(data.tokens);
    expect(data.tokens).toBeLessThanOrEqual(300);
  });

  test('that is over before anything is found gives nothing, and says so', async () => {
    const { userId } = await start(async (texts) => texts.map(countText), { search: never });
    const { data } = await whenOver(userId, 250);
    expect(data).toMatchObject({ context: '', tokens: 0, citations: [] });
    expect(data.degraded).toEqual([
      'deadline_ms 250: the search took longer, so there are no results; ask again or allow more',
    ]);
  });

  test('that is kept changes nothing, and one that is none is refused', async () => {
    const { userId } = await start(async (texts) => texts.map(countText));
    const without = (await contextOf(userId, {})).body.data;
    expect((await contextOf(userId, { deadline_ms: 20_000 })).body.data).toEqual(without);
    expect(time.pending).toBe(0);
    for (const deadline_ms of [0, -1, 'soon', 1e9]) expect((await contextOf(userId, { deadline_ms })).status).toBe(422);
  });
});
