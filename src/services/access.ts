import { timingSafeEqual } from 'node:crypto';
import type { ApiKeyFacet } from '../contract/api-keys.ts';
import { type ApiKeyRecord, KEY_SCOPES, type KeyScope, type Scope } from '../contract/records.ts';
import type { Clock } from '../platform/clock.ts';
import { sha256Hex } from '../platform/digest.ts';

/** The caller of a request, and what they may do. */
export interface Caller {
  readonly scope: Scope;
  readonly scopes: ReadonlySet<KeyScope>;
  /** The API key they came with; null while keys are off. */
  readonly keyId: string | null;
}

export interface Credentials {
  readonly secret: string;
}

export interface AccessControl {
  /** Whether requests need an API key. */
  readonly required: boolean;
  /** The caller of every request while no key is asked for. */
  readonly everybody: Caller;
  /** The caller behind a key; null when it is unknown, expired or revoked. */
  identify(credentials: Credentials): Promise<Caller | null>;
  /** Whether the caller is the operator of the server, who may see the metrics and settings of the whole server. */
  runsServer(caller: Caller): boolean;
}

const callerOf = ({ id, tenantKey, userKey, scopes }: ApiKeyRecord): Caller => ({
  scope: { tenantKey, userKey },
  scopes: new Set(scopes),
  keyId: id,
});

/**
 * Asks the store for the key of each request anew: a point read by digest takes microseconds, and so a key revoked by
 * any process stops working with the next request. The digest, not the secret, is what is looked up and compared, so the
 * time that takes says nothing about the secret.
 */
export const createAccessControl = (
  apiKeys: ApiKeyFacet,
  { required, tenantKey, clock }: { required: boolean; tenantKey: number; clock: Clock },
): AccessControl => ({
  required,
  everybody: { scope: { tenantKey, userKey: null }, scopes: new Set(KEY_SCOPES), keyId: null },
  identify: async ({ secret }) => {
    const hash = sha256Hex(secret);
    const found = await apiKeys.findByHash(hash);
    if (!found || !timingSafeEqual(Buffer.from(found.hash), Buffer.from(hash))) return null;
    const expired = found.expiresAt !== null && found.expiresAt <= clock.now();
    return expired ? null : callerOf(found);
  },
  runsServer: ({ scope, scopes }) => scope.tenantKey === tenantKey && scope.userKey === null && scopes.has('admin'),
});
