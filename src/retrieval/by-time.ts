import { MARK } from '../text/marks.ts';
import type { WholeQuestion } from '../text/whole-conversation.ts';
import { ROLES, type UserIndex } from './index/user-index.ts';
import type { Candidate } from './ranking/candidates.ts';
import type { Explanation } from './ranking/explain.ts';

/** What is known of the time and the memory that a question asks for as a whole. */
export interface TimeSearch {
  readonly count: number;
  /** What the filters let through. */
  readonly wanted: (slot: number) => boolean;
  /** How far a moment lies from the times that the question names. */
  readonly away: (atMs: number) => number;
}

const [USER, ASSISTANT] = [ROLES.indexOf('user'), ROLES.indexOf('assistant')];
const KNOWLEDGE = 1;

/** The first of all in an order, without sorting all. */
const firstOf = (slots: Iterable<number>, count: number, order: (a: number, b: number) => number): number[] => {
  const first: number[] = [];
  for (const slot of slots) {
    first.push(slot);
    if (first.length < 2 * count) continue;
    first.sort(order);
    first.length = count;
  }
  return first.sort(order).slice(0, count);
};

/** How much the form of a passage tells of the user; what was written down as knowledge tells most. */
const tellsOf = ({ columns }: UserIndex) => {
  const { marks, kind, length } = columns.arrays;
  const weights: readonly (readonly [number, number])[] = [
    [MARK.preference, 2],
    [MARK.firstPerson, 2],
    [MARK.name, 1],
    [MARK.number, 1],
    [MARK.time, 1],
  ];
  const longest = 20;
  return (slot: number): number =>
    kind[slot] === KNOWLEDGE
      ? 8
      : weights.reduce((sum, [mark, weight]) => sum + ((marks[slot] as number) & mark ? weight : 0), 0) +
        Math.min(1, (length[slot] as number) / longest);
};

/** The slots of first passages that may be given back, one a document. */
function* documentsOf({ columns, slotCount }: UserIndex, wanted: (slot: number) => boolean): Generator<number, void> {
  const { key, passage } = columns.arrays;
  for (let slot = 0; slot < slotCount; slot += 1) {
    if ((key[slot] as number) >= 0 && passage[slot] === 0 && wanted(slot)) yield slot;
  }
}

/** What tells most, of each part of the time one before a second of any. */
const tellingOf = (index: UserIndex, { count, wanted }: TimeSearch): number[] => {
  const { role, kind, marks, createdAt, length } = index.columns.arrays;
  const tells = tellsOf(index);
  const order = (a: number, b: number): number =>
    tells(b) - tells(a) || (createdAt[b] as number) - (createdAt[a] as number) || b - a;
  const isStatement = (slot: number): boolean =>
    wanted(slot) &&
    (length[slot] as number) > 0 &&
    (kind[slot] === KNOWLEDGE || (role[slot] === USER && ((marks[slot] as number) & MARK.onlyAsks) === 0));
  const parts = new Map<number, number>();
  for (const slot of documentsOf(index, isStatement)) {
    const part = Math.floor((slot * count) / index.slotCount);
    const best = parts.get(part);
    if (best === undefined || order(slot, best) < 0) parts.set(part, slot);
  }
  const spread = [...parts.values()].sort(order);
  const isSpread = new Set(spread);
  const rest = firstOf(
    documentsOf(index, (slot) => isStatement(slot) && !isSpread.has(slot)),
    count,
    order,
  );
  return [...spread, ...rest];
};

/** Between the chances that results of words have: likely, and in order. */
const HIGHEST = 2;
const STEP = 1 / 1_024;

/** What a result has by its time alone. */
export const timeStep = (score: number): Explanation => ({
  step: 'time',
  score,
  note: 'asked for by its place in time, and not by words',
});

/**
 * What a question about the conversation as a whole asks for, in order: the newest, the oldest, what was said in the times
 * that it names, or what tells most of the user, spread over the time. Repeats and all.
 */
export const byTime = (index: UserIndex, { asked, isOwn }: WholeQuestion, search: TimeSearch): Candidate[] => {
  const { createdAt, key, kind, role } = index.columns.arrays;
  const oldestFirst = (a: number, b: number): number =>
    (createdAt[a] as number) - (createdAt[b] as number) || (key[a] as number) - (key[b] as number);
  const isSaid = (slot: number): boolean =>
    kind[slot] !== KNOWLEDGE && (role[slot] === USER || (!isOwn && role[slot] === ASSISTANT)) && search.wanted(slot);
  const inSpan = (slot: number): boolean => search.away(createdAt[slot] as number) === 0 && isSaid(slot);
  const slots =
    asked === 'all'
      ? tellingOf(index, search)
      : firstOf(documentsOf(index, asked === 'span' ? inSpan : isSaid), search.count, (a, b) =>
          asked === 'last' ? oldestFirst(b, a) : oldestFirst(a, b),
        );
  return slots.map((slot, i) => ({ slot, sum: HIGHEST - i * STEP }));
};
