import { describe, expect, test } from 'bun:test';
import { beginsAsCompound, endsAsCompound, waysToPart } from '../../src/text/compounds.ts';
import type { Language } from '../../src/text/languages.ts';
import { stemOf } from '../../src/text/stems.ts';

describe('a word put together of others', () => {
  test.each([
    ['augenarzttermin', 'termin'],
    ['wohnungsschlussel', 'schlussel'],
    ['kuhmilch', 'milch'],
    ['kinderarzt', 'arzt'],
    ['mietvertrag', 'vertrag'],
  ])('is told by its end: %s of %s', (stem, part) => {
    expect(endsAsCompound(stem, part)).toBe(true);
  });

  test.each([
    ['schwein', 'wein'],
    ['vertrag', 'trag'],
    ['auftritt', 'tritt'],
    ['verein', 'verein'],
    ['bestellung', 'stellung'],
    ['a4termin', 'termin'],
  ])('is not what only ends like one: %s of %s', (stem, part) => {
    expect(endsAsCompound(stem, part)).toBe(false);
  });

  test('is told by its beginning where a word stands behind it, not an ending', () => {
    expect(beginsAsCompound('wohnungsschlussel', 'wohnung')).toBe(true);
    expect(beginsAsCompound('mietvertrag', 'miet')).toBe(true);
    expect(beginsAsCompound('wander', 'wand')).toBe(false);
    expect(beginsAsCompound('wohnung', 'wohnung')).toBe(false);
  });

  test.each<[Language, string, string, string]>([
    ['de', 'augenarzttermin', 'augenarzt', 'termin'],
    ['de', 'wohnungsschlüssel', 'wohnung', 'schlüssel'],
    ['de', 'klavierstunde', 'klavier', 'stunde'],
    ['de', 'kuhmilch', 'kuh', 'milch'],
    ['nl', 'huisartsafspraak', 'huisarts', 'afspraak'],
    ['sv', 'tandläkartid', 'tandläkar', 'tid'],
    ['da', 'lejlighedsnøgle', 'lejlighed', 'nøgle'],
    ['fi', 'hammaslääkäriaika', 'hammaslääkäri', 'aika'],
  ])('comes apart in %s: %s into %s and %s', (language, word, first, last) => {
    const ways = waysToPart(word, [language]);
    const isIt = ways.some(
      (way) => way.first.includes(stemOf(first, language)) && way.last.includes(stemOf(last, language)),
    );
    expect(isIt).toBe(true);
  });

  test('comes apart in no more ways than it has letters, and not at all with digits in it', () => {
    expect(waysToPart('donaudampfschifffahrtsgesellschaftskapit', ['de']).length).toBeLessThan(40);
    expect(waysToPart('ax20391bc', ['de'])).toEqual([]);
  });
});
