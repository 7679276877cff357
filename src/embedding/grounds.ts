import { type Language, languageOf } from '../text/languages.ts';
import type { StaticModel } from './static-model.ts';

/** Characters of a text that are looked at. */
const MOST_CHARACTERS = 240;

/** Scripts of the languages that the multilingual model knows. For others, as Devanagari, neither has more than letters. */
const KNOWN_LETTER = /[\p{Script=Cyrillic}\p{Script=Arabic}\p{Script=Thai}]/gu;
/** A character of these says about as much as three letters. */
const KNOWN_SYLLABLE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu;
const LETTERS_A_SYLLABLE = 3;
/** The share of such letters among them and Latin ones from which on a text is foreign: that model knows English too. */
const LEAST_FOREIGN = 1 / 3;

/** English, and languages whose script is none of the multilingual model's, among which Latin words may stand. */
const ENGLISH_KNOWS_AS_MUCH: ReadonlySet<Language | null> = new Set<Language>(['en', 'hi', 'el']);

// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
const ASCII = /^[\x00-\x7f]*$/;
const LATIN_LETTER = /\p{Script=Latin}/gu;
const LATIN_WORD = /[\p{Script=Latin}\p{M}]+/gu;
/** Names are no English words in any language, and German has capitals within the sentence. */
const CAPITAL = /^\p{Lu}/u;

/**
 * Word pieces of English a word from which on a text is foreign, in a language that its function words or letters tell,
 * with accents, and without either. English has 1.0, 1.3 where it is technical; German, French and Spanish have 1.3 to 2.3.
 */
const FRAGMENTS = { told: 1.15, accented: 1.2, untold: 1.6 };
/** Words that it takes where nothing else tells: English has abbreviations and shouts too. */
const LEAST_WORDS = { accented: 2, untold: 4 };

const count = (text: string, letters: RegExp): number => text.match(letters)?.length ?? 0;

/** Tells the ground that a text stands on: the static model for English or the multilingual one. */
export interface Grounds {
  /**
   * Whether the multilingual model should read the text: by its script, or else by how the English model's word pieces
   * break its words, and by its language. What says too little, as a single Latin word, is read as English.
   *
   * @param language what `languageOf` tells, where it is known already.
   */
  isForeign(text: string, language?: Language | null): boolean;
}

/** @param english cuts words as the index does; it is used on the calling thread. */
export const createGrounds = (english: Pick<StaticModel, 'tokenise'>): Grounds => {
  const fragmentsOf = (words: readonly string[]): number => english.tokenise(words.join(' ')).length / words.length;
  const isForeign = (text: string, known?: Language | null): boolean => {
    const beginning = text.slice(0, MOST_CHARACTERS);
    const isAscii = ASCII.test(beginning);
    if (!isAscii) {
      const foreign = count(beginning, KNOWN_LETTER) + LETTERS_A_SYLLABLE * count(beginning, KNOWN_SYLLABLE);
      if (foreign > 0 && foreign >= LEAST_FOREIGN * (foreign + count(beginning, LATIN_LETTER))) return true;
    }
    const words = beginning.match(LATIN_WORD) ?? [];
    const language = known === undefined ? languageOf(beginning) : known;
    if (words.length === 0 || ENGLISH_KNOWS_AS_MUCH.has(language)) return false;
    if (language !== null) return fragmentsOf(words) > FRAGMENTS.told;
    const small = words.filter((word) => !CAPITAL.test(word));
    const sign = isAscii ? 'untold' : 'accented';
    return small.length >= LEAST_WORDS[sign] && fragmentsOf(small) > FRAGMENTS[sign];
  };
  return { isForeign };
};
