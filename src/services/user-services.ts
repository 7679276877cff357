import { LRUCache } from 'lru-cache';
import { BufferService } from '../buffer/buffer-service.ts';
import type { Pipeline } from '../buffer/pipeline.ts';
import { PRIORITY, type Priority } from '../contract/outbox.ts';
import type { Owner } from '../retrieval/owner.ts';

/** Flushes asked for at a time, so that those of many users leave room in the queue for others. */
const FLUSHES_AT_A_TIME = 32;

/**
 * The services of users: the hot ones are held, the others are there for as long as somebody uses them or the memory is
 * not needed. A service with something that is not filed yet is held in any case.
 */
export class UserServices {
  readonly #pipeline: Pipeline;
  readonly #hot: LRUCache<number, BufferService>;
  /** Those that are or were let go. A weak reference is made then, so that a newcomer costs a place among the hot alone. */
  readonly #cool = new Map<number, WeakRef<BufferService>>();
  readonly #dirty = new Map<number, BufferService>();
  readonly #gone = new FinalizationRegistry<number>((userKey) => {
    if (!this.#cool.get(userKey)?.deref()) this.#cool.delete(userKey);
  });

  constructor(pipeline: Pipeline, hotUsers: number) {
    this.#pipeline = pipeline;
    this.#hot = new LRUCache({
      max: hotUsers,
      dispose: (service, userKey, reason) => {
        if (reason !== 'evict' || this.#cool.get(userKey)?.deref()) return;
        this.#cool.set(userKey, new WeakRef(service));
        this.#gone.register(service, userKey);
      },
    });
  }

  /** The user's service, built when there is none. */
  get(owner: Owner): BufferService {
    const { userKey } = owner;
    const hot = this.#hot.get(userKey);
    if (hot) return hot;
    const service =
      this.#dirty.get(userKey) ?? this.#cool.get(userKey)?.deref() ?? new BufferService(owner, this.#pipeline);
    this.#hot.set(userKey, service);
    return service;
  }

  /** The user's service if there is one. */
  peek(userKey: number): BufferService | undefined {
    return this.#hot.peek(userKey) ?? this.#dirty.get(userKey) ?? this.#cool.get(userKey)?.deref();
  }

  /** Holds a service until what it has is filed. */
  hold(userKey: number, service: BufferService): void {
    this.#dirty.set(userKey, service);
  }

  /** Lets go of a service that has nothing left to file. */
  settle(userKey: number): void {
    if (this.#dirty.get(userKey)?.isDirty === false) this.#dirty.delete(userKey);
  }

  /** Lets go of a user who is gone. */
  forget(userKey: number): void {
    this.peek(userKey)?.forget();
    this.#hot.delete(userKey);
    this.#cool.delete(userKey);
    this.#dirty.delete(userKey);
  }

  /**
   * Files what is ready, that of the user who waits longest first; what waits since `overdueAt` or longer goes ahead of
   * everything else. Resolves when all of it has ended, well or not.
   */
  async flush(priority: Priority, overdueAt = 0): Promise<void> {
    const waiting = [...this.#dirty].sort(([, a], [, b]) => a.dirtySince - b.dirtySince).values();
    const flushNext = async (): Promise<void> => {
      for (const [userKey, service] of waiting) {
        await service.flush(service.dirtySince <= overdueAt ? PRIORITY.critical : priority);
        this.settle(userKey);
      }
    };
    const places = this.#pipeline.settings().performance.max_flush_queue_size;
    await Promise.all(Array.from({ length: Math.min(FLUSHES_AT_A_TIME, places) }, flushNext));
  }

  report(): {
    readonly hot: number;
    /** Services that were let go and are still there. */
    readonly cool: number;
    readonly dirty: number;
    readonly hits: number;
    readonly misses: number;
    /** Of the misses, those answered from the pool of a similar question. */
    readonly similar: number;
    readonly rounds: number;
    readonly hybridRounds: number;
  } {
    const sum = { hits: 0, misses: 0, similar: 0, rounds: 0, hybridRounds: 0 };
    for (const service of this.#hot.values()) {
      const { rounds, hybridRounds, queryHits, querySimilar, queryMisses } = service.report();
      sum.hits += queryHits;
      sum.misses += queryMisses;
      sum.similar += querySimilar;
      sum.rounds += rounds;
      sum.hybridRounds += hybridRounds;
    }
    return { hot: this.#hot.size, cool: this.#cool.size, dirty: this.#dirty.size, ...sum };
  }
}
