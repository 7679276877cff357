import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { STOP_WORDS } from '../../src/text/stop-words.ts';
import { askedWords, termsIn, termsOf } from '../../src/text/terms.ts';
import { writtenForm } from '../../src/text/written-form.ts';
import { repeated, slowTextsOf } from '../support/growth.ts';

const SEED = 20_261_123;
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc
    .array(
      fc.constantFrom(
        'the',
        'dogs',
        "don't",
        '中文',
        'カタカナ',
        'ﬁ',
        'é',
        '\ud800',
        '\u0301',
        "'",
        '.',
        'ΟΔΟΣ',
        'İ',
        '🦊',
      ),
    )
    .map((parts) => parts.join('')),
);
const holds = (property: (text: string) => void): void => {
  fc.assert(fc.property(anyText, property), { seed: SEED, numRuns: 2_000 });
};

describe('the terms of any text', () => {
  test('are words in lower case without blanks, short, and no stop words as they stood', () => {
    holds((text) => {
      for (const term of termsOf(text)) {
        expect(term).not.toBeEmpty();
        expect(term.length).toBeLessThanOrEqual(40);
        expect(term).not.toMatch(/\s|[\p{P}\p{Sc}]/u);
        expect(term).toBe(term.toLowerCase());
      }
    });
  });

  test('of plain English text are those that it has among other signs', () => {
    const ascii = fc.string({ unit: 'grapheme-ascii', maxLength: 60 });
    const wordy = fc.array(
      fc.constantFrom("don't", "rock'n'roll", "o'5", '5th', 'A1', "''", 'x'.repeat(50), '\u0000', '-', ' '),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          ascii,
          wordy.map((parts) => parts.join('')),
        ),
        (text) => {
          expect(termsIn(`${text} ☕`, 'en')).toEqual([...termsIn(text, 'en'), '☕']);
        },
      ),
      { seed: SEED, numRuns: 1_000 },
    );
  });

  test('are the same each time', () => {
    holds((text) => expect(termsOf(text)).toEqual(termsOf(text)));
  });

  test('do not depend on the form in which accents are written', () => {
    holds((text) => {
      const terms = termsOf(text);
      for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD'] as const) expect(termsOf(text.normalize(form))).toEqual(terms);
    });
  });

  test('are those of its parts, in order, when a line break stands between the parts', () => {
    fc.assert(
      fc.property(anyText, anyText, (one, other) => {
        expect(termsIn(`${one}\n${other}`, 'en')).toEqual([...termsIn(one, 'en'), ...termsIn(other, 'en')]);
      }),
      { seed: SEED, numRuns: 1_000 },
    );
  });

  test('lose no letter of scripts that write words without blanks, but those that carry grammar alone', () => {
    const script = fc.constantFrom('苹果喝水', '東京タワー', 'ภาษา', 'ខ្ញុំ', 'မြန်မာ', 'ລາວ', '中', '서울');
    fc.assert(
      fc.property(fc.array(script, { minLength: 1, maxLength: 6 }), (parts) => {
        const text = parts.join('');
        const found = new Set(termsOf(text).join(''));
        expect([...writtenForm(text)].filter((letter) => !found.has(letter))).toEqual([]);
      }),
      { seed: SEED },
    );
  });
});

describe('terms', () => {
  test.each([
    ['Running dogs ran', ['run', 'dog', 'ran']],
    ["Rex's collar", termsOf('Rex collar')],
    ["I don't know what it's about", ['know']],
    ['Zoë', ['zoe']],
    ['ＦＵＬＬ ｗｉｄｔｈ ﬁle', termsOf('full width file')],
    ['2026-05-01 at 9:30', ['2026', '05', '01', '9', '30']],
    ['the snake_case of e-mail', ['snake', 'case', 'e', 'mail']],
    ['🦊 ?! … —', ['🦊']],
    ['?! … —', []],
    ['', []],
    [' \t\n\0', []],
    ['Привет, мир', ['привет', 'мир']],
    ['שלום עולם', ['שלום', 'עולם']],
    ['x'.repeat(100), ['x'.repeat(40)]],
  ])('of %j', (text, terms) => {
    expect(termsOf(text)).toEqual(terms);
  });

  test('bring the forms of a word together', () => {
    expect(new Set(termsOf('connect connected Connecting connections')).size).toBe(1);
  });

  test.each([
    ['我喜欢吃苹果', '苹果'],
    ['昨日、東京へ行きました', '東京'],
    ['ฉันชอบกินแอปเปิ้ล', 'กิน'],
  ])('find a word within a sentence without blanks: %s holds %s', (sentence, word) => {
    expect(termsOf(sentence)).toEqual(expect.arrayContaining(termsOf(word)));
  });

  test('repeat as often as the words do', () => {
    expect(termsOf('tea, tea and more tea')).toEqual(['tea', 'tea', 'tea']);
  });

  test.each([...STOP_WORDS])('are none for the stop word %s, whatever its case', (word) => {
    expect(word).toMatch(/^[a-z]+$/);
    expect(termsOf(word)).toEqual([]);
    expect(termsOf(word.toUpperCase())).toEqual([]);
  });

  test.each(["don't", 'don’t', "I'm", "they've", "isn't"])('are none for %s, with either apostrophe', (word) => {
    expect(termsOf(word)).toEqual([]);
  });
});

