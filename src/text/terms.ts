import { type Language, languageOf } from './languages.ts';
import { stemOf } from './stems.ts';
import { questionWords, wordsOf } from './words.ts';

/**
 * The terms that a text in a language is found by, in order, with repeats: the stems of its words. Any text is fine, also
 * one without a single word.
 */
export const termsIn = (text: string, language: Language | null): string[] =>
  wordsOf(text, language).map((word) => stemOf(word, language));

/** The same in the language that the text shows. */
export const termsOf = (text: string): string[] => termsIn(text, languageOf(text));

/** A word of a question, by the terms that texts may have it by. */
export interface AskedWord {
  readonly word: string;
  readonly terms: readonly string[];
}

/** What Korean writes behind a word without a blank. Pairs of syllables tell a word of one from what follows it no more. */
const PARTICLES = [...'은는이가을를에의도로와과만'];
const SYLLABLE = /^\p{Script=Hangul}$/u;
const withParticles = (word: string): string[] =>
  SYLLABLE.test(word) ? PARTICLES.map((particle) => word + particle) : [];

/**
 * The words of a question, without repeats.
 *
 * @param languages those in which the memory is written: a question can be too short to show its own.
 */
export const askedWords = (question: string, languages: readonly Language[]): AskedWord[] => {
  const language = languageOf(question);
  const asked = new Map<string, AskedWord>();
  for (const word of questionWords(question, language)) {
    const stems = [language, ...languages, null].map((one) => stemOf(word, one));
    const terms = [...new Set([...stems, ...withParticles(word)])];
    const [first = word] = terms;
    if (!asked.has(first)) asked.set(first, { word, terms });
  }
  return [...asked.values()];
};
