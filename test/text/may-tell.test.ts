import { describe, expect, test } from 'bun:test';
import { mayTell } from '../../src/text/may-tell.ts';

describe('whether a text can tell a preference', () => {
  test('of English, when it has a word that one tells it with', () => {
    expect(mayTell.inEnglish('I never eat peanuts.')).toBe(true);
    expect(mayTell.inEnglish('Call me Ann.')).toBe(true);
    expect(mayTell.inEnglish('The harbour is closed on Sundays.')).toBe(false);
  });

  test('of other languages, when it has such a word or a letter that English does not have', () => {
    for (const text of [
      'Mi piace il mare',
      'Ich trinke keinen Kaffee',
      'siempre responde',
      'я не ем мясо',
      '我不吃肉',
      'je préfère',
    ]) {
      expect(mayTell.inOthers(text)).toBe(true);
    }
    expect(mayTell.inOthers('“The harbour’s open” – 🎉 said the note, €5.')).toBe(false);
  });
});
