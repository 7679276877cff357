import { existsSync, readFileSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { serveWorker } from '../../src/platform/worker-channel.ts';

export interface OddWorkerData {
  /** Where a file tells this Worker to refuse to start, or with "exit" in it to die. */
  readonly refusal: string;
}

class OddError extends Error {
  readonly code = 'odd';
  readonly details = { field: 'x' };
}

const createHandlers = () => {
  let calls = 0;
  return {
    echo: (payload: unknown) => payload,
    later: async (payload: { readonly ms: number }) => {
      await Bun.sleep(payload.ms);
      return payload.ms;
    },
    /** How often this Worker was asked: a new one starts at 1. */
    count: () => {
      calls += 1;
      return calls;
    },
    never: () => new Promise<never>(() => {}),
    /** Hangs in native code: a pipe that nobody writes to is a disk that has stalled. */
    stall: (pipe: string) => readFileSync(pipe, 'utf8'),
    /** Hangs in a loop. */
    spin: (): never => {
      for (;;);
    },
    fail: (): never => {
      throw new OddError('It went wrong.');
    },
    failLater: async (): Promise<never> => {
      throw new OddError('It went wrong later.');
    },
    failWithText: (): never => {
      throw 'only text';
    },
    unsendable: () => () => 'a function cannot be sent',
    exit: (code: number): Promise<never> => {
      process.exit(code);
    },
    crash: (): Promise<never> => {
      setTimeout(() => {
        throw new Error('nobody catches this');
      });
      return new Promise(() => {});
    },
  };
};

/** The handlers of a Worker that does everything a Worker should not. */
export type OddHandlers = ReturnType<typeof createHandlers>;

await serveWorker(() => {
  const { refusal } = workerData as OddWorkerData;
  if (existsSync(refusal)) {
    if (readFileSync(refusal, 'utf8') === 'exit') process.exit(1);
    throw new OddError('It does not start.');
  }
  return createHandlers();
});
