import { type ErrorCode, MemfuseError } from '../../src/contract/errors.ts';

/** The error that a call is refused with. A call that is accepted, or fails with an error of another kind, throws. */
export const refusal = async (call: Promise<unknown>): Promise<MemfuseError> => {
  let value: unknown;
  try {
    value = await call;
  } catch (error) {
    if (error instanceof MemfuseError) return error;
    throw new Error(`Not an error of the contract: ${String(error)}`, { cause: error });
  }
  throw new Error(`The call was accepted and answered ${JSON.stringify(value)}`);
};

/** The errors of several calls, all of which must be refused. */
export const refusals = (calls: readonly Promise<unknown>[]): Promise<MemfuseError[]> =>
  Promise.all(calls.map(refusal));

/** How a call ends, in one word: its error's code, `accepted`, or what was thrown that is no error of the contract. */
export const endOf = async (
  call: Promise<unknown>,
): Promise<ErrorCode | 'accepted' | `not of the contract: ${string}`> => {
  try {
    await call;
    return 'accepted';
  } catch (error) {
    return error instanceof MemfuseError ? error.code : `not of the contract: ${String(error)}`;
  }
};

/** How many calls end in each way. */
export const tallyEnds = async (calls: readonly Promise<unknown>[]): Promise<Record<string, number>> => {
  const tally: Record<string, number> = {};
  for (const end of await Promise.all(calls.map(endOf))) tally[end] = (tally[end] ?? 0) + 1;
  return tally;
};
