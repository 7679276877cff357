import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { closeSync, constants, openSync } from 'node:fs';
import { join } from 'node:path';
import { SEARCH_LIMITS } from '../../src/services/search-worker.ts';
import { eventually } from '../support/eventually.ts';
import { startConversation, startServer, type TestServer } from '../support/server.ts';
import { say } from '../support/talk.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ENTRY = new URL('./children/moody-search.ts', import.meta.url);
const folder = temporaryFolder();
const PIPE = join(folder.path, 'pipe');
let pipe: number | null = null;
let server: TestServer;
let [ada, bob] = ['', ''];

beforeAll(() => {
  Bun.spawnSync(['mkfifo', PIPE]);
});
afterAll(() => folder.remove());
beforeEach(async () => {
  pipe = openSync(PIPE, constants.O_RDWR);
  const limits = { ...SEARCH_LIMITS, silentAfterMs: 1_000 };
  server = await startServer({ outside: { searchWorkers: { entry: ENTRY, limits } } });
  [ada, bob] = (await Promise.all(
    ['Ada', 'Bob'].map(async (name) => {
      const { userId, sessionId } = await startConversation(server, name);
      await say(server, sessionId, `The kayak of ${name} is red.`);
      return userId;
    }),
  )) as [string, string];
});
/** What hangs in a read from it goes on. */
const answerDisk = (): void => {
  if (pipe !== null) closeSync(pipe);
  pipe = null;
};
afterEach(async () => {
  answerDisk();
  await server.stop();
});

const ask = (userId: string, query: string) => server.call('POST', `/users/${userId}/query`, { query, top_k: 1 });
const kayakOf = async (userId: string): Promise<string> =>
  (await ask(userId, 'What colour is the kayak?')).body.data.results[0].content;

describe('a search Worker', () => {
  test.each([
    ['loops without end', 'spin'],
    ['hangs in native code', `stall ${PIPE}`],
  ])('that %s is replaced: its questions are refused for now, and all others answered', async (_, question) => {
    const [hung, beside] = await Promise.all([ask(ada, question), ask(bob, `${question} too`)]);
    for (const { status, body, headers } of [hung, beside]) {
      expect(status).toBe(503);
      expect(body.message).toBe('The search hung and was started anew. Send the request again.');
      expect(headers.get('Retry-After')).toBe('1');
    }
    expect(await Promise.all([kayakOf(bob), kayakOf(ada)])).toEqual([
      'The kayak of Bob is red.',
      'The kayak of Ada is red.',
    ]);
  });

  test('that dies again and again at the question of one leaves those of others alone', async () => {
    for (let i = 0; i < 6; i += 1) {
      expect((await ask(ada, `crash ${i}`)).status).toBe(503);
      expect(await kayakOf(bob)).toBe('The kayak of Bob is red.');
    }
    expect(server.services.errors.openCircuits()).toEqual([]);
  });

  test('is not started once more while those before it hang and cannot be ended', async () => {
    for (let i = 0; i < 2; i += 1) expect((await ask(ada, `stall ${PIPE} ${i}`)).status).toBe(503);
    const refused = await ask(bob, 'What colour is the kayak?');
    expect(refused.status).toBe(503);
    expect(refused.body.message).toBe('The search hung and was started anew. Send the request again.');
    expect((await server.call('GET', '/health')).status).toBe(200);
    // The disk answers again. Opened again at once, it would keep those who have not noticed.
    answerDisk();
    const answered = await eventually('it is answered', async () => {
      const answer = await ask(bob, 'What colour is the kayak?');
      return answer.status === 200 && answer;
    });
    expect(answered.body.data.results[0].content).toBe('The kayak of Bob is red.');
  });
});
