import type { FactCategory } from '../../../../contract/fact-drafts.ts';
import type { TaggedWord } from '../../../../text/clauses/tagger.ts';
import type { Act } from '../act.ts';
import { bare, isName, nounPhrase, textOf } from '../phrases.ts';

/** What a clause says of a slot. */
export interface SlotValue {
  /** `lives_in`, or with what it is of: `favourite:colour`, `likes:olive`. */
  readonly predicate: string;
  readonly object: string;
  readonly category: FactCategory;
  /** It does not hold any more: the value, or any value when the object is empty. */
  readonly isEnd?: boolean;
  /** It is said of the owner of the subject: "my rent is 900" of me. */
  readonly isOfOwner?: boolean;
}

/** What may be read of a clause. */
export interface Said {
  readonly act: Act;
  /** The words before the verb, without adverbs. */
  readonly subject: readonly TaggedWord[];
  /** Whether the speaker is the subject. */
  readonly isSelf: boolean;
}

export type Reading = (said: Said) => SlotValue | null;

export const lowerAt = (words: readonly TaggedWord[], at: number): string => words[at]?.lower ?? '';

/** Places of words behind adverbs: "now 900 euros" begins with "900". */
export const withoutAdverbs = (words: readonly TaggedWord[]): readonly TaggedWord[] => {
  let at = 0;
  while (at < words.length && ((words[at] as TaggedWord).tag === 'ADV' || lowerAt(words, at) === 'not')) at += 1;
  return words.slice(at);
};

export const afterPreposition = (rest: readonly TaggedWord[], prepositions: readonly string[]): TaggedWord[] | null => {
  const words = withoutAdverbs(rest);
  return prepositions.includes(lowerAt(words, 0)) ? nounPhrase(words, 1) : null;
};

export const hasName = (phrase: readonly TaggedWord[] | null): phrase is readonly TaggedWord[] =>
  phrase?.some(isName) === true;

/** Whether it is said to hold now: no plan, no tale of the past. */
export const holds = ({ isUncertain, isPast, isPerfect, isNegated, isEnded }: Act): boolean =>
  !isUncertain && !isNegated && !isEnded && (!isPast || isPerfect);

export const happened = ({ isUncertain, isPast, isPerfect, isNegated }: Act): boolean =>
  !isUncertain && !isNegated && (isPast || isPerfect);

export const value = (
  predicate: string,
  phrase: readonly TaggedWord[] | string,
  category: FactCategory,
  isEnd = false,
): SlotValue => ({
  predicate,
  object: typeof phrase === 'string' ? phrase : textOf(bare(phrase)),
  category,
  ...(isEnd && { isEnd }),
});
