import { answersNothing } from './non-answer.ts';
import { onlyAsks } from './only-asks.ts';

/** What the form of a message shows about what it can answer, as bits of one byte. */
export const MARK = {
  /** Holds a question. */
  question: 1,
  /** Ends with a question. */
  endsAsking: 2,
  /** Speaks of the one who speaks. */
  firstPerson: 4,
  /** Names a time. */
  time: 8,
  /** Names a number or an amount. */
  number: 16,
  /** Names somebody or something, by a capital within a sentence. */
  name: 32,
  /** Says that its speaker does not know, and nothing else. */
  answersNothing: 64,
  /** Asks and tells nothing. */
  onlyAsks: 128,
} as const;

const ASKS = /[?？؟]/u;
const SAYS = /[\p{L}\p{N}]/u;
const FIRST_PERSON = /\b(?:i|me|my|mine|we|us|our|ours)\b/i;
const TIME =
  /\b(?:yesterday|today|tomorrow|tonight|last|next|ago|week|weekend|month|year|(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july|august|september|october|november|december|summer|winter|spring|fall|autumn|recently|since|\d{4})\b/i;
const NUMBER = /\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|once|twice|couple|several)\b/i;
/** Bounded, since blanks without end take time by the square of their number. */
const SENTENCE_START = /(?:^|[.!?:\n]\s{1,9})["'“‘(]{0,3}\p{Lu}[\p{L}'’]*/gu;
const CAPITALISED = /(?<![\p{L}\p{N}])\p{Lu}\p{Ll}/u;

/** Whether nothing is said behind the last question mark. */
const endsAsking = (text: string): boolean => {
  const end = Math.max(...['?', '？', '؟'].map((mark) => text.lastIndexOf(mark)));
  return end >= 0 && !SAYS.test(text.slice(end + 1));
};

/** The marks of a message. @param isReply whether it is the assistant's, of which alone it matters that it answers nothing. */
export const marksOf = (text: string, isReply = true): number => {
  let marks = 0;
  if (ASKS.test(text)) marks |= MARK.question;
  if (endsAsking(text)) marks |= MARK.endsAsking;
  if (FIRST_PERSON.test(text)) marks |= MARK.firstPerson;
  if (TIME.test(text)) marks |= MARK.time;
  if (NUMBER.test(text)) marks |= MARK.number;
  if (CAPITALISED.test(text.replaceAll(SENTENCE_START, ' '))) marks |= MARK.name;
  if (onlyAsks(text)) marks |= MARK.onlyAsks;
  if (isReply && answersNothing(text)) marks |= MARK.answersNothing;
  return marks;
};

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
}

const NOW =
  /\b(?:now|nowadays|currently|current|latest|these days|at the moment|still|today|most recent(?:ly)?|any ?more|presently|so far)\b/i;

/** "What ... name": two looks, since one expression with anything in between takes time by the square of a long question. */
const asksWhatName = (question: string): boolean => {
  const what = question.search(/\bwhat\b/i);
  return what >= 0 && /\bname\b/i.test(question.slice(what));
};

export const askedOf = (question: string): Asked => {
  const other = /\b(?:you|your|yours)\b/i.test(question);
  return {
    time: /\bwhen\b|\bwhat (?:year|month|date|day|time)\b|\bhow long\b/i.test(question),
    number: /\bhow (?:many|much|often|old)\b/i.test(question),
    name: /\b(?:who|whom|whose|where|which)\b/i.test(question) || asksWhatName(question),
    self: !other && FIRST_PERSON.test(question),
    other,
    now: NOW.test(question),
  };
};
