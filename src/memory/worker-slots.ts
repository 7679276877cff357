import type { OutboxTask } from '../contract/outbox.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import { WorkerDiedError } from '../platform/worker-channel.ts';
import type { Draft } from './kinds/handlers.ts';

/** A Bun Worker of the background, seen from outside. */
export interface TaskWorker {
  /** Resolves when the Worker takes tasks, within a limit of its own. Errors: it does not start. */
  start(): Promise<void>;
  /** Errors: whatever the task throws; a `WorkerDiedError` when the Worker died or was replaced. */
  run(task: OutboxTask): Promise<Draft>;
  /** Gives a hung Worker up: its task fails at once, and another Worker starts with the next task. */
  replace(why: string): void;
  close(): Promise<void>;
}

export interface WorkerSlotsContext {
  readonly clock: Clock;
  readonly log: Log;
  /** `onBeat` is to be called at each sign of life of the Worker. */
  readonly openWorker: (id: number, onBeat: () => void) => TaskWorker;
}

export interface WorkerReport {
  readonly id: number;
  readonly state: 'idle' | 'busy';
  /** The task that it does; null when it is idle. */
  readonly task: OutboxTask | null;
  readonly restarts: number;
}

interface Slot {
  readonly id: number;
  readonly worker: TaskWorker;
  task: OutboxTask | null;
  /** Its last sign of life. Null while it starts, which may take longer than a short lease, and once its result is being delivered. */
  beatAt: number | null;
  restarts: number;
}

/**
 * The Workers of the background, opened as they are needed: who is at what, and who hangs. A Worker has one task at a time,
 * from its start until its result has been delivered, so that no more results wait than there are Workers.
 */
export class WorkerSlots {
  readonly #context: WorkerSlotsContext;
  readonly #slots: Slot[] = [];

  constructor(context: WorkerSlotsContext) {
    this.#context = context;
  }

  get busy(): number {
    return this.#slots.filter(({ task }) => task).length;
  }

  /** Has a free Worker, or a new one, do a task, and delivers the result. Errors: those of the Worker and of `deliver`. */
  async run(task: OutboxTask, deliver: (draft: Draft) => Promise<void>): Promise<void> {
    const slot = this.#take(task);
    try {
      await deliver(await this.#make(slot, task));
    } finally {
      slot.task = null;
    }
  }

  async #make(slot: Slot, task: OutboxTask): Promise<Draft> {
    try {
      await slot.worker.start();
      slot.beatAt = this.#context.clock.now();
      return await slot.worker.run(task);
    } catch (error) {
      if (error instanceof WorkerDiedError) slot.restarts += 1;
      throw error;
    } finally {
      slot.beatAt = null;
    }
  }

  /** Replaces Workers without a sign of life for `leaseMs`. Answers after how many milliseconds the next one may have to be replaced. */
  replaceHanging(leaseMs: number): number {
    const { clock, log } = this.#context;
    const now = clock.now();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const slot of this.#slots) {
      if (!slot.task || slot.beatAt === null) continue;
      if (now - slot.beatAt >= leaseMs) {
        log.error({ worker: slot.id, taskId: slot.task.id }, 'a background Worker hangs and is replaced');
        slot.beatAt = now;
        slot.worker.replace(`gave no sign of life for ${leaseMs / 1_000} s`);
      }
      nextMs = Math.min(nextMs, slot.beatAt + leaseMs - now);
    }
    return nextMs;
  }

  report(): WorkerReport[] {
    return this.#slots.map(({ id, task, restarts }) => ({
      id,
      state: task ? 'busy' : 'idle',
      task: task ?? null,
      restarts,
    }));
  }

  async close(): Promise<void> {
    await Promise.all(this.#slots.map(({ worker }) => worker.close()));
  }

  #take(task: OutboxTask): Slot {
    const free = this.#slots.find((candidate) => !candidate.task);
    if (free) {
      free.task = task;
      // A sign of life may have come in after its last task had ended.
      free.beatAt = null;
      return free;
    }
    const { clock, openWorker } = this.#context;
    const id = this.#slots.length;
    const worker = openWorker(id, () => {
      slot.beatAt = clock.now();
    });
    const slot: Slot = { id, worker, task, beatAt: null, restarts: 0 };
    this.#slots.push(slot);
    return slot;
  }
}
