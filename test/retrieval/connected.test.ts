import { describe, expect, test } from 'bun:test';
import { findConnected, namesIn } from '../../src/retrieval/connected.ts';

describe('the names of a question', () => {
  test.each([
    ['Where does Ann Lee work?', 'ann lee'],
    ["What is Rex's toy?", 'rex'],
    ['Who is at Acme Corp.?', 'acme corp.'],
    ['Who is at Acme Corp.?', 'acme corp'],
    ['Wo wohnt Jörg?', 'jörg'],
    ['Wer kennt O’Neil?', 'o’neil'],
  ])('are runs of its words in lower case: %s', (question, name) => {
    expect(namesIn(question)).toContain(name);
  });

  test('are few, however long it is', () => {
    expect(namesIn('Ann '.repeat(60_000)).length).toBeLessThanOrEqual(8);
    expect(namesIn(Array.from({ length: 5_000 }, (_, i) => `word${i}`).join(' ')).length).toBeLessThanOrEqual(512);
    expect(namesIn('?'.repeat(262_144))).toEqual([]);
    expect(namesIn('a'.repeat(262_144))).toHaveLength(1);
  });
});

test('a question that names nothing known is connected with the user, and one about nobody with nothing', async () => {
  const asked: (readonly string[])[] = [];
  const corpus = {
    related: async (_tenant: number, _user: number, names: readonly string[]) => {
      asked.push(names);
      const found = names.includes('ada') ? [{ key: 7, steps: 1 } as const, { key: 9, steps: 2 } as const] : [];
      return { facts: found, messages: found };
    },
  };
  const ask = (question: string, user: string | null) =>
    findConnected(corpus, { tenantKey: 1, userKey: 1, question, user });
  const connected = await ask('Where do I live?', 'Ada');
  expect([...(connected?.fact ?? [])]).toEqual([
    [7, 0],
    [9, -1],
  ]);
  expect(asked.at(-1)).toEqual(['ada']);
  expect(await ask('Where do I live?', 'Bob')).toBeNull();
  expect(await ask('Where do I live?', null)).toBeNull();
  const before = asked.length;
  expect(await ask('Where does Ada live?', 'Bob')).not.toBeNull();
  expect(asked).toHaveLength(before + 1);
});
