import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { OWN_CONVERSATIONS, readConversations } from '../../scripts/quality/conversations.ts';
import { type Figures, figuresOf } from '../../scripts/quality/figures.ts';
import { type Answer, ask, type Call, createAgent, outcomesOf, tell } from '../../scripts/quality/over-http.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
const answers: Answer[] = [];

const call: Call = async (method, path, body) => {
  const answer = await server.call(method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}`);
  return answer.body.data;
};

beforeAll(async () => {
  server = await startServer();
  const agentId = await createAgent(call);
  for (const conversation of readConversations(OWN_CONVERSATIONS).flat()) {
    answers.push(...(await ask(call, await tell(call, conversation, agentId))));
  }
}, 60_000);
afterAll(() => server.stop());

const figuresOfKind = (kind: string): Figures =>
  figuresOf([...outcomesOf(answers).values()].filter(({ group }) => group === kind));

/**
 * What is measured of the weights that ship, less two hundredths. Those weights have seen some of these conversations, so the
 * floors guard the product and prove nothing; `bun run bench retrieval` leaves each conversation out of the weights that it
 * is ranked by.
 */
const FLOORS = {
  assistant: { anyAt5: 0.855, recallAt10: 0.895 },
  friends: { anyAt5: 0.8, recallAt10: 0.85 },
  meetings: { anyAt5: 0.93, recallAt10: 0.935 },
  notes: { anyAt5: 0.76, recallAt10: 0.8 },
  preferences: { anyAt5: 0.49, recallAt10: 0.45 },
  projects: { anyAt5: 0.66, recallAt10: 0.56 },
  replies: { anyAt5: 0.845, recallAt10: 0.84 },
  updates: { anyAt5: 0.74, recallAt10: 0.7 },
};

test('every kind of conversation has floors', () => {
  expect([...new Set(answers.map(({ conversation }) => conversation.kind))]).toEqual(Object.keys(FLOORS));
});

describe.each(Object.entries(FLOORS))('the ranking of conversations of the kind "%s"', (kind, floors) => {
  test('puts a message with the answer among the first five as often as it did', () => {
    expect(figuresOfKind(kind).anyAt5).toBeGreaterThanOrEqual(floors.anyAt5);
  });

  test('puts as much of the answers among the first ten as it did', () => {
    expect(figuresOfKind(kind).recallAt10).toBeGreaterThanOrEqual(floors.recallAt10);
  });
});
