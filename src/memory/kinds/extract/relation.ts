import type { FactDraft } from '../../../contract/fact-drafts.ts';
import { contentStems, wordF1 } from '../../../text/content-words.ts';
import { changesMeasure } from './measures.ts';

/** What a newer fact is to an older one. */
export interface Relation {
  /** `closes`: the older one holds no more. `repeats`: both say the same. */
  readonly kind: 'closes' | 'repeats' | 'none';
  /** For the history of a fact: which rule decided. */
  readonly reason: string;
}

/** What is looked at of a fact. */
export type Comparable = Pick<FactDraft, 'text' | 'subject' | 'predicate' | 'object' | 'validFromMs' | 'validToMs'>;

/** What stands before an object that does not hold, or not any more: "not Acme", or "not" alone for whatever it was. */
const NOT = 'not';

export const negated = (object: string): string => (object === '' ? NOT : `${NOT} ${object}`);
const isNegative = (object: string): boolean => object === NOT || object.startsWith(`${NOT} `);
const positive = (object: string): string => (isNegative(object) ? object.slice(NOT.length + 1) : object);

/** What somebody has one of at a time, whatever else is said: another value closes. Of other attributes a change has to be spoken of. */
const ONE_AT_A_TIME: ReadonlySet<string> = new Set(
  `name nickname birthday age nationality religion address phone_number email email_address rent mortgage landlord roommate flatmate salary
  hourly_rate boss manager job_title weight height blood_type doctor dentist therapist gym bank school university commute shoe_size`
    .split(/\s+/)
    .map((name) => `attribute:${name.replace('_', ' ')}`),
);
const needsChange = (predicate: string): boolean =>
  predicate === 'works_as' ||
  predicate.startsWith('price:') ||
  (predicate.startsWith('attribute:') && !ONE_AT_A_TIME.has(predicate));

const CHANGE =
  /\b(?:now|no longer|new|changed|moved|instead|became|promoted|switched|raised|lowered|rose|went up|went down|dropped|increased|decreased|reduced|extended|postponed|pushed|rescheduled|updated|actually|current|currently|replaced)\b/i;

/** Slots of which somebody may have several values at once: only an end or the opposite closes one. */
const SEVERAL = /^(?:has|likes|eats|drinks|smokes|allergic_to|has_left|uses|plans)(?::|$)/;
const FUNCTIONAL =
  /^(?:lives_in|born_in|born_on|grew_up_in|comes_from|works_at|works_as|studies_at|partner_is|relationship_is|diet_is|age_is|weight_is|wakes_at|goes_to_bed_at|drives|(?:dose|price|favourite|attribute|named):.+)$/;

const isSlot = (predicate: string): boolean => FUNCTIONAL.test(predicate) || SEVERAL.test(predicate);

/** The predicates of older facts that a newer one may close, besides its own. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  has_left: [
    'works_at',
    'lives_in',
    'studies_at',
    'uses',
    'drives',
    'attribute:bank',
    'attribute:gym',
    'attribute:doctor',
  ],
  works_at: ['works_as'],
  partner_is: ['relationship_is'],
  relationship_is: ['partner_is'],
};

/**
 * The predicates of older facts of the same subject that `relationOf` may find closed by a newer one: whoever nominates asks
 * for these, and for facts with nearly the same words.
 */
export const rivalsOf = (predicate: string): readonly string[] =>
  isSlot(predicate) ? [predicate, ...(OTHERS[predicate] ?? [])] : [];

/** Whether somebody has one value of a predicate at a time, as of `lives_in`. */
export const holdsOneValue = (predicate: string): boolean => FUNCTIONAL.test(predicate);

/** The predicates of later facts of the same subject, other than its own, that may close an older one. */
export const closersOf = (predicate: string): readonly string[] =>
  Object.entries(OTHERS).flatMap(([closer, closed]) => (closed.includes(predicate) ? [closer] : []));

const NONE: Relation = { kind: 'none', reason: 'nothing in common' };

const DAY_MS = 86_400_000;

/** Whether two facts hold at no common time, so that neither bears on the other. */
const areApart = (newer: Comparable, older: Comparable): boolean =>
  (older.validToMs !== null && newer.validFromMs !== null && older.validToMs <= newer.validFromMs) ||
  (newer.validToMs !== null && older.validFromMs !== null && newer.validToMs + DAY_MS <= older.validFromMs);

