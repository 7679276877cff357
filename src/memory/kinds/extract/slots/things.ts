import { headOf, isName, nounPhrase, textOf } from '../phrases.ts';
import { happened, hasName, holds, lowerAt, type Reading, value, withoutAdverbs } from './reading.ts';

const THINGS: ReadonlySet<string> = new Set(
  'car bike bicycle motorcycle boat house apartment flat dog cat pet horse rabbit hamster parrot laptop phone camera guitar piano violin drone van truck scooter tv tablet motorbike kayak'.split(
    ' ',
  ),
);

/** Kids of a school are not one's own. */
const MOST_COUNTED = 12;
const COUNTED: ReadonlySet<string> = new Set(
  'kid child son daughter dog cat pet brother sister sibling car bike horse employee grandchild'.split(' '),
);

/** What happens to a thing that somebody has no more. */
const ENDINGS: ReadonlySet<string> = new Set(['die', 'steal', 'total', 'scrap']);
const ENDS_OF_HAVING: ReadonlySet<string> = new Set(['sell', 'rehome', 'scrap']);

/** "My dog Rex died", "my bike was stolen". */
const goneThing: Reading = ({ act, subject }) => {
  const isGone =
    ENDINGS.has(act.lemma) ||
    (act.lemma === 'pass' && act.rest[0]?.lower === 'away') ||
    (act.lemma === 'run' && act.rest[0]?.lower === 'away');
  const thing = subject[0]?.lower === 'my' || subject[0]?.lower === 'our' ? subject[1] : undefined;
  if (!isGone || act.isNegated || act.isUncertain || !thing || !THINGS.has(thing.lemma)) return null;
  return subject.slice(2).every(isName)
    ? { ...value(`has:${thing.lemma}`, textOf(subject.slice(1)), 'possession', true), isOfOwner: true }
    : null;
};

export const things: Reading = (said) => {
  const { act, isSelf } = said;
  if (act.isUncertain) return null;
  const gone = goneThing(said);
  if (gone || !isSelf) return gone;
  if (ENDS_OF_HAVING.has(act.lemma) && happened(act)) {
    const what = nounPhrase(act.rest, 0);
    const head = headOf(what);
    const isOwn = ['my', 'our', 'the'].includes(lowerAt(what, 0));
    return isOwn && head && THINGS.has(head.lemma) ? value(`has:${head.lemma}`, what, 'possession', true) : null;
  }
  if ((act.lemma === 'have' || act.lemma === 'own') && !act.isProgressive) {
    const what = nounPhrase(withoutAdverbs(act.rest), 0);
    const head = headOf(what);
    if (!head || what.at(-1) !== head) return null;
    if (act.isEnded || act.isNegated)
      return THINGS.has(head.lemma) ? value(`has:${head.lemma}`, what, 'possession', true) : null;
    const count = Number(lowerAt(what, 0));
    if (!holds(act) || count > MOST_COUNTED) return null;
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
