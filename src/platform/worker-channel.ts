import { parentPort, Worker } from 'node:worker_threads';

/** The handlers of one Worker: a request's payload in, its answer out. */
export type Handlers = Record<string, (payload: never) => unknown>;

type Request = { readonly id: number; readonly method: string; readonly payload: unknown };
type Failure = { readonly message: string; readonly code?: unknown; readonly details?: unknown };
type Reply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly failure: Failure }
  | { readonly note: unknown }
  | { readonly ready: true }
  | { readonly fatal: Failure };

/** A handler threw. `code` and `details` are those of the error thrown in the Worker. */
export class WorkerCallError extends Error {
  readonly code: unknown;
  readonly details: unknown;

  constructor(failure: Failure) {
    super(failure.message);
    this.name = 'WorkerCallError';
    this.code = failure.code;
    this.details = failure.details;
  }
}

/** The Worker went away with the call's outcome unknown. */
export class WorkerDiedError extends Error {
  constructor(worker: string, cause?: unknown) {
    super(`The ${worker} Worker stopped before it answered.`, { cause });
    this.name = 'WorkerDiedError';
  }
}

export interface WorkerChannel<H extends Handlers> {
  /** Resolves when the Worker takes calls, also one that starts for it. Errors: `WorkerCallError`, `WorkerDiedError`. */
  ready(): Promise<void>;
  /** Resolves with the handler's answer. Errors: `WorkerCallError`, `WorkerDiedError`. */
  call<M extends keyof H & string>(method: M, payload: Parameters<H[M]>[0]): Promise<Awaited<ReturnType<H[M]>>>;
  /** Ends the Worker as if it had died: calls in flight fail, and the next call starts another. */
  restart(): Promise<void>;
  /** Ends the Worker; calls in flight fail. */
  close(): Promise<void>;
}

export interface WorkerChannelOptions {
  /** What the Worker is called in errors. */
  readonly name: string;
  readonly entry: URL;
  /** Reaches the entry as `workerData`. */
  readonly data: unknown;
  /** Told once for each Worker that died unasked, before its successor starts with the next call. */
  readonly onDeath: (error: WorkerDiedError) => void;
  /** A Worker that has not said by then that it is ready is ended as if it had died; without, it may take any time. */
  readonly startTimeoutMs?: number;
  /** Told what the Worker says between calls, by `note`. */
  readonly onNote?: (note: unknown) => void;
}

/**
 * Starts a Worker and resolves when its handlers are in place. A Worker that dies is replaced at the next call, so that
 * one crash costs the calls in flight and no more.
 */
export const openWorkerChannel = async <H extends Handlers>(
  options: WorkerChannelOptions,
): Promise<WorkerChannel<H>> => {
  const { startTimeoutMs } = options;
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  let lastId = 0;
  let closed = false;
  let current: Promise<Worker> | null = null;

  const start = (): Promise<Worker> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(options.entry, { workerData: options.data });
      let ended = false;
      const timeout = startTimeoutMs && setTimeout(() => void worker.terminate(), startTimeoutMs);
      const end = (cause?: unknown): void => {
        if (ended) return;
        ended = true;
        clearTimeout(timeout);
        const error = new WorkerDiedError(options.name, cause);
        reject(error);
        if (closed) return;
        current = null;
        for (const call of waiting.values()) call.reject(error);
        waiting.clear();
        options.onDeath(error);
      };
      worker.on('error', end);
      worker.on('exit', () => end());
      worker.on('message', (reply: Reply) => {
        if ('ready' in reply) {
          clearTimeout(timeout);
          return resolve(worker);
        }
        if ('note' in reply) return options.onNote?.(reply.note);
        if ('fatal' in reply) {
          ended = true;
          clearTimeout(timeout);
          current = null;
          return reject(new WorkerCallError(reply.fatal));
        }
        const call = waiting.get(reply.id);
        waiting.delete(reply.id);
        if ('failure' in reply) call?.reject(new WorkerCallError(reply.failure));
        else call?.resolve(reply.value as never);
      });
    });

  const started = async (): Promise<Worker> => {
    if (closed) throw new WorkerDiedError(options.name);
    current ??= start();
    return current;
  };

  await started();
  return {
    ready: async () => {
      await started();
    },
    call: async (method, payload) => {
      const worker = await started();
      lastId += 1;
      const id = lastId;
      return new Promise<never>((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        try {
          worker.postMessage({ id, method, payload } satisfies Request);
        } catch (error) {
          waiting.delete(id); // it cannot be cloned, and so it was never sent
          throw error;
        }
      });
    },
    restart: async () => {
      const worker = await current?.catch(() => null);
      await worker?.terminate();
    },
    close: async () => {
      if (closed) return;
      closed = true;
      const worker = await current?.catch(() => null);
      await worker?.terminate();
      for (const call of waiting.values()) call.reject(new WorkerDiedError(options.name));
      waiting.clear();
    },
  };
};

const failureOf = (error: unknown): Failure => {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code, details } = error as { code?: unknown; details?: unknown };
  return { message: error.message, code, details };
};

/** In a Worker's entry: says something to the channel's `onNote`, also in the middle of a call. */
export const note = (what: unknown): void => parentPort?.postMessage({ note: what } satisfies Reply);

/** In a Worker's entry: opens what it needs, then answers the calls of its channel one after the other. */
export const serveWorker = async (open: () => Handlers | Promise<Handlers>): Promise<void> => {
  const port = parentPort;
  if (!port) throw new Error('This file is the entry of a Worker and is not run by itself.');
  let handlers: Handlers;
  try {
    handlers = await open();
  } catch (error) {
    port.postMessage({ fatal: failureOf(error) } satisfies Reply);
    return;
  }
  port.on('message', async ({ id, method, payload }: Request) => {
    try {
      const handler = handlers[method];
      if (!handler) throw new Error(`The Worker has no handler "${method}".`);
      port.postMessage({ id, value: await handler(payload as never) } satisfies Reply);
    } catch (error) {
      port.postMessage({ id, failure: failureOf(error) } satisfies Reply);
    }
  });
  port.postMessage({ ready: true } satisfies Reply);
};
