import { analysedText } from './analysed.ts';
import { ASKING_WORDS } from './asking/asking-languages.ts';
import { languagesToRead } from './times/readers.ts';
import { tokensOf } from './times/tokens.ts';

/** What a question asks for, by its words. */
export interface Asked {
  readonly time: boolean;
  readonly number: boolean;
  /** Somebody, some place, one of several. */
  readonly name: boolean;
  /** About the one who asks, and nobody else: I, my. */
  readonly self: boolean;
  /** About what the other side said: you, your. */
  readonly other: boolean;
  /** What holds now, whatever held before. */
  readonly now: boolean;
  /** What was, or when: what holds now is no better an answer. */
  readonly past: boolean;
}

type AskingLanguage = keyof typeof ASKING_WORDS;
const isAskingLanguage = (language: string): language is AskingLanguage => language in ASKING_WORDS;

/** "What ... name": two looks, since one expression with anything in between takes time by the square of a long question. */
const asksWhatName = (question: string): boolean => {
  const what = question.search(/\bwhat\b/i);
  return what >= 0 && /\bname\b/i.test(question.slice(what));
};

/** What a question asks for, by the function words of the language that it is most likely written in. */
export const askedOf = (question: string): Asked => {
  const text = analysedText(question);
  const language = languagesToRead(text, tokensOf(text)).find(isAskingLanguage) ?? 'en';
  const words = ASKING_WORDS[language];
  const other = words.other.test(text);
  return {
    time: words.time.test(text),
    number: words.number.test(text),
    name: words.name.test(text) || (language === 'en' && asksWhatName(text)),
    self: !other && words.self.test(text),
    other,
    now: words.now.test(text),
    past: words.past.test(text),
  };
};
