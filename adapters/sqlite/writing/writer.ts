import { MemfuseError } from '../../../src/contract/errors.ts';
import { WorkerCallError } from '../../../src/platform/worker-channel.ts';
import type { DiskReserve } from '../disk-reserve.ts';
import { toMemfuseError } from '../errors.ts';
import type { FileWatch } from '../file-watch.ts';
import { LogTidier } from '../log-tidier.ts';
import type { WriteOutcome, WriteRequest } from './commit.ts';
import type { CommitTarget } from './target.ts';
import type { Writes } from './verbs.ts';

/** Requests in one commit at most, so that the first of a burst does not wait for all of it. */
const MAX_GROUP = 256;
/** The slice of the background's writes in a commit: alone, and beside requests that somebody waits for. */
const BACKGROUND_ALONE = 32;
const BACKGROUND_BESIDE = 2;
/** The facets that nobody waits for. */
const BACKGROUND: ReadonlySet<keyof Writes> = new Set(['work', 'corpus', 'vectors']);
/** Requests waiting at most. With every commit taking 10 ms this is half a second of work. */
const MAX_WAITING = 10_000;

/** Which queue a write waits in: that of writes whose request waits for them, which goes first, or that of the background. */
export type WriteQueue = 'request' | 'background';

const usualQueue = (facet: keyof Writes): WriteQueue => (BACKGROUND.has(facet) ? 'background' : 'request');

/** The verbs of a facet that write, as the contract has them. */
type Writing<F extends keyof Writes> = {
  [V in keyof Writes[F]]: Writes[F][V] extends (...args: infer A) => infer R ? (...args: A) => Promise<R> : never;
};

/** What makes room, and is taken when the disk is full. */
const DELETIONS: ReadonlySet<string> = new Set([
  'users.delete',
  'agents.delete',
  'sessions.delete',
  'messages.delete',
  'knowledge.delete',
  'facts.delete',
  'apiKeys.delete',
]);
const isDeletion = ({ request: { facet, verb } }: Waiting): boolean =>
  facet === 'upkeep' || facet === 'removals' || DELETIONS.has(`${facet}.${verb}`);

/** Answered to everything else while the disk is full. */
export const ONLY_DELETIONS = new MemfuseError(
  'storage_unavailable',
  'The disk that holds the database is full, and only deletions are taken. Free some space and send the request again.',
);

type Waiting = {
  readonly request: WriteRequest;
  readonly resolve: (value: never) => void;
  readonly reject: (error: MemfuseError) => void;
};

export interface WriterContext {
  /** Told of every commit before the requests in it are answered. */
  readonly onCommit: () => void;
  /** Told now and then, once the log has been seen to after some writes. */
  readonly onTidied?: () => void;
  /** What is written into a file that was taken away is not answered. */
  readonly watch?: Pick<FileWatch, 'look' | 'assertThere'>;
  /** The room that is given up for deletions when the disk is full. */
  readonly reserve?: Pick<DiskReserve, 'isGivenUp' | 'giveUp'>;
}

const failureOf = (error: unknown): MemfuseError => {
  if (error instanceof WorkerCallError) return toMemfuseError(error);
  const message = 'The storage Worker stopped before it answered. Send the request again with an Idempotency-Key.';
  return new MemfuseError('storage_unavailable', message, {}, error);
};

/**
 * Gathers writes into groups: while one commit is on its way the next group collects, so that under load a sync of the
 * log is shared by many requests and an idle server answers after one. The background's writes go in small slices behind
 * those that somebody waits for.
 */
export class GroupCommitWriter {
  readonly #target: CommitTarget;
  readonly #context: WriterContext;
  readonly #tidier: LogTidier;
  readonly #waiting: Waiting[] = [];
  readonly #background: Waiting[] = [];
  #pump: Promise<void> | null = null;
  #closed = false;
  #isFailing = false;

  constructor(target: CommitTarget, context: WriterContext) {
    this.#target = target;
    this.#context = context;
    this.#tidier = new LogTidier(
      () => target.tidy(),
      () => {
        if (!this.#closed) this.#pump ??= this.#run();
      },
    );
  }

  /** Whether the last commit failed as a whole, because of the engine or its disk. */
  get isFailing(): boolean {
    return this.#isFailing;
  }

