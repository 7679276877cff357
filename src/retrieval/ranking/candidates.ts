import type { Evidence } from '../evidence/evidence.ts';
import { ROLES, type UserIndex } from '../index/user-index.ts';

/**
 * Cosine under which a document that shares no word with the question says nothing about it: seven in a thousand of the
 * turns that answer one, six in seven of the others without a word of it. R@20 .901 with it, .903 without, .895 with 0.25.
 */
const LEAST_COSINE = 0.15;
/** The same by the configured model, in deviations over the user's memory: one document in forty is as near by chance. */
const LEAST_NEARNESS = 2;

/** A document that may answer, and how much the ranking makes of it. */
export interface Candidate {
  readonly slot: number;
  readonly sum: number;
}

/**
 * Whether anything at all speaks for a document, besides its form: a word of the question or a near one in it or around
 * it, nearness in meaning, or that it is said by whom the question names.
 */
export const isSupported = (evidence: Evidence, slot: number): boolean => {
  const { index, question, words, softWords, products, nearness } = evidence;
  const { role, speaker, inverse } = index.columns.arrays;
  const { account } = question;
  if (account && ROLES[role[slot] as 0] === account.role && (speaker[slot] as number) < 0) return true;
  if ((words.bySlot[slot] as number) > 0 || (softWords.bySlot[slot] as number) > 0) return true;
  if (nearness && (nearness.turn[slot] as number) >= LEAST_NEARNESS) return true;
  return products !== null && (products[slot] as number) * (inverse[slot] as number) >= LEAST_COSINE;
};

/** Sums are told apart by the 64th part, from -8 to 24; the scale of the ranking is fixed, and answers lie about 10. */
const LOWEST = -8;
const BINS_PER_UNIT = 64;
const BINS = 32 * BINS_PER_UNIT;
/**
 * So many times what is asked for is looked at first, since not all of it may be wanted; a second look takes a quarter of a
 * search.
 */
const WIDE = 2;
/** For a pool, of which it matters little how large it is, one sum of so many is looked at. */
const POOL_STRIDE = 4;
/** When too few of those are wanted, so many times more are looked at. */
const WIDER = 16;

/** Whether another passage of its document stands for it (ranking.ts). */
const isLeftOut = (sums: Float32Array, slot: number): boolean => sums[slot] === Number.NEGATIVE_INFINITY;

const binOf = (sum: number): number => {
  const bin = (sum - LOWEST) * BINS_PER_UNIT;
  return bin < 0 ? 0 : bin >= BINS ? BINS - 1 : bin | 0;
};

/**
 * A sum that at least `count` documents reach; one that all reach when there are no more.
 *
 * @param stride of so many documents one is looked at, which tells about how many reach a sum.
 */
const floorOf = (sums: Float32Array, count: number, stride = 1): number => {
  const bins = new Uint32Array(BINS);
  for (let slot = 0; slot < sums.length; slot += stride) {
    const bin = binOf(sums[slot] as number);
    bins[bin] = (bins[bin] as number) + 1;
  }
  let reached = 0;
  for (let bin = BINS - 1; bin > 0; bin -= 1) {
    reached += bins[bin] as number;
    if (reached * stride >= count) return LOWEST + bin / BINS_PER_UNIT;
  }
  return Number.NEGATIVE_INFINITY;
};

/** The order of the ranking: higher sums, newer ones, lower keys first; messages before knowledge of the same key. */
const isBetterOf = ({ columns }: UserIndex, sums: Float32Array) => {
  const { key, kind, createdAt } = columns.arrays;
  return (a: number, b: number): boolean => {
    const difference = (sums[a] as number) - (sums[b] as number) || (createdAt[a] as number) - (createdAt[b] as number);
    if (difference !== 0) return difference > 0;
    return ((key[a] as number) - (key[b] as number) || (kind[a] as number) - (kind[b] as number)) < 0;
  };
};

const bestAbove = (
  floor: number,
  index: UserIndex,
  pool: Uint32Array | null,
  sums: Float32Array,
  count: number,
  wanted: (slot: number) => boolean,
): Candidate[] => {
  const { key } = index.columns.arrays;
  const isBetter = isBetterOf(index, sums);
  // A heap with the worst of the best on top.
  const heap: number[] = [];
  const swap = (at: number, other: number): void => {
    const slot = heap[at] as number;
    heap[at] = heap[other] as number;
    heap[other] = slot;
  };
  const sink = (from: number): void => {
    for (let at = from; ; ) {
      let worst = at;
      for (let child = 2 * at + 1; child <= 2 * at + 2 && child < heap.length; child += 1) {
        if (isBetter(heap[worst] as number, heap[child] as number)) worst = child;
      }
      if (worst === at) return;
      swap(at, worst);
      at = worst;
    }
  };
  let least = floor;
  const size = pool ? pool.length : sums.length;
  for (let i = 0; i < size; i += 1) {
    const slot = pool ? (pool[i] as number) : i;
    if ((sums[slot] as number) < least || (key[slot] as number) < 0 || isLeftOut(sums, slot)) continue;
    const isFull = heap.length === count;
    if (isFull && !isBetter(slot, heap[0] as number)) continue;
    if (!wanted(slot)) continue;
    if (isFull) {
      heap[0] = slot;
      sink(0);
      least = sums[heap[0] as number] as number;
      continue;
    }
    heap.push(slot);
    for (let at = heap.length - 1; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!isBetter(heap[parent] as number, heap[at] as number)) break;
      swap(at, parent);
      at = parent;
    }
    if (heap.length === count) least = sums[heap[0] as number] as number;
  }
  return heap.sort((a, b) => (isBetter(a, b) ? -1 : 1)).map((slot) => ({ slot, sum: sums[slot] as number }));
};

