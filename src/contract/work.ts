import type { NewChunk } from './chunks.ts';
import type { SequenceRange, TaskKind } from './outbox.ts';
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

/** What the tasks of the background read, and the one way to file what they come to. */
export interface WorkFacet {
  /**
   * The messages of a range of a session, in order, and its version; of a long one the first, up to `MOST_READ`.
   *
   * @example
   * const { messages, version } = await store.work.read(task);
   * await store.work.file([{ kind: 'index', ...headerOf(task), version, chunks: chunksOf(messages), ... }]);
   */
  read(range: SequenceRange & { readonly tenantKey: number; readonly sessionKey: number }): Promise<WorkRead>;
  /**
   * Files outcomes, each in one transaction with the end of its task or not at all. What an earlier try filed of the same
   * range is replaced, so that filing twice leaves one. Answers how each was filed, in order.
   */
  file(outcomes: readonly Outcome[]): Promise<Filed[]>;
}
