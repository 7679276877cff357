import { type ErrorDetails, MemfuseError } from '../../src/contract/errors.ts';

/** Answered when the outcome of a commit is not known, or a statement was sent and not answered. */
const CUT_OFF =
  'The connection to the database broke before it answered. Send the request again with an Idempotency-Key.';

/** The class or the code of an error of Postgres or its driver, and what a person is told. The first that fits counts. */
const UNAVAILABLE: readonly (readonly [RegExp, string])[] = [
  [/^53100$/, 'The disk of the database is full. Free some space and send the request again.'],
  [/^53300$/, 'The database takes no more connections. Raise its max_connections, or start fewer servers.'],
  [/^53/, 'The database has no resources left. Send the request again later.'],
  [/^(57014|55P03)$/, 'The database took too long, because another request held what this one needs. Send it again.'],
  [/^40/, 'The request collided with others, again and again. Send it again.'],
  [/^25006$/, 'The database is read-only. DATABASE_URL has to name the primary.'],
  [/^57P03$/, 'The database is starting or stopping. Send the request again later.'],
  [/^(57P0[12]|08.*|CONNECTION_(CLOSED|DESTROYED|ENDED)|ECONNRESET|EPIPE|QUERY_TIMEOUT)$/, CUT_OFF],
  [/^(CONNECT_TIMEOUT|ECONN.*|ENOTFOUND|EHOST.*|ENET.*|ETIMEDOUT|EAI_.*)$/, 'The database does not answer.'],
  [/^(28.*|3D000|42501|XX00[12]|58.*)$/, 'The database refuses this server. The log says why.'],
];

/** The SQLSTATE of an error of Postgres, the code of one of the driver or of a socket; empty for any other. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

export const isUniqueViolation = (error: unknown): boolean => codeOf(error) === '23505';

/** Whether the whole transaction was undone because of what others did at the same time, so that it may be run again. */
export const isCollision = (error: unknown): boolean => /^40(001|P01)$/.test(codeOf(error));

const BROKEN = /^(57P0[1-5]|08.*|CONN.*|E[A-Z_]+|QUERY_TIMEOUT)$/;

/** Whether nobody may use the connection again. */
export const isBroken = (error: unknown): boolean =>
  BROKEN.test(codeOf(error)) || /^(FATAL|PANIC)$/.test(String((error as { severity?: unknown })?.severity));

/** What may be logged of an error: its code. The driver's errors hold SQL, parameters and rows. */
const withoutContent = (error: unknown): Error => {
  const code = codeOf(error);
  const plain = new Error(code === '' ? String((error as Error)?.message ?? error) : `Postgres: ${code}`);
  if (error instanceof Error && error.stack)
    plain.stack = `${plain.message}\n${error.stack.split('\n').slice(1).join('\n')}`;
  return plain;
};

/** Turns whatever came out of the driver into an error of the contract; one of these stays as it is. */
export const toMemfuseError = (error: unknown): MemfuseError => {
  if (error instanceof MemfuseError) return error;
  const code = codeOf(error);
  for (const [pattern, message] of UNAVAILABLE) {
    if (pattern.test(code)) return new MemfuseError('storage_unavailable', message, {}, withoutContent(error));
  }
  return new MemfuseError('internal', 'The storage engine failed in a way it should not.', {}, withoutContent(error));
};

/** `name_taken`, with the id of what has the name as far as the caller may see it. */
export const nameTakenBy = (details: ErrorDetails, holder: { readonly id: string } | null | undefined): MemfuseError =>
  new MemfuseError('name_taken', `${details.entity} ${details.field} taken`, {
    ...details,
    ...(holder && { takenBy: holder.id }),
  });
