import type { TaggedWord } from './tagger.ts';

/** Who or what a clause is about, as far as its words tell. */
export type SubjectKind = 'i' | 'we' | 'you' | 'pronoun' | 'noun' | 'left-out';

/** A part of a sentence with one finite verb, or none. */
export interface Clause {
  /** What joins it to the clause before: `and`, `but`, `because`, `which`; empty for none, or a sign. */
  readonly lead: string;
  /** Whether it cannot stand without the clause before it: `because ...`, `which ...`. */
  readonly isDependent: boolean;
  /** Without the word that joins it when that is a mere `and`, `but` or `so`. */
  readonly words: readonly TaggedWord[];
  readonly subject: SubjectKind;
  /** The place of the finite verb among its words; -1 for none. */
  readonly verb: number;
}

const PRONOUNS: ReadonlySet<string> = new Set(
  'he she it they this that these those there who which someone somebody everyone everybody everything nobody'.split(
    ' ',
  ),
);

/** Whether a word is a subject by its form alone. */
export const isSubjectPronoun = ({ lower }: TaggedWord): boolean =>
  lower === 'i' || lower === 'we' || lower === 'you' || PRONOUNS.has(lower);

export const isVerb = ({ tag }: TaggedWord): boolean => tag === 'VERB' || tag === 'AUX';

/** The place of the first verb that is no participle of a noun and follows no "to"; -1 for none. */
export const finiteVerb = (words: readonly TaggedWord[]): number => {
  const first = firstFinite(words, 0);
  const word = words[first];
  // "Having a dog brightens my days": the gerund is the subject when another verb follows.
  if (first !== 0 || word?.tag !== 'VERB' || !word.lower.endsWith('ing')) return first;
  const next = firstFinite(words, 1);
  return next > 0 && !words.slice(1, next).some(({ lower }) => lower === ',') ? next : first;
};

const firstFinite = (words: readonly TaggedWord[], from: number): number =>
  words.findIndex((word, i) => {
    if (i < from) return false;
    if (!isVerb(word)) return false;
    const before = words[i - 1];
    if (before?.lower === 'to' && before.tag === 'PART') return false;
    const isGerund = word.tag === 'VERB' && word.lower.endsWith('ing');
    return !(isGerund && before !== undefined && ['ADP', 'VERB', 'DET', 'SCONJ', 'NOUN'].includes(before.tag));
  });

/** Who does what the verb at a place says. */
export const subjectOf = (words: readonly TaggedWord[], verb: number): SubjectKind => {
  // "Can you ...", "do I ..."
  const behind = words[verb + 1];
  if (
    words[verb]?.tag === 'AUX' &&
    behind &&
    (behind.lower === 'you' || behind.lower === 'i' || behind.lower === 'we')
  ) {
    return behind.lower === 'you' ? 'you' : behind.lower === 'i' ? 'i' : 'we';
  }
  for (let i = (verb < 0 ? words.length : verb) - 1; i >= 0; i -= 1) {
    const word = words[i] as TaggedWord;
    if (word.lower === 'i') return 'i';
    if (word.lower === 'we') return 'we';
    if (word.lower === 'you') return 'you';
    if (PRONOUNS.has(word.lower)) return 'pronoun';
    if (word.tag === 'NOUN' || word.tag === 'PROPN' || word.tag === 'NUM') return 'noun';
    if (word.tag === 'PRON' && word.lower !== 'my' && word.lower !== 'our') return 'pronoun';
  }
  return 'left-out';
};
