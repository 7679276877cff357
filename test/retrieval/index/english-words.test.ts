import { afterAll, describe, expect, test } from 'bun:test';
import { message } from '../../support/retrieval/documents.ts';
import { openMemories } from '../../support/retrieval/memories.ts';
import { realMeaning } from '../../support/retrieval/real-meaning.ts';
import { keysOf, searchable } from '../../support/retrieval/searchable.ts';

const meaning = realMeaning();
const memories = await openMemories();
afterAll(() => memories.close());

describe('a word of another language', () => {
  test.each([
    ['собака', 'dog'],
    ['狗', 'dog'],
    ['chien', 'dog'],
    ['Hund', 'dog'],
    ['брат', 'brother'],
    ['咖啡', 'coffee'],
    ['仕事', 'job'],
  ])('%s is %s in English', (word, english) => {
    expect(meaning.inEnglish(word)?.words).toContain(english);
  });

  test('is nothing without a letter that the model knows', () => {
    for (const word of ['', '…', '☃']) expect(meaning.inEnglish(word)).toBeNull();
  });

  test('has three English words at the most, of three letters and more', () => {
    for (const word of ['работа', 'врач', '工作', 'animal', 'я'.repeat(262_144)]) {
      const words = meaning.inEnglish(word)?.words ?? [];
      expect(words.length).toBeLessThanOrEqual(3);
      for (const english of words) expect(english).toMatch(/^[a-z]{3,}$/);
    }
  });
});

describe('a question in another language of an English memory', () => {
  const SAID = [
    'My dog is afraid of thunder.',
    'We bought a new car last week.',
    'My brother works as a doctor in the city.',
    'I drink coffee without sugar.',
    'The rent went up again.',
    'She plays the guitar every evening.',
  ];
  const talk = SAID.map((text, i) => message(i + 1, text, { sessionKey: i + 1 }));

  test.each([
    ['Чего боится моя собака?', 1],
    ['Кем работает мой брат?', 3],
    ['我的狗怕什么？', 1],
    ['Womit trinke ich meinen Kaffee am liebsten und warum nicht süß?', 4],
    ['¿Qué instrumento toca ella con la guitarra por la noche?', 6],
  ])('%s finds what was said in English', async (question, key) => {
    const { ask, close } = await searchable(memories, meaning, talk);
    const { found, degraded } = await ask(question);
    expect(keysOf({ found })[0]).toBe(key);
    expect(degraded).toEqual([]);
    close();
  });

  test('is told what stands there in its own language first', async () => {
    const both = [...talk, message(7, 'Моя собака боится пылесоса.', { sessionKey: 7 })];
    const { ask, close } = await searchable(memories, meaning, both);
    expect(keysOf(await ask('Чего боится моя собака?')).slice(0, 2)).toEqual([7, 1]);
    close();
  });
});
