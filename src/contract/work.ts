import type { NewChunk } from './chunks.ts';
import type { OutboxTask, SequenceRange, TaskKind } from './outbox.ts';
import type { StoredVector } from './vectors.ts';

/** A message as a background task reads it. */
export interface WorkMessage {
  readonly sequence: number;
  /** The sequence of the first message of the same POST. */
  readonly round: number;
  readonly role: string;
  readonly name: string | null;
  /** Who speaks unless the message says otherwise: the user or the agent, by role. */
  readonly usualSpeaker: string | null;
  /** With what else the message is found by. */
  readonly content: string;
}

/** What a range of a session looked like when it was read, so that a result made of it is not filed when it changed. */
export interface RangeVersion {
  readonly messages: number;
  /** The highest generation among its messages; 0 when there are none. */
  readonly generation: number;
}

/** What every outcome says of its task and of the messages that it was made of. */
export interface OutcomeHeader extends SequenceRange {
  readonly taskKey: number;
  /** Who holds the task. */
  readonly owner: string;
  readonly tenantKey: number;
  readonly userKey: number;
  readonly sessionKey: number;
  readonly version: RangeVersion;
  readonly at: number;
}

/** What an `index` task comes to. */
export interface IndexOutcome extends OutcomeHeader {
  readonly kind: 'index';
  readonly chunks: readonly NewChunk[];
  /** Exact token counts of the messages, by sequence. */
  readonly tokenCounts: readonly { readonly sequence: number; readonly tokens: number }[];
  /** Vectors of the messages and the fingerprint of the model that made them; null when it made none. */
  readonly vectors: {
    readonly model: string;
    readonly messages: readonly (StoredVector & { readonly sequence: number })[];
  } | null;
}

/** What tasks come to, by kind. */
export interface Outcomes {
  readonly index: IndexOutcome;
}
export type Outcome = Outcomes[TaskKind];

/**
 * How an outcome was filed. `done`: with the end of its task. `stale`: not, since the messages changed after they were read.
 * `lost`: not, since the task is gone, another's, or over another range by now.
 */
export type Filed = 'done' | 'stale' | 'lost';

/** What is read of a range at the most, so that no task takes more memory, or time at a model, than another; one message is always read. */
export const MOST_READ = { messages: 1_000, bytes: 4 * 1024 * 1024 } as const;

export interface WorkRead {
  readonly messages: WorkMessage[];
  readonly version: RangeVersion;
  /** The sequence of the last message that was read, of a range that holds more than `MOST_READ`; absent otherwise. */
  readonly cutAt?: number;
}

/** Why a try failed, and how many have by now. */
export interface FailedTry {
  readonly attempts: number;
  readonly reason: string;
  readonly at: number;
}

/**
 * What a processor does with the tasks of the outbox: it takes them, reads the messages that they are about, and files what
 * they come to. Every process has a name of its own, `owner`, and one lease under which it holds all tasks that it has taken.
 * A lease that nobody extends runs out, and others take what was held under it. A verb that names a task of another owner
 * changes nothing.
 *
 * @example
 * const [key] = (await store.work.due(owner, now, 1)).map((task) => task.key);
 * const [task] = await store.work.take([key], owner, now, now + leaseMs);
 * const { messages, version } = await store.work.read(task);
 * await store.work.file([{ kind: 'index', ...headerOf(task), version, chunks: chunksOf(messages), ... }]);
 */
export interface WorkFacet {
  /**
   * Tasks that this owner may run now: waiting and due, or left behind by an owner whose lease has run out, each of which a
   * `take` of it alone would get. The most urgent first, then the oldest.
   */
  due(owner: string, now: number, limit: number): Promise<OutboxTask[]>;
  /**
   * Takes tasks, as far as they can be had: nobody holds them, no other owner is at work on the same queue key and kind, and
   * none of those comes before that waits or was left behind. Answers those taken, as they are now; when there are any, the
   * lease of the owner ends at `leaseUntil`.
   */
  take(keys: readonly number[], owner: string, now: number, leaseUntil: number): Promise<OutboxTask[]>;
  /** Has the lease of the owner end at `leaseUntil`: one row, however many tasks it holds. Answers the keys of those. */
  beat(owner: string, now: number, leaseUntil: number): Promise<number[]>;
  /**
   * Brings to the present what a clock that was ahead has put off: tasks that were written after `now`, which can be had at
   * once then, also those in the hands of other owners. Answers how many.
   */
  rewind(owner: string, now: number): Promise<number>;
  /** Puts a task back after a failed try. */
  retry(key: number, owner: string, failed: FailedTry & { readonly dueAt: number }): Promise<void>;
  /** Puts tasks back untouched, because their owner stops. */
  release(keys: readonly number[], owner: string, at: number): Promise<void>;
  /** Gives a task up: it stays as a dead letter until somebody re-drives it. */
  fail(key: number, owner: string, failed: FailedTry): Promise<void>;
  /** Replaces a task by two, the first ending at `lastSequence`. Both may run at once. */
  split(key: number, owner: string, at: { readonly lastSequence: number; readonly at: number }): Promise<void>;
  /** The messages of a range of a session, in order, and its version; of a long one the first, up to `MOST_READ`. */
  read(range: SequenceRange & { readonly tenantKey: number; readonly sessionKey: number }): Promise<WorkRead>;
  /**
   * Files outcomes, each in one transaction with the end of its task or not at all. What an earlier try filed of the same
   * range is replaced, so that filing twice leaves one. Answers how each was filed, in order.
   */
  file(outcomes: readonly Outcome[]): Promise<Filed[]>;
}
