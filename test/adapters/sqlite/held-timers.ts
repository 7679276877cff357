import { spyOn } from 'bun:test';

interface HeldTimer {
  readonly run: () => void;
  readonly dueMs: number;
  keepsAlive: boolean;
}

/** Timers that go off only when a test lets the time pass. */
export interface HeldTimers {
  /** Lets so much time pass at once, and what falls due in it go off. */
  pass(ms: number): void;
  /** Those that are set and would keep a process from ending. */
  keepingAlive(): number;
  /** Gives timers back their own time. */
  release(): void;
}

/** Holds every timer back that is set from now on. */
export const holdTimers = (): HeldTimers => {
  const timers = new Map<object, HeldTimer>();
  let nowMs = 0;
  const set = (run: () => void, delayMs = 0): object => {
    const timer = { run, dueMs: nowMs + delayMs, keepsAlive: true };
    const handle = {
      ref: () => {
        timer.keepsAlive = true;
        return handle;
      },
      unref: () => {
        timer.keepsAlive = false;
        return handle;
      },
    };
    timers.set(handle, timer);
    return handle;
  };
  const spies = [
    spyOn(globalThis, 'setTimeout').mockImplementation(set as never),
    spyOn(globalThis, 'clearTimeout').mockImplementation((handle) => void timers.delete(handle as never)),
  ];
  return {
    pass: (ms) => {
      nowMs += ms;
      const due = [...timers].filter(([, { dueMs }]) => dueMs <= nowMs);
      for (const [handle] of due) timers.delete(handle);
      for (const [, { run }] of due) run();
    },
    keepingAlive: () => [...timers.values()].filter(({ keepsAlive }) => keepsAlive).length,
    release: () => {
      for (const spy of spies) spy.mockRestore();
    },
  };
};
