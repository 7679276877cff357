import { apartFromRequest } from './request-id.ts';

/** Where pauses come from. Injected wherever something happens later, so that tests make it happen. */
export interface Scheduler {
  /** Runs once, after a pause at the least. Answers how to call it off. A pause alone keeps no process alive. */
  after(delayMs: number, run: () => void): () => void;
}

export const systemScheduler: Scheduler = {
  after: (delayMs, run) => {
    // What a request puts off may be for everybody, and go on for ever.
    const timer = apartFromRequest(() => setTimeout(run, delayMs));
    timer.unref();
    return () => clearTimeout(timer);
  },
};
