import type { Clock } from '../../src/platform/clock.ts';
import type { Scheduler } from '../../src/platform/scheduler.ts';

/** Time that stands still until it is told to pass; then what was put off runs, in the order of its time. */
export interface ManualTime extends Clock, Scheduler {
  /** Runs that are put off. */
  readonly pending: number;
  /** When the next of them runs; null when there is none. */
  readonly nextAt: number | null;
  /** Lets time pass. Everything that falls due runs at its own time, and what it sets going has come to rest after it. */
  advance(ms: number): Promise<void>;
  /** Sets the clock back, or ahead when negative. Pauses go on as they were. */
  setBack(ms: number): void;
  /** Resolves when nothing goes on without more time. */
  rest(): Promise<void>;
  /** Calls off everything that was put off, as the end of a process does. */
  forget(): void;
}

/** One turn of the event loop: every promise that can go on has gone on. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** More runs than a test has any use for: something puts itself off for no time at all. */
const MAX_RUNS = 100_000;

type PutOff = { at: number; readonly run: () => void };

/** `rest` is how long whatever is outside, such as a store, takes to come to rest. */
export const manualTime = ({
  start = Date.parse('2026-05-01T09:30:00Z'),
  rest = turn,
}: {
  start?: number;
  rest?: () => Promise<void>;
} = {}): ManualTime => {
  let now = start;
  const putOff = new Set<PutOff>();
  const next = (): PutOff | null => {
    let first: PutOff | null = null;
    for (const one of putOff) if (!first || one.at < first.at) first = one;
    return first;
  };
  return {
    now: () => now,
    after: (delayMs, run) => {
      const one = { at: now + Math.max(0, Math.ceil(delayMs)), run };
      putOff.add(one);
      return () => putOff.delete(one);
    },
    get pending() {
      return putOff.size;
    },
    get nextAt() {
      return next()?.at ?? null;
    },
    advance: async (ms) => {
      const until = now + ms;
      await rest();
      for (let runs = 0; ; runs += 1) {
        const due = next();
        if (!due || due.at > until) break;
        if (runs === MAX_RUNS) throw new Error(`${MAX_RUNS} runs fell due within ${ms} ms.`);
        now = Math.max(now, due.at);
        putOff.delete(due);
        due.run();
        await rest();
      }
      now = until;
    },
    setBack: (ms) => {
      now -= ms;
      for (const one of putOff) one.at -= ms;
    },
    rest,
    forget: () => putOff.clear(),
  };
};
