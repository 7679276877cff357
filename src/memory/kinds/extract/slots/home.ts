import { headOf, isNumber, nounPhrase } from '../phrases.ts';
import { afterPreposition, happened, hasName, holds, lowerAt, type Reading, value } from './reading.ts';

/** Places that somebody moves to and does not live at. */
const NO_HOMES: ReadonlySet<string> = new Set('phase step stage level round section part chapter week day'.split(' '));

export const lives: Reading = ({ act }) => {
  if (act.lemma === 'live' || act.lemma === 'reside' || act.lemma === 'base') {
    // "live alone in a flat in Porto"
    const at = act.rest.findIndex(({ lower }) => lower === 'in' || lower === 'at');
    const place = at >= 0 && at <= 2 ? nounPhrase(act.rest, at + 1, ['in']) : null;
    if (!hasName(place) || act.isUncertain) return null;
    if (act.isEnded || (act.isNegated && act.lemma === 'live')) return value('lives_in', place, 'home', true);
    return holds(act) ? value('lives_in', place, 'home') : null;
  }
  if (act.lemma !== 'move' && act.lemma !== 'relocate') return null;
  if (!happened(act) || act.isEnded) return null;
  const rest = act.rest.filter(
    ({ lower }) => lower !== 'back' && lower !== 'over' && lower !== 'just' && lower !== 'recently',
  );
  const out = lowerAt(rest, 0);
  if (out === 'from') {
    const to = rest.findIndex(({ lower }) => lower === 'to');
    const place = to > 0 ? nounPhrase(rest, to + 1) : null;
    return hasName(place) ? value('lives_in', place, 'home') : null;
  }
  if (out !== 'to') return null;
  const place = nounPhrase(rest, 1, ['in']);
  const head = headOf(place);
  return hasName(place) && head && !NO_HOMES.has(head.lemma) && !place.some(isNumber)
    ? value('lives_in', place, 'home')
    : null;
};

export const origins: Reading = ({ act }) => {
  if (act.isUncertain || act.isNegated) return null;
  if (act.lemma === 'bear') {
    const place = afterPreposition(act.rest, ['in', 'on']);
    if (!place || place.length === 0) return null;
    return place.some(isNumber)
      ? value('born_on', place, 'identity')
      : hasName(place)
        ? value('born_in', place, 'identity')
        : null;
  }
  if (act.lemma === 'grow' && lowerAt(act.rest, 0) === 'up') {
    const place = lowerAt(act.rest, 1) === 'in' ? nounPhrase(act.rest, 2) : null;
    return hasName(place) ? value('grew_up_in', place, 'identity') : null;
  }
  if (act.lemma !== 'be' && act.lemma !== 'come') return null;
  const place = holds(act) ? afterPreposition(act.rest, ['from']) : null;
  return hasName(place) ? value('comes_from', place, 'identity') : null;
};
