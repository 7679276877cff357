import { stopwords as ar } from '@orama/stopwords/arabic';
import { stopwords as da } from '@orama/stopwords/danish';
import { stopwords as nl } from '@orama/stopwords/dutch';
import { stopwords as fi } from '@orama/stopwords/finnish';
import { stopwords as fr } from '@orama/stopwords/french';
import { stopwords as de } from '@orama/stopwords/german';
import { stopwords as el } from '@orama/stopwords/greek';
import { stopwords as hu } from '@orama/stopwords/hungarian';
import { stopwords as hi } from '@orama/stopwords/indian';
import { stopwords as id } from '@orama/stopwords/indonesian';
import { stopwords as it } from '@orama/stopwords/italian';
import { stopwords as no } from '@orama/stopwords/norwegian';
import { stopwords as pt } from '@orama/stopwords/portuguese';
import { stopwords as ro } from '@orama/stopwords/romanian';
import { stopwords as ru } from '@orama/stopwords/russian';
import { stopwords as es } from '@orama/stopwords/spanish';
import { stopwords as sv } from '@orama/stopwords/swedish';
import { stopwords as tr } from '@orama/stopwords/turkish';
import { stopwords as uk } from '@orama/stopwords/ukrainian';
import { STOP_WORDS as en } from './stop-words.ts';

/**
 * Function words by language, ISO 639-1; for other languages than English the lists of Orama, which keeps them beside the
 * stemmers of Snowball (stems.ts). Polish, Czech and others that it has no stemmer for are languages without one here.
 */
const FUNCTION_WORDS = { en: [...en], de, fr, es, it, pt, nl, sv, da, no, fi, hu, ro, tr, id, ru, uk, el, ar, hi };

/** A language whose words are known by their stems and function words. */
export type Language = keyof typeof FUNCTION_WORDS;

export const LANGUAGES = Object.keys(FUNCTION_WORDS) as readonly Language[];

/** Function words of others that are words of English for things and doings: they tell nothing of a language. */
const ALSO_ENGLISH: ReadonlySet<string> = new Set(
  `care col come dice dog door end face final general ins kit mayor men met min mind mine opt pot sale sea sit solo sub tale
  tied till ton total want zero`.split(/\s+/),
);

/** Single letters of lists tell nothing of a language that is written with blanks. */
const isTelling = (word: string, language: Language): boolean =>
  word.length > 1 && (language === 'en' || !ALSO_ENGLISH.has(word));

const plain = (word: string): string => word.toLowerCase().replaceAll(/['’]/g, '');

const sets = new Map<Language, ReadonlySet<string>>();

/** The function words of a language, in lower case and without apostrophes. */
export const functionWordsOf = (language: Language): ReadonlySet<string> => {
  let set = sets.get(language);
  if (!set) {
    set = new Set(FUNCTION_WORDS[language].map(plain));
    sets.set(language, set);
  }
  return set;
};

/** Which languages have a function word, and what it tells of each; worked out once, 4,000 words. */
let holders: ReadonlyMap<string, { readonly places: readonly number[]; readonly share: number }> | null = null;
const openHolders = (): NonNullable<typeof holders> => {
  const byWord = new Map<string, number[]>();
  for (const [place, language] of LANGUAGES.entries()) {
    for (const held of functionWordsOf(language)) {
      if (isTelling(held, language)) byWord.set(held, [...(byWord.get(held) ?? []), place]);
    }
  }
  return new Map([...byWord].map(([word, places]) => [word, { places, share: 1 / places.length }]));
};

/** Characters of a text that are looked at. */
const MOST_CHARACTERS = 240;
/** The share of a text's words that must be function words of one language, each shared out among those that have it. */
const LEAST_SHARE = 0.08;

const WORD = /[\p{L}\p{M}]+/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
const ASCII = /^[\x00-\x7f]*$/;
const ASCII_WORD = /[a-z]+/g;

/** Letters that by themselves tell what a text without function words is most likely written in. */
const LETTERS: readonly (readonly [Language, RegExp])[] = [
  ['uk', /[іїєґ]/iu],
  ['ru', /\p{Script=Cyrillic}/u],
  ['ar', /\p{Script=Arabic}/u],
  ['hi', /\p{Script=Devanagari}/u],
  ['el', /\p{Script=Greek}/u],
  ['de', /[äöüß]/iu],
  ['fr', /(?<!\p{L})(?:[jcnmts]|qu)['’]\p{L}|[çœêèâûî]/iu],
  ['es', /[ñ¿¡]/iu],
];

/**
 * The language of a text, by its function words, or else by letters; null when neither tells, as in a single noun, or in a
 * language without a stemmer. Of 8,000 turns of chats in English 96 % are told to be English and 1 % another language; of
 * short chats in German, French and Spanish 94 to 100 %.
 */
export const languageOf = (text: string): Language | null => {
  if (text !== last.text) last = { text, language: languageIn(text) };
  return last.language;
};

/** What was asked last: each step of reading a question asks for its language. */
let last: { readonly text: string; readonly language: Language | null } = { text: '', language: null };

const languageIn = (text: string): Language | null => {
  const longer = text.slice(0, 2 * MOST_CHARACTERS);
  const beginning = (ASCII.test(longer) ? longer : longer.normalize('NFKC')).slice(0, MOST_CHARACTERS);
  return byFunctionWords(beginning) ?? byLetters(beginning);
};

const byLetters = (text: string): Language | null => {
  // Of all that they look for, the apostrophe of French alone is ASCII.
  if (ASCII.test(text) && !text.includes("'")) return null;
  return LETTERS.find(([, letters]) => letters.test(text))?.[0] ?? null;
};

const byFunctionWords = (text: string): Language | null => {
  holders ??= openHolders();
  const words = text.toLowerCase().match(ASCII.test(text) ? ASCII_WORD : WORD) ?? [];
  const scores = new Float64Array(LANGUAGES.length);
  for (const word of words) {
    const held = holders.get(word);
    if (!held) continue;
    const { places, share } = held;
    for (let i = 0; i < places.length; i += 1) {
      const place = places[i] as number;
      scores[place] = (scores[place] as number) + share;
    }
  }
  let [best, highest] = [-1, LEAST_SHARE * words.length];
  // English comes first, so that it has what is as likely another's.
  for (let place = 0; place < scores.length; place += 1) {
    if ((scores[place] as number) > highest) [best, highest] = [place, scores[place] as number];
  }
  return LANGUAGES[best] ?? null;
};
