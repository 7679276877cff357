import { describe, expect, test } from 'bun:test';
import { countText } from '../../src/buffer/count-text.ts';
import { buildContext } from '../../src/retrieval/context-block.ts';
import type { Found } from '../../src/retrieval/search.ts';

const count = async (texts: readonly string[]): Promise<number[]> => texts.map(countText);

const WORDS = 'we flew a red kite over the long hill by the sea with my sister until it began to rain'.split(' ');
const ENOUGH = 0.95;
/** Below it there is no room for a number, a speaker and a few words. */
const LEAST_TOKENS = 10;

const messageOf = (i: number, content: string, sessions = 3): Found => ({
  id: `m${i}`,
  key: i,
  kind: 'message',
  role: i % 2 ? 'user' : 'assistant',
  name: null,
  content,
  createdAt: Date.parse('2026-05-01T09:30:00Z') + i * 60_000,
  updatedAt: 0,
  metadata: null,
  session: { id: `s${i % sessions}`, name: `alice-helper-2dc2908${i % sessions}`, agentId: 'a' },
  score: 1,
  foundBy: 'words',
  duplicates: 0,
  explain: null,
});
const saying = (words: number, seed: number): string =>
  `${Array.from({ length: words }, (_, k) => WORDS[(seed * 7 + k * 3) % WORDS.length]).join(' ')}.`;
const blockOf = (found: readonly Found[], maxTokens: number, format: 'text' | 'messages' = 'text') =>
  buildContext(found, { maxTokens, format, sessionId: null }, count);
const several = (howMany: number, words: (i: number) => number): Found[] =>
  Array.from({ length: howMany }, (_, i) => messageOf(i, saying(words(i), i)));

describe('the tokens of a block', () => {
  const memories: [string, Found[]][] = [
    ['short messages', several(20, (i) => 6 + (i % 9))],
    ['messages of all lengths', several(200, (i) => 5 + ((i * 13) % 60))],
    ['long messages', several(3, () => 1_000)],
    [
      'text without blanks',
      several(20, () => 1).map((item) => ({ ...item, content: '海の近くの丘で凧を揚げた'.repeat(5) })),
    ],
  ];
  for (const format of ['text', 'messages'] as const) {
    test.each(memories)(`are used, of %s as ${format}`, async (_, found) => {
      for (let maxTokens = 1; maxTokens <= 400; maxTokens += maxTokens < 60 ? 1 : 17) {
        const { context, tokens, sources, truncated } = await blockOf(found, maxTokens, format);
        expect(tokens).toBeLessThanOrEqual(maxTokens);
        if (typeof context === 'string') expect(tokens).toBe(countText(context));
        if (maxTokens < LEAST_TOKENS || !truncated) continue;
        expect([maxTokens, sources.length > 0]).toEqual([maxTokens, true]);
        const isEnough = tokens >= Math.floor(maxTokens * ENOUGH);
        expect([maxTokens, isEnough, tokens]).toEqual([maxTokens, true, tokens]);
      }
    });
  }

  test('are spent on what was said rather than on when: headings are shortened, then dropped', async () => {
    const found = [messageOf(1, 'I fly a red kite.')];
    const said = '[1] user: I fly a red kite.';
    const inFull = `2026-05-01, conversation "alice-helper-2dc29081":\n${said}`;
    const byDay = `2026-05-01:\n${said}`;
    const at = async (whole: string, less = 0) => {
      const { context, truncated } = await blockOf(found, countText(whole) - less);
      return { context, truncated };
    };
    // A heading counts with the breaks after it, one of which the block's end does not have.
    expect((await blockOf(found, countText(inFull) + 2)).context).toBe(inFull);
    expect((await blockOf(found, countText(byDay) + 2)).context).toBe(byDay);
    expect(await at(said)).toEqual({ context: said, truncated: false });
    expect(await at(said, 1)).toEqual({ context: '[1] user: I fly a red …', truncated: true });
    expect(await blockOf(found, 5)).toEqual({ context: '', tokens: 0, sources: [], truncated: true });
  });

  test('are none where nothing was found', async () => {
    expect(await blockOf([], 100)).toEqual({ context: '', tokens: 0, sources: [], truncated: false });
    expect(await blockOf([], 100, 'messages')).toEqual({ context: [], tokens: 0, sources: [], truncated: false });
  });
});

describe('the order of a block', () => {
  test('is conversations by their best, turns by time, numbered through', async () => {
    const found = [4, 0, 1].map((i) => messageOf(i, `Turn ${i}.`));
    const { context, sources, truncated } = await blockOf(found, 500);
    expect(context).toBe(
      [
        '2026-05-01, conversation "alice-helper-2dc29081":\n[1] user: Turn 1.\n[2] assistant: Turn 4.',
        '2026-05-01, conversation "alice-helper-2dc29080":\n[3] assistant: Turn 0.',
      ].join('\n\n'),
    );
    expect(sources.map(({ id }) => id)).toEqual(['m1', 'm4', 'm0']);
    expect(truncated).toBe(false);
  });
});
