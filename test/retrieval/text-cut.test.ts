import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { countText } from '../../src/buffer/count-text.ts';
import { cutText } from '../../src/retrieval/text-cut.ts';

const count = async (texts: readonly string[]): Promise<number[]> => texts.map(countText);

describe('a text that is cut', () => {
  const text = 'We flew a red kite over the long hill by the sea until it began to rain.';

  test('ends with a whole word, and uses the room it was given', async () => {
    for (let room = 1; room < countText(text) - 1; room += 1) {
      const cut = (await cutText(text, room, count)) ?? '';
      expect(text).toStartWith(`${cut} `);
      expect([room, countText(cut)]).toEqual([room, room]);
    }
  });

  test('is nothing where not even a word fits', async () => {
    expect(await cutText(text, 0, count)).toBeNull();
    expect(await cutText('antidisestablishmentarianism is long', 2, count)).toBeNull();
    expect(await cutText('', 10, count)).toBeNull();
    expect(await cutText('   ', 10, count)).toBeNull();
  });

  test('is cut anywhere when it has no blanks, but not within an emoji', async () => {
    const kites = '🪁'.repeat(200);
    for (let room = 5; room < 40; room += 1) {
      const cut = (await cutText(kites, room, count)) ?? '';
      expect(cut).toMatch(/^🪁+$/u);
      expect(countText(cut)).toBeLessThanOrEqual(room);
    }
  });

  test('is always well-formed, a beginning of the whole, and about as long as was asked for', async () => {
    const texts = fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom(' ', '\n', 'word', '記憶', '🪁')));
    await fc.assert(
      fc.asyncProperty(texts, fc.integer({ min: 1, max: 60 }), async (parts, room) => {
        const whole = parts.join('');
        const cut = await cutText(whole, room, count);
        if (cut === null) return;
        expect(cut.isWellFormed()).toBe(true);
        expect(whole).toStartWith(cut);
        expect(countText(cut)).toBeLessThanOrEqual(room + 2);
      }),
      { seed: 20_261_123, numRuns: 300 },
    );
  });
});
