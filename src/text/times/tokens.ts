/** UTF-16 units that are read of a text in its plain form, which may be longer than the text. */
const MOST = 8_192;

/** Accents, and the vowels and hamzas of Arabic, which many do not write. Not the vowels of Thai and Hindi. */
const ACCENTS = /[\u0300-\u036f\u064b-\u0655]/g;
const OTHER_DIGITS = /[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u0e50-\u0e59]/g;
const ZEROS = [0xe50, 0x966, 0x6f0, 0x660];

const digitOf = (digit: string): string => {
  const code = digit.charCodeAt(0);
  return String(code - (ZEROS.find((zero) => code >= zero) ?? code));
};

/** Characters of scripts without blanks, and of Hangul, whose words take endings, stand alone. */
const TOKEN =
  /\d+|[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Devanagari}]+|[^\s'’ʼ`´]/gu;

/**
 * The words, numbers and other characters of a text, in lower case, without accents and apostrophes, and with the digits of
 * ASCII.
 *
 * @param most UTF-16 units of it that are read.
 */
export const tokensOf = (text: string, most = MOST): string[] => {
  const bare = text
    .slice(0, most)
    .normalize('NFKD')
    .slice(0, most)
    .replaceAll(ACCENTS, '')
    .normalize('NFC')
    .toLowerCase();
  return bare.replaceAll(OTHER_DIGITS, digitOf).match(TOKEN) ?? [];
};
