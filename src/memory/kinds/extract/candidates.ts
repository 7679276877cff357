import type { Clause } from '../../../text/clauses/clause.ts';
import type { TaggedWord } from '../../../text/clauses/tagger.ts';
import { openTeller } from '../../../text/clauses/third-person.ts';
import { statingClauses } from './admit.ts';
import { openPronouns } from './pronouns.ts';
import type { ReadTurn, Sentence } from './turns.ts';

/** A clause in its place in a turn. */
export interface PlacedClause {
  readonly clause: Clause;
  readonly sentence: Sentence;
  readonly sentenceIndex: number;
  /** Whose verb it has when its own subject is left out: the speaker, the words of a clause before, or nobody known. */
  readonly carried: 'speaker' | readonly TaggedWord[] | 'unknown' | null;
  /** Whether it states something, as far as its sentence tells. */
  readonly isStated: boolean;
}

/** Clauses that follow each other, as one statement. */
export interface Candidate {
  readonly clauses: readonly PlacedClause[];
  readonly from: number;
  readonly end: number;
}

export const MOST_CLAUSES = 3;

/** Present forms with which a sentence begins when "I" is left out: "Love hiking". Others in that form ask for something. */
const STATIVE: ReadonlySet<string> = new Set(
  'love like hate enjoy prefer need want hope live work have miss own wish feel use'.split(' '),
);

const carriedBy = (clause: Clause, before: PlacedClause | null): PlacedClause['carried'] => {
  if (clause.subject !== 'left-out') return null;
  if (clause.verb < 0) return 'unknown';
  if (before && !clause.isDependent) {
    if (before.clause.subject === 'left-out') return before.carried;
    if (before.clause.subject === 'i' || before.clause.subject === 'we') return 'speaker';
    return before.clause.subject === 'noun' ? before.clause.words.slice(0, before.clause.verb) : 'unknown';
  }
  const verb = clause.words[clause.verb] as TaggedWord;
  const isBase = verb.tag === 'VERB' && verb.lower === verb.lemma;
  if (isBase && !STATIVE.has(verb.lower)) return 'unknown';
  return verb.tag === 'AUX' && verb.lower !== 'been' ? 'unknown' : 'speaker';
};

const SMALL = /^\p{Ll}/u;

/** A phrase by itself that begins in small letters where others do not, such as the caption of a picture. */
const isCaption = ({ verb, words }: Clause, { clauses }: Sentence, first: Sentence | undefined): boolean =>
  verb < 0 &&
  clauses.length === 1 &&
  SMALL.test(words[0]?.text ?? '') &&
  !SMALL.test(first?.clauses[0]?.words[0]?.text ?? 'a');

/** The clauses of a turn, in order. */
export const placedClauses = ({ sentences }: Pick<ReadTurn, 'sentences'>): PlacedClause[] => {
  const placed: PlacedClause[] = [];
  const pronouns = openPronouns();
  sentences.forEach((sentence, sentenceIndex) => {
    let before: PlacedClause | null = null;
    const states = statingClauses(sentence);
    sentence.clauses.forEach((written, i) => {
      const clause = pronouns.resolved(written);
      const carried = carriedBy(clause, before);
      // "Tell me more": it asks for something.
      const isImperative = carried === 'unknown' && clause.verb >= 0 && i === 0;
      const isStated = states[i] === true && !isImperative && !isCaption(clause, sentence, sentences[0]);
      before = { clause, sentence, sentenceIndex, carried, isStated };
      placed.push(before);
    });
  });
  return placed;
};

/** Whether a statement may begin with a clause: it has a verb, and says whose. */
export const beginsAlone = ({ clause, carried }: PlacedClause): boolean =>
  !clause.isDependent &&
  clause.verb >= 0 &&
  carried !== 'unknown' &&
  clause.subject !== 'pronoun' &&
  clause.subject !== 'you';

/** Runs of one to three clauses that may stand alone. */
export const candidatesOf = (placed: readonly PlacedClause[]): Candidate[] => {
  const candidates: Candidate[] = [];
  placed.forEach((first, from) => {
    if (!beginsAlone(first)) return;
    for (let end = from + 1; end <= Math.min(placed.length, from + MOST_CLAUSES); end += 1) {
      const last = placed[end - 1] as PlacedClause;
      if (!last.isStated) break;
      // A phrase that leads over to the clause behind it does not end a statement.
      if (last.clause.verb < 0 && placed[end]?.sentenceIndex === last.sentenceIndex) continue;
      candidates.push({ clauses: placed.slice(from, end), from, end });
    }
  });
  return candidates;
};

const lowered = (words: readonly TaggedWord[]): readonly TaggedWord[] => {
  const [first, ...rest] = words;
  if (!first || first.tag === 'PROPN' || first.lower === 'i' || first.text === first.text.toUpperCase()) return words;
  return [{ ...first, text: first.lower }, ...rest];
};

/** A text without the signs at its end. */
const withoutEnd = (text: string): string => {
  let end = text.length;
  while (end > 0 && '.,;'.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
};

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A candidate as a statement in the third person. */
export const renderCandidate = ({ clauses }: Candidate, { turn, other }: ReadTurn): string => {
  let text = '';
  const teller = openTeller({ speaker: turn.speaker, other });
  let said = '';
  clauses.forEach(({ clause, carried, sentenceIndex }, i) => {
    const isSame = i > 0 && clauses[i - 1]?.sentenceIndex === sentenceIndex;
    const isNewSentence = i > 0 && !isSame;
    if (carried !== null && carried !== 'speaker' && carried !== 'unknown' && !isSame) teller.add(carried);
    const continues = isSame && carried !== null;
    teller.add(
      i === 0 || isNewSentence ? (carried === null ? clause.words : lowered(clause.words)) : lowered(clause.words),
      carried !== 'speaker' || continues,
    );
    const whole = teller.text();
    const piece = whole.slice(said.length).trim();
    said = whole;
    if (i === 0) text = piece;
    else if (isNewSentence) text += `. ${capitalised(piece)}`;
    else if (clause.isDependent) text += clause.lead === 'which' || clause.lead === 'who' ? `, ${piece}` : ` ${piece}`;
    else
      text +=
        clause.lead === ''
          ? `, ${piece}`
          : `${clause.lead === 'and' || clause.lead === 'or' ? '' : ','} ${clause.lead} ${piece}`;
  });
  return `${capitalised(withoutEnd(text))}.`;
};
