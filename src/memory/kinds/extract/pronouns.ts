import { type Clause, finiteVerb, subjectOf } from '../../../text/clauses/clause.ts';
import type { TaggedWord } from '../../../text/clauses/tagger.ts';
import { KIN } from './kin.ts';

const OWNERS: ReadonlySet<string> = new Set(['my', 'our']);
const PRONOUNS: ReadonlySet<string> = new Set(['he', 'she']);
const GENITIVES: ReadonlySet<string> = new Set(['his', 'her']);

/** "my sister Ana", "my new boss": the words that name a person of the speaker's; null when none do at a place. */
const personAt = (words: readonly TaggedWord[], at: number): readonly TaggedWord[] | null => {
  const isOwned = OWNERS.has((words[at] as TaggedWord).lower);
  const isNew = words[at]?.tag === 'DET' && words[at + 1]?.lower === 'new';
  if (!isOwned && !isNew) return null;
  let end = at + 1;
  while (words[end]?.tag === 'ADJ') end += 1;
  if (!KIN.has(words[end]?.lemma ?? '')) return null;
  const kin = words[end] as TaggedWord;
  end += 1;
  while (words[end]?.tag === 'PROPN') end += 1;
  const names = words.slice(words.indexOf(kin) + 1, end);
  const my: TaggedWord = isOwned
    ? (words[at] as TaggedWord)
    : { text: 'my', lower: 'my', tag: 'PRON', lemma: 'my', isApart: true };
  return [my, { ...kin, isApart: true }, ...names];
};

/** Puts whom "she" and "her name" stand for in their place, when one person alone has been spoken of. */
export interface Pronouns {
  /** A clause of a turn, in order. */
  readonly resolved: (clause: Clause) => Clause;
}

const withWords = (clause: Clause, words: readonly TaggedWord[]): Clause => {
  const verb = finiteVerb(words);
  return { ...clause, words, verb, subject: subjectOf(words, verb) };
};

export const openPronouns = (): Pronouns => {
  const people = new Map<string, readonly TaggedWord[]>();
  const learn = (words: readonly TaggedWord[]): void => {
    words.forEach((_, at) => {
      const person = personAt(words, at);
      const kin = person?.[1]?.lemma;
      if (person && kin)
        people.set(kin, person.length > (people.get(kin)?.length ?? 0) ? person : (people.get(kin) ?? person));
    });
  };
  return {
    resolved: (clause) => {
      const [person, another] = people.values();
      const first = clause.words.findIndex(({ lower }) => PRONOUNS.has(lower) || GENITIVES.has(lower));
      const pronoun = clause.words[first];
      learn(clause.words);
      if (!person || another || !pronoun || clause.isDependent) return clause;
      const isSubject = PRONOUNS.has(pronoun.lower) && first < clause.verb && clause.subject === 'pronoun';
      const isName = GENITIVES.has(pronoun.lower) && clause.words[first + 1]?.lower === 'name';
      if (!isSubject && !(isName && first === 0)) return clause;
      const end = person.at(-1) as TaggedWord;
      const genitive: readonly TaggedWord[] = isName
        ? [{ text: "'s", lower: "'s", tag: 'PART', lemma: "'s", isApart: false }]
        : [];
      const named = isName && end.tag === 'PROPN' ? person.slice(0, 2) : person;
      return withWords(clause, [
        ...clause.words.slice(0, first),
        ...named.map((word, i) => (i === 0 ? { ...word, isApart: pronoun.isApart } : word)),
        ...genitive,
        ...clause.words.slice(first + 1),
      ]);
    },
  };
};
