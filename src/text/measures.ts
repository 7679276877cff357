import { contentStem } from './content-words.ts';

/** A number and what it counts. */
const MEASURE = /(?<![\p{L}\p{N}.,])([$€£]?)(\d[\d.,]*\d|\d)(?:\s?(%|[\p{L}]{1,24}))?/gu;
const THOUSANDS = /,(?=\d{3}(?!\d))/g;
/** Words that stand between a number and what it counts, and units of time of day. */
const NO_UNITS = /^(?:and|or|to|of|in|on|at|by|for|with|more|new|different|other|th|st|nd|rd)$/i;

/** The numbers of a text by what they count: "165 commits" is `commit` 165. Sums of money count as one. */
export const measuresIn = (text: string): Map<string, string> => {
  const found = new Map<string, string>();
  for (const [, sign = '', number = '', unit = ''] of text.matchAll(MEASURE)) {
    const plain = number.replaceAll(THOUSANDS, '');
    const isMoney = sign !== '' || /^(?:euros?|dollars?|bucks?|pounds?|quid|usd|eur|gbp)$/i.test(unit);
    const key = isMoney
      ? 'money'
      : /^[ap]\.?m\.?$/i.test(unit)
        ? 'time of day'
        : unit === '%'
          ? '%'
          : NO_UNITS.test(unit)
            ? null
            : contentStem(unit);
    if (key && !found.has(key)) found.set(key, plain);
  }
  return found;
};
