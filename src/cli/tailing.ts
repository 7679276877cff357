import type { MemFuse, Message, Session } from '../client/index.ts';
import { lowestIdAt, timeOfId } from '../platform/ids.ts';

/** Sessions of a user that are watched: the newest, and those that come. */
export const WATCHED_SESSIONS = 20;
/** Most messages of a session that are told at once. */
const MOST_AT_ONCE = 1_000;
const PAGE = 100;
/** How far the clocks of servers may be apart that share a database. */
const SKEW_MS = 60_000;

/** A message, and the session in which it was said. */
export interface Heard {
  readonly session: Session;
  readonly message: Message;
}

export interface Tailed {
  readonly userId: string;
  /** The name of a session; null for the newest of the user. */
  readonly session: string | null;
  /** Messages that the first call answers of those that are there. */
  readonly last: number;
}

type Client = Pick<MemFuse, 'call'>;

/** The newest messages of a session down to an id, at most so many. By id, since what is imported has times of long ago. */
const newestIn = async (client: Client, session: Session, lowest: string, most: number, signal: AbortSignal) => {
  const found: Heard[] = [];
  for (let cursor: string | null = ''; cursor !== null && found.length < most; ) {
    const query = { sort_by: 'id', order: 'desc', fields: 'all', limit: Math.min(PAGE, most), cursor };
    const page: { readonly messages: Message[]; readonly next_cursor?: string | null | undefined } = await client.call(
      'listMessages',
      { path: { session_id: session.id }, query },
      { signal },
    );
    const newer = page.messages.filter(({ id }) => id >= lowest);
    found.push(...newer.map((message) => ({ session, message })));
    cursor = newer.length < page.messages.length ? null : (page.next_cursor ?? null);
  }
  return found;
};

/**
 * Answers a function that reads what was said since it was called last, the oldest first. It compares ids that servers gave, and
 * remembers those of the last minute, so that it depends neither on the clock of this machine nor on a message that is deleted.
 *
 * @example
 * const listen = openTail(client, { userId, session: null, last: 10 });
 * for (const { message } of await listen(signal)) console.log(message.content);
 */
export const openTail = (client: Client, { userId, session, last }: Tailed) => {
  let heard: ReadonlySet<string> = new Set();
  let lowest: string | null = null;

  const readAll = async (from: string, most: number, signal: AbortSignal): Promise<Heard[]> => {
    const which = session === null ? { order: 'desc', limit: WATCHED_SESSIONS } : { name: session };
    const { sessions } = await client.call('listSessions', { query: { user_id: userId, ...which } }, { signal });
    const found: Heard[] = [];
    for (const each of sessions) found.push(...(await newestIn(client, each, from, most, signal)));
    return found.sort((a, b) => (a.message.id < b.message.id ? -1 : 1));
  };
  const remember = (found: readonly Heard[], newest: string): void => {
    const from = newest === '' ? '' : lowestIdAt(timeOfId(newest) - SKEW_MS);
    // Never lower than before: when the newest are deleted, those before them were told long ago.
    const reached = lowest === null || from > lowest ? from : lowest;
    lowest = reached;
    heard = new Set(found.map(({ message }) => message.id).filter((id) => id >= reached));
  };

  return async (signal: AbortSignal): Promise<Heard[]> => {
    if (lowest === null) {
      const shown = await readAll('', Math.max(1, last), signal);
      const newest = shown.at(-1)?.message.id ?? '';
      const near = newest === '' ? [] : await readAll(lowestIdAt(timeOfId(newest) - SKEW_MS), MOST_AT_ONCE, signal);
      // What came between the two is told by the next call.
      const told = near.filter(({ message }) => message.id <= newest);
      remember(told, newest);
      return last === 0 ? [] : shown.slice(-last);
    }
    const found = await readAll(lowest, MOST_AT_ONCE, signal);
    const unheard = found.filter(({ message }) => !heard.has(message.id));
    if (found.length > 0) remember(found, found.at(-1)?.message.id ?? '');
    return unheard;
  };
};
