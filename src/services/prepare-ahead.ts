import { LRUCache } from 'lru-cache';
import type { Owner } from '../retrieval/owner.ts';
import type { Models } from './models.ts';
import type { SearchService } from './search-service.ts';

/** Most users whose messages are counted. The count of a user who is evicted starts at zero again. */
const MOST_USERS = 10_000;

/**
 * Brings a memory into its index before somebody asks, each time that enough messages were added. A user has one run at a time;
 * messages that come in during a run count for the next.
 */
export class PrepareAhead {
  readonly #least: number;
  readonly #prepare: (owner: Owner) => Promise<void>;
  readonly #unprepared = new LRUCache<number, number>({ max: MOST_USERS });
  readonly #running = new Set<number>();

  /** @param prepare never fails. */
  constructor(least: number, prepare: (owner: Owner) => Promise<void>) {
    this.#least = least;
    this.#prepare = prepare;
  }

  /** Counts messages that were added. */
  count(owner: Owner, messages: number): void {
    const unprepared = (this.#unprepared.get(owner.userKey) ?? 0) + messages;
    this.#unprepared.set(owner.userKey, unprepared);
    if (unprepared >= this.#least && !this.#running.has(owner.userKey)) void this.#run(owner);
  }

  async #run(owner: Owner): Promise<void> {
    const { userKey } = owner;
    this.#running.add(userKey);
    do {
      this.#unprepared.delete(userKey);
      await this.#prepare(owner);
    } while ((this.#unprepared.get(userKey) ?? 0) >= this.#least);
    this.#running.delete(userKey);
  }
}

const FILED_BEFORE_PREPARING = 1_024;
const ADDED_BEFORE_PREPARING = 4_096;

/**
 * When memories are prepared: by what the background has filed, which it does while there is time; and by what came in,
 * when the background is far behind it, so that the first question after an import has few messages to read.
 */
export const preparingAhead = (
  search: Pick<SearchService, 'prepare'>,
  models: Pick<Models, 'batch'>,
  onError: (error: unknown) => void,
) => {
  const prepare = async (owner: Owner): Promise<void> => {
    try {
      await search.prepare(owner, (await models.batch?.peek())?.model ?? null);
    } catch (error) {
      onError(error);
    }
  };
  return {
    filed: new PrepareAhead(FILED_BEFORE_PREPARING, prepare),
    added: new PrepareAhead(ADDED_BEFORE_PREPARING, prepare),
  };
};
