import { isSubjectPronoun } from '../../../text/clauses/clause.ts';
import { expandContractions } from '../../../text/clauses/contractions.ts';
import { clausesOf } from '../../../text/clauses/cut.ts';
import { proseOf } from '../../../text/clauses/prose.ts';
import type { TaggedWord } from '../../../text/clauses/tagger.ts';
import { contentStem, contentStems } from '../../../text/content-words.ts';
import { withoutAddress } from './address.ts';
import { joinedAnswer } from './short-answers.ts';
import type { ExtractTurn, Reader, ReadTurn, Sentence } from './turns.ts';

/** Sentences of a message that are read. */
const MOST_SENTENCES = 60;

const QUESTION_END = /\?["')\s]{0,3}$/;
const ENDED = /[.!?…]["')\s]{0,3}$/;

const ASKING: ReadonlySet<string> = new Set(['what', 'who', 'where', 'which', 'when', 'why', 'how', 'whose']);

/** "How do I", "can you": a question, also without its mark. */
const beginsAsking = (words: readonly TaggedWord[]): boolean => {
  const [first, second, third] = words;
  if (!first || !second) return false;
  if (ASKING.has(first.lower)) return second.tag === 'AUX' || (third?.tag === 'AUX' && first.lower !== 'when');
  return first.tag === 'AUX' && isSubjectPronoun(second);
};

/** The sentences of a message in which its writer speaks. */
export const sentencesIn = (content: string, names: readonly string[], { tagger }: Reader): Sentence[] => {
  const sentences: Sentence[] = [];
  for (const line of proseOf(content)) {
    for (const words of tagger.sentencesOf(expandContractions(line))) {
      if (sentences.length >= MOST_SENTENCES) return sentences;
      const last = words.at(-1);
      const isQuestion = words.slice(-3).some(({ lower }) => lower.includes('?')) || beginsAsking(words);
      const isEnded = last !== undefined && /[.!?…]/.test(last.lower);
      const clauses = clausesOf(withoutAddress(words, names));
      if (clauses.length > 0) sentences.push({ clauses, isQuestion, isEnded });
    }
  }
  return sentences;
};

const stemsIn = (sentences: readonly Sentence[]): string[] =>
  sentences.flatMap(({ clauses }) =>
    clauses.flatMap(({ words }) => words.flatMap(({ lower }) => contentStem(lower) ?? [])),
  );

/** Longest first sentence that may be a short answer. */
const LONGEST_ANSWER = 80;

/** The first sentence of a text, when it is short, and what follows it. */
const headOf = (content: string): readonly [string, string] | readonly [] => {
  const head = content.slice(0, LONGEST_ANSWER + 1).trim();
  const end = head.search(/[.!?](?:\s|$)|\n/);
  if (end < 0 && content.length > LONGEST_ANSWER) return [];
  const first = end < 0 ? head : head.slice(0, end);
  return [first, content.slice(content.indexOf(first) + first.length).replace(/^[.!?\s]{1,9}/, '')];
};

/** Characters of the turn before that are looked at: its end, where a question stands. */
const MOST_BEFORE = 400;

/**
 * The turns to be read of a session, each with what stands before it, in order.
 * @param turns in the order in which they were said.
 */
export const readTurns = (
  turns: readonly ExtractTurn[],
  isRead: (turn: ExtractTurn) => boolean,
  reader: Reader,
): ReadTurn[] => {
  /** The place of the turn that says a stem first. */
  const known = new Map<string, number>();
  const learn = (stems: Iterable<string>, place: number): void => {
    for (const stem of stems) if (!known.has(stem)) known.set(stem, place);
  };
  const read: ReadTurn[] = [];
  let [before, beforeThat]: [ExtractTurn | null, ExtractTurn | null] = [null, null];
  const names = [...new Set(turns.map(({ speaker }) => speaker))];
  for (const [place, turn] of turns.entries()) {
    const last =
      before && before.speaker !== turn.speaker ? before : beforeThat?.speaker === turn.speaker ? null : beforeThat;
    const other = last?.speaker ?? names.find((name) => name !== turn.speaker) ?? 'the assistant';
    const end = last?.content.slice(-MOST_BEFORE).trim() ?? '';
    if (!turn.isContext && isRead(turn)) {
      const isAsked = QUESTION_END.test(end);
      const [first = '', more = ''] = headOf(turn.content);
      const joined = isAsked && last === before && first !== '' ? joinedAnswer(end, first, reader) : null;
      const sentences = sentencesIn(joined === null ? turn.content : `${joined}.\n${more}`, names, reader);
      read.push({
        turn,
        other,
        sentences,
        before: last,
        isAsked,
        askedStems: last === before ? contentStems(end) : new Set(),
        isJoined: joined !== null,
        isKnown: (stem) => (known.get(stem) ?? place) < place,
      });
      learn(stemsIn(sentences), place);
    } else {
      learn(contentStems(turn.content.slice(0, MOST_BEFORE)), place);
    }
    if (before?.speaker !== turn.speaker) beforeThat = before;
    before = turn;
  }
  return read;
};

export const isEndedTurn = (content: string): boolean => ENDED.test(content.trim());
