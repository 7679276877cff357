import type { FactCategory } from '../../../../contract/fact-drafts.ts';
import type { TaggedWord } from '../../../../text/clauses/tagger.ts';
import type { Act } from '../act.ts';
import { headOf, isName, isNumber, keyOf, nounPhrase } from '../phrases.ts';
import { happened, holds, lowerAt, type Reading, value, withoutAdverbs } from './reading.ts';

/** What a person has one of at a time. */
const ATTRIBUTES: Readonly<Record<string, FactCategory>> = {
  name: 'identity',
  nickname: 'identity',
  birthday: 'identity',
  age: 'identity',
  nationality: 'identity',
  religion: 'identity',
  address: 'home',
  'phone number': 'identity',
  number: 'identity',
  email: 'identity',
  'email address': 'identity',
  rent: 'home',
  mortgage: 'home',
  landlord: 'home',
  roommate: 'home',
  flatmate: 'home',
  salary: 'work',
  'hourly rate': 'work',
  boss: 'work',
  manager: 'work',
  'job title': 'work',
  position: 'work',
  job: 'work',
  budget: 'plan',
  deadline: 'plan',
  goal: 'plan',
  target: 'plan',
  'target weight': 'plan',
  appointment: 'plan',
  flight: 'plan',
  exam: 'plan',
  interview: 'plan',
  wedding: 'plan',
  weight: 'health',
  height: 'health',
  'blood type': 'health',
  'blood pressure': 'health',
  doctor: 'health',
  dentist: 'health',
  therapist: 'health',
  dose: 'health',
  medication: 'health',
  gym: 'other',
  bank: 'other',
  school: 'work',
  university: 'work',
  commute: 'other',
  'shoe size': 'identity',
  wife: 'relation',
  husband: 'relation',
  girlfriend: 'relation',
  boyfriend: 'relation',
  partner: 'relation',
  fiance: 'relation',
  fiancee: 'relation',
  car: 'possession',
  phone: 'possession',
  laptop: 'possession',
  bike: 'possession',
};

const QUALIFIERS: ReadonlySet<string> = new Set([
  'new',
  'current',
  'latest',
  'monthly',
  'weekly',
  'daily',
  'usual',
  'main',
  'present',
]);

/** "rose to 900", "was moved to Friday". */
const BECOMES: ReadonlySet<string> = new Set(
  'rise go increase drop fall change move raise lower push postpone reschedule bump reduce cut shift come'.split(' '),
);

/** The same of who makes it so. */
const CHANGES: ReadonlySet<string> = new Set(
  'increase raise lower reduce cut change move push postpone reschedule extend shorten bump update set shift'.split(
    ' ',
  ),
);
const PEOPLE: ReadonlySet<string> = new Set(
  'wife husband girlfriend boyfriend partner fiance fiancee boss manager doctor dentist therapist landlord roommate flatmate'.split(
    ' ',
  ),
);

/** The value behind "is", "is called" or "rose to": with a name or a number in it, since "high" is an opinion. */
const valueIn = (act: Act): readonly TaggedWord[] | null => {
  const rest = withoutAdverbs(act.rest);
  if (act.lemma === 'be' || act.lemma === 'call' || act.lemma === 'name') {
    if (!holds(act) || act.isEnded) return null;
    const from = ['at', 'on', 'in', 'for'].includes(lowerAt(rest, 0)) ? 1 : 0;
    return nounPhrase(rest, lowerAt(rest, from) === 'now' ? from + 1 : from, ['at', 'on', 'a', 'per']);
  }
  if (!BECOMES.has(act.lemma) || !happened(act)) return null;
  const to = rest.findIndex(({ lower }) => lower === 'to');
  return to >= 0 && to <= 4 ? nounPhrase(rest, to + 1, ['at', 'on', 'a', 'per']) : null;
};

