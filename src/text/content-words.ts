import { stemOf } from './stems.ts';
import { STOP_WORDS } from './stop-words.ts';

const WORD = /[\p{L}\p{N}]+(?:['’][\p{L}]+)*/gu;
const POSSESSIVE = /['’]s$/;
const APOSTROPHES = /['’]/g;

/** The stem of a word of English that tells something; null of a function word and of a sign. */
export const contentStem = (word: string): string | null => {
  const plain = word.toLowerCase().replace(POSSESSIVE, '').replaceAll(APOSTROPHES, '');
  if (plain === '' || STOP_WORDS.has(plain) || !/[\p{L}\p{N}]/u.test(plain)) return null;
  return stemOf(plain, 'en');
};

/** The stems of the words of an English text that tell something. */
export const contentStems = (text: string): Set<string> => {
  const stems = new Set<string>();
  for (const [word] of text.matchAll(WORD)) {
    const stem = contentStem(word);
    if (stem !== null) stems.add(stem);
  }
  return stems;
};

/** How much two sets of words have in common: the harmonic mean of the shares of either that the other has, 0 to 1. */
export const wordF1 = (a: ReadonlySet<string>, b: ReadonlySet<string>): number => {
  let both = 0;
  for (const word of a) if (b.has(word)) both += 1;
  return both === 0 ? 0 : (2 * both) / (a.size + b.size);
};
