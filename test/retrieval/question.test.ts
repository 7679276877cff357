import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { sayingOf } from '../../src/text/saying.ts';
import { termsOf } from '../../src/text/terms.ts';
import { startConversation, startServer, type TestServer } from '../support/server.ts';

const SEED = 20_261_123;

let server: TestServer;
let userId: string;
let sessionId: string;
beforeAll(async () => {
  server = await startServer();
  ({ userId, sessionId } = await startConversation(server));
});
afterAll(() => server.stop());

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.constantFrom(
    '',
    ' ',
    '"',
    "'",
    '*',
    'NEAR(',
    'a AND',
    '-- ; DROP',
    '\\',
    '%',
    '\0',
    '\ud800',
    '🦊'.repeat(50),
    'x'.repeat(10_000),
  ),
);

interface Result {
  readonly id: string;
  readonly content: string;
  readonly metadata: { readonly retrieval: { readonly duplicates?: number } };
  readonly score: number;
}

/** Asks, asserts an answer that is as every answer should be, and returns its results. */
const ask = async (query: string, topK = 1_000): Promise<readonly Result[]> => {
  const answer = await server.call('POST', `/users/${userId}/query`, { query, top_k: topK });
  expect(answer.status).toBe(200);
  const { results, total } = answer.body.data as { results: readonly Result[]; total: number };
  expect(total).toBe(results.length);
  const scores = results.map(({ score }) => score);
  expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  for (const score of scores) expect(score).toBeWithin(0, 1.000001);
  expect(new Set(results.map(({ id }) => id)).size).toBe(results.length);
  return results;
};

const say = async (content: string): Promise<string> => {
  const messages = [{ role: 'user', content }];
  const answer = await server.call('POST', `/sessions/${sessionId}/messages`, { messages });
  return answer.body.data.message_ids[0];
};

describe('any text', () => {
  test('is a question', async () => {
    await say('My dog Rex is afraid of thunder.');
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        await ask(text);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  test('that holds a word is found by itself the moment it is said, or counted with the one that says the same', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyText.filter((text) => text.isWellFormed() && termsOf(text).length > 0),
        async (text) => {
          const id = await say(text);
          const results = await ask(text);
          if (results.some((result) => result.id === id)) return;
          const same = results.find(({ content }) => sayingOf(content) === sayingOf(text));
          expect(same?.metadata.retrieval.duplicates).toBeGreaterThan(0);
        },
      ),
      { seed: SEED, numRuns: 200 },
    );
  });

  test('is kept to the letter, or refused where half of a surrogate pair would be kept as something else', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyText.filter((text) => text !== ''),
        async (text) => {
          if (!text.isWellFormed()) {
            const messages = [{ role: 'user', content: text }];
            expect((await server.call('POST', `/sessions/${sessionId}/messages`, { messages })).status).toBe(422);
            return;
          }
          const id = await say(text);
          const read = await server.call('POST', `/sessions/${sessionId}/messages/read`, { message_ids: [id] });
          expect(read.body.data.messages[0].content).toBe(text);
        },
      ),
      { seed: SEED, numRuns: 300 },
    );
  });
});

test('one question that is hard to take apart does not keep others waiting', async () => {
  /** Processor time of all threads for a long question and a short one beside it: what else the machine does takes none. */
  const costOf = async (unit: string): Promise<number> => {
    const before = process.cpuUsage();
    const [long] = await Promise.all([
      server.call('POST', `/users/${userId}/query`, { query: `a${unit.repeat(24_000 / unit.length)}` }),
      ask('dog'),
    ]);
    expect(long.status).toBe(200);
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  // Accents in an order that Unicode has to sort, which takes time by the square of their number, and plain words.
  const [hard, plain] = [[], []] as [number[], number[]];
  for (let round = 0; round < 5; round += 1) {
    hard.push(await costOf('\u0345\u0301\u0316'));
    plain.push(await costOf('a word '));
  }
  expect(Math.min(...hard) / Math.min(...plain)).toBeLessThan(10);
});
