import { measuresIn } from '../../text/measures.ts';
import { passagesOf } from '../../text/passages.ts';
import { termsOf } from '../../text/terms.ts';
import { ROLES } from '../index/user-index.ts';

/** Terms that two passages share, of the shorter one's, from which they say the same about the same, but for a value. */
const SAME_OVERLAP = 0.6;
/** Passages of fewer terms than that share them by chance. */
const LEAST_TERMS = 2;
const LEAST_COSINE = 0.3;
/** How far the newer may stand below in the ranking. */
const SAME_GAP = 2;

/** Words with which two passages begin alike, and their share of the shorter one's characters, from which the rest is another value. */
const LEAST_OPENING = 3;
const OPENING_SHARE = 0.5;
const OPENING_GAP = 4;

/** Cosine from which two passages that tell numbers of the same unit, and share a word of the question, tell of one thing. */
const MEASURE_COSINE = 0.2;
const MEASURE_GAP = 6;

/** Cosine from which two turns of a user that share no word of the question speak of one thing. */
const NEAR_COSINE = 0.4;

/** Cosine from which a user who says that something changed speaks of what an older passage says, also from afar. */
const CHANGE_COSINE = 0.4;
const CHANGE_GAP = 6;

/** Characters of a passage that are compared: one without a single end of a sentence may be as long as its message. */
const MOST_COMPARED = 2_000;
const WORD_CHARACTER = /[\p{L}\p{N}]/u;
const USER = ROLES.indexOf('user');

/** What the order of time needs to know of a result: all but its text, which is not in the index. */
export interface Told {
  readonly sum: number;
  readonly createdAt: number;
  readonly role: number;
  readonly speaker: number;
  readonly tellsChange: boolean;
  /** The store knows until when it holds, and would have withdrawn it. */
  readonly hasValidity: boolean;
  /** Which of the passages of its document was found. */
  readonly passage: number;
  /** The words of the question that stand in the passage. */
  readonly held: ReadonlySet<string>;
  /** The passage's vector, of length 1; null without a model. */
  readonly direction: Float32Array | null;
}

/** What the order of time needs to know of a question. */
export interface AskedTime {
  readonly isAboutPast: boolean;
  /** How far a moment lies from the times that the question names; 0 when it names none. */
  readonly away: (atMs: number) => number;
}

/** A result as it is compared, with what is read of its passage when it is first asked for: of most results nobody asks. */
export interface Compared extends Told {
  readonly terms: () => ReadonlySet<string>;
  readonly text: () => string;
  readonly measures: () => ReadonlyMap<string, string>;
}

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

export const compared = (told: Told, content: string): Compared => {
  const text = once(() => {
    const { from, end } = passagesOf(content)[told.passage] ?? { from: 0, end: content.length };
    return content.slice(from, Math.min(end, from + MOST_COMPARED));
  });
  return {
    ...told,
    terms: once(() => new Set(termsOf(text()))),
    text,
    measures: once(() => measuresIn(text())),
  };
};

const overlapOf = (one: Compared, other: Compared): number => {
  const [a, b] = [one.terms(), other.terms()];
  const least = Math.min(a.size, b.size);
  return least < LEAST_TERMS ? 0 : [...a].filter((term) => b.has(term)).length / least;
};

type Directed = Pick<Told, 'direction'>;

/** 1 without a model: then words alone decide. */
export const cosineOf = ({ direction: a }: Directed, { direction: b }: Directed): number => {
  if (!a || !b) return 1;
  let sum = 0;
  for (let k = 0; k < a.length; k += 1) sum += (a[k] as number) * (b[k] as number);
  return sum;
};

/** Whether two passages begin alike and end otherwise: "The capital of Ruritania is Strelsau", "... is Zenda". */
const opensAlike = (newer: Compared, older: Compared): boolean => {
  const [a, b] = [newer.text(), older.text()];
  let end = 0;
  while (end < a.length && a[end] === b[end]) end += 1;
  // Back to the end of a word that both have.
  while (end > 0 && [a, b].some((text) => WORD_CHARACTER.test(text.charAt(end)))) end -= 1;
  const least = Math.min(a.length, b.length);
  return end >= OPENING_SHARE * least && end < least && a.slice(0, end).trim().split(/\s+/).length >= LEAST_OPENING;
};

/** Whether two passages tell another number of the same unit. */
const tellsOtherNumber = (newer: Compared, older: Compared): boolean => {
  const then = older.measures();
  return [...newer.measures()].some(([unit, number]) => (then.get(unit) ?? number) !== number);
};

/**
 * Whether a newer result takes the place of an older one of the same speaker, which stands no farther above it than a gap that
 * depends on why: it says the same with another value, begins alike or tells another number of the same unit and holds all of
 * the question that the older one holds, tells of a change, or holds as much of the question. A question about the past is
 * answered by the older one as well, so only what says the same or begins alike counts there.
 *
 * @param byNearness whether it is enough that it is near and holds as much of the question.
 */
export const takesPlaceOf = (
  newer: Compared,
  older: Compared,
  { isAboutPast, away }: AskedTime,
  byNearness = true,
): boolean => {
  if (newer.hasValidity || older.hasValidity) return false;
  if (newer.createdAt <= older.createdAt || newer.role !== older.role || newer.speaker !== older.speaker) return false;
  // "What did we eat the day before yesterday?": what was eaten since is no better an answer.
  if (away(newer.createdAt) > away(older.createdAt)) return false;
  const gap = older.sum - newer.sum;
  if (gap > Math.max(MEASURE_GAP, CHANGE_GAP)) return false;
  const cosine = cosineOf(newer, older);
  // "Invoice 17 is paid" is no answer to a question about invoice 18, though it begins alike.
  const holdsAll = older.held.isSubsetOf(newer.held);
  // Without a model what is near in meaning is not known.
  if (!isAboutPast && newer.role === USER && newer.direction !== null) {
    const isShared = !newer.held.isDisjointFrom(older.held);
    if (newer.tellsChange && gap <= CHANGE_GAP && cosine >= CHANGE_COSINE) return true;
    if (newer.tellsChange && gap <= SAME_GAP && isShared && cosine >= LEAST_COSINE) return true;
    const isNear = cosine >= (isShared ? LEAST_COSINE : NEAR_COSINE);
    if (byNearness && gap <= SAME_GAP && isNear && newer.held.size >= older.held.size) return true;
    if (gap <= MEASURE_GAP && isShared && holdsAll && cosine >= MEASURE_COSINE && tellsOtherNumber(newer, older))
      return true;
  }
  // Last, since it takes the longest to compare texts.
  if (gap <= OPENING_GAP && holdsAll && opensAlike(newer, older)) return true;
  return gap <= SAME_GAP && cosine >= LEAST_COSINE && overlapOf(newer, older) >= SAME_OVERLAP;
};
