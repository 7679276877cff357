import type { NewChunk } from './chunks.ts';
import type { EpisodeBefore, NewEpisode } from './episodes.ts';
import type { NewMention, Nominations, Supersession } from './facts.ts';
import type { OutboxTask, SequenceRange, TaskKind, TaskState } from './outbox.ts';
import type { StoredVector } from './vectors.ts';

/** A message as a background task reads it. */
export interface WorkMessage {
  readonly key: number;
  readonly sequence: number;
  /** The sequence of the first message of the same POST. */
  readonly round: number;
  readonly role: string;
  readonly name: string | null;
  /** Who speaks when the message names nobody: the user or the agent, by role. */
  readonly usualSpeaker: string | null;
  /** The content, and on lines below it the words of `source` that search finds the message by. */
  readonly content: string;
  /** When it was said, which may be any time: clients import old conversations. */
  readonly createdAt: number;
}

/** Messages of a session from one sequence to another, and whose they are. */
export interface SessionRange extends SequenceRange {
  readonly tenantKey: number;
  readonly userKey: number;
  readonly sessionKey: number;
}

/** The state of a range when it was read. The store refuses an outcome of a range that has changed since. */
export interface RangeVersion {
  readonly messages: number;
  /** The highest generation among its messages; 0 when there are none. */
  readonly generation: number;
}

/** What every outcome says about its task and about the messages that it was made from. */
export interface OutcomeHeader extends SessionRange {
  readonly taskKey: number;
  /** The process that holds the task. */
  readonly owner: string;
  readonly version: RangeVersion;
  readonly at: number;
}

/** The outcome of an `index` task. */
export interface IndexOutcome extends OutcomeHeader {
  readonly kind: 'index';
  readonly chunks: readonly NewChunk[];
  /** Exact token counts of the messages, by sequence. */
  readonly tokenCounts: readonly { readonly sequence: number; readonly tokens: number }[];
  /** The vectors of the messages and the fingerprint of their model; null when no model is configured or it did not answer. */
  readonly vectors: {
    readonly model: string;
    readonly messages: readonly (StoredVector & { readonly sequence: number })[];
  } | null;
}

/** The outcome of a `summarise` task: the episodes of its range, and of the episode that it goes on with. */
export interface SummariseOutcome extends OutcomeHeader {
  readonly kind: 'summarise';
  /** What `episodeBefore` answered. When it has changed since, the outcome is stale. Without episodes it stays as it is. */
  readonly before: EpisodeBefore | null;
  readonly episodes: readonly NewEpisode[];
}

/** The outcome of an `extract` task. It replaces the mentions of its range; those that are the same as before stay. */
export interface ExtractOutcome extends OutcomeHeader {
  readonly kind: 'extract';
  /** Of the `Nominations` that the statements were compared with. The outcome is stale when facts have changed since. */
  readonly factsGeneration: number;
  /** The messages before the range that it was read with; null when there were none. */
  readonly before: MessagesBefore['range'] | null;
  readonly mentions: readonly NewMention[];
  readonly supersessions: readonly Supersession[];
}

/** The outcome of a `notify` task: that it was told. */
export interface NotifyOutcome extends OutcomeHeader {
  readonly kind: 'notify';
}

/** The type of the outcome of each kind. */
export interface Outcomes {
  readonly index: IndexOutcome;
  readonly summarise: SummariseOutcome;
  readonly extract: ExtractOutcome;
  readonly notify: NotifyOutcome;
}
export type Outcome = Outcomes[TaskKind];

/**
 * Whether an outcome was filed. `done`: it was, and its task is deleted. `stale`: it was not, because the messages, or what else it
 * was made from, have changed since they were read; the task is still held. `lost`: it was not, because the task is gone, held by another owner, or has
 * another range.
 */
export type Filed = 'done' | 'stale' | 'lost';

/**
 * The most that is read of a range, which bounds the memory of a task and its time at a model. At least one message is read,
 * whatever its size.
 */
