import { describe, expect, test } from 'bun:test';
import { byWorth, createPassageFinder, type Passage } from '../../src/retrieval/passages.ts';
import { termsOf } from '../../src/text/terms.ts';
import { realMeaning } from '../support/retrieval/real-meaning.ts';

const meaning = realMeaning();

const soughtIn = (question: string) => {
  const { sum } = meaning.read(question);
  const length = Math.hypot(...sum);
  const direction = length > 0 ? sum.map((x) => x / length) : null;
  return [{ text: question, terms: new Map(termsOf(question).map((term) => [term, 1])), directions: [direction] }];
};
const bestOf = async (question: string, text: string): Promise<string> => {
  const passages = await createPassageFinder(soughtIn(question), meaning)(text);
  const { from, end } = passages[byWorth(passages)[0] as number] as Passage;
  return text.slice(from, end).trim();
};
const FILLERS = {
  en: ['The kettle broke this morning.', 'We repainted the hallway in a pale green.', 'The bus was late once again.'],
  de: ['Der Wasserkocher ist kaputt gegangen.', 'Wir haben den Flur hellgrün gestrichen.', 'Der Bus kam zu spät.'],
  ru: ['Сегодня утром сломался чайник.', 'Осенью мы перекрасили коридор.', 'Автобус опять опоздал.'],
  ko: ['오늘 아침에 주전자가 고장 났어요.', '복도를 연두색으로 칠했어요.', '버스가 또 늦어서 지각했어요.'],
  zh: ['今天早上水壶坏了，我只好用锅烧水。', '去年秋天我们把走廊刷成了浅绿色。', '公交车又晚点了。'],
  th: ['กาต้มน้ำเสียเมื่อเช้านี้', 'ปีที่แล้วเราทาสีทางเดินเป็นสีเขียวอ่อน', 'รถเมล์มาสายอีกแล้ว'],
};
const among = (language: keyof typeof FILLERS, fact: string, before: number, after: number): string => {
  const filler = (i: number): string => FILLERS[language][i % 3] as string;
  return [
    ...Array.from({ length: before }, (_, i) => filler(i)),
    fact,
    ...Array.from({ length: after }, (_, i) => filler(i)),
  ].join(' ');
};

describe('the passage of a text that bears on a question', () => {
  test.each([
    ['What is the vault code?', 'en', 'The vault code is marmalade.'],
    ['Which medicine am I allergic to?', 'en', 'Penicillin gives me a rash, so I am allergic to it.'],
    ['Is anybody in my family a doctor?', 'en', 'My brother works as a physician at the clinic.'],
    ['Wie lautet der Tresorcode?', 'de', 'Der Code des Tresors ist Marmelade.'],
    ['Какой код у сейфа?', 'ru', 'Код от сейфа — мармелад.'],
    ['금고 비밀번호가 뭐예요?', 'ko', '금고의 비밀번호는 마멀레이드입니다.'],
    ['保险箱的密码是什么？', 'zh', '保险箱密码是果酱。'],
    ['รหัสตู้เซฟคืออะไร', 'th', 'รหัสของตู้เซฟคือแยมส้ม'],
  ] as const)('%s', async (question, language, fact) => {
    for (const [before, after] of [
      [0, 12],
      [12, 0],
      [12, 12],
      [700, 300],
    ] as const) {
      expect(await bestOf(question, among(language, fact, before, after))).toContain(fact);
    }
  });

  test('of a log is the line that tells it, not those that hold what all lines hold', async () => {
    const lines = Array.from(
      { length: 120 },
      (_, i) => `10:${String(i % 60).padStart(2, '0')}:12 INFO worker-${i % 7} request ${1000 + i} done`,
    );
    lines[83] = '10:23:12 ERROR worker-6 disk quota exceeded on /var/spool/mail';
    expect(await bestOf('Which request of worker-6 met a disk quota?', lines.join('\n'))).toBe(lines[83]);
  });

  test('of a text without a word of it is its beginning', async () => {
    const text = among('en', 'The vault code is marmalade.', 3, 3);
    const passages = await createPassageFinder([{ text: '', terms: new Map(), directions: [null] }], null)(text);
    expect(byWorth(passages)).toEqual([...passages.keys()]);
    expect(await createPassageFinder(soughtIn('kayak'), meaning)('')).toEqual([]);
  });
});

test('what stands around the best passage comes next, unless another is nearly as good', () => {
  const worth = (...scores: number[]) => byWorth(scores.map((score, i) => ({ from: i, end: i + 1, score })));
  expect(worth(0, 0, 1, 0, 0, 0)).toEqual([2, 3, 1, 4, 0, 5]);
  expect(worth(1, 0, 0, 0, 0.9, 0)[1]).toBe(4);
  expect(worth()).toEqual([]);
});
