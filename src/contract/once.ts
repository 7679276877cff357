/** How long an idempotency record answers repeats of its request. */
export const ONCE_TTL_MS = 24 * 60 * 60 * 1000;

/**
 * An idempotency claim: it is written in the transaction of the rows it stands for, so that a request's effects happen
 * once however often the request is sent. Two claims are the same when tenant, bound user, method, path and key are. It is
 * the first thing that a transaction locks, after a look, which locks nothing, at whether the scope may see what the path names.
 */
export interface Once {
  /** The user that the caller is bound to, null for a caller who sees the tenant. */
  readonly userKey: number | null;
  readonly method: string;
  readonly path: string;
  readonly key: string;
  /** Digest of the request's body: the same key with another body is `idempotency_mismatch`. */
  readonly bodyHash: string;
  readonly at: number;
}

/** What a create made: the ids in the order of the input, the first time and every time after it. */
export interface Created {
  readonly ids: readonly string[];
  /** True when an earlier request with the same claim had made them already. */
  readonly replayed: boolean;
}
