import { parentPort, Worker } from 'node:worker_threads';
import { countShortages, withThread } from './descriptor-reserve.ts';
import { type Scheduler, systemScheduler } from './scheduler.ts';

/** The handlers of one Worker: a request's payload in, its answer out. */
export type Handlers = Record<string, (payload: never) => unknown>;

/** Goes to the Worker: a call, or whether it is still there. */
type Request = { readonly id: number; readonly method: string; readonly payload: unknown } | { readonly ping: true };
type Failure = { readonly message: string; readonly code?: unknown; readonly details?: unknown };
/** Comes from the Worker. */
type Reply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly failure: Failure }
  | { readonly note: unknown }
  | { readonly pong: true }
  | { readonly ready: true }
  | { readonly fatal: Failure };

/** What the single binary calls the folder that all of its files lie in, on Windows and elsewhere. */
const BINARY = /\$bunfs|~BUN/;

/** An entry beside its source; within the single binary, where all files lie in one folder, under its name alone. */
const withinBinary = (entry: URL): URL =>
  BINARY.test(import.meta.url) ? new URL(`./${entry.pathname.split('/').at(-1)}`, import.meta.url) : entry;

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

/** The Worker gave no sign of life, or took too long, which `cause` says; another takes its place with the next call. */
export class WorkerReplacedError extends WorkerDiedError {
  constructor(worker: string, why: string) {
    super(worker, new Error(`It ${why} and was replaced.`));
    this.name = 'WorkerReplacedError';
  }
}

/**
 * A Worker and its calls. It starts with the first call; one that dies or is replaced has its successor start with the
 * next, so that it costs the calls in flight and no more.
 */
export interface WorkerChannel<H extends Handlers> {
  /** Resolves when the Worker takes calls, also one that starts for it. Errors: `WorkerCallError`, `WorkerDiedError`. */
  ready(): Promise<void>;
  /** Resolves with the handler's answer. Errors: `WorkerCallError`, `WorkerDiedError`. */
  call<M extends keyof H & string>(method: M, payload: Parameters<H[M]>[0]): Promise<Awaited<ReturnType<H[M]>>>;
  /**
   * Gives the Worker up: its calls fail at once with a `WorkerReplacedError`. Its thread is asked to stop and nobody waits
   * for it: within native code, such as a read from a disk that has stalled, it goes on until that returns.
   *
   * @param why such as "gave no sign of life for 30 s".
   */
  replace(why: string): void;
  /** Ends the Worker; calls in flight and later ones fail. Resolves when its thread has ended, or after `CLOSE_MS`. */
  close(): Promise<void>;
}

export interface WorkerChannelOptions {
  /** What the Worker is called in errors. */
  readonly name: string;
  readonly entry: URL;
  /** Reaches the entry as `workerData`. */
  readonly data: unknown;
  /** Told once for each Worker that died unasked or was replaced, before its successor starts with the next call. */
  readonly onDeath: (error: WorkerDiedError) => void;
  /** A Worker that has not said by then that it is ready is replaced; without, it may take any time. */
  readonly startTimeoutMs?: number;
  /** A Worker at a call whose event loop does not come round for so long is replaced; without, it may take any time. */
  readonly silentAfterMs?: number;
  /**
   * Threads that were given up and have not ended. When they are so many, calls fail at once until one of them has: what
   * makes them hang, such as a disk that has stalled, would take the next one too, and each holds memory. Without, any.
   */
  readonly mostHanging?: number;
  /** Told what the Worker says between calls, by `note`. */
  readonly onNote?: (note: unknown) => void;
  readonly scheduler?: Scheduler;
}

/** Starts for one that is not kept from it by descriptors alone: Bun gives the next Worker the error of one that had none. */
const MOST_STARTS = 3;

/** How long `close` waits for the thread, which takes a few milliseconds unless it is within native code. */
export const CLOSE_MS = 2_000;

/**
 * Looks within the time of silence. A look that finds nothing heard since the one before counts; so it is the Worker that
 * is late, and not this thread or the whole machine, after which one look comes, not several.
 */
const LOOKS = 4;

type Call = { readonly resolve: (value: never) => void; readonly reject: (error: Error) => void };

interface ThreadOwner {
  /** Told once, when nobody waits for the thread any more. */
  readonly onEnd: () => void;
  /** Given what resolves when a thread that was given up has ended. */
  readonly onGivenUp: (ended: Promise<void>) => void;
  /** Whether descriptors ran short meanwhile, and another is to be started for it. */
  readonly wasShort: () => boolean;
}

