// The Snowball stemmers by Orama: maintained, small, and one function for each language.
import { stemmer as porter } from 'stemmer';
import type { Language } from './languages.ts';

type Stem = (word: string) => string;

/** Read when the first word of a language is met: all of them take 30 ms. The paths stand written out for the bundler. */
const OPEN: Readonly<Record<Exclude<Language, 'en'>, () => { readonly stemmer: Stem }>> = {
  ar: () => require('@orama/stemmers/arabic'),
  da: () => require('@orama/stemmers/danish'),
  de: () => require('@orama/stemmers/german'),
  el: () => require('@orama/stemmers/greek'),
  es: () => require('@orama/stemmers/spanish'),
  fi: () => require('@orama/stemmers/finnish'),
  fr: () => require('@orama/stemmers/french'),
  hi: () => require('@orama/stemmers/indian'),
  hu: () => require('@orama/stemmers/hungarian'),
  id: () => require('@orama/stemmers/indonesian'),
  it: () => require('@orama/stemmers/italian'),
  nl: () => require('@orama/stemmers/dutch'),
  no: () => require('@orama/stemmers/norwegian'),
  pt: () => require('@orama/stemmers/portuguese'),
  ro: () => require('@orama/stemmers/romanian'),
  ru: () => require('@orama/stemmers/russian'),
  sv: () => require('@orama/stemmers/swedish'),
  tr: () => require('@orama/stemmers/turkish'),
  uk: () => require('@orama/stemmers/ukrainian'),
};

/** Stems kept at hand of each language: text returns to some tens of thousands of word forms. */
const MOST_KEPT = 50_000;

const LATIN = /^[a-z]+$/;

/** Of Latin, Greek and Cyrillic letters those above them; the vowel signs of Indian scripts are letters. */
const ACCENTS = /[\u0300-\u036f]/g;
/** Vowel points and the filler of Arabic, the points of Hebrew: people leave them out. */
const POINTS = /[\u0640\u064b-\u0652\u0670\u0591-\u05c7]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: all but ASCII
const ACCENTED = /[^\x00-\x7f]/;
const FOLDED: Readonly<Record<string, string>> = { ß: 'ss', ø: 'o', æ: 'ae', œ: 'oe', ł: 'l', đ: 'd', ı: 'i', ё: 'е' };
const FOLDS = /[ßøæœłđıё]/g;

/** A word without accents and points, as it is often written. */
export const withoutAccents = (word: string): string =>
  ACCENTED.test(word)
    ? word
        .replaceAll(FOLDS, (letter) => FOLDED[letter] as string)
        .normalize('NFD')
        .replaceAll(ACCENTS, '')
        .replaceAll(POINTS, '')
        .normalize('NFC')
    : word;

const openStems = (stem: Stem): Stem => {
  const kept = new Map<string, string>();
  return (word) => {
    let found = kept.get(word);
    if (found === undefined) {
      found = withoutAccents(stem(word)) || word;
      if (kept.size >= MOST_KEPT) kept.clear();
      kept.set(word, found);
    }
    return found;
  };
};

const english: Stem = (word) => {
  const plain = withoutAccents(word);
  return LATIN.test(plain) ? porter(plain) : plain;
};

const opened = new Map<Language, Stem>([['en', openStems(english)]]);

/**
 * The stem of a word in lower case, without accents: by Snowball; of English by Porter, and so of a language that is not
 * known, where it changes words with Latin letters alone.
 */
export const stemOf = (word: string, language: Language | null): string => {
  const name = language ?? 'en';
  let stem = opened.get(name);
  if (!stem) {
    stem = openStems(OPEN[name as Exclude<Language, 'en'>]().stemmer);
    opened.set(name, stem);
  }
  return stem(word);
};
