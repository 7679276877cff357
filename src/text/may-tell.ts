/** Each expression that finds a preference in English needs one of these words. */
const ENGLISH = /\b(?:i|we|my|please|always|never|now|future|time|when|whenever|answers|call)\b/i;

/** Each expression of the other languages needs one of these words, or a letter that English does not have. */
const OTHERS =
  /\b(?:ich|lieber|am liebsten|allergisch|antworte|schreib|rechne|bitte|je|j|prefiero|prefiro|preferisco|odio|soy|sou|sono|mi|gosto|nunca|responda|siempre)\b|\b(?:mein|nenn|schlag|gusta|encanta|responde|rispondi)/i;
/** Punctuation, signs and emoji are none: half of the chats in English have some. */
const OTHER_LETTER = /[\u00aa-\u1fff\u2100-\u218f\u2c00-\ud7ff\uf900-\uffff]/;

/**
 * Whether a text can tell a preference at all. Most cannot, which two expressions find out in a tenth of the time of the
 * twenty that look for one.
 */
export const mayTell = {
  inEnglish: (text: string): boolean => ENGLISH.test(text),
  inOthers: (text: string): boolean => OTHERS.test(text) || OTHER_LETTER.test(text),
};
