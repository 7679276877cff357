// Opencc has both forms of each Chinese character; its phrases would take a megabyte.
import traditional from 'opencc-js/dict/TSCharacters';

/**
 * Combining marks beyond thirty on one letter, the bound of Unicode's stream-safe text: to sort a long run of them, as
 * normalising does, takes time that grows with its square. The two halfwidth marks combine only once normalised.
 */
const SURPLUS_MARKS = /([\p{M}\uFF9E\uFF9F]{30})[\p{M}\uFF9E\uFF9F]+/gu;

const DIGIT = /\p{Nd}/u;
const OTHER_DIGITS = /[^\P{Nd}0-9]/gu;

/** Unicode has the digits of a script in a row, from a zero on. */
const digitOf = (digit: string): string => {
  const code = digit.codePointAt(0) as number;
  let zero = code;
  while (DIGIT.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String((code - zero) % 10);
};

const HAN = /\p{Script=Han}/u;
const EACH_HAN = /\p{Script=Han}/gu;

let simplified: ReadonlyMap<string, string> | null = null;
const simplifiedOf = (character: string): string => {
  simplified ??= new Map(traditional.split('|').map((pair) => pair.split(' ', 2) as [string, string]));
  return simplified.get(character) ?? character;
};

/** Digits in groups of three with the same mark between all of them: `12,900`, `12.900`, `12’900`. */
const GROUPED = /(?<![\p{N}.,'’])\d{1,3}(?:(?:,\d{3})+(?!\d|,\d)|(?:\.\d{3})+(?!\d|\.\d)|(?:['’]\d{3})+(?!\d))/gu;
/** With blanks, which may as well stand between two numbers. */
const SPACED = /(?<![\p{N}.,])(?<!\d )\d{1,3}(?: \d{3})+(?![ .,]?\d)/gu;
const MAY_BE_GROUPED = /\d[,.'’ ]\d{3}/;
const NO_DIGITS = /\D/g;

const withoutGroups = (text: string): string =>
  MAY_BE_GROUPED.test(text)
    ? text
        .replaceAll(GROUPED, (number) => number.replaceAll(NO_DIGITS, ''))
        .replaceAll(SPACED, (numbers) => `${numbers} ${numbers.replaceAll(NO_DIGITS, '')}`)
    : text;

// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
const ASCII = /^[\x00-\x7f]*$/;
/** They make a sign coloured, or put a key around a digit. */
const PRESENTATION = /[\ufe0e\ufe0f\u20e3]/g;

/**
 * A text in one of the forms in which it could be written: compatibility form, digits of all scripts as those of ASCII,
 * `12900` for `12,900`, simplified for traditional Chinese characters. Letters keep their case.
 */
export const writtenForm = (text: string): string => {
  if (ASCII.test(text)) return withoutGroups(text);
  const form = text.replaceAll(PRESENTATION, '').replace(SURPLUS_MARKS, '$1').normalize('NFKC');
  const digits = withoutGroups(form.replaceAll(OTHER_DIGITS, digitOf));
  return HAN.test(digits) ? digits.replaceAll(EACH_HAN, simplifiedOf) : digits;
};
