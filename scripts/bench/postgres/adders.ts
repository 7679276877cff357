import { join } from 'node:path';
import type { AddOrder } from './adder.ts';

const ENTRY = join(import.meta.dir, 'adder.ts');

export interface Adder {
  /** Adds a second. */
  run(order: AddOrder): Promise<number>;
  stop(): Promise<void>;
}

/** A store in a process of its own, as of one replica. */
export const startAdder = async (url: string): Promise<Adder> => {
  const ready = Promise.withResolvers<void>();
  let answer: (perSecond: number) => void = () => {};
  let fail: (error: Error) => void = ready.reject;
  const child = Bun.spawn([process.execPath, ENTRY], {
    env: { ...process.env, BENCH_DATABASE_URL: url },
    stdout: 'ignore',
    stderr: 'inherit',
    ipc: (message: 'ready' | { readonly perSecond: number }) =>
      message === 'ready' ? ready.resolve() : answer(message.perSecond),
    onExit: (_child, exitCode) => fail(new Error(`An adder ended with ${exitCode}.`)),
  });
  await ready.promise;
  return {
    run: (order) =>
      new Promise((resolve, reject) => {
        answer = resolve;
        fail = reject;
        child.send(order);
      }),
    stop: async () => {
      fail = () => {};
      child.kill('SIGKILL');
      await child.exited;
    },
  };
};

/** What several add together, at the same time. */
export const runTogether = async (orders: readonly (readonly [Adder, AddOrder])[]): Promise<number> =>
  (await Promise.all(orders.map(([adder, order]) => adder.run(order)))).reduce((sum, one) => sum + one, 0);
