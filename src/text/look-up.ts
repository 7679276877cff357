import { languageOf } from './languages.ts';
import { questionWords } from './words.ts';
import { writtenForm } from './written-form.ts';

/** Words that one looks something up by, at most. */
const MOST_WORDS = 3;
/** The share of function words beside them: "allergic to shellfish". */
const MOST_OTHERS = 0.4;

const ASKS = /[?？؟]/;
const WORD = /[\p{L}\p{N}\p{M}]+|\p{Extended_Pictographic}/gu;

/** Whether a question is a few words and no sentence, as one types to look something up: "Termin", "🐢", "1475 euros". */
export const isLookUp = (text: string): boolean => {
  if (ASKS.test(text)) return false;
  const words = new Set(questionWords(text, languageOf(text)));
  const all = writtenForm(text).match(WORD) ?? [];
  return words.size > 0 && words.size <= MOST_WORDS && all.length - words.size <= MOST_OTHERS * all.length;
};