export const MOST_READ = { messages: 1_000, bytes: 4 * 1024 * 1024 } as const;

/** Messages before a range, and where they begin and which version they are. */
export interface MessagesBefore {
  readonly messages: WorkMessage[];
  readonly range: SequenceRange & { readonly version: RangeVersion };
}

export interface WorkRead {
  readonly messages: WorkMessage[];
  readonly version: RangeVersion;
  /** Those right before the range, as many as were asked for; absent when none were asked for, or there are none. */
  readonly before?: MessagesBefore;
  /** The sequence of the last message that was read, when the range holds more than `MOST_READ`; absent otherwise. */
  readonly cutAt?: number;
}

/** Work of another kind on a range that is not done. */
export interface OtherWork extends SequenceRange {
  readonly id: string;
  readonly kind: TaskKind;
  readonly state: TaskState;
  readonly attempts: number;
  readonly reason: string | null;
}

/** What was made of the messages of a range, by ids. Of each list at most 1,000. */
export interface RangeReport {
  readonly userId: string;
  readonly sessionId: string;
  /** When the task that the report is for was written. */
  readonly createdAt: number;
  readonly messages: readonly { readonly id: string; readonly sequence: number }[];
  /** In order of sequence. */
  readonly others: readonly OtherWork[];
  /** Episodes that end with the range, right before it or in it, and do not grow any more. */
  readonly closedEpisodes: readonly string[];
  /** Facts that no other message said before. */
  readonly addedFacts: readonly string[];
  /** Facts that what was said in the range took the place of, or that something took the place of when they were said. */
  readonly supersededFacts: readonly { readonly id: string; readonly by: string }[];
}

/** Why a try failed, and how many tries have failed with it. */
export interface FailedTry {
  readonly attempts: number;
  readonly reason: string;
  readonly at: number;
}

/**
 * The verbs of a processor. It takes tasks of the outbox, reads their messages, and files their outcomes. Every process has a
 * name of its own, the `owner`, and one lease under which it holds all tasks that it has taken. When a process does not extend
 * its lease, the lease runs out, and other processes may take its tasks. A verb that names a task which another owner holds
 * changes nothing.
 *
 * @example
 * const [due] = await store.work.due('process-1', now, 1);
 * const [task] = await store.work.take([due.key], 'process-1', now, now + 30_000);
 * const { messages, version } = await store.work.read(task);
 * const { key: taskKey, tenantKey, userKey, sessionKey, firstSequence, lastSequence } = task;
 * const header = { taskKey, owner: 'process-1', tenantKey, userKey, sessionKey, firstSequence, lastSequence, version, at: now };
 * await store.work.file([{ ...header, kind: 'index', chunks: chunksOf(messages), tokenCounts: [], vectors: null }]); // ['done']
 */
