/** Stands for words of others that were taken out of a sentence. */
export const QUOTATION = '«»';

const CLOSES: Readonly<Record<string, string>> = { '"': '"', '“': '”', '„': '“', '«': '»' };
/** A title has few words, most with a capital, and none of these. */
const SPEAKS = /\b(?:i|i'm|i’m|my|me|you|your|we|our)\b/i;
const MOST_WORDS_OF_TITLE = 6;
const LEAST_WORDS = 4;

/** "The Great Gatsby" names something; "I moved to Paris" is said by somebody else. */
const isSpeech = (quoted: string): boolean => {
  const words = quoted.split(/\s+/).filter((word) => word !== '');
  if (SPEAKS.test(quoted)) return true;
  if (words.length < LEAST_WORDS) return false;
  const isTitle =
    words.length <= MOST_WORDS_OF_TITLE && words.every((word) => word.length <= 3 || /^\P{Ll}/u.test(word));
  return !isTitle;
};

/** A line with `QUOTATION` in place of what it quotes of others. Titles and single words in quotation marks stay, also a mark without its like. */
export const withoutQuotations = (line: string): string => {
  let text = '';
  let at = 0;
  while (at < line.length) {
    const mark = line.charAt(at);
    const close = CLOSES[mark];
    const end = close === undefined ? -1 : line.indexOf(close, at + 1);
    if (end < 0) {
      text += mark;
      at += 1;
      // No like of it follows, nor of any later one of its kind.
      if (close !== undefined) return text + line.slice(at);
      continue;
    }
    const quoted = line.slice(at + 1, end);
    text += isSpeech(quoted) ? ` ${QUOTATION} ` : line.slice(at, end + 1);
    at = end + 1;
  }
  return text;
};
