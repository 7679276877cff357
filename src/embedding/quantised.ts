/** Steps to each side of zero in a stored component, and at the most in a question's. */
const STORED_STEPS = 127;
const QUESTION_STEPS = 32_767;
/** What the kernel's sums must stay under. */
const MAX_SUM = 2 ** 31 - 1;

/** A vector as whole numbers: each times `scale` is the component. */
export interface Quantised<T> {
  readonly components: T;
  readonly scale: number;
}

const scaleOf = (vector: Float32Array, steps: number): number => {
  let largest = 0;
  for (let k = 0; k < vector.length; k += 1) largest = Math.max(largest, Math.abs(vector[k] as number));
  return largest / steps;
};

/**
 * A vector as it is stored, a byte a component. Give it the sum of a turn, not its direction, so that turns add up to
 * windows; README.md says what the rounding costs.
 *
 * @param into where the components go, from `at` on; an index keeps all of its vectors in one array.
 * @returns the scale: the component is `into[at + k] * scale`. 0 for a vector that is all zero.
 */
export const quantise = (vector: Float32Array, into: Int8Array, at = 0): number => {
  const scale = scaleOf(vector, STORED_STEPS);
  for (let k = 0; k < vector.length; k += 1) {
    into[at + k] = scale === 0 ? 0 : Math.round((vector[k] as number) / scale);
  }
  return scale;
};

/** A vector in bytes of its own, to be stored. */
export const storedVector = (vector: Float32Array): Quantised<Int8Array> => {
  const components = new Int8Array(vector.length);
  return { scale: quantise(vector, components), components };
};

/**
 * A question's vector in 16 bits a component, which costs nothing where bytes are multiplied as 16-bit numbers, and leaves
 * the stored bytes as the only rounding. A long vector takes fewer steps, so that no sum of products overflows 31 bits:
 * 5,504 of them for 3,072 components.
 */
export const quantiseQuestion = (vector: Float32Array): Quantised<Int16Array> => {
  const steps = Math.min(QUESTION_STEPS, Math.floor(MAX_SUM / (STORED_STEPS * Math.max(1, vector.length))));
  const scale = scaleOf(vector, steps);
  const components = new Int16Array(vector.length);
  // A loop: `from` with a function took a fiftieth of a search.
  if (scale > 0) for (let k = 0; k < vector.length; k += 1) components[k] = Math.round((vector[k] as number) / scale);
  return { components, scale };
};
