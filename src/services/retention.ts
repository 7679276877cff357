import { MemfuseError } from '../contract/errors.ts';
import type { Page, PageOf } from '../contract/pages.ts';
import type { Scope } from '../contract/records.ts';
import type { Store } from '../contract/store.ts';
import { lowestIdAt } from '../platform/ids.ts';
import type { Scheduler } from '../platform/scheduler.ts';

const DAY_MS = 86_400_000;
/** Pause between two looks for what is too old, and before the first. */
const EVERY_MS = 3_600_000;
const FIRST_MS = 60_000;
/** Rows read and messages deleted at a time, and the pause behind them, so that the writes of others go between. */
const SLICE = 50;
const PAUSE_MS = 20;
const OLDEST_FIRST = { sortBy: 'id', order: 'asc' } as const;

export interface RetentionContext {
  readonly messages: Pick<Store['messages'], 'storedBefore' | 'list' | 'delete'>;
  readonly sessions: Pick<Store['sessions'], 'list'>;
  readonly retention: Pick<Store['retention'], 'get' | 'usersWithDays'>;
  /** After how many days messages are deleted, whosever they are; 0 for never. */
  readonly days: () => number;
  readonly scheduler: Scheduler;
  readonly now: () => number;
  /** Told how many messages a look has deleted, when there were any. */
  readonly onDeleted: (messages: number) => void;
  /** Told when messages could not be deleted; the next look tries again. */
  readonly onError: (error: unknown) => void;
}

const isGone = (error: unknown): boolean => error instanceof MemfuseError && error.code === 'not_found';

/** The pages of a list, from the first on. */
async function* pagesOf<Row>(read: (page: Page) => Promise<PageOf<Row>>): AsyncGenerator<readonly Row[]> {
  for (let after: string | null = null; ; ) {
    const { rows, next }: PageOf<Row> = await read({ after, limit: SLICE });
    yield rows;
    if (next === null) return;
    after = next;
  }
}

/**
 * Deletes messages that were stored longer ago than the policy of the server or of their user allows, with all that was made from
 * them, a slice at a time. What is left by a kill is found by the next look, and it makes no difference when several processes do
 * it: what another has deleted meanwhile is gone all the same.
 */
export class Retention {
  readonly #context: RetentionContext;
  #cancel = (): void => {};
  #isStopped = false;

  constructor(context: RetentionContext) {
    this.#context = context;
  }

  start(): void {
    this.#later(FIRST_MS, () => this.#goOn(this.#slices(), 0));
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  #later(pauseMs: number, run: () => Promise<void>): void {
    if (!this.#isStopped) this.#cancel = this.#context.scheduler.after(pauseMs, () => void run());
  }

  async #goOn(slices: AsyncGenerator<number>, deleted: number): Promise<void> {
    const { onDeleted, onError } = this.#context;
    try {
      const { done, value } = await slices.next();
      if (!done) return this.#later(PAUSE_MS, () => this.#goOn(slices, deleted + value));
      if (deleted > 0) onDeleted(deleted);
    } catch (error) {
      onError(error);
    }
    this.#later(EVERY_MS, () => this.#goOn(this.#slices(), 0));
  }

  /** A look, slice by slice: how many messages each has deleted. */
  async *#slices(): AsyncGenerator<number> {
    yield* this.#ofEverybody();
    for await (const users of pagesOf((page) => this.#context.retention.usersWithDays(page))) {
      for (const { tenantKey, id } of users) yield* this.#ofUser({ tenantKey, userKey: null }, id);
    }
  }

  /** By the policy of the server. */
  async *#ofEverybody(): AsyncGenerator<number> {
    const { messages, days, now } = this.#context;
    if (days() === 0) return;
    const before = now() - days() * DAY_MS;
    for await (const rows of pagesOf((page) => messages.storedBefore(before, page))) {
      for (const [sessionId, some] of Map.groupBy(rows, (row) => row.sessionId)) {
        const scope = { tenantKey: some[0]?.tenantKey ?? 0, userKey: null };
        await this.#delete(scope, sessionId, some);
      }
      yield rows.length;
    }
  }

  /** By the policy of a user. A session's oldest message tells whether anything of it is too old. */
  async *#ofUser(scope: Scope, userId: string): AsyncGenerator<number> {
    const { sessions } = this.#context;
    try {
      for await (const page of pagesOf((page) => sessions.list(scope, { userId }, page))) {
        let deleted = 0;
        for (const { id } of page) {
          for (let limit = 1; ; limit = SLICE) {
            const some = await this.#tooOld(scope, userId, id, limit);
            if (some.length === 0) break;
            await this.#delete(scope, id, some);
            deleted += some.length;
            if (deleted < SLICE) continue;
            yield deleted;
            deleted = 0;
          }
        }
        yield deleted;
      }
    } catch (error) {
      // The user was deleted meanwhile.
      if (!isGone(error)) throw error;
    }
  }

  /** The oldest messages of a session that are too old by the policy that the user has now. */
  async #tooOld(scope: Scope, userId: string, sessionId: string, limit: number) {
    const { messages, retention, now } = this.#context;
    const { messagesDays } = await retention.get(scope, userId);
    if (messagesDays === null) return [];
    const end = lowestIdAt(now() - messagesDays * DAY_MS);
    try {
      const { rows } = await messages.list(scope, sessionId, OLDEST_FIRST, { after: null, limit });
      return rows.filter(({ id }) => id < end);
    } catch (error) {
      if (isGone(error)) return [];
      throw error;
    }
  }

  async #delete(scope: Scope, sessionId: string, some: readonly { readonly id: string }[]): Promise<void> {
    const { messages, now } = this.#context;
    const ids = some.map(({ id }) => id);
    try {
      await messages.delete(scope, sessionId, ids, now());
    } catch (error) {
      // Somebody else has deleted some of them meanwhile; those that are left come with the next look.
      if (!isGone(error)) throw error;
    }
  }
}