/** Errors: `WorkerDiedError` when there are no descriptors to start a thread with, which would end the process. */
const startThread = (name: string, start: () => Worker): Worker => {
  try {
    return withThread(start);
  } catch (error) {
    throw new WorkerDiedError(name, error);
  }
};

/** One thread of a channel, from its start to its end. Only `end` ends it. */
class Thread {
  readonly #ready = Promise.withResolvers<void>();
  /** Resolves when it has loaded, or never will. */
  readonly #loaded = Promise.withResolvers<void>();
  readonly #worker: Worker;
  readonly #options: WorkerChannelOptions;
  readonly #scheduler: Scheduler;
  readonly #calls = new Map<number, Call>();
  readonly #owner: ThreadOwner;
  #end: Error | null = null;
  #isReady = false;
  #wasStarved = false;
  #lastId = 0;
  #wasHeard = false;
  #cancelStart = (): void => {};
  #cancelLook: (() => void) | null = null;

  constructor(options: WorkerChannelOptions, owner: ThreadOwner) {
    const { name, entry, data, startTimeoutMs, scheduler = systemScheduler } = options;
    this.#options = options;
    this.#scheduler = scheduler;
    this.#owner = owner;
    // Whoever asked for it hears of it.
    this.ready.catch(() => {});
    this.#worker = startThread(name, () => new Worker(withinBinary(entry), { workerData: data }));
    this.#worker.on('error', (cause) => {
      this.#loaded.resolve();
      this.#die(new WorkerDiedError(name, cause));
    });
    this.#worker.on('exit', () => {
      this.#loaded.resolve();
      this.#die(new WorkerDiedError(name));
    });
    this.#worker.on('message', (reply: Reply) => this.#take(reply));
    if (startTimeoutMs === undefined) return;
    this.#cancelStart = scheduler.after(startTimeoutMs, () =>
      this.replace(new WorkerReplacedError(name, `was not ready within ${startTimeoutMs} ms`)),
    );
  }

  /** Resolves when it takes calls. Errors: as it ended. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Whether it ended while it started and descriptors ran short: its files and modules could not be read. */
  get wasStarved(): boolean {
    return this.#wasStarved;
  }

  call(method: string, payload: unknown): Promise<never> {
    return new Promise((resolve, reject) => {
      if (this.#end) return reject(this.#end);
      this.#lastId += 1;
      const id = this.#lastId;
      // What cannot be cloned throws here, and was never sent.
      this.#worker.postMessage({ id, method, payload } satisfies Request);
      this.#calls.set(id, { resolve, reject });
      this.#listen(0);
    });
  }

  /** Nobody waits for this thread any more, whatever it still does. False when that was so already. */
  end(error: Error): boolean {
    if (this.#end) return false;
    this.#end = error;
    const hung = error instanceof WorkerReplacedError;
    this.#wasStarved = !this.#isReady && !hung && this.#owner.wasShort();
    this.#cancelStart();
    this.#cancelLook?.();
    this.#owner.onEnd();
    this.#ready.reject(error);
    for (const { reject } of this.#calls.values()) reject(error);
    this.#calls.clear();
    return true;
  }

  /** Gives up a thread that may go on for ever. */
  replace(error: WorkerReplacedError): void {
    const { onGivenUp } = this.#owner;
    this.#die(error);
    onGivenUp(this.#terminate());
  }

  /**
   * Asks the thread to stop, once it has loaded: one that is ended while it loads native code may take the process along.
   * Resolves when it has stopped, which may be never.
   */
  async stop(): Promise<void> {
    await this.#loaded.promise;
    await this.#terminate();
  }

  async #terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  /** It is over, unasked: tells the owner, once, unless another is started for it at once. */
  #die(error: WorkerDiedError): void {
    if (this.end(error) && !this.#wasStarved) this.#options.onDeath(error);
  }

  #take(reply: Reply): void {
    if ('ready' in reply || 'fatal' in reply) this.#loaded.resolve();
    if (this.#end) return;
    this.#wasHeard = true;
    if ('note' in reply) this.#options.onNote?.(reply.note);
    else if ('fatal' in reply) this.end(new WorkerCallError(reply.fatal));
    else if ('ready' in reply) this.#open();
    else if ('id' in reply) this.#answer(reply);
  }

  #open(): void {
    this.#isReady = true;
    this.#cancelStart();
    this.#ready.resolve();
  }

  #answer(reply: Extract<Reply, { id: number }>): void {
    const call = this.#calls.get(reply.id);
    this.#calls.delete(reply.id);
    if ('failure' in reply) call?.reject(new WorkerCallError(reply.failure));
    else call?.resolve(reply.value as never);
  }

  /** Looks again and again whether the Worker is there, for as long as it is at a call. */
  #listen(missed: number): void {
    const { name, silentAfterMs } = this.#options;
    if (silentAfterMs === undefined || this.#cancelLook) return;
    if (missed > 0) this.#worker.postMessage({ ping: true } satisfies Request);
    this.#wasHeard = false;
    this.#cancelLook = this.#scheduler.after(silentAfterMs / LOOKS, () => {
      this.#cancelLook = null;
      if (this.#calls.size === 0) return;
      const missedNow = this.#wasHeard ? 0 : missed + 1;
      if (missedNow < LOOKS) return this.#listen(missedNow);
      this.replace(new WorkerReplacedError(name, `gave no sign of life for ${silentAfterMs} ms`));
    });
  }
}

