import { MemfuseError } from '../contract/errors.ts';
import { NOTICES } from '../contract/kinds.ts';
import type { OutboxTask } from '../contract/outbox.ts';
import { queueOf } from './background-queue.ts';

/**
 * Where a task stands in this process; what is not here is in the outbox alone. A life is one try of a task: one that failed
 * has ended, and the next is another life.
 */
export type LifeState = (typeof LIVE_STATES)[number] | 'ended';
export const LIVE_STATES = ['queued', 'claiming', 'at work', 'delivering', 'made', 'filing'] as const;

/** The states that may follow a state. Every state may be followed by `ended`: the lease is lost, the try failed, or the process stops. */
const followersOf = (state: LifeState): readonly LifeState[] => {
  switch (state) {
    case 'queued':
      return ['claiming', 'ended'];
    case 'claiming':
      return ['at work', 'ended'];
    case 'at work':
      return ['delivering', 'ended'];
    case 'delivering':
      return ['made', 'ended'];
    case 'made':
      return ['filing', 'ended'];
    // A flush that fails leaves what it was to file where it was.
    case 'filing':
      return ['made', 'ended'];
    case 'ended':
      return [];
    default:
      return state satisfies never;
  }
};

/** The states in which a task keeps other tasks of its queue from being taken. */
const BLOCKING: ReadonlySet<LifeState> = new Set(['claiming', 'at work', 'delivering']);
/** The states in which this process holds the task under its lease. */
const HELD: ReadonlySet<LifeState> = new Set(['at work', 'delivering', 'made', 'filing']);

/** One try of a task in this process. Only `move` changes its state. */
export class TaskLife {
  /** As it was last read or offered. */
  task: OutboxTask;
  #state: LifeState = 'queued';
  readonly #onMove: (life: TaskLife, from: LifeState) => void;

  constructor(task: OutboxTask, onMove: (life: TaskLife, from: LifeState) => void = () => {}) {
    this.task = task;
    this.#onMove = onMove;
  }

  get state(): LifeState {
    return this.#state;
  }

  get isOver(): boolean {
    return this.#state === 'ended';
  }

  /**
   * Goes on to a state. False when the life has ended already: whoever comes late, such as a delivery after the lease was
   * lost, has no say. Errors: `internal` for a state that cannot follow.
   */
  move(to: LifeState): boolean {
    if (this.isOver) return false;
    if (!followersOf(this.#state).includes(to)) {
      throw new MemfuseError('internal', `A task that is ${this.#state} cannot be ${to} next.`);
    }
    const from = this.#state;
    this.#state = to;
    this.#onMove(this, from);
    return true;
  }
}

/** The tasks that live in this process. */
export class TaskLives {
  readonly #lives = new Map<number, TaskLife>();
  readonly #blocked = new Set<string>();
  #noticesAtWork = 0;

  /** Begins the life of a task that was put into the queue. */
  open(task: OutboxTask): TaskLife {
    const life = new TaskLife(task, (moved, from) => this.#moved(moved, from));
    this.#lives.set(task.key, life);
    return life;
  }

  /** Ends the life of a task, if it has one: it is in the outbox alone from then on. */
  readonly end = ({ key }: Pick<OutboxTask, 'key'>): void => void this.#lives.get(key)?.move('ended');

  /** The life of a task; absent when it has none. */
  get(key: number): TaskLife | undefined {
    return this.#lives.get(key);
  }

  /** Whether another task of the same queue key is being taken, at work or delivered; of a notice, any other notice. */
  isBlocked(task: OutboxTask): boolean {
    return this.#blocked.has(queueOf(task)) || (task.kind === NOTICES && this.#noticesAtWork > 0);
  }

  /** Those under a lease of this process. */
  held(): TaskLife[] {
    return [...this.#lives.values()].filter(({ state }) => HELD.has(state));
  }

  /** How many are in a state. */
  count(state: LifeState): number {
    return this.#lives.values().reduce((sum, life) => sum + (life.state === state ? 1 : 0), 0);
  }

  #moved(life: TaskLife, from: LifeState): void {
    const queue = queueOf(life.task);
    const [was, is] = [BLOCKING.has(from), BLOCKING.has(life.state)];
    if (is) this.#blocked.add(queue);
    else if (was) this.#blocked.delete(queue);
    if (life.task.kind === NOTICES) this.#noticesAtWork += Number(is) - Number(was);
    if (life.isOver && this.#lives.get(life.task.key) === life) this.#lives.delete(life.task.key);
  }
}
