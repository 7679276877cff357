import type { Created, Once } from './once.ts';
import type { Page, PageOf } from './pages.ts';
import type { ApiKeyRecord, KeyScope } from './records.ts';

export interface NewApiKey {
  readonly id: string;
  /** Null: the key sees the whole tenant. */
  readonly userId: string | null;
  readonly name: string | null;
  /** SHA-256 of the secret, hexadecimal. */
  readonly hash: string;
  readonly scopes: readonly KeyScope[];
  readonly at: number;
  readonly expiresAt: number | null;
}

/** API keys by tenant. The secret itself never reaches a store. */
export interface ApiKeyFacet {
  /**
   * Finds a key by the hash of its secret, in every tenant, because the tenant of a caller is known by the key alone. It finds
   * expired keys too: the caller of this verb checks `expiresAt`.
   * @example await store.apiKeys.findByHash('9f86d0...'); // { id: 'key1', tenantKey: 1, userKey: null, scopes: ['read'], ... }
   */
  findByHash(hash: string): Promise<ApiKeyRecord | null>;
  /**
   * Reads a key; null when there is none. With `userId`, only a key that is bound to that user is found.
   * @example await store.apiKeys.get(1, 'key1', 'u1'); // null: the key is bound to nobody
   */
  get(tenantKey: number, id: string, userId?: string): Promise<ApiKeyRecord | null>;
  /**
   * Lists keys in order of creation: all of the tenant, or those that are bound to the user `userId`.
   * @example await store.apiKeys.list(1, null, { after: null, limit: 10 }); // { rows: [{ id: 'key1', ... }], next: null }
   */
  list(tenantKey: number, userId: string | null, page: Page): Promise<PageOf<ApiKeyRecord>>;
  /**
   * Saves a key. Errors: `not_found` of the user; `name_taken` when a key with this hash exists.
   * @example await store.apiKeys.create(1, { id: 'key1', userId: null, name: 'my app', hash, scopes: ['read'], at: now, expiresAt: null });
   * // { ids: ['key1'], replayed: false }
   */
  create(tenantKey: number, input: NewApiKey, once?: Once): Promise<Created>;
  /**
   * Deletes a key; false when there is none. With `userId`, only a key that is bound to that user is deleted.
   * @example await store.apiKeys.delete(1, 'key1'); // true
   */
  delete(tenantKey: number, id: string, userId?: string): Promise<boolean>;
}
