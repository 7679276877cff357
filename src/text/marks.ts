import { tellsChange } from './change.ts';
import { answersNothing } from './non-answer.ts';
import { onlyAsks } from './only-asks.ts';
import { tellsPreference } from './preference.ts';

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

/** The marks that a message has as a whole. */
export const marksOf = (text: string, role: string | null): number => {
  let marks = 0;
  if (endsAsking(text)) marks |= MARK.endsAsking;
  if (FIRST_PERSON.test(text)) marks |= MARK.firstPerson;
  if (onlyAsks(text)) marks |= MARK.onlyAsks;
  if (role === 'assistant' && answersNothing(text)) marks |= MARK.answersNothing;
  return marks;
};

/** The marks of one of its passages. */
export const passageMarksOf = (text: string, role: string | null): number => {
  let marks = 0;
  if (TIME.test(text)) marks |= MARK.time;
  if (NUMBER.test(text)) marks |= MARK.number;
  if (CAPITALISED.test(text.replaceAll(SENTENCE_START, ' '))) marks |= MARK.name;
  if (role === 'user' && tellsPreference(text)) marks |= MARK.preference;
  if (role === 'user' && tellsChange(text)) marks |= MARK.change;
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
  /** What was, or when: what holds now is no better an answer. */
  readonly past: boolean;
}

const NOW =
  /\b(?:now|nowadays|currently|current|latest|these days|at the moment|still|today|most recent(?:ly)?|any ?more|presently|so far)\b/i;

const PAST = /\b(?:did|was|were|had|used to|when|first|originally|initially|before|previously|ago)\b/i;

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
    past: PAST.test(question),
  };
};
