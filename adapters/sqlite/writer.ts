import { MemfuseError } from '../../src/contract/errors.ts';
import type { CommitTarget } from './commit-target.ts';
import type { WriteOutcome, WriteRequest } from './group-commit.ts';
import type { Writes } from './writes.ts';

/** Requests in one commit at most, so that the first of a burst does not wait for all of it. */
const MAX_GROUP = 256;
/** The slice of the background's writes in a commit: alone, and beside requests that somebody waits for. */
const BACKGROUND_ALONE = 32;
const BACKGROUND_BESIDE = 2;
/** The facets that nobody waits for. */
const BACKGROUND: ReadonlySet<keyof Writes> = new Set(['outbox', 'chunks', 'corpus', 'vectors', 'outlines']);
/** Requests waiting at most. With every commit taking 10 ms this is half a second of work. */
const MAX_WAITING = 10_000;

/** Time without a write after which the log is emptied. */
const IDLE_BEFORE_TIDY_MS = 1_000;

type Waiting = {
  readonly request: WriteRequest;
  readonly resolve: (value: never) => void;
  readonly reject: (error: MemfuseError) => void;
};

/**
 * Gathers writes into groups: while one commit is on its way the next group collects, so that under load a sync of the
 * log is shared by many requests and an idle server answers after one. The background's writes go in small slices behind
 * those that somebody waits for.
 */
export class GroupCommitWriter {
  readonly #target: CommitTarget;
  readonly #onCommit: () => void;
  readonly #waiting: Waiting[] = [];
  readonly #background: Waiting[] = [];
  #pump: Promise<void> | null = null;
  #closed = false;
  #tidying: ReturnType<typeof setTimeout> | undefined;

  /** `onCommit` is told of every commit before the requests in it are answered. */
  constructor(target: CommitTarget, onCommit: () => void) {
    this.#target = target;
    this.#onCommit = onCommit;
  }

  /** Resolves when the write is on disk. Errors: those of the verb; `overloaded`; `storage_unavailable`. */
  submit<F extends keyof Writes, V extends keyof Writes[F] & string>(
    facet: F,
    verb: V,
    args: Writes[F][V] extends (...args: infer A) => unknown ? A : never,
  ): Promise<Writes[F][V] extends (...args: never[]) => infer R ? R : never> {
    if (this.#closed) return Promise.reject(new MemfuseError('storage_unavailable', 'The server is shutting down.'));
    if (this.#waiting.length + this.#background.length >= MAX_WAITING) {
      const message = `${MAX_WAITING} writes are waiting for the disk already. Send the request again later.`;
      return Promise.reject(new MemfuseError('overloaded', message));
    }
    return new Promise((resolve, reject) => {
      const lane = BACKGROUND.has(facet) ? this.#background : this.#waiting;
      lane.push({ request: { facet, verb, args }, resolve, reject });
      this.#pump ??= this.#run();
    });
  }

  /** Commits what was accepted, lets `closeReaders` go first, then lets go of the database. */
  async close(closeReaders: () => void): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#tidying);
    await this.#pump;
    try {
      closeReaders();
    } finally {
      await this.#target.close();
    }
  }

  async #run(): Promise<void> {
    // One turn of the event loop, so that requests that arrived together leave together.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#waiting.length + this.#background.length > 0) {
      const group = this.#waiting.splice(0, MAX_GROUP);
      const slice = group.length > 0 ? BACKGROUND_BESIDE : BACKGROUND_ALONE;
      await this.#commit([...group, ...this.#background.splice(0, slice)]);
    }
    this.#pump = null;
    clearTimeout(this.#tidying);
    if (!this.#closed) this.#tidying = setTimeout(() => this.#tidy(), IDLE_BEFORE_TIDY_MS).unref();
  }

  /** Waits its turn like a group, so that it never runs beside one. */
  #tidy(): void {
    if (this.#pump) return;
    const tidied = this.#target.tidy().catch(() => {
      // Tidying is no request of anybody; what keeps it from working, the next request will hear of.
    });
    this.#pump = tidied.then(() => (this.#waiting.length + this.#background.length > 0 ? this.#run() : this.#rest()));
  }

  #rest(): void {
    this.#pump = null;
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    let outcomes: readonly WriteOutcome[];
    try {
      outcomes = await this.#target.commit(group.map(({ request }) => request));
    } catch (error) {
      if (error instanceof DOMException && group.length > 1) {
        // One of them cannot travel between threads, and the group was never sent.
        for (const one of group) await this.#commit([one]);
        return;
      }
      const message = 'The storage Worker stopped before it answered. Send the request again with an Idempotency-Key.';
      for (const { reject } of group) reject(new MemfuseError('storage_unavailable', message, {}, error));
      return;
    }
    this.#onCommit();
    group.forEach(({ resolve, reject }, i) => {
      const outcome = outcomes[i];
      if (outcome && 'value' in outcome) resolve(outcome.value as never);
      else if (outcome)
        reject(new MemfuseError(outcome.failure.code, outcome.failure.message, outcome.failure.details));
      else reject(new MemfuseError('internal', 'The storage Worker answered fewer writes than it was given.'));
    });
  }
}
