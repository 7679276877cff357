import { DEFAULT_TENANT, type KeyScope } from '../../src/contract/records.ts';
import { sha256Hex } from '../../src/platform/digest.ts';
import { systemIds } from '../../src/platform/ids.ts';
import type { TestServer } from './server.ts';

export interface KeyOptions {
  readonly tenant?: string;
  /** Binds the key to one user. */
  readonly userId?: string;
  readonly scopes?: readonly KeyScope[];
  readonly expiresAt?: number;
}

/** Makes an API key the way the command line does, past HTTP, and returns its secret. */
export const makeKey = async ({ services }: TestServer, options: KeyOptions = {}): Promise<string> => {
  const { tenant = DEFAULT_TENANT, userId = null, scopes = ['read', 'write', 'admin'], expiresAt = null } = options;
  const at = Date.now();
  const tenantKey = await services.store.tenants.ensure(tenant, at);
  const secret = systemIds.secret();
  const hash = sha256Hex(secret);
  await services.store.apiKeys.create(tenantKey, {
    id: systemIds.uuid(),
    userId,
    name: null,
    hash,
    scopes,
    at,
    expiresAt,
  });
  return secret;
};

/** The same server, asked with a key. */
export const asKey = (server: TestServer, secret: string): TestServer => ({
  ...server,
  call: (method, path, body, headers = {}) =>
    server.call(method, path, body, { Authorization: `Bearer ${secret}`, ...headers }),
});
