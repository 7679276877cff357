/** How far the work on a message has come. */
export const STAGES = ['stored', 'indexed', 'summarised', 'extracted'] as const;
export type Stage = (typeof STAGES)[number];

/** The rules of a kind of background work. Store, processor and API read them here, so that each is stated once. */
export interface KindRules {
  /**
   * Which tasks run one after the other. `session`: those of one session, in the order of its messages. `user`: those of
   * all sessions of a user, in the order in which they were written, for a result that depends on all messages of a user.
   */
  readonly queue: 'session' | 'user';
  /** The stage that a message reaches when no task of the kind covers it any more; null when no stage depends on the kind. */
  readonly stage: Exclude<Stage, 'stored'> | null;
  /** A task is made from what the task before it in its queue saved too, so an outcome is filed at once and not held with others. */
  readonly isFiledAtOnce?: boolean;
  /**
   * What is derived again when messages change. The store deletes what was derived from a changed message in any case, in the
   * transaction of the change; these rules say which new tasks it writes.
   */
  readonly derived: {
    /**
     * After an edit: a task for the messages that the deleted result was derived from, or for the edited message alone. When
     * nothing was derived from it and no task covers it, a task for the message alone, or none (`range if any`).
     */
    readonly edited: 'range' | 'range if any' | 'message';
    /** After a deletion: a task for the other messages that the deleted result was derived from, or none. */
    readonly deleted: 'range' | 'nothing';
    /** After a new name of the user or the agent: a task for each of their sessions, for those of the user alone, or none. */
    readonly renamed: 'sessions' | 'sessions of the user' | 'nothing';
  };
}

/** The kinds of background work. */
export const KINDS = {
  /** Chunks, token counts, and vectors by the configured model. They show no name of a user or an agent. */
  index: {
    queue: 'session',
    stage: 'indexed',
    derived: { edited: 'range', deleted: 'range', renamed: 'nothing' },
  },
  /** Episodes (M1). The names of the user and the agent are put into them when they are read. */
  summarise: {
    queue: 'session',
    stage: 'summarised',
    isFiledAtOnce: true,
    derived: { edited: 'range if any', deleted: 'range', renamed: 'nothing' },
  },
  /** Facts (M2). They are compared with all facts of the user, and call the user by name. */
  extract: {
    queue: 'user',
    stage: 'extracted',
    isFiledAtOnce: true,
    derived: { edited: 'range', deleted: 'range', renamed: 'sessions of the user' },
  },
  /** Webhooks: what the other kinds made of a range is told when they have done with it. */
  notify: {
    queue: 'session',
    stage: null,
    isFiledAtOnce: true,
    derived: { edited: 'range if any', deleted: 'nothing', renamed: 'nothing' },
  },
} as const satisfies Readonly<Record<string, KindRules>>;

/**
 * The kind whose tasks wait for somebody outside, who may be away for days. A process does one of them at a time, takes them from
 * the outbox apart from the others, and never splits one to find the message that it fails for.
 */
export const NOTICES = 'notify';

/** The kind whose task gathers the rounds of a session while it waits. Messages that no processor has taken with it count as buffered. */
export const GATHERED = 'index';

export type TaskKind = keyof typeof KINDS;
export const TASK_KINDS = Object.keys(KINDS) as TaskKind[];
/** Those that a message goes through on its way. */
export const STAGED_KINDS = TASK_KINDS.filter((kind) => KINDS[kind].stage !== null);

/** The kinds that there are, by name; a test may add its own. */
export type Kinds = Readonly<Record<string, KindRules>>;

/** Where a task stands among the tasks that run one after the other. */
export interface QueuePosition {
  /** Such as `session:12` or `user:7`. Tasks of one kind with the same queue key run one after the other. */
  readonly queueKey: string;
  /** The task with the lowest position runs first. */
  readonly position: number;
}

/**
 * The queue key and the position of a task by the rules of its kind. `generation` is that of the change that the task was
 * written with.
 * @example queuePositionOf(KINDS.index, { userKey: 7, sessionKey: 12, firstSequence: 3, generation: 40 }); // { queueKey: 'session:12', position: 3 }
 */
export const queuePositionOf = (
  { queue }: KindRules,
  task: {
    readonly userKey: number;
    readonly sessionKey: number;
    readonly firstSequence: number;
    readonly generation: number;
  },
): QueuePosition => {
  switch (queue) {
    case 'session':
      return { queueKey: `session:${task.sessionKey}`, position: task.firstSequence };
    case 'user':
      return { queueKey: `user:${task.userKey}`, position: task.generation };
    default:
      return queue satisfies never;
  }
};
