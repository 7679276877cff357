import { MemfuseError } from '../contract/errors.ts';

/** What the embedder needs is missing or of the wrong kind, and stays so until a person does what the sentence says. */
export const unusable = (sentence: string, cause?: unknown): MemfuseError =>
  new MemfuseError('internal', sentence, {}, cause);

/** What the embedder needs does not answer now; the same call may succeed later. */
export const unavailable = (sentence: string, cause?: unknown): MemfuseError =>
  new MemfuseError('overloaded', sentence, {}, cause);
