import type { AskingWords } from './asking-words.ts';
import { chinese, japanese, korean } from './east-asian.ts';
import { english } from './english.ts';
import { danish, dutch, german, swedish } from './germanic.ts';
import { arabic, turkish } from './middle-eastern.ts';
import { french, italian, portuguese, spanish } from './romance.ts';
import { polish, russian, ukrainian } from './slavic.ts';
import { hindi, thai } from './south-asian.ts';

/** By language, ISO 639-1. */
export const ASKING_WORDS = {
  en: english,
  de: german,
  nl: dutch,
  sv: swedish,
  da: danish,
  no: danish,
  fr: french,
  es: spanish,
  it: italian,
  pt: portuguese,
  ru: russian,
  uk: ukrainian,
  pl: polish,
  tr: turkish,
  ar: arabic,
  hi: hindi,
  th: thai,
  zh: chinese,
  ja: japanese,
  ko: korean,
} as const satisfies Record<string, AskingWords>;
