import { KINDS, type Kinds, STAGES, type Stage } from '../contract/kinds.ts';
import type { Outstanding } from '../contract/outbox.ts';
import type { Scheduler } from '../platform/scheduler.ts';

export { STAGES, type Stage } from '../contract/kinds.ts';

/** The stages that messages can reach by the given kinds, in order. `stored` is always one. */
export const stagesOf = (kinds: Kinds = KINDS): Stage[] => {
  const made = new Set<Stage | null>(Object.values(kinds).map(({ stage }) => stage));
  return STAGES.filter((stage) => stage === 'stored' || made.has(stage));
};

/** Whether waiting for a stage means waiting for background work: a message is `stored` from the start. */
export const awaitsWork = (waitFor: { readonly stage: Stage } | undefined): boolean =>
  waitFor !== undefined && waitFor.stage !== 'stored';

export interface StageReport {
  /** The last stage that was reached with all stages before it, or `failed` when a task that covers the message is failed. */
  readonly stage: Stage | 'failed';
  readonly indexed: boolean;
  readonly summarised: boolean;
  readonly extracted: boolean;
  readonly attempts: number;
  readonly reason: string | null;
  /** When a task that covers the message last changed, null when none does. */
  readonly changedAt: number | null;
}

/** The stages of a message, from the work that is not done on its session. */
export const stageOf = (sequence: number, outstanding: readonly Outstanding[], kinds: Kinds = KINDS): StageReport => {
  const covering = outstanding.filter(
    ({ kind, firstSequence, lastSequence }) =>
      kinds[kind]?.stage !== null && firstSequence <= sequence && sequence <= lastSequence,
  );
  const left = new Set<Stage | null | undefined>(covering.map(({ kind }) => kinds[kind]?.stage));
  const there = stagesOf(kinds);
  const isAt = (stage: Stage): boolean => there.includes(stage) && !left.has(stage);
  const worst = covering.find(({ state }) => state === 'failed') ?? covering[0];
  let reached: Stage = 'stored';
  for (const stage of STAGES) {
    if (!isAt(stage)) break;
    reached = stage;
  }
  return {
    stage: worst?.state === 'failed' ? 'failed' : reached,
    indexed: isAt('indexed'),
    summarised: isAt('summarised'),
    extracted: isAt('extracted'),
    attempts: worst?.attempts ?? 0,
    reason: worst?.reason ?? null,
    changedAt: worst ? Math.max(...covering.map(({ updatedAt }) => updatedAt)) : null,
  };
};

/** Pause between looks at the store, which another process may be working on. */
const LOOK_INTERVAL_MS = 250;

/** The requests that wait until messages of a session reach a stage. */
export class StageWaiters {
  readonly #scheduler: Scheduler;
  readonly #waiting = new Map<number, Set<() => void>>();
  readonly #endings = new Set<() => void>();
  #isOver = false;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  /** Whether a request waits for this session. */
  has(sessionKey: number): boolean {
    return this.#waiting.has(sessionKey);
  }

  /** Has every request that waits for this session check again. */
  notify(sessionKey: number): void {
    for (const look of this.#waiting.get(sessionKey) ?? []) look();
  }

  /** Ends all waits, and lets no later one begin, because the process is about to stop. */
  endAll(): void {
    this.#isOver = true;
    for (const end of this.#endings) end();
  }

  /** Resolves true when `isReached` says so, false after `timeoutMs` or at `endAll`. Errors: those of `isReached`. */
  wait(sessionKey: number, timeoutMs: number, isReached: () => Promise<boolean>): Promise<boolean> {
    if (this.#isOver) return isReached();
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(sessionKey) ?? new Set();
      this.#waiting.set(sessionKey, waiting);
      let isOver = false;
      let cancelNext = (): void => {};
      const end = (finish: () => void): void => {
        isOver = true;
        cancelTimeout();
        cancelNext();
        waiting.delete(look);
        this.#endings.delete(giveUp);
        // By then others may wait in a set of their own.
        if (waiting.size === 0 && this.#waiting.get(sessionKey) === waiting) this.#waiting.delete(sessionKey);
        finish();
      };
      // Looks may overlap: who is told twice in a row looks twice. Each ends the wait or plans the next look, none after its end.
      const look = (): void => {
        isReached().then(
          (reached) => {
            if (isOver) return;
            if (reached) return end(() => resolve(true));
            cancelNext();
            cancelNext = this.#scheduler.after(LOOK_INTERVAL_MS, look);
          },
          (error) => {
            if (!isOver) end(() => reject(error));
          },
        );
      };
      const giveUp = (): void => end(() => resolve(false));
      const cancelTimeout = this.#scheduler.after(timeoutMs, giveUp);
      this.#endings.add(giveUp);
      waiting.add(look);
      look();
    });
  }
}
