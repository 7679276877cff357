/** Words that people put before and behind what they say, and that tell nothing. */
export const COURTESIES: ReadonlySet<string> = new Set(
  `so and ok okay hey hi hello please well now again sorry um hmm also but thanks thank you good morning evening dear there
  by the way bitte danke hallo merci bonjour gracias hola спасибо привет 谢谢 你好 请问`.split(/\s+/),
);

const WORD = /[\p{L}\p{N}\p{M}]+/gu;

/** The words of a text in lower case, without apostrophes. */
export const plainWords = (text: string): string[] => text.toLowerCase().replaceAll(/['’]/g, '').match(WORD) ?? [];

/** Whether words tell nothing. */
export const isCourtesy = (words: readonly string[]): boolean => words.every((word) => COURTESIES.has(word));
