import { stemmer } from 'stemmer';
import { STOP_WORDS } from './stop-words.ts';

/** Longest run of letters and digits that is still a word; what is longer is data, and its head stands for it. */
const MAX_WORD_LENGTH = 40;
/** Stems kept at hand: English text returns to some tens of thousands of word forms. */
const MAX_CACHED_STEMS = 50_000;

const WORD = /[\p{L}\p{N}\p{M}]+(?:['’][\p{L}\p{M}]+)*/gu;
/** Scripts that write words without blanks between them. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const LATIN = /^[a-z]+$/;
/** Most text in English; it has nothing to normalise, and is read in a third of the time. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
const ASCII = /^[\x00-\x7f]*$/;
const ASCII_WORD = /[a-z0-9]+(?:'[a-z]+)*/g;

/**
 * Combining marks beyond thirty on one letter, the bound of Unicode's stream-safe text: to sort a long run of them, as
 * normalising does, takes time that grows with its square. The two halfwidth marks combine only once normalised.
 */
const SURPLUS_MARKS = /([\p{M}\uFF9E\uFF9F]{30})[\p{M}\uFF9E\uFF9F]+/gu;

const segmenter = new Intl.Segmenter('und', { granularity: 'word' });
const stems = new Map<string, string>();

/** Porter's stem of a lower-case English word; words of other alphabets and numbers stay as they are. */
const stemOf = (word: string): string => {
  if (!LATIN.test(word)) return word;
  let stem = stems.get(word);
  if (stem === undefined) {
    stem = stemmer(word);
    if (stems.size >= MAX_CACHED_STEMS) stems.clear();
    stems.set(word, stem);
  }
  return stem;
};

const segmentsOf = (word: string): string[] =>
  UNSPACED.test(word) ? [...segmenter.segment(word)].map(({ segment }) => segment) : [word];

/** The words of a text in lower case and compatibility form. */
const wordsOf = (text: string): string[] => {
  if (ASCII.test(text)) return text.toLowerCase().match(ASCII_WORD) ?? [];
  const runs = text.replace(SURPLUS_MARKS, '$1').normalize('NFKC').toLowerCase().match(WORD) ?? [];
  return runs.flatMap(segmentsOf);
};

/**
 * The terms that a text is found by, in order, with repeats: words in lower case and compatibility form, without stop
 * words, stemmed. Any text is fine, also one without a single word.
 */
export const termsOf = (text: string): string[] => {
  const terms: string[] = [];
  for (const written of wordsOf(text)) {
    const word = written.replaceAll(/['’]/g, '').slice(0, MAX_WORD_LENGTH);
    if (word && !STOP_WORDS.has(word)) terms.push(stemOf(word));
  }
  return terms;
};
