import { MemfuseError } from '../../src/contract/errors.ts';
import type { WriteOutcome, WriteRequest } from './group-commit.ts';
import type { Writes } from './writes.ts';

/** Requests in one commit at most, so that the first of a burst does not wait for all of it. */
const MAX_GROUP = 256;
/** Requests waiting at most. With every commit taking 10 ms this is half a second of work. */
const MAX_WAITING = 10_000;

type Waiting = {
  readonly request: WriteRequest;
  readonly resolve: (value: never) => void;
  readonly reject: (error: MemfuseError) => void;
};

/** Where groups are committed: in the storage Worker, or on this thread. */
export interface CommitTarget {
  commit(group: readonly WriteRequest[]): Promise<readonly WriteOutcome[]>;
  close(): Promise<void>;
}

/**
 * Gathers writes into groups: while one commit is on its way the next group collects, so that under load a sync of the
 * log is shared by many requests and an idle server answers after one. Answers come in the order of arrival.
 */
export class GroupCommitWriter {
  readonly #target: CommitTarget;
  readonly #onCommit: () => void;
  #waiting: Waiting[] = [];
  #pump: Promise<void> | null = null;
  #closed = false;

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
    if (this.#waiting.length >= MAX_WAITING) {
      const message = `${MAX_WAITING} writes are waiting for the disk already. Send the request again later.`;
      return Promise.reject(new MemfuseError('overloaded', message));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request: { facet, verb, args }, resolve, reject });
      this.#pump ??= this.#run();
    });
  }

  /** Commits what was accepted, then lets go of the database. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#pump;
    await this.#target.close();
  }

  async #run(): Promise<void> {
    // One turn of the event loop, so that requests that arrived together leave together.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, MAX_GROUP);
      await this.#commit(group);
    }
    this.#pump = null;
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    let outcomes: readonly WriteOutcome[];
    try {
      outcomes = await this.#target.commit(group.map(({ request }) => request));
    } catch (error) {
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
