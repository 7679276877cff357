/** Counters of the buffers of all users since the start. They count events as they happen, because there may be too many buffers to sum up. */
export interface BufferCounts {
  /** Messages that were stored. */
  messages: number;
  /** Rounds that were added to a RoundBuffer. */
  rounds: number;
  /** Questions that a cached answer answered. */
  hits: number;
  misses: number;
  /** Those of the misses that were answered from the candidates of a similar question. */
  similar: number;
}

export const createBufferCounts = (): BufferCounts => ({
  messages: 0,
  rounds: 0,
  hits: 0,
  misses: 0,
  similar: 0,
});
