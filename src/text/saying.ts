const FNV_PRIME = 0x01000193;
const OTHER_PRIME = 0x85ebca6b;

/** Signs that belong to a number or a name count with it: -5, $50, 50%, C++, C#. */
const WORD =
  /(?:(?<![\p{L}\p{M}\p{N}])[-+−])?\p{Sc}?[\p{L}\p{M}\p{N}\p{Extended_Pictographic}\p{Regional_Indicator}]+(?:[%°#€£¥]|\+{1,2}(?![\p{L}\p{N}]))?/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
const ASCII = /^[\x00-\x7f]*$/;
/** The same of ASCII, in a third of the time. */
const ASCII_WORD = /(?:(?<![a-z0-9])[-+])?\$?[a-z0-9]+(?:[%#]|\+{1,2}(?![a-z0-9]))?/g;
/** Said out of courtesy before or behind what is said. Greetings are none: "Hello Kitty" is a name. */
const COURTEOUS: ReadonlySet<string> = new Set(
  'please thanks thx bitte danke merci gracias grazie obrigado пожалуйста спасибо 谢谢 谢谢你'.split(' '),
);

/** The words without one courtesy at each end; all of them when there are no others. */
const withoutCourtesy = (words: readonly string[]): readonly string[] => {
  const from = COURTEOUS.has(words[0] ?? '') ? 1 : 0;
  const isThanks = words.at(-2) === 'thank' && words.at(-1) === 'you';
  const end = words.length - (isThanks ? 2 : COURTEOUS.has(words.at(-1) ?? '') ? 1 : 0);
  return end > from ? words.slice(from, end) : words;
};

/**
 * A digest in 52 bits of what a text says: its letters, digits and emoji in their order, whatever their case and whatever stands
 * between them, without a courtesy at its ends. All other words count: "I like it" and "I do not like it" differ in words that search leaves out.
 */
export const sayingOf = (text: string): number => {
  let high = 0x811c9dc5;
  let low = FNV_PRIME;
  const form = text.toLowerCase();
  for (const word of withoutCourtesy(form.match(ASCII.test(form) ? ASCII_WORD : WORD) ?? [])) {
    for (let i = 0; i < word.length; i += 1) {
      high = Math.imul(high ^ word.charCodeAt(i), FNV_PRIME);
      low = Math.imul(low ^ word.charCodeAt(i), OTHER_PRIME);
    }
    high = Math.imul(high ^ 0x20, FNV_PRIME);
  }
  return (high >>> 0) * 2 ** 20 + (low >>> 12);
};
