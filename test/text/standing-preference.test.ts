import { describe, expect, test } from 'bun:test';
import { MARK, passageMarksOf } from '../../src/text/marks.ts';
import { standingPreferencesIn } from '../../src/text/standing-preference.ts';

const STANDING = [
  'Always answer in metric units.',
  'I prefer trains.',
  'Please never suggest peanuts.',
  'From now on keep it short.',
  'Please call me Ada.',
  'When I ask for a command, just give me the command.',
  "I'm allergic to shellfish.",
  'We are vegetarian.',
  'I strictly follow a vegan diet.',
  'I have a strong aversion to audiobooks.',
  "I can't stand loud restaurants.",
  'I refuse to fly with budget airlines.',
  'I only use wired keyboards.',
  "I don't eat meat since the new year.",
  'My favourite colour is green.',
  'Ich esse kein Fleisch.',
  'Antworte bitte immer auf Deutsch.',
  'Je préfère le train.',
  'Je ne mange pas de porc.',
  'Prefiero el té.',
  'Soy alérgica a las nueces.',
  'Я не люблю рыбу.',
  'Всегда отвечай по-русски.',
  '我不喜欢香菜。',
  '我对花生过敏。',
  '私はコーヒーが好きです。',
  '저는 매운 음식을 못 먹어요.',
];

const NONE = [
  'I like it.',
  'I love how you put that.',
  "I'd love to hear more.",
  'I need to renew my library card.',
  'Do I like tea?',
  'If I hate it I will say so.',
  'I never heard back from them.',
  "I've never tried oysters.",
  'What do you prefer?',
  'She prefers trains.',
  'Please answer.',
  'Always late, that bus.',
  'Never mind.',
  'I only wanted to ask.',
  'The kettle broke this morning.',
  'Ich muss morgen zum Arzt.',
  'Je dois partir.',
  'Я купил рыбу.',
  '我昨天买了香菜。',
];

describe('what somebody prefers or wants done each time', () => {
  test.each(STANDING)('is %s, and its passage has the mark', (text) => {
    expect(standingPreferencesIn(text)).toEqual([text]);
    expect(passageMarksOf(text, 'user', null) & MARK.preference).not.toBe(0);
  });

  test.each(NONE)('is not %s', (text) => {
    expect(standingPreferencesIn(text)).toEqual([]);
  });

  test.each(['Why must I avoid stimulating beverages later in the day?', '我喜欢哪些菜系？', '我对什么过敏？'])(
    'is not what only asks for one: %s',
    (question) => {
      expect(standingPreferencesIn(question)).toEqual([]);
    },
  );

  test('is also what stands before a question, and what is asked to be done each time', () => {
    for (const text of ["I'm allergic to nuts, which cake may I eat?", 'Could you please always answer in German?']) {
      expect(standingPreferencesIn(text)).toEqual([text]);
    }
  });

  test('is told by its sentences alone, and none of those is a page', () => {
    const story = 'The bridge over the river has been closed for a whole week because of the flood.';
    expect(standingPreferencesIn(`${story}\nI never eat peanuts.\n${story}`)).toEqual(['I never eat peanuts.']);
    expect(standingPreferencesIn(`I prefer ${'tea and '.repeat(80)}coffee`)).toEqual([]);
  });
});
