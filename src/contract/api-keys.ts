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
  /** The key of this hash, expired or not, in any tenant: the caller is not known before it. */
  findByHash(hash: string): Promise<ApiKeyRecord | null>;
  /** With `userId` only a key bound to that user. */
  get(tenantKey: number, id: string, userId?: string): Promise<ApiKeyRecord | null>;
  /** In order of creation: those of the tenant, or those bound to a user of it. */
  list(tenantKey: number, userId: string | null, page: Page): Promise<PageOf<ApiKeyRecord>>;
  /** Errors: `not_found` of the user; `name_taken` when the secret is in use already. */
  create(tenantKey: number, input: NewApiKey, once?: Once): Promise<Created>;
  /** With `userId` only a key bound to that user. False when there is no such key. */
  delete(tenantKey: number, id: string, userId?: string): Promise<boolean>;
}
