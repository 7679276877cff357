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

/**
 * Which clauses of a sentence state something: none of what is imagined, of conditions and what hangs on them, of quotations, and
 * of a question only what is told before it asks.
 */
export const statingClauses = ({ clauses, isQuestion }: Sentence): boolean[] => {
  const said = clauses.map(({ words }) => textOf(words));
  const isImagined = IMAGINED.test(said.join(' '));
  const isConditional = clauses.some(
    ({ lead, words }) => lead === 'if' || lead === 'unless' || words[0]?.lower === 'if' || words[0]?.lower === 'unless',
  );
  const last = clauses.length - 1;
  return clauses.map((clause, i) => {
    if (isImagined || isConditional || said[i]?.includes(QUOTATION.charAt(0))) return false;
    if (!isQuestion) return true;
    const isLater = clauses.slice(i + 1).some(asks);
    return i < last && isLater && !asks(clause) && clause.subject !== 'pronoun';
  });
};
