/** What was found in some documents: mostly few of many. */
export interface Findings {
  /** 0 where nothing was found. */
  readonly bySlot: Float32Array;
  /** The slots in which something was found, in no order. */
  readonly slots: Uint32Array;
}

/** Adds `weight` times what was found to the sums, by slot. */
export const addFindings = ({ bySlot, slots }: Findings, weight: number, sums: Float32Array): void => {
  for (let i = 0; i < slots.length; i += 1) {
    const slot = slots[i] as number;
    sums[slot] = (sums[slot] as number) + weight * (bySlot[slot] as number);
  }
};
