import type { Access } from '../api/operation.ts';
import { DEFAULT_TENANT, type KeyScope } from '../contract/records.ts';
import type { AccessControl, Caller, Credentials } from '../services/access.ts';
import type { HttpContext } from './context.ts';
import { RefusalError, refuse } from './errors.ts';
import type { RateLimiter } from './rate-limit.ts';

/** Finds out who asks, unless that is known, and whether they may; at once where nothing has to be looked up. Errors: 401, 403, 429. */
export type Guard = (c: HttpContext, needed: Access) => Caller | Promise<Caller>;

const unauthorized = (message: string, text: string): RefusalError =>
  new RefusalError({
    status: 401,
    message: `Authentication failed: ${message}`,
    errors: [{ field: 'api_key', message: text }],
    headers: { 'WWW-Authenticate': 'Bearer' },
  });

/** The key out of `Authorization: Bearer K` or `X-API-Key: K`. Errors: 401 for a header of another form. */
const credentialsOf = (c: HttpContext): Credentials | null => {
  const direct = c.req.header('X-API-Key')?.trim();
  if (direct) return { secret: direct };
  const authorization = c.req.header('Authorization')?.trim();
  if (!authorization) return null;
  const [scheme, secret, ...rest] = authorization.split(/\s+/);
  if (scheme?.toLowerCase() !== 'bearer' || !secret || rest.length > 0) {
    throw unauthorized('Invalid API key format', "API key format should be 'Bearer YOUR_API_KEY'");
  }
  return { secret };
};

/** Errors: 403. */
export const assertPermission = (caller: Caller, needed: KeyScope): void => {
  if (caller.scopes.has(needed)) return;
  throw refuse(403, 'api_key', `This call needs an API key with the permission '${needed}'.`);
};

/** Errors: 403. */
const assertRunsServer = (access: AccessControl, caller: Caller): void => {
  if (access.runsServer(caller)) return;
  const who = `an API key of the tenant '${DEFAULT_TENANT}' that is bound to no user, with the permission 'admin'`;
  throw refuse(403, 'api_key', `This call is for the one who runs the server: it needs ${who}.`);
};

/** Errors: 403. */
const assertMay = (access: AccessControl, caller: Caller, needed: Exclude<Access, 'none'>): Caller => {
  if (needed === 'server') assertRunsServer(access, caller);
  else if (needed !== 'any') assertPermission(caller, needed);
  return caller;
};

/** Errors: 401. */
const identify = async (access: AccessControl, c: HttpContext): Promise<Caller> => {
  const credentials = credentialsOf(c);
  if (!credentials) throw unauthorized('Missing API key', 'API key is required');
  const caller = await access.identify(credentials);
  if (!caller) throw unauthorized('Invalid API key', 'The provided API key is invalid or has expired');
  return caller;
};

/**
 * While keys are off everybody is the default tenant, whatever key they send. Requests count against the rate of their
 * key; those without a valid one against the rate of their address, so that keys cannot be guessed at leisure.
 */
export const createGuard = (access: AccessControl, limiter: RateLimiter | null): Guard => {
  const byAddress = (c: HttpContext): string => `address ${c.env.address()}`;
  const guardOpen = (c: HttpContext): Caller | Promise<Caller> =>
    limiter ? limiter.count(c, byAddress(c)).then(() => access.everybody) : access.everybody;

  const guardWithKeys = async (c: HttpContext, needed: Exclude<Access, 'none'>): Promise<Caller> => {
    let caller: Caller;
    try {
      caller = await identify(access, c);
    } catch (error) {
      await limiter?.count(c, byAddress(c));
      throw error;
    }
    c.env.keyId = caller.keyId;
    await limiter?.count(c, `key ${caller.keyId}`);
    return assertMay(access, caller, needed);
  };

  return (c, needed) => {
    if (needed === 'none') return access.everybody;
    if (c.env.caller) return assertMay(access, c.env.caller, needed);
    return access.required ? guardWithKeys(c, needed) : guardOpen(c);
  };
};
