import type { NewEpisode } from '../../../contract/episodes.ts';
import type { WorkMessage } from '../../../contract/work.ts';
import { AGENT_MARK, USER_MARK } from '../../../text/account-marks.ts';
import type { Tagger } from '../../../text/clauses/tagger.ts';
import { languageOf } from '../../../text/languages.ts';
import { oneLine } from '../../../text/one-line.ts';
import { keyPhrasesOf } from './key-phrases.ts';
import { speakerOf } from './speakers.ts';
import { type Said, type Statement, statementsOf, wordCount } from './statements.ts';
import { chooseStatements, summaryLength } from './summary.ts';

/** What an episode says of its messages. */
export type Description = Omit<NewEpisode, 'id' | 'vector' | 'firstSequence' | 'lastSequence'>;

const MOST_TITLE_CHARACTERS = 80;
const MOST_PARTICIPANTS = 20;
/** Characters of a message whose words are counted, of which key phrases are told, and by which the language is. */
const MOST_COUNTED = 4_000;
const MOST_OF_LANGUAGE = 80;
/** The end of a sentence says nothing in a title. */
const SENTENCE_END = new Set('.。!！,;: ');

/** The messages that somebody said, each with its speaker and whom it is said to: the last other one, or else the next. */
const saidIn = (messages: readonly WorkMessage[]): Said[] => {
  const said = messages.flatMap((message) => {
    const speaker = speakerOf(message);
    return speaker === null ? [] : [{ message, speaker }];
  });
  return said.map(({ message, speaker }, i) => {
    const isOther = (one: { readonly speaker: string }): boolean => one.speaker !== speaker;
    const other = said.slice(0, i).findLast(isOther) ?? said.slice(i).find(isOther);
    return { message, speaker, other: other?.speaker ?? (speaker === USER_MARK ? AGENT_MARK : USER_MARK) };
  });
};

const withoutEnd = (text: string): string => {
  let end = text.length;
  while (end > 0 && SENTENCE_END.has(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
};

/** A text as a title: up to the last blank that leaves it short enough. */
export const asTitle = (text: string): string => {
  const characters = [...text];
  if (characters.length <= MOST_TITLE_CHARACTERS) return withoutEnd(text);
  const beginning = characters.slice(0, MOST_TITLE_CHARACTERS - 1).join('');
  const blank = beginning.lastIndexOf(' ');
  return `${withoutEnd(blank > 0 ? beginning.slice(0, blank) : beginning)}…`;
};

const titleOf = (
  first: Statement | undefined,
  phrases: readonly string[],
  messages: readonly WorkMessage[],
): string => {
  if (first) return asTitle(first.text);
  const said = messages.find(({ content }) => content.trim() !== '')?.content ?? '';
  return asTitle(phrases.join(', ') || oneLine(said)) || 'No text';
};

/** What messages say that a summary of them may tell, in order, and what it is told from. */
export const readMessages = (messages: readonly WorkMessage[], tagger: Tagger | null) => {
  const said = saidIn(messages);
  const language = languageOf(said.map(({ message }) => message.content.slice(0, MOST_OF_LANGUAGE)).join(' '));
  const speakers = [...new Set(said.map(({ speaker }) => speaker))];
  return { said, language, speakers, statements: said.flatMap((one) => statementsOf(one, speakers, language, tagger)) };
};

/**
 * Describes consecutive messages, at least one: what they are about, who speaks, and when.
 *
 * @param tagger reads English; null to summarise by whole sentences.
 */
export const describeEpisode = (messages: readonly WorkMessage[], tagger: Tagger | null): Description => {
  const { said, language, speakers, statements } = readMessages(messages, tagger);
  const texts = said.map(({ message }) => message.content.slice(0, MOST_COUNTED));
  const words = texts.reduce((sum, text) => sum + wordCount(text), 0);
  const chosen = chooseStatements(statements, summaryLength(words));
  const inOrder = statements.filter((statement) => chosen.includes(statement));
  const keyPhrases = keyPhrasesOf(texts, language);
  const times = messages.map(({ createdAt }) => createdAt);
  return {
    title: titleOf(chosen[0], keyPhrases, messages),
    summary: inOrder.map(({ text }) => text).join(' '),
    participants: speakers.slice(0, MOST_PARTICIPANTS),
    keyPhrases,
    startedAt: Math.min(...times),
    endedAt: Math.max(...times),
  };
};
