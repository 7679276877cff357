import type { WorkMessage } from '../../../contract/work.ts';
import type { Clause } from '../../../text/clauses/clause.ts';
import type { Tagger } from '../../../text/clauses/tagger.ts';
import { openTeller } from '../../../text/clauses/third-person.ts';
import type { Language } from '../../../text/languages.ts';
import { answersNothing } from '../../../text/non-answer.ts';
import { oneLine } from '../../../text/one-line.ts';
import { termsIn } from '../../../text/terms.ts';
import { unitsOf } from '../../../text/units.ts';
import { sentencesIn } from '../extract/read-turns.ts';

/** Something that was said, as a summary may tell it. */
export interface Statement {
  readonly text: string;
  /** Without repeats. */
  readonly terms: readonly string[];
  /** In words. */
  readonly length: number;
  readonly isQuestion: boolean;
  /** Whether somebody speaks of themselves. */
  readonly isOwn: boolean;
}

/** A message, who said it, and to whom. */
export interface Said {
  readonly message: WorkMessage;
  readonly speaker: string;
  readonly other: string;
}

/** Characters of a message that are read: a longer one is a document, which its beginning tells of. */
const MOST_CHARACTERS = 4_000;
const MOST_STATEMENTS = 40;
const LEAST_WORDS = 4;
const LEAST_TERMS = 2;
/** Longer words are addresses, keys or data. */
const DATA = /\S{41,}/;
const MOST_STATEMENT_CHARACTERS = 240;

const QUESTION = /[?？؟]\s*$/;
const OWN =
  /(?<![\p{L}\p{M}'’])(?:i|i['’](?:m|ve|d|ll)|my|me|we|our|us|ich|mein\p{L}*|wir|unser\p{L}*|je|j['’]|mon|ma|mes|nous|yo|mi|mis|nosotros|io|mio|mia|я|мой|моя|мне|мы)(?![\p{L}\p{M}])|我|私|僕|나는|저는|내 /iu;
/** Of scripts without blanks two characters count as a word. */
const DENSE = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]/g;

/** The length of a text in words, about. */
export const wordCount = (text: string): number =>
  text.split(/\s+/).filter((word) => word !== '').length + Math.floor((text.match(DENSE)?.length ?? 0) / 2);

type Told = Pick<Statement, 'text' | 'isQuestion' | 'isOwn'>;

/** A statement that says enough to be told; null for one that does not. */
const statementOf = ({ text, ...form }: Told, language: Language | null): Statement | null => {
  const terms = [...new Set(termsIn(text, language))];
  const length = wordCount(text);
  const isTooLittle = length < LEAST_WORDS || terms.length < LEAST_TERMS;
  return isTooLittle || DATA.test(text) || text.length > MOST_STATEMENT_CHARACTERS
    ? null
    : { text, terms, length, ...form };
};

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Clauses that can stand by themselves, each with those behind it that cannot. */
const groupsOf = (clauses: readonly Clause[]): Clause[][] => {
  const groups: Clause[][] = [];
  for (const clause of clauses) {
    const last = groups.at(-1);
    if (clause.isDependent && last) last.push(clause);
    else groups.push([clause]);
  }
  return groups;
};

/** In English: clauses in the third person. */
const clausesTold = ({ message, speaker, other }: Said, names: readonly string[], tagger: Tagger): Told[] =>
  sentencesIn(message.content.slice(0, MOST_CHARACTERS), names, { tagger }).flatMap(({ clauses, isQuestion }) =>
    groupsOf(clauses).flatMap((group): Told[] => {
      const [first] = group;
      // A clause without a verb tells nothing, and one about what is not named cannot be told without the one before.
      if (!first || first.verb < 0 || first.subject === 'pronoun') return [];
      const teller = openTeller({ speaker, other });
      group.forEach((clause, i) => {
        teller.add(clause.words, i > 0 || clause.subject !== 'left-out');
      });
      const isOwn = group.some(({ subject, words }) => {
        return subject === 'i' || subject === 'we' || words.some(({ lower }) => lower === 'my' || lower === 'our');
      });
      return [{ text: `${capitalised(teller.text())}${isQuestion ? '?' : '.'}`, isQuestion, isOwn }];
    }),
  );

/** In other languages: whole sentences, each with its speaker. */
const sentencesTold = ({ message, speaker }: Said): Told[] => {
  const content = message.content.slice(0, MOST_CHARACTERS);
  return unitsOf(content).map(({ from, end }) => {
    const said = oneLine(content.slice(from, end), MOST_STATEMENT_CHARACTERS - speaker.length);
    return { text: `${speaker}: ${said}`, isQuestion: QUESTION.test(said), isOwn: OWN.test(said) };
  });
};

/**
 * What a message says that a summary may tell.
 *
 * @param names of all speakers, by which they may address each other.
 * @param tagger for English; null to tell whole sentences.
 */
export const statementsOf = (
  said: Said,
  names: readonly string[],
  language: Language | null,
  tagger: Tagger | null,
): Statement[] => {
  if (answersNothing(said.message.content)) return [];
  const told = tagger && language === 'en' ? clausesTold(said, names, tagger) : sentencesTold(said);
  return told.flatMap((one) => statementOf(one, language) ?? []).slice(0, MOST_STATEMENTS);
};
