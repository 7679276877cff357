import { afterEach, describe, expect, test } from 'bun:test';
import { readByModel } from '../../../../src/memory/kinds/extract/by-model.ts';
import type { ExtractTurn } from '../../../../src/memory/kinds/extract/turns.ts';
import type { LanguageModel } from '../../../../src/memory/language-model.ts';
import { type FakeLlm, startFakeLlm } from '../../../support/background/fake-llm.ts';
import { startServer, type TestServer } from '../../../support/server.ts';

let server: TestServer | null = null;
let llm: FakeLlm | null = null;
afterEach(async () => {
  await server?.stop();
  llm?.stop();
  [server, llm] = [null, null];
});

const AT = Date.parse('2026-05-10T12:00:00Z');
const turn = (key: number, content: string, more: Partial<ExtractTurn> = {}): ExtractTurn => ({
  ...{ key, role: 'user', isNamed: false, speaker: 'Ann', content, createdAtMs: AT, isContext: false },
  ...more,
});
const noted = (of: number, text: string, more: object = {}) => ({
  ...{ turn: of, text, subject: 'Ann', predicate: 'lives_in', object: 'Lisbon', category: 'home', confidence: 0.9 },
  ...{ valid_from: null, valid_to: null, ended: false, entities: [] },
  ...more,
});
/** A model that answers this, and keeps what it was asked. */
const answering = (facts: readonly object[]) => {
  const asked: string[] = [];
  const model: LanguageModel = {
    ask: async ({ prompt, schema }) => {
      asked.push(prompt);
      return schema.parse({ facts });
    },
  };
  return { model, asked };
};

describe('facts by a language model', () => {
  test('have the times, the lineage and the ends that rules give them', async () => {
    const { model } = answering([
      noted(0, 'Ann moved to  Lisbon.', { valid_from: '2026-05-01', entities: [{ name: 'Lisbon', kind: 'place' }] }),
      noted(1, 'Ann no longer works at Acme.', {
        predicate: 'works_at',
        object: 'Acme',
        ended: true,
        category: 'work',
      }),
    ]);
    const drafts = await readByModel(model, [turn(7, 'I moved to Lisbon on May 1st.'), turn(8, 'I quit Acme.')]);
    expect(drafts).toMatchObject([
      { text: 'Ann moved to Lisbon.', validFromMs: Date.parse('2026-05-01'), validToMs: null, messageKeys: [7] },
      { object: 'not Acme', validFromMs: null, validToMs: AT, messageKeys: [8] },
    ]);
  });

  test('are of turns that were to be read alone: none of context, assistants and programs, three of a turn', async () => {
    const turns = [
      turn(1, 'Hello', { isContext: true }),
      turn(2, 'You live in Rome.', { role: 'assistant', speaker: 'Bot' }),
      turn(3, '{"city":"Rome"}', { role: 'tool', speaker: 'tool' }),
      turn(4, 'I live in Lisbon.'),
    ];
    const { model } = answering([0, 1, 2, 9, -1, 3, 3, 3, 3].map((of, i) => noted(of, `Fact ${i}.`)));
    expect((await readByModel(model, turns))?.map(({ messageKeys }) => messageKeys)).toEqual([[4], [4], [4]]);
  });

  test('are not asked for where nobody speaks, and recalled memory is not read again', async () => {
    const { model, asked } = answering([]);
    expect(await readByModel(model, [turn(1, 'x', { role: 'system' }), turn(2, 'y', { isContext: true })])).toEqual([]);
    expect(asked).toEqual([]);
    await readByModel(model, [turn(1, 'Hi <memfuse-context>\nAnn lives in Rome.\n</memfuse-context> there')]);
    expect(asked[0]).not.toContain('Rome');
  });
});

test('a server with a language model keeps what it reads, and rules read what it does not answer', async () => {
  llm = startFakeLlm(({ body }) => ({
    facts: JSON.stringify(body.messages).includes('read, ')
      ? [noted(0, 'Ann is fond of the sea.', { predicate: 'like', object: 'the sea', category: 'preference' })]
      : [],
  }));
  server = await startServer({
    settings: {
      'memory.facts.enabled': true,
      'llm.base_url': llm.baseUrl,
      'llm.model': 'fake',
      'memory.background.workers': 1,
    },
  });
  const texts = async (user: string, content: string) => {
    const messages = [{ role: 'user', content }];
    const added = await server?.call('POST', '/memories?wait_for=extracted&timeout_ms=60000', { user, messages });
    expect(added?.body.data.reached).toBe(true);
    const listed = await server?.call('GET', `/users/${added?.body.data.user_id}/facts`);
    return listed?.body.data.facts.map(({ text }: { text: string }) => text);
  };
  expect(await texts('Ann', 'Das Meer mag ich sehr.')).toEqual(['Ann is fond of the sea.']);
  llm.become('down');
  expect(await texts('Bob', 'I live in Lisbon.')).toEqual(['Bob lives in Lisbon.']);
});
