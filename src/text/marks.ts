import { tellsChange } from './change.ts';
import type { Language } from './languages.ts';
import { answersNothing } from './non-answer.ts';
import { onlyAsks } from './only-asks.ts';
import { tellsPreference } from './preference.ts';
import { tellingOf } from './telling.ts';

/** What the form of a message, or of a passage of it, shows about what it can answer, as bits. */
export const MARK = {
  /** The message ends with a question. */
  endsAsking: 1,
  /** The message speaks of the one who speaks. */
  firstPerson: 2,
  /** The message asks and tells nothing. */
  onlyAsks: 4,
  /** The message says that its speaker, an assistant, does not know, and nothing else. */
  answersNothing: 8,
  /** The passage names a time. */
  time: 16,
  /** The passage names a number or an amount. */
  number: 32,
  /** The passage names somebody or something, by a capital within a sentence. */
  name: 64,
  /** The passage tells what its speaker, a user, prefers. */
  preference: 128,
  /** The passage, of a user, says that something is otherwise than it was. */
  change: 256,
} as const;

const SAYS = /[\p{L}\p{N}]/u;
/** Bounded, since blanks without end take time by the square of their number. */
const SENTENCE_START = /(?:^|[.!?:\n]\s{1,9})["'“‘(]{0,3}\p{Lu}[\p{L}'’]*/gu;
const CAPITALISED = /(?<![\p{L}\p{N}])\p{Lu}\p{Ll}/u;

/** Whether nothing is said behind the last question mark. */
const endsAsking = (text: string): boolean => {
  const end = Math.max(...['?', '？', '؟'].map((mark) => text.lastIndexOf(mark)));
  return end >= 0 && !SAYS.test(text.slice(end + 1));
};

/** The marks that a message has as a whole. @param language as `languageOf` tells it. */
export const marksOf = (text: string, role: string | null, language: Language | null): number => {
  let marks = 0;
  if (endsAsking(text)) marks |= MARK.endsAsking;
  if (tellingOf(text, language).firstPerson(text)) marks |= MARK.firstPerson;
  if (onlyAsks(text)) marks |= MARK.onlyAsks;
  if (role === 'assistant' && answersNothing(text)) marks |= MARK.answersNothing;
  return marks;
};

/** The marks of one of its passages. @param language that of the message. */
export const passageMarksOf = (text: string, role: string | null, language: Language | null): number => {
  const telling = tellingOf(text, language);
  let marks = 0;
  if (telling.time(text)) marks |= MARK.time;
  if (telling.number(text)) marks |= MARK.number;
  if (CAPITALISED.test(text.replaceAll(SENTENCE_START, ' '))) marks |= MARK.name;
  if (role === 'user' && tellsPreference(text)) marks |= MARK.preference;
  if (role === 'user' && tellsChange(text)) marks |= MARK.change;
  return marks;
};
