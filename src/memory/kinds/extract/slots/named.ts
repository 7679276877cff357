import { isName, isNumber, nounPhrase } from '../phrases.ts';
import { lowerAt, type Reading, value, withoutAdverbs } from './reading.ts';

const DEFINITE: ReadonlySet<string> = new Set(
  'position city religion language sport continent country field company university capital genre'.split(' '),
);

/** "The capital of Peru is Lima", "Ana plays the position of goalkeeper": one at a time, of whatever has a name. */
export const ofNamed: Reading = ({ act, subject, isSelf }) => {
  if (isSelf || act.isUncertain || act.isNegated || act.isEnded || !subject.some(isName)) return null;
  const rest = withoutAdverbs(act.rest);
  const the = rest.findIndex(
    ({ lower }, i) => lower === 'the' && DEFINITE.has(lowerAt(rest, i + 1)) && lowerAt(rest, i + 2) === 'of',
  );
  if (the >= 0 && the <= 4) {
    const how = [act.lemma, ...rest.slice(0, the).map(({ lower }) => lower), lowerAt(rest, the + 1)].join(' ');
    const what = nounPhrase(rest, the + 3, ['in', 'and']);
    return what.length > 0 ? value(`named:${how}`, what, 'other') : null;
  }
  if (
    act.lemma === 'be' &&
    !act.isPast &&
    subject[0]?.lower === 'the' &&
    subject.some(({ lower }) => lower === 'of' || lower === 'that')
  ) {
    const what = nounPhrase(rest, 0, ['of', 'in']);
    return what[0] && (isName(what[0]) || isNumber(what[0]) || what.some(isName))
      ? value('named:be', what, 'other')
      : null;
  }
  return null;
};
