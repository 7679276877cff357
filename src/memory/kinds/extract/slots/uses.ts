import { headOf, isName, isNumber, keyOf, nounPhrase, textOf } from '../phrases.ts';
import { happened, hasName, holds, lowerAt, type Reading, value } from './reading.ts';

/** "I use Spotify", "I switched from Spotify to Tidal". */
export const uses: Reading = ({ act }) => {
  const { rest } = act;
  if (act.lemma === 'use') {
    const what = nounPhrase(rest, 0);
    const isEnd = act.isEnded && !act.isUncertain;
    return what.length > 0 && what.every(isName) && (isEnd || (holds(act) && !act.isProgressive))
      ? value('uses', what, 'other', isEnd)
      : null;
  }
  if ((act.lemma !== 'switch' && act.lemma !== 'change') || !happened(act) || lowerAt(rest, 0) !== 'from') return null;
  const from = nounPhrase(rest, 1);
  return hasName(from) && lowerAt(rest, from.length + 1) === 'to' ? value('has_left', from, 'other', true) : null;
};

const CURRENCIES = /^(?:euros?|dollars?|bucks?|pounds?|quid|usd|eur|gbp|francs?|yen|rupees?|kr)$/;

/** "The cello lesson costs 40 pounds now", "I pay 40 pounds for cello lessons". */
export const prices: Reading = ({ act, subject, isSelf }) => {
  if (!holds(act) || act.isProgressive) return null;
  if (!isSelf && act.lemma === 'cost') {
    const key = keyOf(subject);
    const price = nounPhrase(act.rest, 0);
    return key !== '' && headOf(subject) && price.some(isNumber) ? value(`price:${key}`, price, 'other') : null;
  }
  if (!isSelf || act.lemma !== 'pay') return null;
  const price = nounPhrase(act.rest, 0, ['a', 'per']);
  const isMoney = price.some(isNumber) && price.some(({ lower }) => CURRENCIES.test(lower) || /^[$€£]/.test(lower));
  const what = lowerAt(act.rest, price.length) === 'for' ? nounPhrase(act.rest, price.length + 1) : [];
  const key = keyOf(what);
  return isMoney && key !== '' ? value(`price:${key}`, textOf(price), 'other') : null;
};
