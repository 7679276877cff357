import { afterEach, describe, expect, test } from 'bun:test';
import type { WorkMessage } from '../../../../src/contract/work.ts';
import { summariseByModel } from '../../../../src/memory/kinds/summarise/by-model.ts';
import type { LanguageModel } from '../../../../src/memory/language-model.ts';
import { openLanguageModel } from '../../../../src/memory/language-model.ts';
import { AGENT_MARK, USER_MARK } from '../../../../src/text/account-marks.ts';
import { type FakeLlm, startFakeLlm } from '../../../support/background/fake-llm.ts';
import { recordedLog } from '../../../support/recorded-log.ts';
import { startServer, type TestServer } from '../../../support/server.ts';

let server: TestServer | null = null;
let llm: FakeLlm | null = null;
afterEach(async () => {
  await server?.stop();
  llm?.stop();
  [server, llm] = [null, null];
});

const messagesOf = (said: readonly (readonly [role: string, content: string, name?: string])[]): WorkMessage[] =>
  said.map(([role, content, name = null], i) => ({
    ...{ key: i + 1, sequence: i + 1, round: 1, role, name, usualSpeaker: null, content },
    createdAt: Date.UTC(2026, 4, 10),
  }));
const TOLD = { title: 'A move of {{user}}', summary: '{{user}} moved to Lisbon. {{assistant}} named a tram.' };
const answering = (told: { readonly title: string; readonly summary: string }) => {
  const asked: string[] = [];
  const model: LanguageModel = {
    ask: async ({ prompt, schema }) => {
      asked.push(prompt);
      return schema.parse(told);
    },
  };
  return { model, asked };
};

describe('an episode by a language model', () => {
  test('is told with marks for the names of accounts, which the model never sees', async () => {
    const { model, asked } = answering({ ...TOLD, summary: ` ${TOLD.summary}\n\u202eThe end.${USER_MARK}` });
    const messages = messagesOf([
      ['user', 'I moved to Lisbon.'],
      ['assistant', 'Take tram 28.'],
      ['user', 'I come along.', 'Mo "the" sailor'],
    ]);
    expect(await summariseByModel(model, messages)).toEqual({
      title: `A move of ${USER_MARK}`,
      summary: `${USER_MARK} moved to Lisbon. ${AGENT_MARK} named a tram. The end.`,
    });
    expect(asked).toEqual([
      [
        '2026-05-10, {{user}}: "I moved to Lisbon."',
        '2026-05-10, {{assistant}}: "Take tram 28."',
        '2026-05-10, "Mo \\"the\\" sailor": "I come along."',
      ].join('\n'),
    ]);
  });

  test('has a short title and a summary of bounded length, and none that is empty', async () => {
    const long = await summariseByModel(
      answering({ title: 'word '.repeat(100), summary: 'x'.repeat(9_000) }).model,
      messagesOf([['user', 'Hi']]),
    );
    expect(long?.title.length).toBeLessThanOrEqual(80);
    expect(long?.summary.length).toBe(1_000);
    const empty = answering({ title: ' ', summary: 'Something.' });
    expect(await summariseByModel(empty.model, messagesOf([['user', 'Hi']]))).toBeNull();
  });

  test('is not asked for where nobody speaks, and recalled memory and what programs said are not sent', async () => {
    const { model, asked } = answering(TOLD);
    expect(
      await summariseByModel(
        model,
        messagesOf([
          ['tool', 'secret'],
          ['system', 'secret'],
        ]),
      ),
    ).toBeNull();
    expect(asked).toEqual([]);
    const recalled = 'Hi <memfuse-context>\nAnn lives in Rome.\n</memfuse-context> there';
    await summariseByModel(
      model,
      messagesOf([
        ['user', recalled],
        ['tool', 'secret'],
        ['user', 'y'.repeat(256_000)],
      ]),
    );
    expect(asked[0]).not.toContain('Rome');
    expect(asked[0]).not.toContain('secret');
    expect(asked[0]?.length).toBeLessThan(5_000);
  });

  test.each(['down', 'busy', 'rubbish', 'wrongSchema', 'halfAnswer', 'closed', 'silent'] as const)(
    'is left to the rules by an endpoint that is %s, and asked for again later',
    async (mood) => {
      llm = startFakeLlm(() => TOLD);
      const limits = { timeoutMs: mood === 'silent' ? 30 : 5_000, maxRequestsPerMinute: 100, maxTokensPerHour: 1e6 };
      const options = { baseUrl: llm.baseUrl, model: 'fake', apiKey: undefined, ...limits };
      const model = openLanguageModel(options, { log: recordedLog(), beat: () => {} });
      const messages = messagesOf([['user', 'I moved to Lisbon.']]);
      llm.become(mood);
      expect(await summariseByModel(model, messages)).toBeNull();
      llm.become('well');
      expect((await summariseByModel(model, messages))?.title).toBe(`A move of ${USER_MARK}`);
      await summariseByModel(model, messages);
      expect(llm.calls).toHaveLength(2);
    },
  );
});

test('a server with a language model shows what it tells by the present name, and what rules tell when it is down', async () => {
  llm = startFakeLlm(() => TOLD);
  server = await startServer({
    settings: {
      'memory.episodes.enabled': true,
      'llm.base_url': llm.baseUrl,
      'llm.model': 'fake',
      'memory.background.workers': 1,
    },
  });
  const episodesOf = async (userId: string) =>
    (await server?.call('GET', `/users/${userId}/episodes`))?.body.data.episodes;
  const say = async (user: string, content: string): Promise<string> => {
    const messages = [{ role: 'user', content }];
    const added = await server?.call('POST', '/memories?wait_for=summarised&timeout_ms=60000', { user, messages });
    expect(added?.body.data.reached).toBe(true);
    return added?.body.data.user_id;
  };
  const ann = await say('Ann', 'I moved to a small flat in Lisbon in May.');
  const [told] = await episodesOf(ann);
  expect(told).toMatchObject({ title: 'A move of Ann', participants: ['Ann'] });
  expect(told.summary).toStartWith('Ann moved to Lisbon.');
  expect(told.message_ids).toHaveLength(1);
  await server.call('PUT', `/users/${ann}`, { name: 'Anna' });
  expect((await episodesOf(ann))[0].title).toBe('A move of Anna');
  llm.become('down');
  const bob = await say('Bob', 'I planted tomatoes and carrots in the garden this spring.');
  expect((await episodesOf(bob))[0].summary).toContain('Bob planted tomatoes');
});
