import type { Copy, SupersessionCopy } from '../contract/copies.ts';
import type { Scope } from '../contract/records.ts';
import type { Store } from '../contract/store.ts';
import { type CopyRecord, type CopyType, copyOf } from './copy-records.ts';

/** Copies that are added together: a commit that nobody waits long for. */
const MOST_COPIES = 100;
const MOST_CHARACTERS = 1_000_000;

interface CopyingTo {
  readonly store: Pick<Store, 'copies' | 'facts' | 'episodes' | 'users'>;
  readonly scope: Scope;
  readonly now: () => number;
  readonly isDryRun: boolean;
  /** Stores the messages that wait, which copies are of. */
  readonly storeMessages: () => Promise<void>;
  /** Told of each record whether it came in, or why it did not. */
  readonly onDone: (type: CopyType, isAdded: boolean) => void;
  readonly onFailure: (lines: readonly number[], error: unknown) => void;
}

interface Waiting {
  readonly line: number;
  readonly type: CopyType;
  readonly copy: Copy;
}

/** How much memory a copy takes is known by what there may be many of. */
const sizeOf = (copy: Copy): number =>
  copy.kind === 'fact'
    ? copy.mentions.reduce((sum, { draft }) => sum + draft.length, copy.text.length) + 500 * copy.history.length
    : 500;

/**
 * Brings in what was made of messages, many records at once. What took the place of what is told when all facts of a user are
 * there, because the newer one may stand below the older.
 */
export class Copying {
  readonly #to: CopyingTo;
  #userId: string | null = null;
  #waiting: Waiting[] = [];
  #characters = 0;
  #supersessions: SupersessionCopy[] = [];

  constructor(to: CopyingTo) {
    this.#to = to;
  }

  /** Errors: those of the store that say nothing of a record. */
  async take(userId: string, line: number, record: CopyRecord): Promise<void> {
    if (userId !== this.#userId) await this.finish();
    this.#userId = userId;
    const copy = copyOf(record);
    this.#waiting.push({ line, type: record.type, copy });
    this.#characters += sizeOf(copy);
    if (copy.kind === 'fact' && copy.supersededBy !== null) {
      const { id: olderId, supersededBy: newerId, updatedAt } = copy;
      this.#supersessions.push({ kind: 'supersession', olderId, newerId, updatedAt });
    }
    if (this.#waiting.length >= MOST_COPIES || this.#characters >= MOST_CHARACTERS) await this.#flush();
  }

  /** Stores all that waits. */
  async finish(): Promise<void> {
    await this.#flush();
    const { store, scope, now, isDryRun } = this.#to;
    const [userId, supersessions] = [this.#userId, this.#supersessions];
    this.#supersessions = [];
    if (userId === null || isDryRun) return;
    for (let i = 0; i < supersessions.length; i += MOST_COPIES) {
      await store.copies.add(scope, userId, supersessions.slice(i, i + MOST_COPIES), now());
    }
  }

  async #flush(): Promise<void> {
    const [userId, waiting] = [this.#userId, this.#waiting];
    this.#waiting = [];
    this.#characters = 0;
    if (userId === null || waiting.length === 0) return;
    await this.#to.storeMessages();
    try {
      const added = await this.#add(
        userId,
        waiting.map(({ copy }) => copy),
      );
      waiting.forEach(({ type }, i) => {
        this.#to.onDone(type, added[i] === true);
      });
    } catch (error) {
      this.#to.onFailure(
        waiting.map(({ line }) => line),
        error,
      );
    }
  }

  async #add(userId: string, copies: readonly Copy[]): Promise<boolean[]> {
    const { store, scope, now, isDryRun } = this.#to;
    if (!isDryRun) return store.copies.add(scope, userId, copies, now());
    if (!(await store.users.get(scope, userId))) return copies.map(() => true);
    const idsOf = (kind: 'fact' | 'episode') => copies.flatMap((copy) => (copy.kind === kind ? [copy.id] : []));
    const there = [
      ...(await store.facts.read(scope, idsOf('fact'))),
      ...(await store.episodes.read(scope, userId, idsOf('episode'))),
    ];
    const known = new Set(there.map(({ id }) => id));
    // Of the others a trial does not tell.
    return copies.map((copy) => (copy.kind === 'fact' || copy.kind === 'episode') && !known.has(copy.id));
  }
}