const isSubset = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => [...a].every((word) => b.has(word));

/** "Lisbon" and "Lisbon, Portugal" are no two values. */
const isSameValue = (a: string, b: string): boolean => {
  const [wordsOfA, wordsOfB] = [contentStems(a), contentStems(b)];
  if (wordsOfA.size === 0 || wordsOfB.size === 0) return a.trim().toLowerCase() === b.trim().toLowerCase();
  return isSubset(wordsOfA, wordsOfB) || isSubset(wordsOfB, wordsOfA);
};

const NUMBER_WORDS: Readonly<Record<string, number>> = {
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
};
const NUMBER = /\d[\d.,:]*\d|\d/g;

const numbersIn = (text: string): string =>
  [
    ...(text.match(NUMBER) ?? []).map((number) => number.replaceAll(',', '')),
    ...text
      .toLowerCase()
      .split(/[^a-z]+/)
      .flatMap((word) => NUMBER_WORDS[word] ?? []),
  ].join(' ');

const NEGATION = /\b(?:not|never|no|none|nobody|nothing|no longer|without|stopped|quit|used to|hardly|cannot)\b/gi;
const negationsIn = (text: string): number => text.match(NEGATION)?.length ?? 0;

/** Word F1 from which two facts say the same. */
const SAME = 0.8;

const repeats = (newer: Comparable, older: Comparable): boolean =>
  isNegative(newer.object) === isNegative(older.object) &&
  negationsIn(newer.text) === negationsIn(older.text) &&
  numbersIn(newer.text) === numbersIn(older.text) &&
  wordF1(contentStems(newer.text), contentStems(older.text)) >= SAME;

const sameSubject = (newer: Comparable, older: Comparable): boolean =>
  newer.subject.trim().toLowerCase() === older.subject.trim().toLowerCase();

const closing = (newer: Comparable, older: Comparable): string | null => {
  const [isEnd, wasEnd] = [isNegative(newer.object), isNegative(older.object)];
  const [now, then] = [positive(newer.object), positive(older.object)];
  const { predicate } = newer;
  if (!isSlot(predicate)) return null;
  if (predicate !== older.predicate) {
    if (!OTHERS[predicate]?.includes(older.predicate) || wasEnd) return null;
    if (predicate === 'has_left') return isSameValue(now, then) ? 'left' : null;
    if (predicate === 'works_at') return isEnd && now === '' ? 'ended' : null;
    if (predicate === 'relationship_is')
      return now === 'single' || now === 'divorced' || now === 'widowed' ? 'ended' : null;
    return isEnd ? (then === 'single' ? null : 'ended') : then === 'single' || then === 'divorced' ? 'new value' : null;
  }
  if (isEnd && !wasEnd) return now === '' || isSameValue(now, then) ? 'ended' : null;
  if (wasEnd) return !isEnd && SEVERAL.test(predicate) && isSameValue(now, then) ? 'holds again' : null;
  if (isEnd) return null;
  if (predicate.startsWith('has:')) {
    const [numberNow, numberThen] = [numbersIn(now), numbersIn(then)];
    return numberNow !== '' && numberThen !== '' && numberNow !== numberThen ? 'new number' : null;
  }
  if (!FUNCTIONAL.test(predicate) || isSameValue(now, then)) return null;
  if (needsChange(predicate) && !CHANGE.test(newer.text)) return null;
  if (predicate === 'age_is' && Number(now) < Number(then)) return null;
  return 'new value';
};

/**
 * What a newer fact is to an older one of the same user, by their slots and words alone. What fills a slot can close, and a number
 * that is said to have changed.
 */
export const relationOf = (newer: Comparable, older: Comparable): Relation => {
  if (!sameSubject(newer, older)) return NONE;
  if (areApart(newer, older)) return { kind: 'none', reason: 'no common time' };
  const reason = closing(newer, older) ?? (changesMeasure(newer.text, older.text, newer.subject) ? 'new number' : null);
  if (reason !== null) return { kind: 'closes', reason };
  return repeats(newer, older) ? { kind: 'repeats', reason: 'nearly the same words' } : NONE;
};
