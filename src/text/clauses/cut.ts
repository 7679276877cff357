import { type Clause, finiteVerb, isSubjectPronoun, isVerb, subjectOf } from './clause.ts';
import type { TaggedWord } from './tagger.ts';

/** Joins statements that could each stand alone. */
const COORDINATORS: ReadonlySet<string> = new Set(['and', 'but', 'so', 'or', 'yet', 'then', 'plus']);
/** Begins what cannot stand without the clause before it. */
const SUBORDINATORS: ReadonlySet<string> = new Set(
  'because when whenever if while since although though after before until till unless whereas which who whose where whom'.split(
    ' ',
  ),
);
/** Of those, the ones that are as often prepositions: "since 2019", "after work". */
const ALSO_PREPOSITIONS: ReadonlySet<string> = new Set(['since', 'after', 'before', 'until', 'till']);
/** Of those, the ones that ask or stand for a thing unless a noun or a comma is before them: "I know who". */
const RELATIVES: ReadonlySet<string> = new Set(['which', 'who', 'whose', 'where', 'whom']);
const ASKING: ReadonlySet<string> = new Set(['what', 'how', 'why', 'which', 'where', 'who', 'when']);
const DASHES: ReadonlySet<string> = new Set(['-', '–', '—', '--', ';', ':', '(', ')', '...', '…']);

/** How far a noun phrase is followed to its verb. */
const MOST_BEFORE_VERB = 6;

const isSkipped = ({ tag, lower }: TaggedWord): boolean =>
  (tag === 'ADV' && !SUBORDINATORS.has(lower)) || lower === 'not' || lower === 'just' || lower === 'also';

/** The first place from which no adverb stands. */
const afterAdverbs = (words: readonly TaggedWord[], from: number): number => {
  let at = from;
  while (at < words.length && isSkipped(words[at] as TaggedWord)) at += 1;
  return at;
};

/** Whether a subject and then a verb begin here. */
const beginsStatement = (words: readonly TaggedWord[], from: number): boolean => {
  const at = afterAdverbs(words, from);
  const first = words[at];
  if (first === undefined) return false;
  if (isSubjectPronoun(first)) {
    const next = words[afterAdverbs(words, at + 1)];
    return next !== undefined && isVerb(next);
  }
  if (!['DET', 'PRON', 'PROPN', 'NOUN', 'NUM', 'ADJ'].includes(first.tag)) return false;
  for (let i = at; i < Math.min(words.length, at + MOST_BEFORE_VERB); i += 1) {
    const word = words[i] as TaggedWord;
    if (word.tag === 'PUNCT' || word.tag === 'CCONJ' || word.tag === 'ADP' || RELATIVES.has(word.lower)) return false;
    if (i > at && (word.tag === 'AUX' || (word.tag === 'VERB' && !word.lower.endsWith('ing')))) return true;
  }
  return false;
};

const MODALS: ReadonlySet<string> = new Set('will would can could should may might must shall do does did'.split(' '));

/** Whether the last verb up to a place is an infinitive: "to swim", "can swim". What is joined to it is one as well. */
const endsInInfinitive = (words: readonly TaggedWord[]): boolean => {
  for (let i = words.length - 1; i >= 0; i -= 1) {
    const word = words[i] as TaggedWord;
    if (word.tag !== 'VERB') continue;
    for (let j = i - 1; j >= 0 && i - j <= 3; j -= 1) {
      const before = words[j] as TaggedWord;
      if (before.lower === 'to' || MODALS.has(before.lower)) return true;
      if (!isSkipped(before)) break;
    }
    return false;
  }
  return false;
};

/** Whether a verb begins here whose subject is that of the clause before. */
const beginsWithVerb = (current: readonly TaggedWord[], words: readonly TaggedWord[], from: number): boolean => {
  const verb = words[afterAdverbs(words, from)];
  if (verb === undefined || !isVerb(verb) || finiteVerb(current) < 0) return false;
  if (verb.tag === 'VERB' && verb.lower.endsWith('ing')) return false;
  const isBase = verb.lower === verb.lemma;
  return !(isBase && verb.tag === 'VERB' && endsInInfinitive(current));
};

