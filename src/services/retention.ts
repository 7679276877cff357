import { MemfuseError } from '../contract/errors.ts';
import type { StoredBefore } from '../contract/messages.ts';
import type { Store } from '../contract/store.ts';
import type { Scheduler } from '../platform/scheduler.ts';

const DAY_MS = 86_400_000;
/** Pause between two looks for what is too old, and before the first. */
const EVERY_MS = 3_600_000;
const FIRST_MS = 60_000;
/** Messages deleted at a time, and the pause behind them, so that the writes of others go between. */
const SLICE = 50;
const PAUSE_MS = 20;

export interface RetentionContext {
  readonly messages: Pick<Store['messages'], 'storedBefore' | 'delete'>;
  /** After how many days messages are deleted; 0 for never. */
  readonly days: () => number;
  readonly scheduler: Scheduler;
  readonly now: () => number;
  /** Told how many messages a look has deleted, when there were any. */
  readonly onDeleted: (messages: number) => void;
  /** Told when messages could not be deleted; the next look tries again. */
  readonly onError: (error: unknown) => void;
}

/**
 * Deletes messages that were stored longer ago than the policy allows, with all that was made from them, a slice at a time. What is
 * left by a kill is found by the next look, and it makes no difference when several processes do it: what another has
 * deleted meanwhile is gone all the same.
 */
export class Retention {
  readonly #context: RetentionContext;
  #cancel = (): void => {};
  #isStopped = false;

  constructor(context: RetentionContext) {
    this.#context = context;
  }

  start(): void {
    this.#later(FIRST_MS, () => this.#look());
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  #later(pauseMs: number, run: () => Promise<void>): void {
    if (!this.#isStopped) this.#cancel = this.#context.scheduler.after(pauseMs, () => void run());
  }

  async #look(): Promise<void> {
    const days = this.#context.days();
    if (days > 0) await this.#goOn({ before: this.#context.now() - days * DAY_MS, after: null, deleted: 0 });
    else this.#later(EVERY_MS, () => this.#look());
  }

  async #goOn({ before, after, deleted }: { before: number; after: string | null; deleted: number }): Promise<void> {
    const { messages, onDeleted, onError } = this.#context;
    try {
      const { rows, next } = await messages.storedBefore(before, { after, limit: SLICE });
      for (const [sessionId, some] of Map.groupBy(rows, (row) => row.sessionId)) await this.#delete(sessionId, some);
      const sum = deleted + rows.length;
      if (next !== null) return this.#later(PAUSE_MS, () => this.#goOn({ before, after: next, deleted: sum }));
      if (sum > 0) onDeleted(sum);
    } catch (error) {
      onError(error);
    }
    this.#later(EVERY_MS, () => this.#look());
  }

  async #delete(sessionId: string, some: readonly StoredBefore[]): Promise<void> {
    const { messages, now } = this.#context;
    const tenantKey = some[0]?.tenantKey ?? 0;
    const ids = some.map(({ id }) => id);
    try {
      await messages.delete({ tenantKey, userKey: null }, sessionId, ids, now());
    } catch (error) {
      // Somebody else has deleted some of them meanwhile; those that are left come with the next look.
      if (!(error instanceof MemfuseError && error.code === 'not_found')) throw error;
    }
  }
}
