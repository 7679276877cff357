import { ASKING_WORDS } from './asking/asking-languages.ts';
import type { AskingWords } from './asking/asking-words.ts';
import type { Language } from './languages.ts';
import { speaksOfTime } from './times/spoken.ts';
import { tokensOf } from './times/tokens.ts';

/** How a language shows what a message tells. */
export interface Telling {
  readonly firstPerson: (text: string) => boolean;
  readonly time: (text: string) => boolean;
  readonly number: (text: string) => boolean;
}

type TellingLanguage = keyof typeof ASKING_WORDS;

/** Greek and what follows it, up to the scripts of East Asia. */
const OTHER_SCRIPT = /[\u0370-\u1fff\u3040-\u318f\u3400-\ud7ff\uf900-\ufdff\ufe70-\ufefc]/;
const SCRIPTS: readonly (readonly [RegExp, TellingLanguage])[] = [
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/u, 'ja'],
  [/\p{Script=Hangul}/u, 'ko'],
  [/\p{Script=Han}/u, 'zh'],
  [/\p{Script=Thai}/u, 'th'],
];
const POLISH = /[ąęłśźż]/iu;

const isTelling = (language: Language): language is Language & TellingLanguage => language in ASKING_WORDS;

/** What a message is written in whose language has no stemmer. */
const withoutStemmer = (text: string): TellingLanguage => {
  if (OTHER_SCRIPT.test(text)) return SCRIPTS.find(([script]) => script.test(text))?.[1] ?? 'en';
  return POLISH.test(text) ? 'pl' : 'en';
};

const TIME =
  /\b(?:yesterday|today|tomorrow|tonight|last|next|ago|week|weekend|month|year|(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july|august|september|october|november|december|summer|winter|spring|fall|autumn|recently|since|\d{4})\b/i;
const ANY_DIGIT = /\p{Nd}/u;

const tellingIn = (language: TellingLanguage): Telling => {
  const { self, tellsNumber }: AskingWords = ASKING_WORDS[language];
  const firstPerson = (text: string): boolean => self.test(text);
  if (language === 'en') {
    return { firstPerson, time: (text) => TIME.test(text), number: (text) => tellsNumber.test(text) };
  }
  return {
    firstPerson,
    time: (text) => speaksOfTime(tokensOf(text), language),
    number: (text) => ANY_DIGIT.test(text) || tellsNumber.test(text),
  };
};

const tellings = new Map((Object.keys(ASKING_WORDS) as TellingLanguage[]).map((each) => [each, tellingIn(each)]));
const english = tellingIn('en');

/**
 * How a message shows what it tells, by the words of its language, and by those of English when no others are known.
 *
 * @param language as `languageOf` tells it.
 */
export const tellingOf = (text: string, language: Language | null): Telling => {
  const known = language === null ? withoutStemmer(text) : isTelling(language) ? language : 'en';
  return tellings.get(known) ?? english;
};