/**
 * The documents with the highest sums, in order: higher sums, newer ones, lower keys first; messages before knowledge of
 * the same key.
 *
 * @param pool only these, when it is given.
 */
export const highest = (
  index: UserIndex,
  sums: Float32Array,
  count: number,
  wanted: (slot: number) => boolean,
  pool: Uint32Array | null = null,
): Candidate[] => {
  // Sums far under the best are passed over at a glance: with nothing but the heap it took a fifth of a search.
  for (let most = WIDE * count; ; most *= WIDER) {
    const floor = pool ? Number.NEGATIVE_INFINITY : floorOf(sums, most);
    const best = bestAbove(floor, index, pool, sums, count, wanted);
    if (best.length === count || floor === Number.NEGATIVE_INFINITY) return best;
  }
};

/** Whether something speaks for a document, by the questions of all evidences, and the filters let it through. */
const isCandidate =
  (evidences: readonly Evidence[], wanted: (slot: number) => boolean) =>
  (slot: number): boolean => {
    if (!wanted(slot)) return false;
    for (const evidence of evidences) if (isSupported(evidence, slot)) return true;
    return false;
  };

/**
 * All candidates in the order of the ranking, for who does not know how many will do. Which they are is worked out at once,
 * a million of them in some 30 ms; they are put in order as they are asked for, some at a time.
 */
export function* inRankOrder(
  evidences: readonly [Evidence, ...Evidence[]],
  sums: Float32Array,
  wanted: (slot: number) => boolean,
): Generator<Candidate, void> {
  const [{ index, pool }] = evidences;
  const { key } = index.columns.arrays;
  const isWanted = isCandidate(evidences, wanted);
  const slots = pool ?? Uint32Array.from(sums.keys());
  const those = slots.filter((slot) => (key[slot] as number) >= 0 && !isLeftOut(sums, slot) && isWanted(slot));
  // Sorted by bins in one pass, then each bin by itself.
  const ends = new Uint32Array(BINS + 1);
  for (const slot of those) {
    const bin = BINS - binOf(sums[slot] as number);
    ends[bin] = (ends[bin] as number) + 1;
  }
  for (let bin = 1; bin <= BINS; bin += 1) ends[bin] = (ends[bin] as number) + (ends[bin - 1] as number);
  const starts = ends.slice();
  const sorted = new Uint32Array(those.length);
  for (const slot of those) {
    const bin = BINS - 1 - binOf(sums[slot] as number);
    sorted[starts[bin] as number] = slot;
    starts[bin] = (starts[bin] as number) + 1;
  }
  const isBetter = isBetterOf(index, sums);
  for (let bin = 0; bin < BINS; bin += 1) {
    const some = sorted.subarray(ends[bin], ends[bin + 1]);
    if (some.length > 1) some.sort((a, b) => (isBetter(a, b) ? -1 : 1));
    for (const slot of some) yield { slot, sum: sums[slot] as number };
  }
}

/**
 * The best documents, in the same order: those for which something speaks.
 *
 * @param evidences of the turns of a transcript, or of one question; of its pool alone, if it has one.
 * @param wanted what the filters let through.
 * @param best some of the best, as `poolOf` gives them: when they are enough, no others are looked at.
 */
export const bestOf = (
  evidences: readonly [Evidence, ...Evidence[]],
  sums: Float32Array,
  count: number,
  wanted: (slot: number) => boolean,
  best: Uint32Array | null = null,
): Candidate[] => {
  const [{ index, pool }] = evidences;
  const among = best && best.length >= count ? best : pool;
  return highest(index, sums, count, isCandidate(evidences, wanted), among);
};

/**
 * The best documents in no order, some more than `count`, since to put them in order takes longer than to find them; null
 * when so few of the best are wanted that it would not tell.
 */
export const poolOf = (
  evidences: readonly [Evidence, ...Evidence[]],
  sums: Float32Array,
  count: number,
  wanted: (slot: number) => boolean,
): Uint32Array | null => {
  const isWanted = isCandidate(evidences, wanted);
  const { key } = evidences[0].index.columns.arrays;
  const floor = floorOf(sums, WIDE * count, POOL_STRIDE);
  const slots: number[] = [];
  for (let slot = 0; slot < sums.length; slot += 1) {
    if ((sums[slot] as number) < floor || isLeftOut(sums, slot) || (key[slot] as number) < 0) continue;
    if (isWanted(slot)) slots.push(slot);
  }
  return slots.length < count && floor > Number.NEGATIVE_INFINITY ? null : Uint32Array.from(slots);
};
