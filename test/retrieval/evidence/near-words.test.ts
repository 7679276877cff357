import { describe, expect, test } from 'bun:test';
import { NearWords } from '../../../src/retrieval/evidence/near-words.ts';
import { weighTerms } from '../../../src/retrieval/evidence/question-terms.ts';
import { askedWords } from '../../../src/text/terms.ts';
import { message } from '../../support/retrieval/documents.ts';
import { indexOf } from '../../support/retrieval/histories.ts';
import { realMeaning } from '../../support/retrieval/real-meaning.ts';

const meaning = realMeaning();
const asking = (text: string) => ({ text, translations: new Map() });
const memoryOf = (...texts: readonly string[]) =>
  indexOf(
    texts.map((text, i) => message(i + 1, text, { sessionKey: i + 1 })),
    meaning,
  );

/** The terms of a memory that stand for the words of a question but are none of them, with their shares. */
const nearOf = (texts: readonly string[], question: string): [string, number][] => {
  const index = memoryOf(...texts);
  const words = askedWords(question, index.languages);
  const { known } = weighTerms(index, words, new NearWords(index, asking(question)));
  index.close();
  return known
    .filter(({ share }) => share < 1)
    .flatMap(({ terms, share }) => terms.map((term) => [term, share] as const));
};

const GERMAN = ['Der Wohnungsschlüssel liegt beim Nachbarn.', 'Ich habe am Montag einen Augenarzttermin.'];

describe('in languages that put words together', () => {
  test.each([
    ['German', GERMAN, 'Schlüssel', 'wohnungsschlussel'],
    ['German', GERMAN, 'Wann ist mein Termin?', 'augenarzttermin'],
    ['German', GERMAN, 'Augenarzt', 'augenarzttermin'],
    ['Dutch', ['Ik heb maandag een tandartsafspraak en dan niet meer.'], 'afspraak', 'tandartsafsprak'],
    ['Swedish', ['Jag har en tandläkartid på måndag men inte du.'], 'tandläkare', 'tandlakartid'],
    ['Danish', ['Jeg har ikke min lejlighedsnøgle med, det er en skam.'], 'nøgle', 'lejlighedsnogl'],
    ['Norwegian', ['Jeg har ikke en tannlegetime, hva gjør jeg nå.'], 'tannlege', 'tannlegetim'],
    ['Finnish', ['Minulla on hammaslääkäriaika maanantaina mutta ei nyt.'], 'hammaslääkäri', 'hammaslaakariaik'],
    ['Hungarian', ['Hétfőn van egy fogorvosom és ez nem jó, hogy a lakáskulcs nincs meg.'], 'kulcs', 'lakaskulcs'],
  ])('%s: a compound stands for a word in it', (_, texts, question, compound) => {
    expect(nearOf(texts, question).map(([term]) => term)).toContain(compound);
  });

  test('a compound that nobody used is had by its parts, the two together less than the word', () => {
    const near = nearOf(['Beim Augenarzt war ich lange nicht.', 'Der Termin ist am Montag.'], 'Augenarzttermin');
    expect(near.map(([term]) => term)).toEqual(['augenarzt', 'termin']);
    expect(near.reduce((sum, [, share]) => sum + share, 0)).toBeLessThan(1);
  });

  test('what only holds the same letters stands for nothing', () => {
    expect(nearOf(['Das Schwein ist nicht von hier.', 'Ich kenne den Verein nicht.'], 'Wein')).toEqual([]);
  });

  test('a word that is said counts before compounds of it', () => {
    const index = memoryOf('Der Termin ist nicht heute.', ...GERMAN, 'Ich trinke gern Tee und sonst nichts.');
    const { known, total } = weighTerms(index, askedWords('Termin', ['de']), new NearWords(index, asking('Termin')));
    index.close();
    const [own, compound] = known;
    expect(known.map(({ terms }) => terms)).toEqual([['termin'], ['augenarzttermin']]);
    expect(compound?.idf).toBeLessThan(own?.idf ?? 0);
    expect(total).toBe(own?.idf ?? 0);
  });

  test('English is not one of them, also where a text seems to be German', () => {
    const texts = ['I bought a new toothbrush.', 'We were at the lake and it was cold.'];
    expect(nearOf(texts, 'brush')).toEqual([]);
    expect(nearOf(texts, 'Was ist mit brush?')).toEqual([]);
  });
});

describe('a word that nobody used', () => {
  test.each([
    ['I am alergic to shelfish.', 'allergic', 'alerg'],
    ['I am alergic to shelfish.', 'shellfish', 'shelfish'],
    ['My physiotherapist is in Chiswick.', 'phisiotherapist', 'physiotherapist'],
    ['We booked a cottage in Aberystwyth.', 'Aberystwith', 'aberystwyth'],
    ['The anniversary is in February.', 'aniversary', 'anniversari'],
    ['We need to renew the insurance in May.', 'insurnace', 'insur'],
    ['My daughter plays the bassoon.', 'What does my dauhgter play?', 'daughter'],
    ['Мы живём в Новосибирске.', 'Новосибриск', 'новосибирск'],
  ])('is had by what typing errors make of it: %s for %s', (told, question, term) => {
    expect(nearOf([told], question).map(([near]) => near)).toContain(term);
  });

  test('is itself when it is spelled well, as the word like it is', () => {
    expect(nearOf(['We read poetry all night.'], 'pottery')).toEqual([]);
    expect(nearOf(['She waits for the bus, he is a teacher.'], 'Where is the preacher?')).toEqual([]);
  });

  test('is itself when it is a code or a number', () => {
    expect(nearOf(['Order AX20391 was shipped, and 120456 was not.'], 'AX20392 or 120457')).toEqual([]);
  });

  test('counts less the more errors it has, and only the nearest stand for it', () => {
    const one = nearOf(['We stayed in Aberystwyth.'], 'Aberystwith');
    const two = nearOf(['We stayed in Aberystwyth.'], 'Abaristwyth');
    expect(two.map(([term]) => term)).toEqual(one.map(([term]) => term));
    expect(two[0]?.[1]).toBeLessThan(one[0]?.[1] ?? 0);
    expect(nearOf(['We stayed in Aberystwyth.', 'Not in Aberestwyth.'], 'Aberystwith')).toEqual(one);
  });

  test('is looked for among so many terms and no more', () => {
    const index = memoryOf(...Array.from({ length: 50 }, (_, i) => `anniversar${String.fromCharCode(97 + (i % 25))}`));
    const [word] = askedWords('aniversarx', []);
    expect(new NearWords(index, asking('aniversarx')).of(word ?? { word: '', terms: [] }, false)).not.toEqual([]);
    expect(new NearWords(index, asking('aniversarx'), 0).of(word ?? { word: '', terms: [] }, false)).toEqual([]);
    index.close();
  });
});
