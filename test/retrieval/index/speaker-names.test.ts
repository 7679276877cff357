import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { SpeakerNames } from '../../../src/retrieval/index/speaker-names.ts';

const SEED = 20_261_123;

/** The names of the speakers that a text names, and the words that name them. */
const namedIn = (names: readonly string[], text: string): { speakers: string[]; words: string[] } => {
  const known = new SpeakerNames();
  const byNumber = new Map(names.map((name) => [known.add(name), name]));
  const { speakers, words } = known.namedIn(text);
  return { speakers: speakers.map((number) => byNumber.get(number) ?? '?'), words: [...words] };
};

describe('speakers', () => {
  test.each([
    [['Ada'], 'What does Ada like?', ['Ada'], ['ada']],
    [['Ada'], 'what does ADA like?', ['Ada'], ['ada']],
    [['Ada'], "Where is Ada's dog?", ['Ada'], ['ada']],
    [['Ada'], 'Where is Ada’s dog?', ['Ada'], ['ada']],
    [['Ada Byron'], 'What does Ada like?', ['Ada Byron'], ['ada']],
    [['Ada Byron'], 'What does Ada Byron like?', ['Ada Byron'], ['ada', 'byron']],
    [['Ada Byron'], 'What does Byron like?', [], []],
    [['Ada Byron', 'Bob'], 'Are Bob and Ada friends?', ['Bob', 'Ada Byron'], ['bob', 'ada']],
    [['Ada Byron', 'Ada King'], 'What does Ada like?', [], []],
    [['Ada Byron', 'Ada King'], 'What does Ada King like?', ['Ada King'], ['ada', 'king']],
    [['Ada Byron', 'Ada King', 'Ada Lee'], 'What does Ada like?', [], []],
    [['Ada', 'Ada Byron'], 'What does Ada like?', ['Ada'], ['ada']],
    [['Ada Byron', 'Ada'], 'What does Ada like?', ['Ada'], ['ada']],
    [['Ada Byron', 'Ada'], 'What does Ada Byron like?', ['Ada Byron'], ['ada', 'byron']],
    [['Mary Ann Evans'], 'Is Mary Ann Evans here?', ['Mary Ann Evans'], ['mary', 'ann', 'evans']],
    [['Zoë'], 'What does Zoë like?', ['Zoë'], ['zoë']],
    [['Will Smith'], 'When will it end?', [], []],
    [['Will'], 'Will it end?', [], []],
    [['Will'], "When does Will's job end?", ['Will'], ['will']],
    [['Will Smith'], 'When does Will come?', ['Will Smith'], ['will']],
    [['Will Smith'], 'will smith', ['Will Smith'], ['will', 'smith']],
    [['李明'], '李明 喜欢什么?', ['李明'], ['李明']],
    [['Ada'], 'Is Nevada hot?', [], []],
    [['Ada'], '', [], []],
    [[], 'What does Ada like?', [], []],
    [['🦊'], '🦊', [], []],
  ])('%j: %j names %j by %j', (names, text, speakers, words) => {
    expect(namedIn(names, text)).toEqual({ speakers, words });
  });

  test.each([
    ['What does Ada like?', 'Ada'],
    ['What did Ada tell Bob?', 'Ada'],
    ["What did Ada say about Bob's dog?", 'Ada'],
    ["How did Bob's dog greet Ada?", 'Ada'],
    ["Is Ada's dog older than Bob's?", 'Ada'],
    ["What did Chris' sister tell Bob?", 'Bob'],
    ['Do Ada and Bob like tea?', null],
    ['Does Ada or Bob like tea?', null],
    ['Where did Chris go with Ada and Bob?', null],
    ['Who likes tea?', null],
  ])('%j is about %p', (text, subject) => {
    const known = new SpeakerNames();
    const numbers = new Map(['Ada', 'Bob', 'Chris'].map((name) => [known.add(name), name]));
    const about = known.namedIn(text).subject;
    expect(about === null ? null : (numbers.get(about) ?? '?')).toBe(subject);
  });

  test('have one number by one name, whatever its case and marks, and different ones otherwise', () => {
    const names = new SpeakerNames();
    expect(names.add('Ada Byron')).toBe(names.add('ada  BYRON'));
    const others = ['Ada', 'Byron', 'Bob', '🦊', '🐶', 'Ada King'].map((name) => names.add(name));
    expect(new Set([names.add('Ada Byron'), ...others]).size).toBe(7);
  });

  test('are named while a turn of theirs is there, and no longer: then another may have the first name to themselves', () => {
    const names = new SpeakerNames();
    const [byron, king] = [names.add('Ada Byron', 2), names.add('Ada King')];
    expect(names.namedIn('What does Ada like?').speakers).toEqual([]);
    names.remove(king);
    expect(names.namedIn('What does Ada like?').speakers).toEqual([byron]);
    expect(names.namedIn('What does Ada King like?').words).toEqual(new Set(['ada']));
    names.remove(byron);
    expect(names.namedIn('What does Ada like?').speakers).toEqual([byron]);
    names.remove(byron);
    expect(names.namedIn('What does Ada Byron like?')).toEqual({ speakers: [], words: new Set(), subject: null });
    expect(names.add('ada king')).toBe(king);
    expect(names.namedIn('What does Ada like?').speakers).toEqual([king]);
  });

  test('are named the same in whatever order they were met', () => {
    const name = fc.constantFrom('Ada', 'Ada Byron', 'Ada King', 'Bob', 'Bob Ada', 'Cy Bob Lee');
    const text = fc.constantFrom('Ada', 'Ada Byron', 'Bob', 'Bob Ada King', 'Cy', 'Cy Bob Lee Ada', 'Lee');
    fc.assert(
      fc.property(fc.uniqueArray(name), text, (names, question) => {
        expect(namedIn(names.toReversed(), question)).toEqual(namedIn(names, question));
      }),
      { seed: SEED, numRuns: 500 },
    );
  });
});
