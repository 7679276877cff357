/** What the buffers of all users have done since the start: counted as it happens, so that nobody has to walk them. */
export interface BufferCounts {
  /** Messages that were stored. */
  messages: number;
  /** Rounds that were gathered. */
  rounds: number;
  /** Questions that were answered from what was kept. */
  hits: number;
  misses: number;
  /** Of the misses, those that were answered from the pool of a similar question. */
  similar: number;
}

export const createBufferCounts = (): BufferCounts => ({
  messages: 0,
  rounds: 0,
  hits: 0,
  misses: 0,
  similar: 0,
});
