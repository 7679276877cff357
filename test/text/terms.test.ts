import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { STOP_WORDS } from '../../src/text/stop-words.ts';
import { termsOf } from '../../src/text/terms.ts';

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

  test('of plain English text are those that it has among letters of other alphabets', () => {
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
          expect(termsOf(`${text} é`)).toEqual([...termsOf(text), 'é']);
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
        expect(termsOf(`${one}\n${other}`)).toEqual([...termsOf(one), ...termsOf(other)]);
      }),
      { seed: SEED, numRuns: 1_000 },
    );
  });

  test('lose no letter of scripts that write words without blanks', () => {
    const script = fc.constantFrom('我喜欢吃苹果', '東京タワーへ行く', 'ภาษาไทย', 'ខ្ញុំ', 'မြန်မာ', 'ລາວ', '中', 'あ');
    fc.assert(
      fc.property(fc.array(script, { minLength: 1, maxLength: 6 }), (parts) => {
        const text = parts.join('');
        expect(termsOf(text).join('')).toBe(text.normalize('NFKC'));
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
    ['Zoë Müller', ['zoë', 'müller']],
    ['ＦＵＬＬ ｗｉｄｔｈ ﬁle', termsOf('full width file')],
    ['2026-05-01 at 9:30', ['2026', '05', '01', '9', '30']],
    ['snake_case e-mail me@example.com', ['snake', 'case', 'e', 'mail', 'exampl', 'com']],
    ['🦊 ?! … —', []],
    ['', []],
    [' \t\n\0', []],
    ['Привет, мир', ['привет', 'мир']],
    ['שלום עולם', ['שלום', 'עולם']],
    ['x'.repeat(100), ['x'.repeat(40)]],
  ])('of %j', (text, terms) => {
    expect(termsOf(text)).toEqual(terms);
  });

  test('bring the forms of a word together', () => {
    expect(new Set(['connect', 'connected', 'Connecting', 'connections'].flatMap(termsOf)).size).toBe(1);
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

describe('long texts take time in proportion', () => {
  const LENGTH = 20_000;
  const LIMIT_MS = 300;

  test.each([
    ['words', 'word '],
    ['one word', 'x'],
    ['letters and apostrophes', "a'"],
    ['Chinese', '中'],
    ['Japanese', '記憶とメモリ'],
    ['Thai', 'สวัสดี'],
    ['blanks', ' '],
    ['ligatures', 'ﷺ'],
    ['lone surrogates', '\ud800'],
    ['one combining mark', '\u0301'],
    ['combining marks above and below', '\u0301\u0316'],
    ['marks that only become combining by normalising', '\u0345\uff9e'],
    ['combining marks in reverse order', '\u0345\u0301\u0316'],
  ])('%s', (_, unit) => {
    const text = `a${unit.repeat(LENGTH / unit.length)}`;
    const startedMs = performance.now();
    termsOf(text);
    expect(performance.now() - startedMs).toBeLessThan(LIMIT_MS);
  });
});
