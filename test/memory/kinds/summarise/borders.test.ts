import { describe, expect, test } from 'bun:test';
import { openStaticModel } from '../../../../src/embedding/static-model.ts';
import { beginningsOf, type Turn } from '../../../../src/memory/kinds/summarise/borders.ts';
import { createMeaning } from '../../../../src/retrieval/index/meaning.ts';

const meaning = createMeaning(await openStaticModel());
const HOUR_MS = 3_600_000;

const turnsOf = (texts: readonly string[], more: (i: number) => Partial<Turn> = () => ({})): Turn[] =>
  texts.map((text, i) => ({
    speaker: i % 2 === 0 ? 'Ann' : 'Bob',
    text,
    tokens: 20,
    createdAt: i * 1_000,
    ...more(i),
  }));

const HORSES = Array.from(
  { length: 9 },
  (_, i) => `The horse in stable ${i} eats hay and the saddle of the pony is new.`,
);
const TAXES = Array.from(
  { length: 9 },
  (_, i) => `Form ${i} of the income tax return lists deductions and bank interest.`,
);

describe('episodes begin', () => {
  test('where the topic changes, and nowhere within one', () => {
    expect(beginningsOf(turnsOf([...HORSES, ...TAXES]), meaning)).toEqual([0, 9]);
    expect(beginningsOf(turnsOf(HORSES), meaning)).toEqual([0]);
  });

  test('behind a farewell that a greeting follows, and behind a long pause, without any model', () => {
    const same = Array.from({ length: 16 }, () => 'We spoke of this and that.');
    const parted = same.with(7, 'It was fun, see you tomorrow, bye!').with(8, 'Hi Ann, long time no see!');
    expect(beginningsOf(turnsOf(parted), null)).toEqual([0, 8]);
    const paused = turnsOf(same, (i) => ({ createdAt: i < 8 ? i : i + 30 * HOUR_MS }));
    expect(beginningsOf(paused, null)).toEqual([0, 8]);
    expect(beginningsOf(turnsOf(same), null)).toEqual([0]);
  });

  test('after 24 turns and 4,000 tokens at the latest, however long a turn is', () => {
    const many = beginningsOf(turnsOf(Array.from({ length: 100 }, () => 'hm')), meaning);
    expect(Math.max(...many.map((from, i) => (many[i + 1] ?? 100) - from))).toBeLessThanOrEqual(24);
    const long = turnsOf(['a', 'b', 'c'], () => ({ tokens: 65_000 }));
    expect(beginningsOf(long, meaning)).toEqual([0, 1, 2]);
  });

  test('wherever clocks went wrong: times of 1970 and of the future are pauses like others', () => {
    const wrong = turnsOf([...HORSES, ...TAXES], (i) => ({ createdAt: i === 4 ? 0 : i === 5 ? 8e15 : 1_000 * i }));
    const beginnings = beginningsOf(wrong, meaning);
    expect(beginnings[0]).toBe(0);
    expect(beginnings).toContain(9);
  });

  test('at the first turn alone of one, and nowhere of none', () => {
    expect(beginningsOf(turnsOf(['']), meaning)).toEqual([0]);
    expect(beginningsOf([], meaning)).toEqual([]);
  });
});
