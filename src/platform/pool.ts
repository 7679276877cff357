import type { Scheduler } from './scheduler.ts';

export interface PoolOptions<T> {
  /** What the pool is called in errors and reports. */
  readonly name: string;
  /** Opened at once, so that the first who ask do not wait. */
  readonly min: number;
  readonly max: number;
  readonly open: () => T;
  readonly close: (resource: T) => void;
  /** How long somebody may wait for a resource. */
  readonly acquireTimeoutMs: number;
  /** How long somebody may keep a resource before they are reported, with the stack of their call. */
  readonly leakAfterMs: number;
  readonly onLeak: (report: { readonly pool: string; readonly heldMs: number; readonly stack: string }) => void;
  readonly scheduler: Scheduler;
  readonly nowMs: () => number;
}

/** Nothing can be borrowed: the pool is closed, or everything is lent out for too long. */
export class PoolError extends Error {
  override readonly name = 'PoolError';
}

export interface PoolReport {
  readonly open: number;
  readonly free: number;
  readonly waiting: number;
  readonly leaked: number;
}

interface Lease {
  readonly since: number;
  /** Where it was borrowed; null for the time of a call, which cannot forget to give back. Taking it costs microseconds. */
  readonly trace: Error | null;
  isReported: boolean;
}

interface Waiter<T> {
  readonly resolve: (resource: T) => void;
  readonly reject: (error: Error) => void;
  readonly trace: Error | null;
  cancel: () => void;
}

/**
 * A few resources for many borrowers. The one that was given back last is lent first, since it is the warmest, and
 * nothing is checked on the way: a resource that fails is found out by the work it fails at. Looks for leaks on the side.
 */
export class Pool<T> {
  readonly #options: PoolOptions<T>;
  readonly #free: T[] = [];
  readonly #leases = new Map<T, Lease>();
  readonly #waiting: Waiter<T>[] = [];
  #leaked = 0;
  #isClosed = false;
  #cancelWatch: () => void = () => {};

  constructor(options: PoolOptions<T>) {
    this.#options = options;
    for (let i = 0; i < options.min; i += 1) this.#free.push(options.open());
    this.#watch();
  }

  /** A resource if one can be had at once, else a promise of one. Errors: `PoolError`. */
  acquire(): T | Promise<T> {
    return this.#borrow(new Error('borrowed here'));
  }

  release(resource: T): void {
    if (!this.#leases.delete(resource)) throw new Error(`The pool ${this.#options.name} has not lent this out.`);
    if (this.#isClosed) {
      this.#options.close(resource);
      return;
    }
    const next = this.#waiting.shift();
    if (!next) {
      this.#free.push(resource);
      return;
    }
    next.cancel();
    next.resolve(this.#lend(resource, next.trace));
  }

  /** Borrows for the time of a call. */
  use<R>(work: (resource: T) => R): R | Promise<R> {
    const resource = this.#borrow(null);
    if (resource instanceof Promise) {
      return resource.then((lent) => {
        try {
          return work(lent);
        } finally {
          this.release(lent);
        }
      });
    }
    try {
      return work(resource);
    } finally {
      this.release(resource);
    }
  }

  /** Calls something on every resource that is open. */
  forEach(visit: (resource: T) => void): void {
    for (const resource of this.#free) visit(resource);
    for (const resource of this.#leases.keys()) visit(resource);
  }

  report(): PoolReport {
    return {
      open: this.#free.length + this.#leases.size,
      free: this.#free.length,
      waiting: this.#waiting.length,
      leaked: this.#leaked,
    };
  }

  /** Closes what is free, and what is lent out when it comes back. */
  close(): void {
    this.#isClosed = true;
    this.#cancelWatch();
    for (const { reject, cancel } of this.#waiting.splice(0)) {
      cancel();
      reject(new PoolError(`The pool ${this.#options.name} is closed.`));
    }
    for (const resource of this.#free.splice(0)) this.#options.close(resource);
  }

  #borrow(trace: Error | null): T | Promise<T> {
    if (this.#isClosed) throw new PoolError(`The pool ${this.#options.name} is closed.`);
    const free = this.#free.pop();
    if (free !== undefined) return this.#lend(free, trace);
    if (this.#leases.size < this.#options.max) return this.#lend(this.#options.open(), trace);
    return this.#wait(trace);
  }

  #lend(resource: T, trace: Error | null): T {
    this.#leases.set(resource, { since: this.#options.nowMs(), trace, isReported: false });
    return resource;
  }

  #wait(trace: Error | null): Promise<T> {
    const { name, max, acquireTimeoutMs, scheduler } = this.#options;
    return new Promise((resolve, reject) => {
      const waiter = { resolve, reject, trace, cancel: () => {} };
      waiter.cancel = scheduler.after(acquireTimeoutMs, () => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(new PoolError(`None of the ${max} of the pool ${name} came free within ${acquireTimeoutMs} ms.`));
      });
      this.#waiting.push(waiter);
    });
  }

  #watch(): void {
    const { name, leakAfterMs, onLeak, scheduler, nowMs } = this.#options;
    this.#cancelWatch = scheduler.after(leakAfterMs, () => {
      for (const lease of this.#leases.values()) {
        const heldMs = nowMs() - lease.since;
        if (heldMs < leakAfterMs || lease.isReported) continue;
        lease.isReported = true;
        this.#leaked += 1;
        onLeak({ pool: name, heldMs, stack: lease.trace?.stack ?? '' });
      }
      this.#watch();
    });
  }
}
