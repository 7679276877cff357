import type { WordLists } from './word-lists.ts';
import { chinese, japanese, korean } from './words/east-asian.ts';
import { danish, dutch, english, german, norwegian, swedish } from './words/germanic.ts';
import { arabic, hebrew, turkish } from './words/middle-eastern.ts';
import { finnish, greek, hungarian } from './words/other-european.ts';
import { french, italian, portuguese, romanian, spanish } from './words/romance.ts';
import { czech, polish, russian, ukrainian } from './words/slavic.ts';
import { hindi, indonesian, thai, vietnamese } from './words/south-asian.ts';

/**
 * The languages in which times are read by word lists, ISO 639-1. English is read by chrono-node (english.ts), apart
 * from ranges. Of its other
 * fifteen locales (2.10.3) chrono reads the day before yesterday as yesterday in five, no "two weeks ago" in five and no
 * "last week" in six, so that these lists stand for all of them.
 */
export const WORD_LISTS = {
  en: english,
  de: german,
  fr: french,
  es: spanish,
  it: italian,
  pt: portuguese,
  nl: dutch,
  sv: swedish,
  da: danish,
  no: norwegian,
  fi: finnish,
  hu: hungarian,
  ro: romanian,
  tr: turkish,
  id: indonesian,
  vi: vietnamese,
  pl: polish,
  cs: czech,
  ru: russian,
  uk: ukrainian,
  el: greek,
  ar: arabic,
  he: hebrew,
  hi: hindi,
  th: thai,
  ko: korean,
  ja: japanese,
  zh: chinese,
} as const satisfies Record<string, WordLists>;

export type SpokenLanguage = keyof typeof WORD_LISTS;
