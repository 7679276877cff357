import { apartFromRequest } from './request-id.ts';

/** Where pauses come from. Injected wherever something happens later, so that tests make it happen. */
export interface Scheduler {
  /** Runs once, after a pause at the least. Answers how to call it off. A pause alone keeps no process alive. */
  after(delayMs: number, run: () => void): () => void;
}

/** The longest pause of a timer: with a longer one it goes off at once, again and again for whoever sets it anew. */
const LONGEST_MS = 2 ** 31 - 1;

export const systemScheduler: Scheduler = {
  after: (delayMs, run) => {
    let timer: ReturnType<typeof setTimeout>;
    const wait = (leftMs: number): void => {
      const nextMs = Math.min(leftMs, LONGEST_MS);
      timer = setTimeout(() => (leftMs > nextMs ? wait(leftMs - nextMs) : run()), nextMs);
      timer.unref();
    };
    // What a request puts off may be for everybody, and go on for ever.
    apartFromRequest(() => wait(delayMs));
    return () => clearTimeout(timer);
  },
};
