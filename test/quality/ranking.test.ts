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
  server = await startServer({ settings: { 'memory.facts.enabled': true } });
  const agentId = await createAgent(call);
  for (const conversation of readConversations(OWN_CONVERSATIONS).flat()) {
    answers.push(...(await ask(call, await tell(call, conversation, agentId))));
  }
});
afterAll(() => server.stop());

const figuresOfKind = (kind: string): Figures =>
  figuresOf([...outcomesOf(answers).values()].filter(({ group }) => group === kind));

/**
 * What is measured of the weights that ship, less two questions of the kind. Those weights were fitted on friends,
 * assistant and LoCoMo and have seen no other kind; `bun run bench retrieval` leaves each conversation out of the weights that
 * it is ranked by.
 */
const FLOORS = {
  arabic: { anyAt5: 0.46, recallAt10: 0.47 },
  assistant: { anyAt5: 0.855, recallAt10: 0.895 },
  chinese: { anyAt5: 0.81, recallAt10: 0.75 },
  crossed: { anyAt5: 0.52, recallAt10: 0.58 },
  french: { anyAt5: 0.63, recallAt10: 0.72 },
  friends: { anyAt5: 0.8, recallAt10: 0.85 },
  german: { anyAt5: 0.59, recallAt10: 0.7 },
  hindi: { anyAt5: 0.81, recallAt10: 0.62 },
  japanese: { anyAt5: 0.72, recallAt10: 0.75 },
  korean: { anyAt5: 0.59, recallAt10: 0.76 },
  meetings: { anyAt5: 0.89, recallAt10: 0.9 },
  notes: { anyAt5: 0.72, recallAt10: 0.76 },
  preferences: { anyAt5: 0.46, recallAt10: 0.41 },
  projects: { anyAt5: 0.65, recallAt10: 0.53 },
  replies: { anyAt5: 0.83, recallAt10: 0.82 },
  russian: { anyAt5: 0.71, recallAt10: 0.58 },
  spanish: { anyAt5: 0.86, recallAt10: 0.72 },
  updates: { anyAt5: 0.73, recallAt10: 0.68 },
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
