import { describe, expect, test } from 'bun:test';
import { formsOf } from '../../src/retrieval/context-form.ts';
import { SpeakerNames } from '../../src/retrieval/index/speaker-names.ts';
import { byWorth, createPassageFinder } from '../../src/retrieval/passages.ts';
import { PATHOLOGICAL, slowTextsOf } from '../support/growth.ts';
import { realMeaning } from '../support/retrieval/real-meaning.ts';

const CHARACTERS = 16_384;
const meaning = realMeaning();
const speakers = new SpeakerNames();
for (const name of ['Eve', 'Helper', 'A', 'user']) speakers.add(name);
const [textForm] = formsOf('text', null);

describe('the time that it takes grows with the length of a text and no more:', () => {
  test.each<[string, (text: string) => unknown]>([
    ['whom it names', (text) => speakers.namedIn(text)],
    ['how it stands in a block', (text) => textForm?.said(text)],
    ['its vector and its word pieces', (text) => meaning.read(text)],
    [
      'the order of its passages',
      (text) => byWorth(Array.from(text, (_, i) => ({ from: i, end: i + 1, score: i % 7 }))),
    ],
  ])('%s', async (_, read) => {
    expect(await slowTextsOf(read, CHARACTERS)).toEqual([]);
  });

  test('its passages, looked for by a question of the same kind', async () => {
    for (const [name, text] of PATHOLOGICAL) {
      const { sum } = meaning.read(text(200));
      const find = createPassageFinder(
        [{ text: text(4_096), terms: new Map([['kite', 1]]), directions: [sum] }],
        meaning,
      );
      const passages = await find(text(CHARACTERS));
      expect([name, passages.at(-1)?.end]).toEqual([name, text(CHARACTERS).length]);
      expect(passages.length).toBeLessThanOrEqual(CHARACTERS / 8 + 2);
    }
  });
});
