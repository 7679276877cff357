import { type ErrorDetails, MemfuseError } from '../../src/contract/errors.ts';

const UNAVAILABLE: readonly [RegExp, string][] = [
  [/^SQLITE_FULL/, 'The disk that holds the database is full. Free some space and send the request again.'],
  [/^SQLITE_(BUSY|LOCKED|PROTOCOL)/, 'Another process is holding the database. Send the request again.'],
  [/^SQLITE_(READONLY|PERM)/, 'The database cannot be written: its file or folder is read-only.'],
  [/^SQLITE_(IOERR|CANTOPEN|NOMEM|INTERRUPT)/, 'The disk that holds the database does not answer as it should.'],
  [/^SQLITE_(CORRUPT|NOTADB)/, 'The database file is damaged. Restore it from a copy.'],
];

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

const BROKEN_UNIQUENESS = new Set(['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY']);

/**
 * Runs a statement whose row may break a rule of uniqueness; `details` say of what, in the words of the caller.
 *
 * @param holder finds what has the name, as far as the caller may see it.
 */
export const orNameTaken = <T>(
  details: ErrorDetails,
  run: () => T,
  holder?: () => { readonly id: string } | undefined,
): T => {
  try {
    return run();
  } catch (error) {
    if (!BROKEN_UNIQUENESS.has(codeOf(error))) throw error;
    const takenBy = holder?.()?.id;
    const known = { ...details, ...(takenBy !== undefined && { takenBy }) };
    throw new MemfuseError('name_taken', `${details.entity} ${details.field} taken`, known, error);
  }
};

/** Whether there was no room on the disk. */
export const isDiskFull = (error: unknown): boolean => codeOf(error).startsWith('SQLITE_FULL');

/** Turns whatever came out of the engine into an error of the contract; one of these stays as it is. */
export const toMemfuseError = (error: unknown): MemfuseError => {
  if (error instanceof MemfuseError) return error;
  if (error instanceof TypeError && error.message.includes('connection is not open')) {
    return new MemfuseError('storage_unavailable', 'The server is shutting down.', {}, error);
  }
  const code = codeOf(error);
  for (const [pattern, message] of UNAVAILABLE) {
    if (pattern.test(code)) return new MemfuseError('storage_unavailable', message, {}, error);
  }
  return new MemfuseError('internal', 'The storage engine failed in a way it should not.', {}, error);
};
