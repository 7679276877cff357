import { keyOf, textOf } from '../phrases.ts';
import { type Reading, value } from './reading.ts';

/** Words of time at the end of a plan: it is the same plan on another day. */
const LATER: ReadonlySet<string> = new Set(
  'next this in on at after before tomorrow tonight soon again anymore then'.split(' '),
);
const MOST_WORDS = 8;

/** "I'm going to sell the boat" and "I'm not going to sell the boat after all": what somebody means to do, or does not any more. */
export const plans: Reading = ({ act }) => {
  if (!act.isMeant || act.isPast || act.verb.tag !== 'VERB') return null;
  if (act.rest.some(({ tag, lower }) => tag === 'PRON' || lower === 'any' || lower === 'some')) return null;
  const later = act.rest.findIndex(({ lower }) => LATER.has(lower));
  const words = act.rest.slice(0, Math.min(MOST_WORDS, later < 0 ? MOST_WORDS : later));
  const what = textOf(words);
  const key = keyOf([act.verb, ...words]);
  if (what === '' || key === '') return null;
  const said = `${act.verb.lower} ${what}`;
  return value(`plans:${key}`, act.isNegated || act.isEnded ? `not ${said}` : said, 'plan');
};
