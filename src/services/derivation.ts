import type { TaskKind } from '../contract/kinds.ts';
import type { Store } from '../contract/store.ts';
import type { Scheduler } from '../platform/scheduler.ts';

/** Pause between two slices, so that the writes of others go between. */
const PAUSE_MS = 10;

export interface DerivationContext {
  readonly outbox: Pick<Store['outbox'], 'derive'>;
  readonly scheduler: Scheduler;
  readonly now: () => number;
  /** Called when tasks could not be written; the next start goes on. */
  readonly onError: (error: unknown) => void;
}

/**
 * Has everything that is stored gone over by a kind of work that is new, works in another way now, or was turned off meanwhile. The
 * store records how far it came, so a start after a kill goes on, and it makes no difference when several processes do it.
 */
export class Derivation {
  readonly #context: DerivationContext;
  #cancel = (): void => {};
  #run = 0;

  constructor(context: DerivationContext) {
    this.#context = context;
  }

  /** @param version of what the kind makes; 0 when the kind is turned off. */
  start(kind: TaskKind, version: number): void {
    this.stop();
    const run = this.#run;
    const { outbox, scheduler, now, onError } = this.#context;
    const step = (): void => {
      outbox.derive(kind, version, now()).then(
        (isDone) => {
          if (!isDone && run === this.#run) this.#cancel = scheduler.after(PAUSE_MS, step);
        },
        (error) => {
          if (run === this.#run) onError(error);
        },
      );
    };
    step();
  }

  stop(): void {
    this.#run += 1;
    this.#cancel();
  }
}
