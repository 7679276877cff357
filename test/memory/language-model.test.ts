import { afterEach, describe, expect, test } from 'bun:test';
import { z } from 'zod';
import { openLanguageModel } from '../../src/memory/language-model.ts';
import { type FakeLlm, startFakeLlm } from '../support/background/fake-llm.ts';
import { recordedLog } from '../support/recorded-log.ts';

let llm: FakeLlm | null = null;
afterEach(() => {
  llm?.stop();
  llm = null;
});

const Colour = z.object({ colour: z.string() });
const setUp = (more: Partial<Parameters<typeof openLanguageModel>[0]> = {}) => {
  const endpoint = startFakeLlm(() => ({ colour: 'red' }));
  llm = endpoint;
  const log = recordedLog();
  const options = {
    baseUrl: endpoint.baseUrl,
    model: 'fake',
    apiKey: 'secret',
    timeoutMs: 2_000,
    maxRequestsPerMinute: 1_000,
    maxTokensPerHour: 1_000_000,
  };
  const model = openLanguageModel({ ...options, ...more }, { log, beat: () => {} });
  const ask = (prompt: string) =>
    model.ask({ name: 'colour', instructions: 'Say a colour.', prompt, schema: Colour, maxOutputTokens: 50 });
  return { endpoint, log, ask };
};

describe('a language model', () => {
  test('is asked for what fits a schema, with the key, and once for the same question', async () => {
    const { endpoint, ask } = setUp();
    expect(await ask('Which?')).toEqual({ colour: 'red' });
    expect(await ask('Which?')).toEqual({ colour: 'red' });
    expect(endpoint.calls).toHaveLength(1);
    const [call] = endpoint.calls;
    expect(call?.headers.get('Authorization')).toBe('Bearer secret');
    expect(call?.body).toMatchObject({ model: 'fake', temperature: 0, response_format: { type: 'json_schema' } });
    expect(JSON.stringify(call?.body.messages)).toContain('Say a colour.');
  });

  test.each(['down', 'busy', 'rubbish', 'wrongSchema', 'halfAnswer', 'closed'] as const)(
    'that is %s answers null, and nothing is kept of that',
    async (mood) => {
      const { endpoint, log, ask } = setUp();
      endpoint.become(mood);
      expect(await ask('Which?')).toBeNull();
      endpoint.become('well');
      expect(await ask('Which?')).toEqual({ colour: 'red' });
      expect(JSON.stringify(log.lines)).not.toContain('Which?');
    },
  );

  test('that does not answer in time answers null', async () => {
    const { endpoint, ask } = setUp({ timeoutMs: 30 });
    endpoint.become('silent');
    expect(await ask('Which?')).toBeNull();
  });

  test('that fails again and again is left alone for a while, which the log says once', async () => {
    const { endpoint, log, ask } = setUp();
    endpoint.become('down');
    for (let i = 0; i < 6; i += 1) expect(await ask(`Which ${i}?`)).toBeNull();
    expect(endpoint.calls).toHaveLength(3);
    expect(log.lines.filter(({ severity }) => severity === 'warn')).toHaveLength(1);
  });

  test('is not asked beyond the budget of requests, nor beyond that of tokens', async () => {
    const few = setUp({ maxRequestsPerMinute: 2 });
    const answers = [await few.ask('1'), await few.ask('2'), await few.ask('3')];
    expect(answers.map((answer) => answer !== null)).toEqual([true, true, false]);
    llm?.stop();
    // Each answer is said to have cost 100 tokens; a question is thought to cost some 60.
    const poor = setUp({ maxTokensPerHour: 250 });
    const spent: boolean[] = [];
    for (let i = 0; i < 5; i += 1) spent.push((await poor.ask(`${i}`)) !== null);
    expect(spent).toEqual([true, true, false, false, false]);
  });
});
