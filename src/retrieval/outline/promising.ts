import type { CorpusReference } from '../../contract/corpus.ts';
import { BITS, MOST_NEAREST } from '../../contract/outlines.ts';
import { Evidence } from '../evidence/evidence.ts';
import type { Scratch } from '../evidence/scratch.ts';
import { type CloseUp, createCloseUp, slotsAround } from '../index/close-up.ts';
import type { UserIndex } from '../index/user-index.ts';
import type { Owner } from '../owner.ts';
import type { Question } from '../question.ts';
import { highest } from '../ranking/candidates.ts';
import { type Part, rank, type Weights } from '../ranking/ranking.ts';
import type { Memories } from './memories.ts';
import type { Outline } from './outline.ts';
import { bitsOf } from './outline-codec.ts';

/**
 * How many documents are looked at closely: the best by all that an outline knows, and the nearest by the signs of their
 * vectors. Tried on 100,000 turns of random words, as the share of questions whose first ten are those of the whole index, in
 * order: 1,000 and 20 .87, 1,000 and 100 .93, 2,000 and 20 .93, 2,000 and 100 .97, 3,000 and 100 .98. vec0's time grows with
 * what is asked for. `bun run bench query` prints the share for what is chosen.
 */
const BEST = 2_000;
/** Of more than 200,000 documents one in so many: of 600,000 turns of random words 4,000 gave .93, 6,000 and 8,000 .97. */
const BEST_OF = 100;
/** When many results are asked for. */
const BEST_FOR_EACH = 4;
/** Of documents that a filter leaves, up to so many are named to the engine; of more, the nearest of all are looked through. */
const MOST_NAMED = 20_000;

/** Documents that may answer, and what an outline lacks of them. */
export interface Promising {
  readonly pool: Uint32Array;
  readonly closeUp: CloseUp;
}

export interface Looking {
  readonly owner: Owner;
  readonly questions: readonly { readonly read: Question; readonly share: number }[];
  readonly weights: Weights;
  readonly topK: number;
  /** What is wanted of an index as it is now. */
  readonly wantedOf: (index: UserIndex) => (slot: number) => boolean;
  /** Whether filters leave documents out. */
  readonly isFiltered: boolean;
}

const namesOf = (index: UserIndex, wanted: (slot: number) => boolean): number[] | null => {
  const { key, kind } = index.columns.arrays;
  const names: number[] = [];
  for (let slot = 0; slot < index.slotCount; slot += 1) {
    if ((key[slot] as number) < 0 || kind[slot] !== 0 || !wanted(slot)) continue;
    if (names.length === MOST_NAMED) return null;
    names.push(key[slot] as number);
  }
  return names;
};

/** The documents of the tail that are nearest to a question: their vectors are at hand. */
const nearestOfTail = ({ tail }: Outline, { vector }: Question, count: number): CorpusReference[] => {
  if (!vector || !tail.vectors || tail.size === 0) return [];
  const { inverse } = tail.columns.arrays;
  const cosines = tail.vectors.dots(vector.components).map((product, slot) => product * (inverse[slot] as number));
  return highest(tail, cosines, count, () => true).flatMap(({ slot }) => tail.document(slot) ?? []);
};

/**
 * Finds what may answer in a memory of which there is an outline: ranks all of it by what the outline knows, asks the
 * engine for what is near in meaning, and reads both again with what stands around them.
 *
 * @param scratch what it works in; nothing of it is kept.
 */
export const findPromising = async (
  outline: Outline,
  { outlines }: Memories,
  { owner, questions, weights, topK, wantedOf, isFiltered }: Looking,
  scratch: Scratch,
): Promise<Promising> => {
  const { whole } = outline;
  if (!outlines) throw new Error('There is no outline without a place for it.');
  scratch.reset();
  const wanted = wantedOf(whole);
  const parts = questions.map(({ read, share }) => ({ evidence: new Evidence(whole, read, null, scratch), share }));
  const sums = scratch.zeros(whole.slotCount);
  rank(parts as [Part, ...Part[]], weights, sums);
  const best = Math.max(BEST, Math.ceil(whole.size / BEST_OF), BEST_FOR_EACH * topK);
  const pool = new Set(highest(whole, sums, best, wanted).map(({ slot }) => slot));

  const among = isFiltered ? namesOf(whole, wanted) : null;
  const near: CorpusReference[] = [];
  for (const { read } of questions) {
    if (read.vector?.components.length !== BITS) continue;
    near.push(...nearestOfTail(outline, read, MOST_NEAREST));
    const keys = await outlines.nearest(owner, bitsOf(read.vector.components), MOST_NEAREST, among);
    near.push(...keys.map((key) => ({ kind: 'message', key }) as const));
  }
  for (const { kind, key } of near) {
    const slot = whole.slotOf(key, kind);
    if (slot !== undefined) pool.add(slot);
  }

  const slots = Uint32Array.from(pool);
  const details = await outlines.detailsOf(outline, owner, slotsAround(whole, slots));
  return { pool: slots, closeUp: createCloseUp(whole, slots, details, (piece) => outline.holdersOf(piece)) };
};
