import type { NewChunk } from '../../src/contract/chunks.ts';
import { type OutboxTask, PRIORITY, type Priority, type TaskState } from '../../src/contract/outbox.ts';
import type { Filed, IndexOutcome } from '../../src/contract/work.ts';

/** A task as the contract describes it, by the range that it covers. */
export interface ModelTask {
  /** Null until the store has told it. */
  key: number | null;
  firstSequence: number;
  lastSequence: number;
  /** A task that is done goes, and is remembered here only. */
  state: TaskState | 'done';
  /** Whether messages that follow extend it. */
  grows: boolean;
  owner: string | null;
  attempts: number;
  reason: string | null;
  priority: Priority;
  dueAt: number;
}

export interface ModelChunk {
  readonly id: string;
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly content: string;
}

type Range = { readonly firstSequence: number; readonly lastSequence: number };

const holds = (sequence: number) => (range: Range) => range.firstSequence <= sequence && range.lastSequence >= sequence;

/**
 * The background work of one session by the words of the contract, in plain lists: what tasks there are, what chunks,
 * and what each verb does to them.
 */
export class PipelineModel {
  /** By sequence. */
  readonly messages = new Map<number, { readonly id: string; content: string }>();
  readonly tasks: ModelTask[] = [];
  chunks: ModelChunk[] = [];
  /** When the lease of each owner ends. */
  readonly #leases: Map<string, number>;
  #lastSequence = 0;

  constructor(leases: Map<string, number>) {
    this.#leases = leases;
  }

  get unfinished(): ModelTask[] {
    return this.tasks.filter(({ state }) => state !== 'done').sort((a, b) => a.firstSequence - b.firstSequence);
  }

