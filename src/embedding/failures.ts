import { MemfuseError } from '../contract/errors.ts';

/** What the embedder needs is missing or of the wrong kind, and stays so until a person does what the sentence says. */
export const unusable = (sentence: string, cause?: unknown): MemfuseError =>
  new MemfuseError('internal', sentence, { untilMended: true }, cause);

/** What the embedder needs does not answer now; the same call may succeed later, after `retryAfterMs` when it said so. */
export const unavailable = (sentence: string, cause?: unknown, retryAfterMs: number | null = null): MemfuseError => {
  const details = retryAfterMs === null ? {} : { retryAfterS: Math.ceil(retryAfterMs / 1_000) };
  return new MemfuseError('overloaded', sentence, details, cause);
};

/** The texts are refused, or nothing can be made of them: the same texts will be refused again. */
export const refused = (sentence: string, cause?: unknown): MemfuseError =>
  new MemfuseError('internal', sentence, {}, cause);