describe('a word that can be written in two ways is one term:', () => {
  test.each([
    ['12,900', '12900'],
    ['12.900', '12900'],
    ['12’900', '12900'],
    ['٣٤٥', '345'],
    ['１２', '12'],
    ['喜歡蘋果', '喜欢苹果'],
    ['café', 'cafe'],
    ['1️⃣', '1'],
    ['❤️', '❤'],
    ['Straße', 'Strasse'],
  ])('%s and %s', (one, other) => {
    expect(termsIn(one, null)).toEqual(termsIn(other, null));
  });

  test('digits with blanks between them are a number, and may be two', () => {
    expect(termsOf('1 475 euros')).toEqual(['1', '475', '1475', 'euro']);
    expect(termsOf('in 2020 300 euros')).toEqual(['2020', '300', 'euro']);
  });

  test('but no version, decimal or date', () => {
    expect(termsOf('1.23 and 1.2.300 and 01.09.2026')).toEqual(['1', '23', '1', '2', '300', '01', '09', '2026']);
  });
});

describe('an identifier is found by its parts:', () => {
  test.each([
    ['getUserName', ['getusernam', 'get', 'user', 'name']],
    ['HTMLParser', ['htmlparser', 'html', 'parser']],
    ['iPhone15', ['iphone15', 'phone', '15']],
    ['5kg', ['5kg', '5']],
    ['PARIS', ['pari']],
  ])('%s', (text, terms) => {
    expect(termsIn(text, 'en')).toEqual(terms);
  });
});

describe('a function word that is written as a name is, is a term:', () => {
  test.each([
    ['My favourite bands are The Who and Kraftwerk.', ['favourit', 'band', 'who', 'kraftwerk']],
    ['I work in IT, for a bank.', ['work', 'it', 'bank']],
    ['Will is my cousin.', ['will', 'cousin']],
    ['Who is Will?', ['will']],
    ['IT IS WHAT IT IS', []],
    ['Will it rain? It will.', ['rain']],
    ['Tomorrow, and I will.', ['tomorrow']],
  ])('%s', (text, terms) => {
    expect(termsIn(text, 'en')).toEqual(terms);
  });

  test('but none that German puts a capital to', () => {
    expect(termsIn('Können Sie mir sagen, ob Sie kommen?', 'de')).toEqual(termsIn('sagen kommen', 'de'));
  });
});

describe('words of other languages', () => {
  test.each([
    ['de', 'Die Bücher habe ich zurückgegeben.', 'Buch'],
    ['de', 'Wir haben Fahrräder gemietet.', 'Fahrrad'],
    ['fr', "J'habite près de l'hôtel.", 'hôtel'],
    ['es', 'Mis canciones son buenas para la fiesta', 'canción'],
    ['ru', 'Я живу в Казани', 'Казань'],
    ['ar', 'أين يعمل الطبيب', 'طبيب'],
    ['hi', 'मेरी किताबें घर पर हैं', 'किताब'],
    ['uk', 'Я живу в Києві і люблю книги', 'книга'],
    ['tr', 'Kitapları çok seviyorum ve her gün okuyorum', 'kitap'],
  ] as const)('%s: %s is found by %s', (language, text, word) => {
    const held = new Set(termsOf(text));
    expect(askedWords(word, [language]).every(({ terms }) => terms.some((term) => held.has(term)))).toBeTrue();
  });

  test.each([
    ['서울에서 살아요', '서울'],
    ['저는 간호사로 일해요.', '간호사'],
    ['새 집을 샀어요', '집'],
    ['차가 고장 났어요', '차'],
    ['我住在柏林', '柏林'],
    ['我养了一只猫', '猫'],
    ['コーヒーを買った', 'コーヒー'],
  ])('a noun is found with what is written behind it: %s by %s', (text, word) => {
    const held = new Set(termsOf(text));
    expect(askedWords(word, []).every(({ terms }) => terms.some((term) => held.has(term)))).toBeTrue();
  });
});

describe('the words of a question', () => {
  test('stand once, each with its stem in every language of the memory', () => {
    expect(askedWords('Schlüssel, Bücher, Schlüssel', ['de', 'ru'])).toEqual([
      { word: 'schlüssel', terms: ['schlussel'] },
      { word: 'bücher', terms: ['buch', 'bucher'] },
    ]);
  });

  test.each([
    ['The Who', ['who']],
    ['IT', ['it']],
    ['who are you', ['who', 'ar', 'you']],
  ])('are all of them when none tells anything: %s', (question, terms) => {
    expect(askedWords(question, []).flatMap((word) => word.terms)).toEqual(terms);
  });

  test('are none of a question without one', () => {
    expect(askedWords('?!', ['de'])).toEqual([]);
  });
});

describe('long texts take time in proportion', () => {
  const CHARACTERS = 8_000;

  test.each([
    ['words', 'word '],
    ['one word', 'x'],
    ['letters and apostrophes', "a'"],
    ['Chinese', '中'],
    ['Japanese', '記憶とメモリ'],
    ['Thai', 'สวัสดี'],
    ['Korean', '서울에서'],
    ['emoji', '🦊'],
    ['capitals', 'A'],
    ['capitals and small letters', 'aB'],
    ['digits with commas', '1,000'],
    ['digits with blanks', '100 '],
    ['blanks', ' '],
    ['ligatures', 'ﷺ'],
    ['lone surrogates', '\ud800'],
    ['one combining mark', '\u0301'],
    ['combining marks above and below', '\u0301\u0316'],
    ['marks that only become combining by normalising', '\u0345\uff9e'],
    ['combining marks in reverse order', '\u0345\u0301\u0316'],
  ])('%s', async (name, unit) => {
    const growing = (characters: number) => `a${repeated(unit)(characters)}`;
    expect(await slowTextsOf(termsOf, CHARACTERS, [[name, growing]])).toEqual([]);
  });
});
