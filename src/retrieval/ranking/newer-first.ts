import { DOCUMENT_KINDS, type DocumentKind, rulesOf } from '../../contract/documents.ts';
import { MARK } from '../../text/marks.ts';
import { passagesOf } from '../../text/passages.ts';
import { termsOf } from '../../text/terms.ts';
import { ROLES, type UserIndex } from '../index/user-index.ts';
import type { Candidate } from './candidates.ts';

/** Results among which the order of time counts: those that a client looks at. Which they are stays as it is. */
export const MOST_REORDERED = 5;

/** Terms that two passages share, of the shorter one's, from which they say the same about the same, but for a value. */
const SAME_OVERLAP = 0.6;
/** Passages of fewer terms than that share them by chance. */
const LEAST_TERMS = 2;
const LEAST_COSINE = 0.3;
/** How far the newer may stand below in the ranking. */
const SAME_GAP = 2;

/** Cosine from which a user who says that something changed speaks of what an older passage says. */
const CHANGE_COSINE = 0.4;
const CHANGE_GAP = 6;

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
  /** The passage's vector, of length 1; null without a model. */
  readonly direction: Float32Array | null;
}

const scaled = (components: Int8Array, scale: number): Float32Array => {
  const direction = new Float32Array(components.length);
  for (let k = 0; k < direction.length; k += 1) direction[k] = scale * (components[k] as number);
  return direction;
};

export const toldOf = ({ columns, vectors }: UserIndex, { slot, sum }: Candidate): Told => {
  const { createdAt, kind, role, speaker, marks, passage, inverse } = columns.arrays;
  const read = vectors?.read(slot);
  return {
    sum,
    createdAt: createdAt[slot] as number,
    role: role[slot] as number,
    speaker: speaker[slot] as number,
    tellsChange: ((marks[slot] as number) & MARK.change) !== 0,
    hasValidity: rulesOf(DOCUMENT_KINDS[kind[slot] as number] as DocumentKind).hasValidity,
    passage: passage[slot] as number,
    direction: read ? scaled(read.components, read.scale * (inverse[slot] as number)) : null,
  };
};

type Directed = Pick<Told, 'direction'>;

interface Read extends Told {
  /** The terms of its passage without repeats: of most results nobody asks for them. */
  readonly terms: () => ReadonlySet<string>;
}

const read = (told: Told, content: string): Read => {
  let terms: ReadonlySet<string> | null = null;
  const termsOfPassage = (): ReadonlySet<string> => {
    const { from, end } = passagesOf(content)[told.passage] ?? { from: 0, end: content.length };
    terms ??= new Set(termsOf(content.slice(from, end)));
    return terms;
  };
  return { ...told, terms: termsOfPassage };
};

const overlapOf = (one: Read, other: Read): number => {
  const [a, b] = [one.terms(), other.terms()];
  const least = Math.min(a.size, b.size);
  return least < LEAST_TERMS ? 0 : [...a].filter((term) => b.has(term)).length / least;
};

/** 1 without a model: then words alone decide. */
export const cosineOf = ({ direction: a }: Directed, { direction: b }: Directed): number => {
  if (!a || !b) return 1;
  let sum = 0;
  for (let k = 0; k < a.length; k += 1) sum += (a[k] as number) * (b[k] as number);
  return sum;
};

/** What the order of time needs to know of a question. */
export interface AskedTime {
  readonly isAboutPast: boolean;
  /** How far a moment lies from the times that the question names; 0 when it names none. */
  readonly away: (atMs: number) => number;
}

const takesPlaceOf = (newer: Read, older: Read, { isAboutPast, away }: AskedTime): boolean => {
  if (newer.hasValidity || older.hasValidity) return false;
  if (newer.createdAt <= older.createdAt || newer.role !== older.role || newer.speaker !== older.speaker) return false;
  // "What did we eat the day before yesterday?": what was eaten since is no better an answer.
  if (away(newer.createdAt) > away(older.createdAt)) return false;
  const gap = older.sum - newer.sum;
  if (gap > CHANGE_GAP) return false;
  const cosine = cosineOf(newer, older);
  if (gap <= SAME_GAP && cosine >= LEAST_COSINE && overlapOf(newer, older) >= SAME_OVERLAP) return true;
  const isChange = newer.role === USER && newer.tellsChange && newer.direction !== null && !isAboutPast;
  return isChange && gap <= CHANGE_GAP && cosine >= CHANGE_COSINE;
};

/**
 * The order of the best results in which what is said anew stands right above what it takes the place of: the same with
 * another value ("the budget is 450"), or a change told by the user who said it otherwise before ("I moved to Lisbon").
 * What is farther from the time that the question names takes no place.
 *
 * @returns the places of results, in their new order.
 */
export const newerFirst = (
  results: readonly { readonly told: Told | null; readonly content: string }[],
  asked: AskedTime,
): number[] => {
  const best = results.slice(0, MOST_REORDERED).flatMap(({ told, content }) => (told ? [read(told, content)] : []));
  const ordered: number[] = [];
  for (const [place, newer] of best.entries()) {
    const at = ordered.findIndex((older) => takesPlaceOf(newer, best[older] as Read, asked));
    if (at < 0) ordered.push(place);
    else ordered.splice(at, 0, place);
  }
  return [...ordered, ...[...results.keys()].slice(best.length)];
};
