import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MODELS_DIR } from '../../src/embedding/model-runtime.ts';
import { backgroundCalls } from '../support/background/calls.ts';
import { PROMPT } from '../support/background/settings.ts';
import { eventually } from '../support/eventually.ts';
import { startConversation, startServer, type TestServer } from '../support/server.ts';

const isInstalled = existsSync(join(MODELS_DIR, 'runtime', 'node_modules'));
if (!isInstalled) console.warn('transformers.js is not installed, so its tests are left out: bun run transformers');

const TEXTS = [
  'Our puppy trembles under the sofa whenever there is a storm.',
  'The invoice from the plumber came to ninety euros.',
  'I moved to Lisbon in May.',
  'My sister plays the cello in an orchestra.',
  'The tomatoes on the balcony are finally ripe.',
  'We booked the cabin for the second week of July.',
  'He prefers oat milk in his coffee.',
  'The printer on the third floor is out of toner.',
  'Grandmother taught me how to knit.',
  'The marathon starts at eight near the bridge.',
  'Our landlord wants to sell the flat.',
  'She passed her driving test at the second try.',
];

describe.if(isInstalled)('a server with all-MiniLM-L6-v2', () => {
  let server: TestServer;
  const { post, indexed } = backgroundCalls(() => server);
  beforeAll(async () => {
    server = await startServer({ settings: { 'embedding.provider': 'transformers', ...PROMPT } });
  });
  afterAll(() => server.stop());

  test('finds by its vectors what is meant, says which step found it, and again after a change', async () => {
    const { userId, sessionId } = await startConversation(server);
    const { body } = await post(sessionId, TEXTS, '?wait_for=indexed&timeout_ms=40000');
    await indexed(sessionId);
    const ask = async (query: string) => {
      const request = { query, top_k: 3, explain: true };
      return (await server.call('POST', `/users/${userId}/query`, request)).body.data;
    };
    const byModel = (question: string) =>
      eventually('the model has answered in time', async () => {
        const { results, degraded } = await ask(question);
        return degraded.length === 0 && results;
      });
    const [best] = await byModel('Which animal is scared of thunder?');
    expect(best.content).toBe(TEXTS[0] ?? '');
    expect(best.explain.map(({ step }: { step: string }) => step)).toContain('model');

    await server.call('PUT', `/sessions/${sessionId}/messages`, {
      message_ids: [body.data.message_ids[0]],
      new_messages: [{ role: 'user', content: 'The car needs new tyres.' }],
    });
    await indexed(sessionId);
    const [other] = await byModel('What does the vehicle need?');
    expect(other.content).toBe('The car needs new tyres.');
    expect(other.explain.map(({ step }: { step: string }) => step)).toContain('model');
  });
});
