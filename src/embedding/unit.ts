/** The vector with length 1; all zero when it has no direction. A new array. */
export const unit = (vector: ArrayLike<number>): Float32Array => {
  const length = norm(vector);
  return Float32Array.from(vector, (x) => (length > 0 ? x / length : 0));
};

/** The Euclidean length. */
export const norm = (vector: ArrayLike<number>): number => {
  let sum = 0;
  for (let k = 0; k < vector.length; k += 1) sum += (vector[k] as number) ** 2;
  return Math.sqrt(sum);
};