  /** Those under a lease that has not run out. */
  atWork(now: number): ModelTask[] {
    return this.tasks.filter((task) => task.state === 'running' && this.#leaseOf(task) > now);
  }

  due(owner: string, now: number): ModelTask[] {
    return this.tasks.filter((task) => {
      const { state, dueAt } = task;
      const isDue = (state === 'waiting' && dueAt <= now) || (state === 'running' && this.#leaseOf(task) < now);
      return isDue && !this.#isHeldUp(task, owner, now);
    });
  }

  append(
    messages: readonly { readonly id: string; readonly content: string }[],
    work: { readonly priority: Priority; readonly dueAt: number },
  ): ModelTask {
    const firstSequence = this.#lastSequence + 1;
    for (const { id, content } of messages) {
      this.#lastSequence += 1;
      this.messages.set(this.#lastSequence, { id, content });
    }
    const growing = this.tasks.find(({ grows }) => grows);
    if (!growing) return this.#file({ firstSequence, lastSequence: this.#lastSequence, ...work, grows: true });
    growing.lastSequence = this.#lastSequence;
    growing.priority = Math.max(growing.priority, work.priority) as Priority;
    growing.dueAt = Math.min(growing.dueAt, work.dueAt);
    return growing;
  }

  update(sequences: readonly number[], content: string, at: number): void {
    for (const sequence of sequences) {
      const message = this.messages.get(sequence);
      if (message) message.content = content;
    }
    this.#remake(sequences, at);
  }

  remove(sequences: readonly number[], at: number): void {
    for (const sequence of sequences) this.messages.delete(sequence);
    this.#remake(sequences, at);
  }

  /** Whether it can be had, and takes it then. */
  claim(task: ModelTask, owner: string, now: number, leaseUntil: number): boolean {
    const isFree = task.state === 'waiting' || (task.state === 'running' && this.#leaseOf(task) < now);
    if (!isFree || this.#isHeldUp(task, owner, now)) return false;
    Object.assign(task, { state: 'running', grows: false, owner });
    this.#leases.set(owner, leaseUntil);
    return true;
  }

  putBack(task: ModelTask, change: Partial<ModelTask>): void {
    Object.assign(task, { state: 'waiting', owner: null }, change);
  }

  split(task: ModelTask, lastSequence: number, at: number): void {
    const { attempts, priority } = task;
    this.#file({ firstSequence: lastSequence + 1, lastSequence: task.lastSequence, attempts, priority, dueAt: at });
    this.putBack(task, { lastSequence, dueAt: at });
  }

  /** What filing an outcome answers, and what it leaves. `isStale` tells whether the range has changed. */
  commit({ taskKey, owner, chunks, ...range }: IndexOutcome, isStale: boolean, now: number): readonly Filed[] {
    const task = this.tasks.find(({ key }) => key === taskKey);
    const isHeld = task?.state === 'running' && task.owner === owner && this.#leaseOf(task) > now;
    if (!isHeld) return isStale ? ['lost', 'stale'] : ['lost'];
    if (isStale) return ['stale'];
    Object.assign(task, { state: 'done', owner: null });
    const isBeside = ({ firstSequence, lastSequence }: ModelChunk) =>
      lastSequence < range.firstSequence || firstSequence > range.lastSequence;
    this.chunks = [...this.chunks.filter(isBeside), ...chunks];
    return ['done'];
  }

  /** Takes over the keys that the store has given to tasks that it was not asked about. */
  learnKeys(tasks: readonly OutboxTask[]): void {
    for (const task of this.tasks) {
      if (task.key !== null) continue;
      const { firstSequence, lastSequence } = task;
      const found = tasks.find((it) => it.firstSequence === firstSequence && it.lastSequence === lastSequence);
      task.key = found?.key ?? null;
    }
  }

  /** The chunks that a good Worker would make of a range: its messages cut after every `size`. */
  cut({ firstSequence, lastSequence }: Range, size: number, mint: () => string): NewChunk[] {
    const sequences = [...this.messages.keys()].filter((it) => it >= firstSequence && it <= lastSequence);
    const pieces = Array.from({ length: Math.ceil(sequences.length / size) }, (_, i) =>
      sequences.slice(i * size, i * size + size),
    );
    return pieces.map((piece) => ({
      id: mint(),
      firstSequence: piece[0] ?? 0,
      lastSequence: piece.at(-1) ?? 0,
      content: this.contentOf(piece),
      tokenCount: piece.length,
      strategy: 'model',
      vector: null,
      model: null,
    }));
  }

  contentOf(sequences: readonly number[]): string {
    return sequences.map((sequence) => this.messages.get(sequence)?.content ?? 'gone').join('\n');
  }

  #leaseOf({ owner }: ModelTask): number {
    return this.#leases.get(owner ?? '') ?? 0;
  }

  /** By another owner's work on the session, or by what was said before it and is at work with nobody. */
  #isHeldUp(task: ModelTask, owner: string, now: number): boolean {
    const atWork = this.atWork(now);
    return this.unfinished
      .filter(({ state }) => state !== 'failed')
      .some((other) => (atWork.includes(other) ? other.owner !== owner : other.firstSequence < task.firstSequence));
  }

  #remake(sequences: readonly number[], at: number): void {
    for (const sequence of sequences) {
      for (const task of this.tasks) {
        const isGivenUp = task.state === 'failed' && holds(sequence)(task);
        if (isGivenUp) this.putBack(task, { attempts: 0, reason: null, dueAt: at });
      }
      const chunk = this.chunks.find(holds(sequence));
      if (!chunk) continue;
      this.chunks = this.chunks.filter((other) => other !== chunk);
      const { firstSequence, lastSequence } = chunk;
      this.#file({ firstSequence, lastSequence, priority: PRIORITY.normal, dueAt: at });
    }
  }

  #file(task: Range & { priority: Priority; dueAt: number } & Partial<ModelTask>): ModelTask {
    const filed: ModelTask = {
      key: null,
      state: 'waiting',
      grows: false,
      owner: null,
      attempts: 0,
      reason: null,
      ...task,
    };
    this.tasks.push(filed);
    return filed;
  }
}
