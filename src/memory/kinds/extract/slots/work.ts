import type { TaggedWord } from '../../../../text/clauses/tagger.ts';
import { OCCUPATIONS } from '../occupations.ts';
import { headOf, nounPhrase } from '../phrases.ts';
import { afterPreposition, happened, hasName, holds, lowerAt, type Reading, value, withoutAdverbs } from './reading.ts';

const jobIn = (phrase: readonly TaggedWord[]): boolean => OCCUPATIONS.has(headOf(phrase)?.lemma ?? '');

const LEAVES: ReadonlySet<string> = new Set(['quit', 'leave', 'lose', 'resign']);

const JOBS: ReadonlySet<string> = new Set(['job', 'position', 'role', 'work']);

export const works: Reading = ({ act }) => {
  const { rest } = act;
  if (act.isUncertain) return null;
  if (act.lemma === 'work') {
    const at = afterPreposition(rest, ['at', 'for']);
    const isEnd = act.isEnded || act.isNegated;
    if (hasName(at) && (isEnd || holds(act))) return value('works_at', at, 'work', isEnd);
    const as = afterPreposition(rest, ['as']);
    return as && as.length > 0 && jobIn(as) && (isEnd || holds(act)) ? value('works_as', as, 'work', isEnd) : null;
  }
  if (LEAVES.has(act.lemma) && happened({ ...act, isPast: true })) {
    const what = nounPhrase(rest, 0);
    if (
      ['my', 'our', 'her', 'his', 'their'].includes(lowerAt(what, 0)) &&
      what.length <= 3 &&
      JOBS.has(headOf(what)?.lemma ?? '')
    ) {
      const from = rest.findIndex(({ lower }) => lower === 'at' || lower === 'with');
      const place = from > 0 ? nounPhrase(rest, from + 1) : null;
      return value('works_at', hasName(place) ? place : '', 'work', true);
    }
    const from = act.lemma === 'resign' ? afterPreposition(rest, ['from']) : what;
    return act.lemma !== 'lose' && from?.length === 1 && hasName(from) ? value('has_left', from, 'work', true) : null;
  }
  if (act.lemma === 'drop' && lowerAt(rest, 0) === 'out' && lowerAt(rest, 1) === 'of' && happened(act)) {
    const place = nounPhrase(rest, 2);
    return hasName(place) ? value('has_left', place, 'work', true) : null;
  }
  if (act.lemma === 'retire' && happened(act) && rest.length <= 3) return value('works_at', '', 'work', true);
  if ((act.lemma === 'lay' && lowerAt(rest, 0) === 'off') || (act.lemma === 'fire' && rest.length === 0)) {
    return happened(act) ? value('works_at', '', 'work', true) : null;
  }
  if (act.lemma === 'become' && happened(act)) {
    const what = nounPhrase(rest, 0);
    return jobIn(what) ? value('works_as', what, 'work') : null;
  }
  if (act.lemma === 'promote' && happened(act)) {
    const to = afterPreposition(rest, ['to']);
    return to && jobIn(to) ? value('works_as', to, 'work') : null;
  }
  if (act.lemma === 'join' && happened(act)) {
    const what = nounPhrase(rest, 0);
    return hasName(what) && lowerAt(rest, what.length) === 'as' ? value('works_at', what, 'work') : null;
  }
  if (act.lemma === 'get' && happened(act) && lowerAt(rest, 0) === 'a') {
    const what = nounPhrase(rest, 0);
    if (headOf(what)?.lemma !== 'job') return null;
    const [preposition, place] = [lowerAt(rest, what.length), nounPhrase(rest, what.length + 1)];
    if ((preposition === 'at' || preposition === 'with') && hasName(place)) return value('works_at', place, 'work');
    return preposition === 'as' && jobIn(place) ? value('works_as', place, 'work') : null;
  }
  if (
    act.lemma === 'be' &&
    (holds(act) || act.isEnded) &&
    ['a', 'an', 'the'].includes(lowerAt(withoutAdverbs(rest), 0))
  ) {
    const what = nounPhrase(withoutAdverbs(rest), 0);
    return headOf(what)?.tag === 'NOUN' && jobIn(what) && what.at(-1) === headOf(what)
      ? value('works_as', what, 'work', act.isEnded)
      : null;
  }
  return null;
};

export const studies: Reading = ({ act }) => {
  if (act.isUncertain || !(holds(act) || act.isEnded)) return null;
  const isGoing = act.lemma === 'go' && !act.isProgressive;
  if (act.lemma !== 'study' && !isGoing) return null;
  const at = act.rest.findIndex(({ lower }) => lower === (isGoing ? 'to' : 'at'));
  const place = at >= 0 && at < 4 ? nounPhrase(act.rest, at + 1) : null;
  const isSchool =
    place?.some(({ lemma }) => ['university', 'college', 'school', 'academy', 'institute', 'mit'].includes(lemma)) ??
    false;
  return hasName(place) && (isSchool || !isGoing) ? value('studies_at', place, 'work', act.isEnded) : null;
};