/** What there are many of, and who is not of one alone. */
const NEVER: ReadonlySet<string> = new Set(
  'friend friends sister brother son daughter kid kids child children dog cat pet cousin aunt uncle neighbour neighbor colleague idea question problem point thing problem dream plan hope guess answer opinion advice mind reason way time day week mother father mom mum dad grandmother grandfather niece nephew name'.split(
    ' ',
  ),
);

/** Of "dentist appointment" that it is an appointment; empty when its parts are no nouns. */
const kindOf = (named: readonly TaggedWord[]): string =>
  named.length === 2 && named.every(({ tag }) => tag === 'NOUN' || tag === 'PROPN') ? (named[1]?.lower ?? '') : '';

/** A slot of the speaker's for each noun of which somebody has, or speaks of, one: "my rent", "the deadline". */
export const ownAttribute: Reading = ({ act, subject }) => {
  const [owner, ...words] = subject;
  if (!owner || !['my', 'our', 'the'].includes(owner.lower) || act.isUncertain || act.isNegated) return null;
  const named = QUALIFIERS.has(lowerAt(words, 0)) ? words.slice(1) : words;
  // "my boss's name is Carla"
  const what = named
    .map(({ lower }) => lower)
    .join(' ')
    .replace(/ 's name$/, '');
  if (/^favou?rite /.test(what)) {
    const kind = keyOf(named.slice(1));
    const is = act.lemma === 'be' && holds(act) ? withoutAdverbs(act.rest) : [];
    const liked = nounPhrase(is, 0);
    return kind !== '' &&
      liked.length > 0 &&
      (headOf(liked) || liked.some(({ tag }) => tag === 'ADJ')) &&
      liked.length <= 4 &&
      !['one', 'part', 'thing'].includes(kind)
      ? { ...value(`favourite:${kind}`, liked, 'preference'), isOfOwner: true }
      : null;
  }
  const kind = ATTRIBUTES[what] ? what : kindOf(named);
  // Of what is not listed one may have several: `relationOf` asks for a word of change there.
  const isNoun = named.length > 0 && named.length <= 2 && named.every(({ tag }) => tag === 'NOUN');
  const category = ATTRIBUTES[kind] ?? (isNoun && !NEVER.has(what) ? 'other' : undefined);
  if (!category || (owner.lower === 'the' && !isNoun)) return null;
  const found = valueIn(act);
  if (
    !found ||
    found.length === 0 ||
    !(found.some(isName) || found.some(isNumber) || found.some(({ lower }) => lower.includes('@')))
  )
    return null;
  if (PEOPLE.has(what) && !(found[0] && isName(found[0]))) return null;
  if (what === 'job' || what === 'position') return null;
  return ['wife', 'husband', 'girlfriend', 'boyfriend', 'partner', 'fiance', 'fiancee'].includes(what)
    ? { ...value('partner_is', found, 'relation'), isOfOwner: true }
    : { ...value(`attribute:${what}`, found, category), isOfOwner: true };
};

/** What is made another than it was: "we increased the budget to 700 euros", "my doctor changed my dose to 40 mg". */
export const changedAttribute: Reading = ({ act, isSelf }) => {
  if (!CHANGES.has(act.lemma) || !happened(act)) return null;
  const what = nounPhrase(act.rest, 0);
  const [owner, ...named] = what;
  const isOwn = owner !== undefined && (['my', 'our'].includes(owner.lower) || (isSelf && owner.lower === 'the'));
  if (!isOwn || named.length > 2 || named.length === 0) return null;
  if (!named.every(({ tag }) => tag === 'NOUN') || lowerAt(act.rest, what.length) !== 'to') return null;
  const found = nounPhrase(act.rest, what.length + 1, ['at', 'on', 'a', 'per']);
  const name = named.map(({ lower }) => lower).join(' ');
  if (!(found.some(isName) || found.some(isNumber)) || NEVER.has(name)) return null;
  return { ...value(`attribute:${name}`, found, ATTRIBUTES[name] ?? 'other'), isOfOwner: true };
};
