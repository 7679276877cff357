/** How far the work on a message has come. */
export const STAGES = ['stored', 'indexed', 'summarised', 'extracted'] as const;
export type Stage = (typeof STAGES)[number];

/** What is said once of a kind of background work, for everybody who has to do with it. */
export interface KindRules {
  /**
   * Whose tasks run one after the other. `session`: those of one session, in the order of its messages. `user`: those of
   * all sessions of a user, in the order in which they were filed, for what is made of all that a user said.
   */
  readonly queue: 'session' | 'user';
  /** The stage that a message reaches when no task of the kind covers it any more. */
  readonly stage: Exclude<Stage, 'stored'>;
  /** What becomes of what was made of messages when these change. It is void in any case, by lineage. */
  readonly derived: {
    /** What is gone over again when a message says something else: all that was made together with it, or it alone. */
    readonly edited: 'range' | 'message';
    /** What is gone over again when a message is gone: what else was made together with it, or nothing. */
    readonly deleted: 'range' | 'nothing';
    /** What is gone over again when the user or the agent has another name: all of their sessions, or nothing. */
    readonly renamed: 'sessions' | 'nothing';
  };
}

/** The kinds of background work. M1 and M2 will be kinds of their own. */
export const KINDS = {
  /** Chunks, token counts, and vectors by the configured model. They show no name but the one that a message has. */
  index: {
    queue: 'session',
    stage: 'indexed',
    derived: { edited: 'range', deleted: 'range', renamed: 'nothing' },
  },
} as const satisfies Readonly<Record<string, KindRules>>;

/** The kind whose taking ends the gathering of a session's rounds: messages that it has not taken count as buffered. */
export const GATHERED = 'index';

export type TaskKind = keyof typeof KINDS;
export const TASK_KINDS = Object.keys(KINDS) as TaskKind[];

/** The kinds that there are, by name; a test may add its own. */
export type Kinds = Readonly<Record<string, KindRules>>;

/** Where a task stands among those that run one after the other. */
export interface QueuePlace {
  /** Such as `session:12` or `user:7`. Tasks of one kind and queue key run one after the other. */
  readonly queueKey: string;
  /** What comes before has a lower one. */
  readonly position: number;
}

/** The place of a task by the rules of its kind. `generation` is that of the user's change that the task was filed with. */
export const placeInQueue = (
  { queue }: KindRules,
  task: {
    readonly userKey: number;
    readonly sessionKey: number;
    readonly firstSequence: number;
    readonly generation: number;
  },
): QueuePlace => {
  switch (queue) {
    case 'session':
      return { queueKey: `session:${task.sessionKey}`, position: task.firstSequence };
    case 'user':
      return { queueKey: `user:${task.userKey}`, position: task.generation };
    default:
      return queue satisfies never;
  }
};
