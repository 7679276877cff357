import type { TaggedWord } from '../../../../text/clauses/tagger.ts';
import { bare, isNumber, keyOf, nounPhrase, textOf } from '../phrases.ts';
import { happened, holds, lowerAt, type Reading, type SlotValue, value, withoutAdverbs } from './reading.ts';

const DIETS: ReadonlySet<string> = new Set(['vegan', 'vegetarian', 'pescatarian', 'pescetarian', 'keto', 'omnivore']);

/** Without the words of time at its end: "9 now". */
const withoutNow = (words: readonly TaggedWord[]): readonly TaggedWord[] => {
  const end = words.findIndex(({ lower }, i) => i > 0 && ['now', 'already', 'today'].includes(lower));
  return end < 0 ? words : words.slice(0, end);
};

const AMOUNT = /^(?:\d[\d.,]*)?(?:mg|mcg|ml|iu|milligrams?|micrograms?)$/;

/** "20 mg of lisinopril", "lisinopril 20mg". */
const doseIn = (words: readonly TaggedWord[]): SlotValue | null => {
  const unit = words.findIndex(({ lower }) => AMOUNT.test(lower));
  if (unit < 0 || unit > 3) return null;
  const from = /^\d/.test(lowerAt(words, unit)) ? unit : unit - 1;
  if (from < 0) return null;
  const behind = lowerAt(words, unit + 1) === 'of' ? unit + 2 : unit + 1;
  const what = from === 0 ? nounPhrase(words, behind) : words.slice(0, from);
  const key = keyOf(bare(what).slice(0, 2));
  return key === '' ? null : value(`dose:${key}`, textOf(words.slice(from, unit + 1)), 'health');
};

export const body: Reading = ({ act }) => {
  const rest = withoutNow(withoutAdverbs(act.rest));
  if (act.isUncertain) return null;
  const first = rest[0];
  if (act.lemma === 'be' || act.lemma === 'turn' || act.lemma === 'become' || act.lemma === 'go') {
    const isDone = act.lemma === 'be' ? holds(act) || act.isNegated || act.isEnded : happened(act);
    const diet = rest.slice(0, 3).find(({ lower }) => DIETS.has(lower));
    const place = diet ? rest.indexOf(diet) : -1;
    const isDiet =
      diet &&
      (place === 0 || (['a', 'an'].includes(lowerAt(rest, 0)) && place <= 2)) &&
      rest[place + 1]?.tag !== 'NOUN';
    if (isDiet && isDone && !(act.isPast && act.isNegated))
      return value('diet_is', diet.lower, 'preference', act.isNegated || act.isEnded);
    const age = Number(lowerAt(rest, 0));
    const isAge =
      Number.isInteger(age) &&
      age > 0 &&
      age < 120 &&
      (rest.length === 1 || /^years?$/.test(lowerAt(rest, 1)) || (rest.length <= 3 && act.lemma === 'turn'));
    if (isAge && !act.isNegated && isDone && act.lemma !== 'go' && act.lemma !== 'become') {
      const isOld =
        rest.length === 1 ||
        lowerAt(rest, 2) === 'old' ||
        (lowerAt(rest, 1) === 'years' && rest.length === 2) ||
        act.lemma === 'turn';
      return isOld ? value('age_is', String(age), 'identity') : null;
    }
    if (act.lemma === 'be' && lowerAt(rest, 0) === 'allergic' && lowerAt(rest, 1) === 'to') {
      const what = nounPhrase(rest, 2);
      const key = keyOf(bare(what));
      return key === '' || act.isPast
        ? null
        : value(`allergic_to:${key}`, what, 'health', act.isNegated || act.isEnded);
    }
  }
  if (act.lemma === 'weigh' && holds(act) && first && isNumber(first))
    return value('weight_is', nounPhrase(rest, 0), 'health');
  const isOn = act.lemma === 'be' && lowerAt(rest, 0) === 'on';
  if ((act.lemma === 'take' || isOn) && holds(act)) return doseIn(isOn ? rest.slice(1) : rest);
  return null;
};
export const wakes: Reading = ({ act }) => {
  if (!holds(act) || act.isProgressive || (act.isPast && !act.isPerfect)) return null;
  const at = act.rest.findIndex(({ lower }) => lower === 'at');
  const time = act.rest[at + 1];
  if (at < 0 || at > 2 || !time || !isNumber(time)) return null;
  const when = textOf(
    act.rest.slice(at + 1, at + 3).filter((word, i) => i === 0 || /^(?:am|pm|a\.m\.|p\.m\.)$/.test(word.lower)),
  );
  if ((act.lemma === 'wake' || act.lemma === 'get') && lowerAt(act.rest, 0) === 'up')
    return value('wakes_at', when, 'other');
  return act.lemma === 'go' && textOf(act.rest.slice(0, at)).toLowerCase() === 'to bed'
    ? value('goes_to_bed_at', when, 'other')
    : null;
};
