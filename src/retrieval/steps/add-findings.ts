/** Adds `weight` times what was found to the sums, by slot. */
export const addFindings = (found: Float32Array, weight: number, sums: Float32Array): void => {
  for (let slot = 0; slot < sums.length; slot += 1) {
    sums[slot] = (sums[slot] as number) + weight * (found[slot] as number);
  }
};