export interface WorkFacet {
  /**
   * Lists tasks that the owner can take now: those that are waiting and due, and those of owners whose lease has run out. Those
   * of the highest priority come first, then those that were due first. A task that `take` would not give is left out.
   * `areNotices`: those of the kind `NOTICES` alone; otherwise all but these.
   * @example await store.work.due('process-1', now, 10); // [{ key: 5, kind: 'index', queueKey: 'session:12', position: 1, ... }]
   */
  due(owner: string, now: number, limit: number, areNotices?: boolean): Promise<OutboxTask[]>;
  /**
   * Takes tasks for the owner and answers those that it took, as they are now. It takes a task when nobody holds it under a
   * lease, and, among the tasks of the same kind and queue key, no other owner holds one and none of a lower position is waiting
   * or left by an owner whose lease has run out. When it takes any, the lease of the owner ends at `leaseUntil`.
   * @example await store.work.take([5, 6], 'process-1', now, now + 30_000); // [{ key: 5, ... }]: another process holds 6
   */
  take(keys: readonly number[], owner: string, now: number, leaseUntil: number): Promise<OutboxTask[]>;
  /**
   * Extends the lease of the owner to `leaseUntil`: one row, however many tasks it holds. Answers the keys of those tasks; a task
   * that is missing was taken by another process.
   * @example await store.work.beat('process-1', now, now + 30_000); // [5]
   */
  beat(owner: string, now: number, leaseUntil: number): Promise<number[]>;
  /**
   * Corrects tasks and leases of all owners that a clock wrote which was ahead: those written more than a minute after `now`
   * become due, or run out, at `now`. Without it, a clock that is set back by an hour would stop the background for an hour.
   * Answers the number of tasks that it corrected.
   * @example await store.work.rewind('process-1', now); // 0
   */
  rewind(owner: string, now: number): Promise<number>;
  /**
   * Sets a task to waiting after a failed try; it is due at `dueAt`.
   * @example await store.work.retry(5, 'process-1', { attempts: 1, reason: 'the endpoint answered 500', at: now, dueAt: now + 1_000 });
   */
  retry(key: number, owner: string, failed: FailedTry & { readonly dueAt: number }): Promise<void>;
  /**
   * Sets tasks to waiting and due, with no failed try more, because their owner stops.
   * @example await store.work.release([5], 'process-1', now);
   */
  release(keys: readonly number[], owner: string, at: number): Promise<void>;
  /**
   * Sets a task to failed after its last try. It stays so until `OutboxFacet.redrive`.
   * @example await store.work.fail(5, 'process-1', { attempts: 4, reason: 'the model refuses the text', at: now });
   */
  fail(key: number, owner: string, failed: FailedTry): Promise<void>;
  /**
   * Splits a task into two, which are due at once: it ends at `lastSequence`, and a new task has the rest of its range.
   * @example await store.work.split(5, 'process-1', { lastSequence: 500, at: now }); // 1 to 900 becomes 1 to 500 and 501 to 900
   */
  split(key: number, owner: string, at: { readonly lastSequence: number; readonly at: number }): Promise<void>;
  /**
   * Reads the messages of a range in order, up to `MOST_READ`, and the version of the range; also `before` messages that come
   * right before it.
   * @example await store.work.read(task); // { messages: [{ sequence: 1, ... }], version: { messages: 1, generation: 40 } }
   */
  read(range: SessionRange, before?: number): Promise<WorkRead>;
  /**
   * Finds the facts that new statements may repeat or supersede: those that share terms with them, for each term the newest, so that
   * this takes no longer when there are more facts. `range`: the messages that the statements are from.
   * @example await store.work.nominate(task, [['=lives_in ann', 'graz']]); // { generation: 40, facts: [{ id: 'f1', ... }], ofStatements: [[0]] }
   */
  nominate(range: SessionRange, statements: readonly (readonly string[])[]): Promise<Nominations>;
  /**
   * Reads the episode of the session that ends right before a range, or reaches into it; null when there is none.
   * @example await store.work.episodeBefore(task); // { key: 3, generation: 39, firstSequence: 1, lastSequence: 8 }
   */
  episodeBefore(range: SessionRange): Promise<EpisodeBefore | null>;
  /**
   * Tells what was made of the messages of a task's range, and what work on it is not done; null when the task or its session is
   * not there.
   * @example await store.work.reportOn(task); // { userId: 'u1', messages: [{ id: 'm1', sequence: 1 }], addedFacts: ['f1'], ... }
   */
  reportOn(task: SessionRange & { readonly key: number }): Promise<RangeReport | null>;
  /**
   * Files outcomes: it saves each in one transaction with the deletion of its task, or not at all. An outcome replaces what an
   * earlier try saved of the same range; an episode that begins where one began before keeps its id. Answers for each outcome, in order, whether it was filed.
   * @example await store.work.file([first, second]); // ['done', 'stale']: messages of the second have changed
   */
  file(outcomes: readonly Outcome[]): Promise<Filed[]>;
}

/** What a background Worker reads. */
export type WorkReader = Pick<WorkFacet, 'read' | 'nominate' | 'episodeBefore'>;
