import { LRUCache } from 'lru-cache';
import { BufferService } from '../buffer/buffer-service.ts';
import type { Pipeline } from '../buffer/pipeline.ts';
import type { Owner } from '../retrieval/owner.ts';

/**
 * The services of users. Those of hot users are held; others stay until they are garbage collected. They hold nothing that is
 * not on disk.
 */
export class UserServices {
  readonly #pipeline: Pipeline;
  readonly #hot: LRUCache<number, BufferService>;
  /** Services that are no longer hot, by weak reference. It is created when the service cools, so that a new user costs a hot entry alone. */
  readonly #cool = new Map<number, WeakRef<BufferService>>();
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
    const service = this.#cool.get(userKey)?.deref() ?? new BufferService(owner, this.#pipeline);
    this.#hot.set(userKey, service);
    return service;
  }

  /** The user's service if there is one. */
  peek(userKey: number): BufferService | undefined {
    return this.#hot.peek(userKey) ?? this.#cool.get(userKey)?.deref();
  }

  /** Drops the service of a user who was deleted. */
  forget(userKey: number): void {
    this.peek(userKey)?.forget();
    this.#hot.delete(userKey);
    this.#cool.delete(userKey);
  }

  report(): {
    readonly hot: number;
    /** Services that are no longer hot and not yet garbage collected. */
    readonly cool: number;
  } {
    return { hot: this.#hot.size, cool: this.#cool.size };
  }
}
