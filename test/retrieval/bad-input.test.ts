import { afterAll, describe, expect, test } from 'bun:test';
import { termsOf } from '../../src/text/terms.ts';
import { HOSTILE_TEXTS } from '../embedding/hostile-texts.ts';
import { repeated, slowTextsOf } from '../support/growth.ts';
import { message } from '../support/retrieval/documents.ts';
import { openMemories } from '../support/retrieval/memories.ts';
import { realMeaning } from '../support/retrieval/real-meaning.ts';
import { keysOf, searchable } from '../support/retrieval/searchable.ts';

const LARGE = 100_000;
const meaning = realMeaning();
const memories = await openMemories();
afterAll(() => memories.close());

const memoryOf = async (...texts: readonly string[]) => {
  const said = texts.map((text, i) => message(i + 1, text, { sessionKey: i + 1 }));
  return (await searchable(memories, meaning, said)).ask;
};

const OPERATORS = [
  '"',
  "'",
  '*',
  'kayak*',
  'a AND b',
  'NOT kayak',
  'NEAR(a b)',
  'col:kayak',
  '^kayak',
  '-kayak',
  '(',
  "'; --",
];

describe('a question that is', () => {
  test.each([
    '',
    ' ',
    '\t\n',
    '?!',
    '...',
    '\0',
    '\u0007\u001b',
    '🦊',
    '👩‍👩‍👧‍👦🏳️‍🌈',
    '\u200f\u202e',
    '\ufeff',
    '\ud800',
  ])('%j, without a word, brings up nothing', async (question) => {
    for (const mode of ['hybrid', 'words', 'meaning'] as const) {
      expect((await (await memoryOf('The kayak is blue.', '🐶'))(question, { mode })).found).toEqual([]);
    }
  });

  test.each([
    ['Hebrew', 'איפה הקיאק שלי?', 'הקיאק שלי במוסך.', 'החשבונית באיחור.'],
    ['Arabic', 'أين قاربي؟', 'قاربي في المرآب.', 'الفاتورة متأخرة.'],
    ['Chinese', '我的皮划艇在哪里？', '皮划艇在车库里。', '发票逾期了。'],
    ['Japanese', 'カヤックはどこですか？', 'カヤックはガレージにあります。', '請求書の期限が過ぎています。'],
    ['Korean', '카약 어디에 있어요?', '카약 차고에 있습니다.', '청구서 기한이 지났습니다.'],
    ['Thai', 'เรือคายัคอยู่ที่ไหน', 'เรือคายัคอยู่ในโรงรถ', 'ใบแจ้งหนี้เกินกำหนด'],
    ['Russian', 'Где мой каяк?', 'Мой каяк в гараже.', 'Счёт просрочен.'],
    ['full width', 'Ｗｈｅｒｅ ｉｓ ｔｈｅ ｋａｙａｋ？', 'The kayak is in the garage.', 'The invoice is overdue.'],
    [
      'words between control characters',
      'kayak\0\u0007\u001b[31m',
      'The kayak is in the garage.',
      'The invoice is late.',
    ],
    ['marked for right to left', '\u202ekayak\u202c', 'The kayak is in the garage.', 'The invoice is late.'],
  ])('%s finds its answer', async (_, question, answer, other) => {
    expect(keysOf(await (await memoryOf(other, answer))(question))[0]).toBe(2);
  });

  test.each(OPERATORS)(
    'the search operator %j is words and marks, and brings up what holds the words',
    async (operator) => {
      const holdsWord = termsOf(operator).includes('kayak');
      const found = keysOf(
        await (await memoryOf('The kayak is blue.', 'The invoice is overdue.'))(operator, { mode: 'words' }),
      );
      expect(found).toEqual(holdsWord ? [1] : []);
    },
  );

  test.each([
    ['one word', 'x'],
    ['words', 'kayak boat '],
    ['different words', ''],
    ['Chinese', '皮划艇在哪里'],
    ['emoji', '🦊'],
    ['question marks', '?'],
    ['line ends', '\n'],
    ['turns', 'user: kayak\n'],
    ['names', 'Ada Byron '],
    ['dates', 'last week '],
    ['accents', 'e\u0301'],
  ])('100 KB of %s is answered in linear time', async (name, unit) => {
    const different = (characters: number) => Array.from({ length: characters / 8 }, (_, i) => `w${i}`).join(' ');
    const ask = await memoryOf('The kayak is blue.', 'Ada Byron: I have a boat.');
    const answer = (question: string) => ask(question, { explain: true });
    expect(await slowTextsOf(answer, LARGE / 4, [[name, unit === '' ? different : repeated(unit)]])).toEqual([]);
  });
});

describe('a memory', () => {
  test('of any text is searched, and each text that holds a word finds itself', async () => {
    const ask = await memoryOf(...HOSTILE_TEXTS);
    for (const [i, text] of HOSTILE_TEXTS.entries()) {
      const { found } = await ask(text, { topK: 200 });
      for (const { score } of found) expect(score).toBeWithin(0, 1.000001);
      const isTold = !text.includes('?') && !/^\s*user\s*:/i.test(text);
      if (termsOf(text).length > 0 && isTold) {
        const isThere = found.some(
          ({ key, content, duplicates }) => key === i + 1 || duplicates > 0 || content === text,
        );
        expect(isThere).toBe(true);
      }
    }
  });

  test('of 100 KB in one message finds it by a word at its end, among others', async () => {
    const ask = await memoryOf(
      'The invoice is overdue.',
      `${'The weather is fine today. '.repeat(LARGE / 27)} The kayak sank.`,
    );
    expect(keysOf(await ask('kayak'))).toEqual([2]);
  });

  test('of pictures alone is searched, and keeps each apart', async () => {
    expect((await (await memoryOf('🦊', '🐶', '🦊'))('fox')).found).toEqual([]);
  });
});
