import type { TaggedWord } from '../../../../text/clauses/tagger.ts';
import { headOf, keyOf, textOf } from '../phrases.ts';
import { type Reading, value, withoutAdverbs } from './reading.ts';

const LIKES: ReadonlySet<string> = new Set(['like', 'love', 'enjoy', 'adore']);

const DISLIKES: ReadonlySet<string> = new Set(['hate', 'dislike', 'detest', 'loathe', 'despise']);

/** What is liked or eaten, by all of its words: "coffee in the evening" is not "coffee". Null for a pronoun, or a clause. */
const likedOf = (rest: readonly TaggedWord[]): readonly TaggedWord[] | null => {
  const words = withoutAdverbs(rest).filter(
    ({ lower }) => !['anymore', 'now', 'really', 'much', 'either', 'too', 'longer'].includes(lower),
  );
  if (
    words.length === 0 ||
    words.length > 4 ||
    words.some(({ tag, lower }) => tag === 'PRON' || tag === 'PUNCT' || tag === 'AUX' || lower === 'when')
  )
    return null;
  if (words[0]?.tag === 'DET' && ['the', 'that', 'this', 'a', 'an', 'your'].includes(words[0].lower)) return null;
  return headOf(words) || words[0]?.lower.endsWith('ing') ? words : null;
};

export const tastes: Reading = ({ act }) => {
  const isStanding = act.lemma === 'stand' || act.lemma === 'bear';
  if (LIKES.has(act.lemma) || DISLIKES.has(act.lemma) || isStanding) {
    if (
      act.isPast ||
      act.isProgressive ||
      act.isPlan ||
      (act.isUncertain && !isStanding) ||
      (isStanding && !act.isNegated)
    )
      return null;
    const what = likedOf(act.rest);
    if (!what) return null;
    const isLiked = !isStanding && LIKES.has(act.lemma) !== (act.isNegated || act.isEnded);
    return value(`likes:${keyOf(what)}`, `${isLiked ? '' : 'not '}${textOf(what)}`, 'preference');
  }
  if (act.lemma === 'eat' || act.lemma === 'drink' || act.lemma === 'smoke') {
    if (act.isUncertain || act.isPast || act.isProgressive || act.isPerfect) return null;
    const what = act.lemma === 'smoke' && act.rest.length === 0 ? [act.verb] : likedOf(act.rest);
    if (!what) return null;
    const isNot = act.isNegated || act.isEnded;
    return value(`${act.lemma}s:${keyOf(what)}`, `${isNot ? 'not ' : ''}${textOf(what)}`, 'preference');
  }
  const gaveUp = act.lemma === 'give' && act.rest[0]?.lower === 'up';
  if (
    (act.lemma === 'quit' || act.lemma === 'stop' || gaveUp) &&
    !act.isUncertain &&
    !act.isNegated &&
    act.rest[gaveUp ? 1 : 0]?.lower.startsWith('smok')
  ) {
    return value('smokes:smoke', 'not smoke', 'health');
  }
  return null;
};
