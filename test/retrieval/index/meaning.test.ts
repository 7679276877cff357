import { afterAll, describe, expect, test } from 'bun:test';
import { findMultilingualModel } from '../../../src/embedding/multilingual-model.ts';
import { openStaticModel } from '../../../src/embedding/static-model.ts';
import { createMeaning } from '../../../src/retrieval/index/meaning.ts';
import { message } from '../../support/retrieval/documents.ts';
import { openMemories } from '../../support/retrieval/memories.ts';
import { realMeaning } from '../../support/retrieval/real-meaning.ts';
import { keysOf, searchable } from '../../support/retrieval/searchable.ts';

const english = await openStaticModel();
const memories = await openMemories();
afterAll(() => memories.close());

describe('the two grounds of meaning', () => {
  test.each([
    ['We adopted a puppy.', 0],
    ['Мы взяли щенка из приюта.', 1],
    ['我们领养了一只小狗。', 1],
    ['Wir haben einen Welpen aus dem Tierheim geholt.', 1],
    ['', 0],
  ])('of %j it is number %j', (text, ground) => {
    const meaning = realMeaning();
    expect(meaning.groundOf(text)).toBe(ground as 0 | 1);
    const grounds = new Set<number>();
    for (const piece of meaning.read(text, ground as 0 | 1).pieces) {
      const expansion = meaning.expand(piece);
      grounds.add(expansion.ground);
      for (const [near] of expansion.near) expect(near >= english.pieceCount).toBe(expansion.ground === 1);
    }
    // In another language a text has the pieces of both models.
    if (text !== '') expect([...grounds].sort()).toEqual(ground === 1 ? [0, 1] : [0]);
  });

  test('are one without the model for other languages, which is another meaning', () => {
    const alone = createMeaning(english);
    expect(alone.groundOf('Мы взяли щенка из приюта.')).toBe(0);
    expect(alone.fingerprint).not.toBe(realMeaning().fingerprint);
  });

  test('cost nothing before the first text in another language', async () => {
    const foreign = await findMultilingualModel();
    let opened = 0;
    const open = () => {
      opened += 1;
      if (!foreign) throw new Error('The model is missing.');
      return foreign.open();
    };
    const meaning = createMeaning(english, { fingerprint: 'f', open });
    meaning.read('We adopted a puppy.', meaning.groundOf('We adopted a puppy.'));
    expect(opened).toBe(0);
    for (const text of ['Мы взяли щенка.', 'Мы взяли щенка из приюта.']) meaning.read(text, meaning.groundOf(text));
    expect(opened).toBe(1);
  });
});

describe('a memory in several languages', () => {
  const TALK = [
    'The weather was fine all week.',
    'Мы взяли щенка из приюта, его зовут Бублик.',
    'Осенью я перекрасил кухню в зелёный цвет.',
    '我上个星期在京都学习做寿司。',
    'Ich habe mir beim Skifahren das Bein gebrochen.',
    'I finished a novel about a lighthouse.',
  ].map((text, i) => message(i + 1, text, { sessionKey: i + 1 }));

  test.each([
    ['Which dog did we take home?', 2],
    ['What colour is the kitchen?', 3],
    ['What did I learn in Japan?', 4],
    ['When did I break my leg?', 5],
    ['Welche Farbe hat die Küche?', 3],
    ['What did I read?', 6],
  ])('is asked in another one: %s', async (question, key) => {
    const { ask, close } = await searchable(memories, realMeaning(), TALK);
    expect(keysOf(await ask(question)).slice(0, 2)).toContain(key);
    close();
  });
});
