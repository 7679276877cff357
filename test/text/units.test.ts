import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { unitsOf } from '../../src/text/units.ts';
import { slowTextsOf } from '../support/growth.ts';

const partsOf = (text: string): string[] => unitsOf(text).map(({ from, end }) => text.slice(from, end));

describe('the parts of a text', () => {
  test.each([
    [
      'sentences',
      ['The kettle broke this morning. ', 'We boiled water in a pan! ', 'Did it really "work for you?" ', 'It did.'],
    ],
    ['lines', ['12:00 worker started on port 8\n', '12:01 worker stopped again\r\n', '12:02 done with everything']],
    ['short items, joined', ['- milk\n- eggs\n- bread rolls\n', '- a kilogram of potatoes\n', '- salt']],
    ['names and numbers', ['Dr. Ada Byron paid 3.14 at example.com. ', 'Then she went home.']],
    ['Chinese', ['今天早上水壶坏了。', '我只好用锅烧水！', '邻居每个星期天都拉大提琴。']],
    ['Thai, by its blanks', ['กาต้มน้ำเสียเมื่อเช้านี้ ', 'รถเมล์มาสายอีกแล้ว ', 'ฉันอ่านนิยายจบ']],
    ['Hindi', ['आज सुबह केतली खराब हो गई। ', 'बस आज फिर देर से आई।']],
    ['Arabic', ['أين الغلاية الجديدة يا صديقي؟ ', 'تأخرت الحافلة مرة أخرى.']],
  ])('are %s', (_, parts) => {
    expect(partsOf(parts.join(''))).toEqual(parts);
  });

  test('are short where nothing ends, cut at a pause or a blank, and not within a character', () => {
    const words = partsOf('we flew a red kite over the hill '.repeat(40));
    expect(words.every((part) => part.length <= 160 && part.endsWith(' '))).toBe(true);
    const pauses = partsOf('we flew a red kite over the hill and the sea and the town, '.repeat(40));
    expect(pauses.every((part) => /, ?$/.test(part))).toBe(true);
    const kites = partsOf('🪁'.repeat(500));
    expect(kites.length).toBeGreaterThan(5);
    expect(kites.every((part) => part.isWellFormed() && part.length <= 160)).toBe(true);
  });

  test('hold every character once, in order, of any text', () => {
    const pieces = fc.constantFrom(
      '. ',
      '\n',
      'word',
      '。',
      '中文',
      'ไทย',
      ' ',
      '🪁',
      '?!',
      '"',
      ') ',
      'x'.repeat(170),
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string({ unit: 'binary' }))), (texts) => {
        const text = texts.join('');
        const parts = partsOf(text);
        expect(parts.join('')).toBe(text);
        expect(parts.every((part) => part.length > 0 && part.length <= 160)).toBe(true);
      }),
      { seed: 20_261_123, numRuns: 1_000 },
    );
  });

  test('are found in one pass', async () => {
    expect(await slowTextsOf(unitsOf, 65_536)).toEqual([]);
  });
});
