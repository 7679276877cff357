import type { Columns } from './columns.ts';
import type { VectorRows } from './vectors/vector-rows.ts';

/** Passages to each side in the window of a passage. */
export const WIDE = 2;

/** Below this a sum of vectors has no direction worth asking for. */
const LEAST_SQUARE = 1e-12;

type Arrays = Columns['arrays'];

/** One over the root of a square; 0 for what has no direction. */
export const inverseOf = (square: number): number => (square > LEAST_SQUARE ? 1 / Math.sqrt(square) : 0);

/** The slots of a window in the order of the conversation, a passage's own among them. */
const windowOf = ({ previous, next }: Arrays, slot: number, reach: number): number[] => {
  const window = [slot];
  for (let at = slot, i = 0; i < reach; i += 1) {
    at = previous[at] as number;
    if (at < 0) break;
    window.unshift(at);
  }
  for (let at = slot, i = 0; i < reach; i += 1) {
    at = next[at] as number;
    if (at < 0) break;
    window.push(at);
  }
  return window;
};

/** The slots in the windows of some passages and in their documents, each once. */
export const slotsAround = (arrays: Arrays, slots: Uint32Array): number[] => {
  const around = new Set<number>();
  for (const slot of slots) {
    for (const at of windowOf(arrays, slot, WIDE)) around.add(at);
    const first = slot - (arrays.passage[slot] as number);
    for (let at = first; at < first + (arrays.passages[slot] as number); at += 1) around.add(at);
  }
  return [...around];
};

/** Products of a passage's vector with those of others; of one that another model made there is none. */
const productsOf = ({ ground }: Arrays, vectors: VectorRows, slot: number, others: readonly number[]): number[] => {
  const own = ground[slot];
  return Array.from(vectors.dotsWith(slot, others), (product, i) =>
    ground[others[i] as number] === own ? product : 0,
  );
};

/** The squared norm of the sum of some vectors. */
const squareOf = (arrays: Arrays, vectors: VectorRows, slots: readonly number[]): number =>
  slots.reduce((sum, slot) => sum + productsOf(arrays, vectors, slot, slots).reduce((row, x) => row + x, 0), 0);

const refresh = (arrays: Arrays, vectors: VectorRows | null, slot: number): number => {
  const wide = windowOf(arrays, slot, WIDE);
  const before = arrays.windowLength[slot] as number;
  const length = wide.reduce((sum, at) => sum + (arrays.length[at] as number), 0);
  arrays.windowLength[slot] = length;
  if (vectors) {
    const previous = arrays.previous[slot] as number;
    const [square = 0, link = 0] = productsOf(arrays, vectors, slot, previous < 0 ? [slot] : [slot, previous]);
    arrays.square[slot] = square;
    arrays.link[slot] = link;
    arrays.inverse[slot] = inverseOf(square);
    arrays.around[slot] = productsOf(arrays, vectors, slot, wide).reduce((sum, product) => sum + product, -square);
    arrays.wideSquare[slot] = squareOf(arrays, vectors, wide);
    arrays.wideInverse[slot] = inverseOf(arrays.wideSquare[slot] as number);
  }
  return length - before;
};

/**
 * Works out all windows that hold a passage, after a change in the middle of a conversation.
 * @returns by how much the lengths of all windows together have grown.
 */
export const refreshWindows = (arrays: Arrays, vectors: VectorRows | null, slot: number): number =>
  windowOf(arrays, slot, WIDE).reduce((grown, at) => grown + refresh(arrays, vectors, at), 0);

/**
 * The same for a passage at the end of its session, which is nearly always: five products, where `refreshWindows` takes
 * seventy. |a + b|² = |a|² + 2ab + |b|².
 *
 * @returns by how much the lengths of all windows together have grown.
 */
export const appendToWindows = (arrays: Arrays, vectors: VectorRows | null, slot: number): number => {
  const { previous, length, windowLength, square, link, around, wideSquare, inverse, wideInverse } = arrays;
  const before: number[] = [];
  for (let at = previous[slot] as number; at >= 0 && before.length < 2 * WIDE; at = previous[at] as number) {
    before.push(at);
  }
  const [p1 = -1, p2 = -1] = before;
  const own = length[slot] as number;
  const lengthBefore = (p1 >= 0 ? (length[p1] as number) : 0) + (p2 >= 0 ? (length[p2] as number) : 0);
  windowLength[slot] = own + lengthBefore;
  let grown = own + lengthBefore;
  for (const at of [p1, p2]) {
    if (at < 0) continue;
    windowLength[at] = (windowLength[at] as number) + own;
    grown += own;
  }
  if (!vectors) return grown;
  const [self = 0, d1 = 0, d2 = 0, d3 = 0, d4 = 0] = productsOf(arrays, vectors, slot, [slot, ...before]);
  square[slot] = self;
  link[slot] = d1;
  inverse[slot] = inverseOf(self);
  around[slot] = (p1 >= 0 ? d1 : 0) + (p2 >= 0 ? d2 : 0);
  wideSquare[slot] = self;
  if (p1 >= 0) {
    const two = (square[p1] as number) + 2 * d1;
    wideSquare[slot] = self + two + (p2 >= 0 ? (square[p2] as number) + 2 * (link[p1] as number) + 2 * d2 : 0);
    wideSquare[p1] = (wideSquare[p1] as number) + self + 2 * (d1 + d2 + d3);
    around[p1] = (around[p1] as number) + d1;
  }
  if (p2 >= 0) {
    wideSquare[p2] = (wideSquare[p2] as number) + self + 2 * (d1 + d2 + d3 + d4);
    around[p2] = (around[p2] as number) + d2;
  }
  for (const at of [slot, p1, p2]) if (at >= 0) wideInverse[at] = inverseOf(wideSquare[at] as number);
  return grown;
};
