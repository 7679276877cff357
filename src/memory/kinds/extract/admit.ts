import type { Clause } from '../../../text/clauses/clause.ts';
import { expandContractions } from '../../../text/clauses/contractions.ts';
import { QUOTATION } from '../../../text/clauses/quotations.ts';
import { languageOf } from '../../../text/languages.ts';
import { answersNothing } from '../../../text/non-answer.ts';
import type { ExtractTurn, Sentence } from './turns.ts';

/** They say what a program found or was told to do; a name is that of a tool. */
const OF_PROGRAMS: ReadonlySet<string> = new Set(['system', 'developer', 'tool', 'function']);

// biome-ignore lint/suspicious/noControlCharactersInRegex: all but ASCII
const NOT_ASCII = /[^\x00-\x7f‘’“”–—…]/;
const WORD = /\p{L}+/gu;
const ENGLISH = /\b(?:i|my|me|the|a|an|is|are|was|in|on|at|to|of|and|for|with|not|always|never|please|it|you)\b/i;
/** Characters by which a language is told. */
const MOST_CHARACTERS = 240;
/** A text of so many words has a function word of its language among them. */
const MOST_WORDS_WITHOUT = 4;

/** Whether a text is likely English: by its function words, or too short to have one. */
const isEnglish = (text: string): boolean => {
  // In full: the "ve" of "I've" is Turkish for "and".
  const beginning = expandContractions(text.slice(0, MOST_CHARACTERS));
  const language = languageOf(beginning);
  if (language !== null) return language === 'en';
  return (
    !NOT_ASCII.test(text) && (ENGLISH.test(beginning) || (beginning.match(WORD)?.length ?? 0) <= MOST_WORDS_WITHOUT)
  );
};

/**
 * Whether a person speaks in a turn, in a language that is read. What an assistant says is its own: it repeats what it was told,
 * guesses and asks. One that came with a name is a person.
 */
export const isOfPerson = ({ role, isNamed, content }: ExtractTurn): boolean =>
  !OF_PROGRAMS.has(role) && (role === 'user' || isNamed) && isEnglish(content) && !answersNothing(content);

/** Words that make of a whole sentence something imagined. */
const IMAGINED =
  /\b(?:imagine|suppose|supposing|pretend|what if|let us say|hypothetically|as if|in theory|role-?play|once upon a time|i wish|if only|in my dream|i dreamed|i dreamt|joke|just kidding|example of|in (?:my|the|a|this|our) (?:novel|story|book|game|dream|movie|film|play|rpg|campaign|song))\b/;

const textOf = (words: Clause['words']): string => words.map(({ lower }) => lower).join(' ');

const ASKING_WORDS: ReadonlySet<string> = new Set('what who whom whose which where when why how'.split(' '));

/** "Can you", "is it", "which tram": whether a clause of a question asks. */
const asks = ({ words, subject, verb, lead }: Clause): boolean => {
  const first = words[0];
  if (!first || verb < 0) return true;
  if (ASKING_WORDS.has(first.lower) || ASKING_WORDS.has(lead)) return true;
  return (
    subject === 'you' ||
    subject === 'left-out' ||
    (verb === 0 && first.tag === 'AUX') ||
    (words[verb]?.tag === 'AUX' && verb === 0)
  );
};

const CONDITIONS: ReadonlySet<string> = new Set(['if', 'unless']);
/** "I wonder if" asks, and makes nothing depend on it. */
const WHETHER =
  /\b(?:wonder|wondering|know|sure|ask|asked|asking|see|check|decide|decided|tell|told|figure out|determine|curious|unsure)$/;

/**
 * Which clauses hang on a condition: the one that states it, the one behind it, or the one before it when none is behind.
 * @param said the words of each clause.
 */
const conditionals = (clauses: readonly Clause[], said: readonly string[]): ReadonlySet<number> => {
  const found = new Set<number>();
  clauses.forEach(({ lead, words }, i) => {
    if (!CONDITIONS.has(lead) && !CONDITIONS.has(words[0]?.lower ?? '')) return;
    found.add(i);
    if (WHETHER.test(said[i - 1] ?? '')) return;
    const behind = clauses[i + 1];
    const isBehind = behind !== undefined && behind.lead === '';
    if (isBehind || behind?.lead === 'then') found.add(i + 1);
    else found.add(i - 1);
  });
  return found;
};

/**
 * Which clauses of a sentence state something: none of what is imagined, of conditions and what hangs on them, of quotations, and
 * of a question only what is told before it asks.
 */
export const statingClauses = ({ clauses, isQuestion }: Sentence): boolean[] => {
  const said = clauses.map(({ words }) => textOf(words));
  const isImagined = IMAGINED.test(said.join(' '));
  const conditional = conditionals(clauses, said);
  const lastAsking = isQuestion ? clauses.findLastIndex(asks) : -1;
  return clauses.map((clause, i) => {
    if (isImagined || conditional.has(i) || said[i]?.includes(QUOTATION.charAt(0))) return false;
    return !isQuestion || (i < lastAsking && !asks(clause) && clause.subject !== 'pronoun');
  });
};
