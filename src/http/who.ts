import { type ApiCall, ApiRefusal } from '../api/call.ts';
import { agents, users } from '../api/identities.ts';
import { Name } from '../api/scalars.ts';
import { USUAL_AGENT } from '../memory/memory-layer.ts';
import type { Caller } from '../services/access.ts';
import type { HttpContext } from './context.ts';
import { refuse } from './errors.ts';

const USER = 'X-Memfuse-User';
const AGENT = 'X-Memfuse-Agent';
const SESSION = 'X-Memfuse-Session';

/** Bytes that are no ASCII reach the app one by one; clients send UTF-8. */
const fromBytes = (value: string): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(value, 'latin1'));
  } catch {
    return value;
  }
};

/** A name may be percent-encoded, since many clients put nothing but ASCII into a header. */
const decoded = (value: string): string => {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
};

/** Errors: 400. */
const assertName = (field: string, name: string): string => {
  const parsed = Name.safeParse(name);
  if (!parsed.success) throw refuse(400, field, `${field} is no name: ${parsed.error.issues[0]?.message}.`);
  return name;
};

/** A name out of a header; null for none. Errors: 400. */
const nameIn = (c: HttpContext, header: string): string | null => {
  const value = c.req.header(header)?.trim();
  return value ? assertName(header, decoded(fromBytes(value))) : null;
};

/** A name out of the query string; null for none. Errors: 400. */
const nameInQuery = (c: HttpContext, parameter: string): string | null => {
  const value = c.req.query(parameter);
  return value ? assertName(parameter, value) : null;
};

/** Whom a request is about that says so beside its body. */
export interface Named {
  /** Null when nobody is named. */
  readonly user: string | null;
  readonly agent: string | null;
  readonly session: string | null;
}

/**
 * The names in the headers of a request, and where its address may name them, in its query string; the user of a key that is bound to one, whom it need not name. Errors: 400 for what
 * is no name, 403 when the key is another user's.
 */
export const namedBy = async (
  c: HttpContext,
  caller: Caller,
  call: ApiCall,
  { inQuery = false }: { readonly inQuery?: boolean } = {},
): Promise<Named> => {
  const name = (header: string, parameter: string): string | null =>
    nameIn(c, header) ?? (inQuery ? nameInQuery(c, parameter) : null);
  const named = { user: name(USER, 'user'), agent: name(AGENT, 'agent'), session: name(SESSION, 'session') };
  if (caller.scope.userKey === null) return named;
  const [bound] = (await call(users.list)).users;
  if (!bound) throw refuse(403, 'api_key', 'The user of this API key is gone.');
  if (named.user !== null && named.user !== bound.name) {
    throw refuse(403, USER, `This API key is another user's than the one that the request names.`);
  }
  return { ...named, user: bound.name };
};

/**
 * That a conversation may be remembered with an agent: a key that is bound to a user makes none. Errors: 403, before anything
 * is done of which it could only be said afterwards that it is not remembered.
 */
export const assertAgent = async ({ scope }: Caller, agent: string | null, call: ApiCall): Promise<void> => {
  if (scope.userKey === null) return;
  const name = agent ?? USUAL_AGENT;
  try {
    await call(agents.list, { query: { name } });
  } catch (error) {
    if (!(error instanceof ApiRefusal) || error.status !== 404) throw error;
    const way = `create the agent '${name}' once with a key of the tenant (POST /api/v1/agents), or name one that exists in ${AGENT}`;
    throw refuse(403, AGENT, `This API key is bound to a user and cannot create agents: ${way}.`);
  }
};