/** "..., played tennis": a past form behind a comma, with the subject of the clause before. */
const beginsWithVerbBehindComma = (
  current: readonly TaggedWord[],
  words: readonly TaggedWord[],
  at: number,
): boolean => {
  const verb = words[at];
  return verb?.tag === 'VERB' && verb.lower !== verb.lemma && beginsWithVerb(current, words, at);
};

/** "Sam and I got": two that do the same. */
const joinsSubjects = (current: readonly TaggedWord[], { lower }: TaggedWord): boolean =>
  lower === 'and' && current.length > 0 && current.length <= 4 && !current.some(isVerb);

/** "..., she is", "..., my sister works": what stands behind a comma and is no member of a list. */
/** ", how do I", ", can you", ", which tram": what asks behind a comma. */
const beginsQuestion = (words: readonly TaggedWord[], at: number): boolean => {
  const [word, next] = [words[at] as TaggedWord, words[at + 1]];
  if (ASKING.has(word.lower)) return true;
  return word.tag === 'AUX' && next !== undefined && (isSubjectPronoun(next) || next.lower === 'my');
};

const beginsOwnStatement = (words: readonly TaggedWord[], at: number): boolean => {
  const word = words[at] as TaggedWord;
  const isOwned = ['my', 'our', 'his', 'her', 'their', 'the'].includes(word.lower);
  return (isSubjectPronoun(word) || isOwned) && beginsStatement(words, at);
};

const isNounOrComma = (word: TaggedWord | undefined): boolean =>
  word !== undefined && (word.lower === ',' || word.tag === 'NOUN' || word.tag === 'PROPN');

const clauseOf = (lead: string, words: readonly TaggedWord[]): Clause => {
  const verb = finiteVerb(words);
  return { lead, isDependent: SUBORDINATORS.has(lead), words, subject: subjectOf(words, verb), verb };
};

/** Words without the commas at their ends. */
const trimmed = (words: readonly TaggedWord[]): TaggedWord[] => {
  let [from, end] = [0, words.length];
  const isPause = (word: TaggedWord | undefined): boolean => word?.tag === 'PUNCT' && word.lower !== '"';
  while (from < end && isPause(words[from])) from += 1;
  while (end > from && isPause(words[end - 1])) end -= 1;
  return words.slice(from, end);
};

/**
 * The clauses of a sentence, in order, without the sign that ends it. Every word stands in one, but a mere "and", "but" or "so"
 * between two and the signs around them.
 */
export const clausesOf = (sentence: readonly TaggedWord[]): Clause[] => {
  const clauses: Clause[] = [];
  let lead = '';
  let current: TaggedWord[] = [];
  const close = (nextLead: string): void => {
    const words = trimmed(current);
    if (words.some(({ tag }) => tag !== 'PUNCT')) clauses.push(clauseOf(lead, words));
    lead = nextLead;
    current = [];
  };
  for (let i = 0; i < sentence.length; i += 1) {
    const word = sentence[i] as TaggedWord;
    const before = sentence[i - 1];
    if (DASHES.has(word.lower) && (word.isApart || word.lower !== '-')) {
      close('');
    } else if (
      COORDINATORS.has(word.lower) &&
      ((beginsStatement(sentence, i + 1) && !joinsSubjects(current, word)) || beginsWithVerb(current, sentence, i + 1))
    ) {
      close(word.lower);
    } else if (
      SUBORDINATORS.has(word.lower) &&
      (!ALSO_PREPOSITIONS.has(word.lower) || beginsStatement(sentence, i + 1)) &&
      (!RELATIVES.has(word.lower) || isNounOrComma(before))
    ) {
      close(word.lower);
      current.push(word);
    } else {
      const isPaused = before?.lower === ',' && current.length > 1;
      if (
        isPaused &&
        (beginsQuestion(sentence, i) ||
          beginsOwnStatement(sentence, i) ||
          beginsWithVerbBehindComma(current, sentence, i))
      )
        close('');
      current.push(word);
    }
  }
  close('');
  return clauses;
};