  /** Resolves when the write is on disk. Errors: those of the verb; `overloaded`; `storage_unavailable`. */
  submit<F extends keyof Writes, V extends keyof Writes[F] & string>(
    facet: F,
    verb: V,
    args: Writes[F][V] extends (...args: infer A) => unknown ? A : never,
    queue = usualQueue(facet),
  ): Promise<Writes[F][V] extends (...args: never[]) => infer R ? R : never> {
    if (this.#closed) return Promise.reject(new MemfuseError('storage_unavailable', 'The server is shutting down.'));
    if (this.#waiting.length + this.#background.length >= MAX_WAITING) {
      const message = `${MAX_WAITING} writes are waiting for the disk already. Send the request again later.`;
      return Promise.reject(new MemfuseError('overloaded', message));
    }
    return new Promise((resolve, reject) => {
      const waiting = queue === 'background' ? this.#background : this.#waiting;
      waiting.push({ request: { facet, verb, args }, resolve, reject });
      this.#pump ??= this.#run();
    });
  }

  /** Some verbs of a facet, with the types of the contract. Their writes wait in `queue` when one is given, else in the usual one of the facet. */
  facet<F extends keyof Writes, V extends keyof Writes[F] & string>(
    name: F,
    verbs: readonly V[],
    queue?: WriteQueue,
  ): Pick<Writing<F>, V> {
    const entries = verbs.map((verb) => [verb, (...args: never) => this.submit(name, verb, args, queue)]);
    return Object.fromEntries(entries) as Pick<Writing<F>, V>;
  }

  /** Has the log emptied without waiting for its time. */
  tidySoon(): void {
    this.#tidier.hurry();
  }

  /** Commits what was accepted, calls `closeReaders`, then closes the database. */
  async close(closeReaders: () => void): Promise<void> {
    this.#closed = true;
    this.#tidier.close();
    await this.#pump;
    try {
      closeReaders();
    } finally {
      await this.#target.close();
    }
  }

  async #run(): Promise<void> {
    // One turn of the event loop, so that requests that arrived together leave together.
    if (!this.#tidier.isDue) await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#tidier.isDue || this.#waiting.length + this.#background.length > 0) {
      if (this.#tidier.isDue) {
        // A read of this turn would keep the log from being emptied.
        this.#context.onCommit();
        await this.#tidier.tidy();
        if (!this.#closed) this.#context.onTidied?.();
        continue;
      }
      const group = this.#waiting.splice(0, MAX_GROUP);
      const slice = group.length > 0 ? BACKGROUND_BESIDE : BACKGROUND_ALONE;
      await this.#commit([...group, ...this.#background.splice(0, slice)]);
      this.#tidier.wrote();
    }
    this.#pump = null;
  }

  /** Commits a group; on a full disk, what of it makes room. */
  async #commit(group: readonly Waiting[]): Promise<void> {
    const { reserve } = this.#context;
    if (!reserve?.isGivenUp) {
      await this.#commitWhole(group, reserve);
      return;
    }
    const deletions = group.filter(isDeletion);
    for (const waiting of group) if (!deletions.includes(waiting)) waiting.reject(ONLY_DELETIONS);
    if (deletions.length > 0) await this.#commitWhole(deletions);
  }

  /** @param reserve given up when there is no room: then the group is tried once more, as far as it makes some. */
  async #commitWhole(group: readonly Waiting[], reserve?: WriterContext['reserve']): Promise<void> {
    const { onCommit, watch } = this.#context;
    let outcomes: readonly WriteOutcome[];
    try {
      watch?.assertThere();
      outcomes = await this.#target.commit(group.map(({ request }) => request));
      watch?.look();
      watch?.assertThere();
    } catch (error) {
      if (error instanceof DOMException && group.length > 1) {
        // One of them cannot travel between threads, and the group was never sent.
        for (const one of group) await this.#commitWhole([one], reserve);
        return;
      }
      this.#isFailing = true;
      const failure = error instanceof MemfuseError ? error : failureOf(error);
      for (const { reject } of group) reject(failure);
      return;
    }
    this.#isFailing = outcomes.every(
      (outcome) => 'failure' in outcome && outcome.failure.code === 'storage_unavailable',
    );
    onCommit();
    if (reserve && outcomes.some((outcome) => 'isDiskFull' in outcome && outcome.isDiskFull)) {
      reserve.giveUp();
      await this.#commit(group);
      return;
    }
    group.forEach(({ resolve, reject }, i) => {
      const outcome = outcomes[i];
      if (outcome && 'value' in outcome) resolve(outcome.value as never);
      else if (outcome)
        reject(new MemfuseError(outcome.failure.code, outcome.failure.message, outcome.failure.details));
      else reject(new MemfuseError('internal', 'The storage Worker answered fewer writes than it was given.'));
    });
  }
}
