import { describe, expect, test } from 'bun:test';
import { type Language, languageOf } from '../../src/text/languages.ts';

describe('the language of a text', () => {
  test.each<[Language, string]>([
    ['en', 'We went hiking last weekend with my sister and her dog.'],
    ['en', 'Will you be at the bank on Monday?'],
    ['de', 'Der Wohnungsschlüssel liegt beim Nachbarn.'],
    ['de', 'Wo habe ich den Schluessel hingelegt?'],
    ['fr', 'Ma soeur est venue avec son chien dimanche.'],
    ['fr', "J'habite Lyon"],
    ['es', 'Mi hermana vive en Sevilla con su perro.'],
    ['it', 'Mia sorella lavora in un negozio della città.'],
    ['pt', 'A minha irmã não gosta de café.'],
    ['nl', 'Mijn zus heeft een hond en woont niet in Utrecht.'],
    ['sv', 'Min syster bor inte i Malmö och har en hund.'],
    ['tr', 'Kitapları çok seviyorum ve her gün okuyorum.'],
    ['ru', 'Я живу в Казани'],
    ['ru', 'Казань'],
    ['uk', 'Київ'],
    ['el', 'Αθήνα'],
    ['ar', 'الطبيب'],
    ['hi', 'किताब'],
  ])('is %s: %s', (language, text) => {
    expect(languageOf(text)).toBe(language);
  });

  test.each(['', '12:30', 'Kraftwerk', '東京へ行きました', '서울에서 살아요', 'ฉันชอบกิน', 'שלום עולם'])(
    'is not told by %j',
    (text) => {
      expect(languageOf(text)).toBeNull();
    },
  );

  test('is told by the beginning of a long one', () => {
    expect(
      languageOf(`${'The dog is in the garden with us. '.repeat(20)}${'Der Hund ist im Garten. '.repeat(1_000)}`),
    ).toBe('en');
  });
});
