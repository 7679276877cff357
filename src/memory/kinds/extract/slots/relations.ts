import { isNumber, nounPhrase } from '../phrases.ts';
import { happened, hasName, holds, lowerAt, type Reading, value, withoutAdverbs } from './reading.ts';

const STATUSES: ReadonlySet<string> = new Set(['single', 'married', 'divorced', 'engaged', 'widowed', 'separated']);

export const partners: Reading = ({ act }) => {
  const rest = withoutAdverbs(act.rest);
  if (act.isUncertain) return null;
  if (
    (act.lemma === 'be' || act.lemma === 'get' || act.lemma === 'become') &&
    STATUSES.has(lowerAt(rest, 0)) &&
    !act.isNegated
  ) {
    const status = lowerAt(rest, 0);
    if (act.lemma === 'be' ? !holds(act) : !happened(act)) return null;
    const to = lowerAt(rest, 1) === 'to' ? nounPhrase(rest, 2) : null;
    if (hasName(to) && status !== 'divorced') return value('partner_is', to, 'relation');
    return rest.length <= 3 ? value('relationship_is', status, 'relation') : null;
  }
  if ((act.lemma === 'marry' || act.lemma === 'date') && !act.isNegated && !act.isEnded) {
    const who = nounPhrase(act.rest, 0);
    const isNow = act.lemma === 'marry' ? happened(act) : act.isProgressive && holds(act);
    return isNow && hasName(who) && !who.some(isNumber) ? value('partner_is', who, 'relation') : null;
  }
  if (act.lemma === 'divorce' && happened(act)) return value('relationship_is', 'divorced', 'relation');
  if (act.lemma === 'break' && lowerAt(act.rest, 0) === 'up' && happened(act)) {
    const who = lowerAt(act.rest, 1) === 'with' ? nounPhrase(act.rest, 2) : [];
    return value('partner_is', hasName(who) ? who : '', 'relation', true);
  }
  return null;
};
