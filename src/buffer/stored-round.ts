import type { MessageLocation, Round } from '../contract/messages.ts';
import type { Scope } from '../contract/records.ts';
import type { Store } from '../contract/store.ts';

/** Finds the round that an earlier request stored, by the ids of its messages; null when all of them were deleted. */
export const findStoredRound = async (
  store: Store,
  scope: Scope,
  sessionId: string,
  ids: readonly string[],
): Promise<Round | null> => {
  const session = await store.sessions.get(scope, sessionId);
  const locations = await Promise.all(ids.map((id) => store.messages.location(scope, id)));
  const sequences = locations
    .filter((location): location is MessageLocation => location !== null)
    .map(({ sequence }) => sequence);
  if (!session || sequences.length === 0) return null;
  const { userKey, key: sessionKey } = session;
  return { userKey, sessionKey, firstSequence: Math.min(...sequences), lastSequence: Math.max(...sequences) };
};