/** A channel whose Worker starts with the first call. */
export const createWorkerChannel = <H extends Handlers>(options: WorkerChannelOptions): WorkerChannel<H> => {
  let closed = false;
  let current: Thread | null = null;
  let hanging = 0;
  /** Starts since descriptors were known to suffice. */
  let starts = 0;
  let shortagesBefore = 0;

  const wasShort = (): boolean => starts < MOST_STARTS && countShortages() > shortagesBefore;
  const onGivenUp = (ended: Promise<void>): void => {
    hanging += 1;
    const end = (): void => {
      hanging -= 1;
    };
    ended.then(end, end);
  };

  const running = (): Thread => {
    if (closed) throw new WorkerDiedError(options.name);
    if (current) return current;
    if (hanging >= (options.mostHanging ?? Number.POSITIVE_INFINITY)) {
      throw new WorkerReplacedError(options.name, `hangs in ${hanging} threads that do not end`);
    }
    const onEnd = (): void => {
      if (current === thread) current = null;
    };
    if (starts === 0) shortagesBefore = countShortages();
    starts += 1;
    const thread = new Thread(options, { onEnd, onGivenUp, wasShort });
    current = thread;
    return thread;
  };

  /** One that a crowd of connections kept from starting is followed by another, for which room is made. */
  const started = async (): Promise<Thread> => {
    for (;;) {
      const thread = running();
      try {
        await thread.ready;
        starts = 0;
        return thread;
      } catch (error) {
        if (thread.wasStarved) continue;
        starts = 0;
        throw error;
      }
    }
  };

  return {
    ready: async () => {
      await started();
    },
    call: async (method, payload) => (await started()).call(method, payload),
    replace: (why) => current?.replace(new WorkerReplacedError(options.name, why)),
    close: async () => {
      if (closed) return;
      closed = true;
      const thread = current;
      if (!thread) return;
      thread.end(new WorkerDiedError(options.name));
      await new Promise<void>((resolve, reject) => {
        const cancel = (options.scheduler ?? systemScheduler).after(CLOSE_MS, resolve);
        thread.stop().then(resolve, reject).finally(cancel);
      });
    },
  };
};

/** A channel whose Worker has started. Errors: as `ready`. */
export const openWorkerChannel = async <H extends Handlers>(
  options: WorkerChannelOptions,
): Promise<WorkerChannel<H>> => {
  const channel = createWorkerChannel<H>(options);
  await channel.ready();
  return channel;
};

const failureOf = (error: unknown): Failure => {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code, details } = error as { code?: unknown; details?: unknown };
  return { message: error.message, code, details };
};

/** In a Worker's entry: says something to the channel's `onNote`, also in the middle of a call. */
export const note = (what: unknown): void => parentPort?.postMessage({ note: what } satisfies Reply);

/**
 * In a Worker's entry: opens what it needs, then answers the calls of its channel. Each begins when it comes; those that
 * wait for something go on beside one another.
 */
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
  port.on('message', async (request: Request) => {
    if ('ping' in request) return port.postMessage({ pong: true } satisfies Reply);
    const { id, method, payload } = request;
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
