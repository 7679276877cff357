/** How long an idempotency record answers repeats of its request. */
export const ONCE_TTL_MS = 24 * 60 * 60 * 1000;

/**
 * An idempotency claim: it makes a create take effect once, however often its request is sent. The store writes the claim
 * in the transaction of the created rows. Two claims are the same when tenant, bound user, method, path and key are equal.
 *
 * A transaction locks its claim before anything else, so that of two requests with one claim the second waits for the first
 * and then answers what the first created. Before that it only looks, without a lock, whether the scope may see what the path
 * names.
 *
 * @example
 * await store.users.create(scope, { id: 'u1', name: 'ann', description: null, at: now }, once); // { ids: ['u1'], replayed: false }
 * await store.users.create(scope, { id: 'u2', name: 'ann', description: null, at: now }, once); // { ids: ['u1'], replayed: true }
 */
export interface Once {
  /** The user that the caller's API key is bound to; null for a caller who sees the whole tenant. */
  readonly userKey: number | null;
  readonly method: string;
  readonly path: string;
  readonly key: string;
  /** Digest of the request's body. The same claim with another digest is refused with `idempotency_mismatch`. */
  readonly bodyHash: string;
  readonly at: number;
}

/** What a create made. */
export interface Created {
  /** Ids of the created rows, in the order of the input. A repeat answers those of the first request. */
  readonly ids: readonly string[];
  /** True when an earlier request with the same claim created them. */
  readonly replayed: boolean;
}
