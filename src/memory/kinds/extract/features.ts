import { isVerb } from '../../../text/clauses/clause.ts';
import type { TaggedWord } from '../../../text/clauses/tagger.ts';
import { contentStem } from '../../../text/content-words.ts';
import type { Candidate, PlacedClause } from './candidates.ts';
import type { ReadTurn } from './turns.ts';

/** What the models of turns and words say of a candidate. */
export interface CandidateScore {
  readonly turnLogit: number;
  /** Whether an assistant is spoken to, and no person. */
  readonly isToAssistant: boolean;
  /** Of the chances of its words. */
  readonly sum: number;
  readonly words: number;
  /** The word F1 that is to be expected with what would be written down. */
  readonly expected: number;
}

/** Takes what is so, and how much. */
export type Sink = (feature: string, value: number) => void;

const TIME =
  /\b(?:yesterday|today|tomorrow|tonight|last|next|ago|weekend|week|month|year|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|june|july|august|september|october|november|december|summer|winter|spring|autumn|recently|since|19\d\d|20\d\d)\b/i;
const THANKS =
  /\b(?:thank|thanks|congrat|congratulations|congrats|good luck|take care|bye|see you|keep it up|keep up)\b/i;
const QUOTED = /["“]/;

const logOf = (count: number): number => Math.log2(1 + count);

/** What is told to an assistant is noted otherwise than what friends tell each other, so each feature counts anew there. */
const crossed = (put: Sink, isToAssistant: boolean): Sink =>
  isToAssistant
    ? (feature, value) => {
        put(feature, value);
        put(`assistant ${feature}`, value);
      }
    : put;

/** What tells that a turn holds something worth keeping. */
export const turnFeatures = (read: ReadTurn, placed: readonly PlacedClause[], sink: Sink): void => {
  const put = crossed(sink, !read.turn.isNamed);
  const { turn, sentences, isAsked, isKnown } = read;
  let [words, fresh, nouns, names, numbers, past, i, my, you, we, adjectives] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  for (const { clause } of placed) {
    for (const word of clause.words) {
      const stem = contentStem(word.lower);
      if (stem !== null) {
        words += 1;
        if (!isKnown(stem)) fresh += 1;
      }
      if (word.tag === 'NOUN') nouns += 1;
      else if (word.tag === 'PROPN') names += 1;
      else if (word.tag === 'NUM') numbers += 1;
      else if (word.tag === 'ADJ') adjectives += 1;
      else if (word.tag === 'VERB' && word.lower !== word.lemma && !word.lower.endsWith('ing')) past += 1;
      if (word.lower === 'i') i += 1;
      else if (word.lower === 'my') my += 1;
      else if (word.lower === 'you' || word.lower === 'your') you += 1;
      else if (word.lower === 'we' || word.lower === 'our') we += 1;
    }
  }
  const stating = new Set(placed.filter(({ isStated }) => isStated).map(({ sentenceIndex }) => sentenceIndex));
  const questions = sentences.filter(({ isQuestion }, i) => isQuestion && !stating.has(i)).length;
  put('one', 1);
  put('asked', isAsked ? 1 : 0);
  put('i', i > 0 ? 1 : 0);
  put('many i', logOf(i));
  put('my', my > 0 ? 1 : 0);
  put('we', we > 0 ? 1 : 0);
  put('you', logOf(you));
  put('words', logOf(words));
  put('new', logOf(fresh));
  put('share new', words === 0 ? 0 : fresh / words);
  put('nouns', logOf(nouns));
  put('names', names > 0 ? 1 : 0);
  put('adjectives', logOf(adjectives));
  put('numbers', numbers > 0 ? 1 : 0);
  put('past', logOf(past));
  put('questions', sentences.length === 0 ? 0 : questions / sentences.length);
  put('only asks', questions === sentences.length ? 1 : 0);
  put('sentences', logOf(sentences.length));
  put('unended', sentences.at(-1)?.isEnded === false ? 1 : 0);
  put('quoted', QUOTED.test(turn.content) ? 1 : 0);
  put('time', TIME.test(turn.content) ? 1 : 0);
  put('thanks', THANKS.test(turn.content) ? 1 : 0);
  put('no clause', placed.length === 0 ? 1 : 0);
};

const isPast = ({ clause }: PlacedClause): boolean => {
  const verb = clause.words[clause.verb];
  return (
    verb !== undefined &&
    (verb.lower === 'was' ||
      verb.lower === 'were' ||
      verb.lower === 'had' ||
      (verb.tag === 'VERB' && verb.lower !== verb.lemma))
  );
};

/** What all words of a clause share. */
export const clauseFeatures = (placed: PlacedClause, place: number, count: number, read: ReadTurn, put: Sink): void => {
  const { clause, sentence, sentenceIndex, isStated } = placed;
  put(`subject ${clause.subject}`, 1);
  if (sentence.isQuestion && !isStated) put('in question', 1);
  if (clause.isDependent) put('dependent', 1);
  if (clause.lead !== '') put(`lead ${clause.lead}`, 1);
  if (clause.verb < 0) put('verbless', 1);
  if (isPast(placed)) put('in past', 1);
  put('place', place / count);
  put('first sentence', sentenceIndex === 0 ? 1 : 0);
  put('last sentence', sentenceIndex === read.sentences.length - 1 ? 1 : 0);
  put('clauses', logOf(count));
  const verb = clause.words[clause.verb];
  if (verb) put(`verb ${verb.lemma}`, 1);
};

/** What tells that a word is one of those that are kept. */
export const wordFeatures = (word: TaggedWord, stem: string, read: ReadTurn, put: Sink): void => {
  put(`tag ${word.tag}`, 1);
  put(`stem ${stem}`, 1);
  put('new word', read.isKnown(stem) ? 0 : 1);
  if (read.askedStems.has(stem)) put('asked word', 1);
  if (word.tag === 'VERB' && word.lower.endsWith('ing')) put('gerund', 1);
  if (/^\d/.test(word.lower)) put('digits', 1);
  put('length', Math.min(word.lower.length, 12) / 12);
};

/** What tells how well a run of clauses says what is worth keeping. */
export const candidateFeatures = ({ clauses }: Candidate, scores: CandidateScore, sink: Sink): void => {
  const put = crossed(sink, scores.isToAssistant);
  put('one', 1);
  put('turn', scores.turnLogit);
  put('expected', scores.expected * 10);
  put('sum', scores.sum);
  put('mean', (scores.sum / Math.max(1, scores.words)) * 10);
  put('words', logOf(scores.words));
  put(`clauses ${clauses.length}`, 1);
  const [first] = clauses;
  if (first) {
    put(`begins ${first.clause.subject}`, 1);
    if (first.carried === 'speaker') put('begins left out', 1);
  }
  if (clauses.some(({ sentence }) => sentence.isQuestion)) put('holds question', 1);
  if (new Set(clauses.map(({ sentenceIndex }) => sentenceIndex)).size > 1) put('sentences', 1);
  put('verbs', clauses.filter(({ clause }) => clause.words.some(isVerb)).length);
};
