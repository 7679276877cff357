import { headOf, nounPhrase, textOf } from '../phrases.ts';
import { happened, hasName, holds, lowerAt, type Reading, value, withoutAdverbs } from './reading.ts';

const THINGS: ReadonlySet<string> = new Set(
  'car bike bicycle motorcycle boat house apartment flat dog cat pet horse rabbit hamster parrot laptop phone camera guitar piano violin drone van truck scooter tv tablet motorbike kayak'.split(
    ' ',
  ),
);

const COUNTED: ReadonlySet<string> = new Set(
  'kid child son daughter dog cat pet brother sister sibling car bike horse employee grandchild'.split(' '),
);

const ENDS_OF_HAVING: ReadonlySet<string> = new Set(['sell', 'rehome', 'scrap']);

export const things: Reading = ({ act }) => {
  if (act.isUncertain) return null;
  if (ENDS_OF_HAVING.has(act.lemma) && happened(act)) {
    const what = nounPhrase(act.rest, 0);
    const head = headOf(what);
    const isOwn = ['my', 'our'].includes(lowerAt(what, 0));
    return isOwn && head && THINGS.has(head.lemma) ? value(`has:${head.lemma}`, what, 'possession', true) : null;
  }
  if ((act.lemma === 'have' || act.lemma === 'own') && !act.isProgressive) {
    const what = nounPhrase(withoutAdverbs(act.rest), 0);
    const head = headOf(what);
    if (!head || what.at(-1) !== head) return null;
    if (act.isEnded || act.isNegated)
      return THINGS.has(head.lemma) ? value(`has:${head.lemma}`, what, 'possession', true) : null;
    if (!holds(act)) return null;
    return THINGS.has(head.lemma) || COUNTED.has(head.lemma)
      ? value(`has:${head.lemma}`, textOf(what), 'possession')
      : null;
  }
  if (act.lemma === 'drive' && holds(act) && !act.isProgressive && ['a', 'an'].includes(lowerAt(act.rest, 0))) {
    const what = nounPhrase(act.rest, 0);
    return hasName(what) ? value('drives', what, 'possession') : null;
  }
  return null;
};
