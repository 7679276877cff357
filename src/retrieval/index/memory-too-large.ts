/** The code of a `MemoryTooLargeError`, by which it is known on another thread. */
export const TOO_LARGE = 'memory_too_large';

/** A memory has more documents than these indexes take. */
export class MemoryTooLargeError extends Error {
  readonly code = TOO_LARGE;
}
